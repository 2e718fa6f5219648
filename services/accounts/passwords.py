"""Changing a password, by the old one or by a code. Every older token and session dies with it."""

from tortoise.expressions import F

from core.clock import now
from core.errors import InvalidCredentials, NotSignedIn
from core.limits import count_try
from core.phones import parse_phone
from models import Customer, OtpChallenge
from services.accounts.customers import get_customer
from services.accounts.login import TRIES, WITHIN_S, find_customer
from services.accounts.otp import issue_code, use_code
from services.accounts.signup import checked_password
from services.secrets import hash_secret, verify_secret
from services.tenants import Scope


async def start_reset(scope: Scope, identifier: str) -> OtpChallenge:
    """Send a code to the customer with that number or e-mail address. Raises `TooManyTries`, `InvalidInput`.

    For nobody's identifier there is a challenge, too, which no code fits: nobody learns who has an account.
    """
    customer = await find_customer(scope, identifier)
    if customer is not None and customer.phone is not None:
        return await issue_code(scope, customer.phone, "reset", customer_id=customer.id)
    contact = identifier.strip().lower() if "@" in identifier else parse_phone(identifier, scope.country)
    return await issue_code(scope, contact[:255], "reset", payload={"taken": True}, template=None)


async def verify_reset(scope: Scope, challenge: OtpChallenge, code: str) -> Customer:
    """Whose code it is; they may now set a password. Raises `CodeInvalid`, `CodeExpired`, `TooManyTries`."""
    await use_code(challenge, code)
    return await get_customer(scope, challenge.customer_id or 0)


async def change_password(scope: Scope, customer_id: int, old: str, new: str) -> Customer:
    """Raises `InvalidCredentials` where `old` isn't it, `InvalidInput` for a `new` one, `TooManyTries`."""
    customer = await get_customer(scope, customer_id)
    checked_password(new)
    await check_password(customer, old)
    return await set_password(scope, customer_id, new, epoch=customer.secret_epoch)


async def check_password(customer: Customer, password: str, field: str = "oldPassword") -> None:
    """Raises `InvalidCredentials` where it isn't the customer's, `TooManyTries` past ten in fifteen minutes."""
    await count_try(f"password:{customer.id}", most=TRIES, within_s=WITHIN_S)
    if not await verify_secret(customer.password_hash, password[:128]):
        raise InvalidCredentials(
            "The old password is not right." if field == "oldPassword" else "The password is not right.",
            field=field,
        )


async def set_password(scope: Scope, customer_id: int, new: str, *, epoch: int | None = None) -> Customer:
    """Give a customer, who has proven who they are, a new password. Raises `InvalidInput`.

    `epoch` is the `secret_epoch` that the proof was made in: of several changes by the same one the first is made,
    and the others raise `NotSignedIn`.
    """
    hashed = await hash_secret(checked_password(new))
    unchanged = {} if epoch is None else {"secret_epoch": epoch}
    changed = await Customer.filter(
        id=customer_id, platform_id=scope.platform_id, environment=scope.environment, **unchanged
    ).update(password_hash=hashed, secret_epoch=F("secret_epoch") + 1, updated_at=now())
    if not changed:
        raise NotSignedIn("The password was changed meanwhile.")
    return await get_customer(scope, customer_id)
