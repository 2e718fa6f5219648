"""Forgotten passwords and PINs: a code by e-mail, then a token for one change; in the chat, a code to a proven number."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from core.clock import now
from core.errors import CodeExpired, InvalidInput, NotSignedIn, Unavailable
from models import Customer, OtpChallenge
from services.accounts.contact import chat_of
from services.accounts.customers import customer_by_email, get_customer
from services.accounts.emails import checked_email, is_settling
from services.accounts.otp import TELEGRAM, issue_code, newest_challenge, use_code
from services.accounts.passwords import set_password
from services.accounts.pins import proof_of, set_pin
from services.accounts.standing import check_open
from services.accounts.tokens import customer_of_token, issue_token
from services.accounts.trust import in_doubt
from services.tenants import Scope

Forgotten = Literal["reset", "pin"]
TEMPLATES: dict[Forgotten, str] = {"reset": "password_reset", "pin": "pin_reset"}
BAD_TOKEN = "Invalid or expired reset token"


async def start_recovery(scope: Scope, email: str, what: Forgotten) -> OtpChallenge:
    """Send a code for a new password ("reset") or PIN ("pin"). Raises `InvalidInput`, `TooManyTries`.

    For nobody's address there is a challenge, too, which no code fits: nobody learns who has an account. An address
    that was changed in the last 24 hours is sent the reason why it gets no code.
    """
    address = checked_email(email, "email")
    customer = await customer_by_email(scope, address)
    if customer is None:
        return await issue_code(scope, address, what, payload={"taken": True}, template=None)
    if await is_settling(customer):
        # Said to the reader of the address only, as everything about an account is.
        return await issue_code(scope, address, what, payload={"taken": True}, template="recovery_waits")
    return await issue_code(scope, address, what, customer_id=customer.id, template=TEMPLATES[what])


async def verify_recovery(scope: Scope, email: str, code: str, what: Forgotten) -> str:
    """A token for one change, good for 15 minutes. Raises `CodeInvalid`, `CodeExpired`, `TooManyTries`, `AccountLocked`.

    Who reads the code reads the address, which is proven by it. A PIN that was set before anybody had proven
    the address isn't its owner's: it goes.
    """
    challenge = await newest_challenge(scope, checked_email(email, "email"), what)
    await use_code(challenge, code)
    customer = await get_customer(scope, challenge.customer_id or 0)
    if customer.email != challenge.contact:
        raise CodeExpired(field="otp")
    check_open(customer)
    if customer.email_verified_at is None:
        written = {"email_verified_at": now(), "pin_hash": None, "updated_at": now()}
        await Customer.filter(id=customer.id).update(**written)
        customer.update_from_dict(written)
    return issue_token(customer, what)


async def start_pin_recovery(scope: Scope, customer_id: int) -> OtpChallenge:
    """Send a code for a new PIN to what the customer has proven. Raises `Unavailable` where there is nothing, `TooManyTries`.

    To their number, unless that must prove itself first: whoever has it by now would read the code. Then to their chat
    on Telegram, else to their e-mail address.
    """
    customer = await get_customer(scope, customer_id)
    contact = await _proven_contact(scope, customer)
    if contact is None:
        raise Unavailable("There is nowhere to send a code to. Please talk to a person of the shop.")
    template = TEMPLATES["pin"] if "@" in contact else "pin_code"
    return await issue_code(scope, contact, "pin", customer_id=customer.id, template=template)


async def verify_pin_recovery(scope: Scope, challenge: OtpChallenge, code: str) -> str:
    """The right to one change (`proof_of`). Raises `CodeInvalid`, `CodeExpired`, `TooManyTries`."""
    await use_code(challenge, code)
    customer = await get_customer(scope, challenge.customer_id or 0)
    if await _proven_contact(scope, customer) != challenge.contact:
        raise CodeExpired(field="otp")
    check_open(customer)
    return proof_of(customer)


async def _proven_contact(scope: Scope, customer: Customer) -> str | None:
    if customer.phone and not await in_doubt(scope, customer.phone, customer.id):
        return customer.phone
    if chat := await chat_of(customer.id, proven=True):
        return f"{TELEGRAM}{chat}"
    if customer.email and customer.email_verified_at and not await is_settling(customer):
        return customer.email
    return None


async def recover_password(scope: Scope, token: str, new: str) -> None:
    """Set a password with a token of `verify_recovery`, once. Raises `InvalidInput`."""
    customer = await _whose(scope, token, "reset")
    with _once():
        await set_password(scope, customer.id, new, epoch=customer.secret_epoch)


async def recover_pin(scope: Scope, token: str, email: str, new: str) -> None:
    """Set a PIN with a token of `verify_recovery`, once. Raises `InvalidInput`, also for another's address."""
    customer = await _whose(scope, token, "pin")
    if customer.email != checked_email(email, "email"):
        raise InvalidInput(BAD_TOKEN)
    with _once():
        await set_pin(customer, new)


async def _whose(scope: Scope, token: str, what: Forgotten) -> Customer:
    with _once():
        return await customer_of_token(scope, token, what)


@contextmanager
def _once() -> Iterator[None]:
    """A token that isn't good, or has been used by now, is refused in the same words."""
    try:
        yield
    except NotSignedIn:
        raise InvalidInput(BAD_TOKEN) from None
