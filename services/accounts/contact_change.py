"""Changing the number that opens an account: the new one proves itself by a code before it replaces the old."""

from tortoise.exceptions import IntegrityError

from core.clock import now
from core.db import execute, transaction
from core.errors import AlreadyRegistered, CodeExpired, InvalidInput
from core.phones import parse_phone
from models import Customer, OtpChallenge
from services.accounts.customers import customer_by_phone, get_customer
from services.accounts.otp import issue_code, use_code
from services.accounts.passwords import check_password
from services.notifications import queue_message
from services.tenants import Scope


async def start_contact_change(
    scope: Scope, customer_id: int, *, current: str, new: str, password: str
) -> tuple[Customer, OtpChallenge]:
    """Send a code to the `new` number (as typed at home); the customer stays as they are until it comes back.

    `current` is what they are known by now: the number, or the address where there is none. For a number that is
    somebody's there is a challenge, too, which no code fits. Raises `InvalidInput`, `InvalidCredentials`, `TooManyTries`.
    """
    customer = await get_customer(scope, customer_id)
    number = parse_phone(new, scope.country, "newContact")
    await check_password(customer, password, field="password")
    if _known_as(scope, current) != (customer.phone or customer.email):
        raise InvalidInput("That is not the contact of this account.", field="currentContact")
    if number == customer.phone:
        raise InvalidInput("That is the number of this account already.", field="newContact")
    if await customer_by_phone(scope, number) is not None:
        taken = await issue_code(scope, number, "contact", payload={"taken": True}, template=None)
        return customer, taken
    standing = {"of": customer.phone, "epoch": customer.secret_epoch}
    return customer, await issue_code(scope, number, "contact", customer_id=customer.id, payload=standing)


async def verify_contact_change(
    scope: Scope, customer_id: int, challenge: OtpChallenge, code: str
) -> Customer:
    """The number is the customer's who asked for it; on a phone with the old one nobody is known any more.

    Raises `CodeInvalid`, `CodeExpired`, also where number or password changed meanwhile; `TooManyTries`,
    `AlreadyRegistered` where another was faster.
    """
    if challenge.customer_id not in (None, customer_id):
        raise CodeExpired(field="otp")
    await use_code(challenge, code)
    customer = await get_customer(scope, customer_id)
    old, new = customer.phone, challenge.contact
    if challenge.payload != {"of": old, "epoch": customer.secret_epoch}:
        raise CodeExpired(field="otp")
    try:
        async with transaction():
            same = Customer.filter(id=customer.id, phone=old, secret_epoch=customer.secret_epoch)
            if not await same.update(phone=new, stated_phone=None, updated_at=now()):
                raise CodeExpired(field="otp")
            await _part_phones(scope, customer.id, old, new)
            if old:
                await queue_message(
                    scope, channel="sms", to=old, template="number_changed", language=customer.language
                )
    except IntegrityError:
        raise AlreadyRegistered(field="newContact") from None
    return await get_customer(scope, customer_id)


async def _part_phones(scope: Scope, customer_id: int, old: str | None, new: str) -> None:
    """Calls and texts from the old number are a stranger's, and those from the new one nobody else's."""
    await execute(
        "UPDATE channel_identity SET customer_id = NULL, conversation_id = NULL WHERE platform_id = $1 "
        "AND environment = $2 AND channel IN ('ussd', 'sms') AND ((external_id = $3 AND customer_id = $5) "
        "OR (external_id = $4 AND customer_id <> $5))",
        scope.platform_id,
        scope.environment,
        old or "",
        new,
        customer_id,
    )


def _known_as(scope: Scope, contact: str) -> str:
    """A number in E.164, an address in lower case."""
    if "@" in contact:
        return contact.strip().lower()
    return parse_phone(contact, scope.country, "currentContact")
