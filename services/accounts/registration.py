"""Registering with an e-mail address, which proves itself by a code; the phone number is only stated."""

from datetime import timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from tortoise.expressions import F, Q

from core.clock import now
from core.db import fetch_one, transaction
from core.errors import AlreadyRegistered, InvalidInput
from core.phones import parse_phone
from models import Customer, OtpChallenge
from services.accounts.customers import checked_text, customer_by_email, get_customer
from services.accounts.names import full_name_of
from services.accounts.otp import issue_code, newest_challenge, use_code
from services.accounts.pins import checked_pin, hash_pin
from services.accounts.signup import checked_password, insert_customer
from services.notifications import queue_message
from services.secrets import hash_secret
from services.tenants import Scope

# A registration that nobody confirmed holds its address no longer than this.
UNCONFIRMED = timedelta(hours=24)


def checked_email(text: str, field: str = "emailAddress") -> str:
    """An e-mail address in lower case. Raises `InvalidInput`."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidInput("That is not an e-mail address.", field=field) from None
    return found.normalized.lower()


async def register(
    scope: Scope, *, first_name: str, last_name: str, email: str, phone: str, password: str, pin: str
) -> Customer:
    """A customer with a shopping card, to whose address a code is sent.

    The number serves for messages only, until a code or the network proves it. Raises `AlreadyRegistered`,
    `InvalidInput`.
    """
    address = checked_email(email)
    number = parse_phone(phone, scope.country, "phoneNumber")
    first, last = checked_text(first_name, "firstName", 100), checked_text(last_name, "lastName", 100)
    hashed = await hash_secret(checked_password(password))
    checked_pin(pin)
    async with transaction():
        await _make_way(scope, address, number)
        given = {
            "email": address,
            "stated_phone": number,
            "full_name": full_name_of(first, last),
            "last_name": last,
            "password_hash": hashed,
        }
        customer = await insert_customer(scope, **given)
        if customer is None:
            raise AlreadyRegistered("Email address already exists")
        customer.pin_hash = hash_pin(customer.id, pin)
        await customer.save(update_fields=["pin_hash"])
        await send_verification(scope, customer)
    return customer


async def _make_way(scope: Scope, email: str, phone: str) -> None:
    """Raises `AlreadyRegistered` where the address or the number is somebody's who has proven it."""
    mine = Customer.filter(platform_id=scope.platform_id, environment=scope.environment)
    if await mine.filter(Q(phone=phone) | Q(stated_phone=phone, email_verified_at__isnull=False)).exists():
        raise AlreadyRegistered("Phone number already exists")
    holder = await customer_by_email(scope, email)
    if holder is None:
        return
    if not await _left_behind(holder):
        raise AlreadyRegistered("Email address already exists")
    await Customer.filter(id=holder.id).update(email=None, secret_epoch=F("secret_epoch") + 1)


async def _left_behind(customer: Customer) -> bool:
    """Whether an address was given by somebody who never confirmed it and has nothing here."""
    if customer.email_verified_at or customer.phone or customer.created_at > now() - UNCONFIRMED:
        return False
    used = await fetch_one(
        "SELECT EXISTS (SELECT 1 FROM payment WHERE customer_id = $1) AS paid, "
        "EXISTS (SELECT 1 FROM posting p JOIN ledger_account a ON a.id = p.account_id WHERE a.customer_id = $1) AS moved",
        customer.id,
    )
    return not (used and (used["paid"] or used["moved"]))


async def send_verification(scope: Scope, customer: Customer) -> OtpChallenge:
    """Send a code to the customer's address. Raises `TooManyTries`."""
    return await issue_code(
        scope, str(customer.email), "email", customer_id=customer.id, template="email_verification"
    )


async def resend_verification(scope: Scope, email: str) -> OtpChallenge:
    """Send the code again, also for a change of address. Raises `InvalidInput`, `TooManyTries`.

    For an address that waits for none there is a challenge, too, which no code fits.
    """
    address = checked_email(email, "email")
    last = (
        await OtpChallenge.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            contact=address,
            purpose="email",
            used_at__isnull=True,
        )
        .order_by("-id")
        .first()
    )
    if last is None or last.customer_id is None:
        return await issue_code(scope, address, "email", payload={"taken": True}, template=None)
    return await issue_code(
        scope,
        address,
        "email",
        customer_id=last.customer_id,
        payload=last.payload,
        template="email_verification",
    )


async def verify_email(scope: Scope, email: str, code: str) -> Customer:
    """The address is the customer's now. Raises `CodeInvalid`, `CodeExpired`, `TooManyTries`, `AlreadyRegistered`."""
    address = checked_email(email, "email")
    challenge = await newest_challenge(scope, address, "email")
    await use_code(challenge, code)
    return await prove_email(scope, challenge.customer_id or 0, address)


async def prove_email(scope: Scope, customer_id: int, address: str) -> Customer:
    """Write down that the customer reads that address. Raises `AlreadyRegistered` where it became another's."""
    customer = await get_customer(scope, customer_id)
    holder = await customer_by_email(scope, address)
    if holder is not None and holder.id != customer.id:
        raise AlreadyRegistered("Email address already exists")
    written: dict[str, Any] = {"email": address, "email_verified_at": now(), "updated_at": now()}
    async with transaction():
        await Customer.filter(id=customer.id).update(**written)
        if customer.email_verified_at and customer.email != address:
            # Whoever owned the account learns of it, in case they didn't ask.
            await queue_message(scope, channel="email", to=str(customer.email), template="email_changed")
    return customer.update_from_dict(written)


async def start_email_change(scope: Scope, customer: Customer, email: str) -> None:
    """Send a code to a new address, which replaces the old one once it has proven itself by `verify_email`.

    Raises `AlreadyRegistered`, `InvalidInput`, `TooManyTries`.
    """
    address = checked_email(email)
    if address == customer.email:
        return
    if await customer_by_email(scope, address) is not None:
        raise AlreadyRegistered("Email address already exists")
    await issue_code(scope, address, "email", customer_id=customer.id, template="email_verification")
