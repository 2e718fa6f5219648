"""Forgotten passwords and changed addresses by a token in an e-mail, as Vendure's storefronts ask for them."""

from datetime import timedelta

from tortoise.expressions import F

from core.clock import now
from core.db import transaction
from core.errors import CodeExpired, TokenInvalid
from models import Customer
from services.accounts.customers import customer_by_email, get_customer
from services.accounts.emails import checked_email, is_settling, new_address, start_email_change, take_address
from services.accounts.mail_tokens import read_mail_token, use_mail_token
from services.accounts.native import check_passwords_open
from services.accounts.otp import issue_code
from services.accounts.passwords import check_password
from services.accounts.signup import checked_password
from services.accounts.standing import check_open
from services.secrets import hash_secret
from services.tenants import Scope

LASTS = timedelta(hours=1)


async def send_password_token(scope: Scope, email: str) -> None:
    """Send a token for a new password to a customer's address, and nothing to anybody else's.

    An address that was changed in the last 24 hours is sent the reason why it gets none. Raises `InvalidInput`,
    `TooManyTries`, `PasswordsClosed`.
    """
    check_passwords_open()
    address = checked_email(email)
    customer = await customer_by_email(scope, address)
    if customer is None or await is_settling(customer):
        template = "recovery_waits" if customer else None
        await issue_code(scope, address, "password", payload={"taken": True}, template=template)
        return
    await issue_code(
        scope,
        address,
        "password",
        customer_id=customer.id,
        payload={"epoch": customer.secret_epoch},
        template="password_link",
        page="password-reset",
        lasts=LASTS,
    )


async def reset_password(scope: Scope, token: str, new: str) -> Customer:
    """Set a password with a token of `send_password_token`; every older token and session ends.

    Who has the token reads the address, which is proven by it; a PIN that was set before anybody had proven it goes.
    Raises `TokenInvalid`, `TokenExpired`, `PasswordInvalid`, `PasswordsClosed`, `AccountLocked`.
    """
    check_passwords_open()
    challenge = await read_mail_token(scope, token, "password")
    hashed = await hash_secret(checked_password(new))
    customer = await get_customer(scope, challenge.customer_id or 0)
    check_open(customer)
    proven = {} if customer.email_verified_at else {"email_verified_at": now(), "pin_hash": None}
    same = Customer.filter(
        id=customer.id, email=challenge.contact, secret_epoch=int(challenge.payload["epoch"])
    )
    async with transaction():
        await use_mail_token(challenge)
        if not await same.update(
            password_hash=hashed, secret_epoch=F("secret_epoch") + 1, updated_at=now(), **proven
        ):
            raise TokenInvalid(field="token")
    return await get_customer(scope, customer.id)


async def request_address_change(scope: Scope, customer_id: int, password: str, email: str) -> None:
    """Send a token to a new address of the customer's, and a warning to the old one.

    Raises `InvalidCredentials`, `AlreadyRegistered` where the address is somebody's, `InvalidInput`, `TooManyTries`,
    `PasswordsClosed`.
    """
    check_passwords_open()
    customer = await get_customer(scope, customer_id)
    await check_password(customer, password, field="password")
    await start_email_change(scope, customer, await new_address(scope, email), by_token=True)


async def change_address(scope: Scope, token: str) -> Customer:
    """The new address is the customer's. Raises `TokenInvalid`, `TokenExpired`, `AlreadyRegistered` where somebody was
    faster, `PasswordsClosed`.
    """
    check_passwords_open()
    challenge = await read_mail_token(scope, token, "email")
    await use_mail_token(challenge)
    try:
        return await take_address(scope, challenge)
    except CodeExpired:
        raise TokenInvalid(field="token") from None
