"""E-mail addresses: proven by a code, and changed so that whoever owned the account hears of it first."""

from datetime import timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email

from core.clock import now
from core.db import transaction
from core.errors import AlreadyRegistered, CodeExpired, InvalidInput
from models import Customer, OtpChallenge
from services.accounts.contact import warn
from services.accounts.customers import customer_by_email, get_customer
from services.accounts.otp import issue_code, newest_challenge, use_code
from services.tenants import Scope

# So long a changed address opens nothing by itself, and who lost the account by the change can say so.
SETTLING = timedelta(hours=24)
TOKEN_LASTS = timedelta(hours=24)
TAKEN = "Email address already exists"


def checked_email(text: str, field: str = "emailAddress") -> str:
    """An e-mail address in lower case. Raises `InvalidInput`."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise InvalidInput("That is not an e-mail address.", field=field) from None
    return found.normalized.lower()


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
    return await take_address(scope, challenge)


async def take_address(scope: Scope, challenge: OtpChallenge) -> Customer:
    """The address of a challenge that was met is its customer's now. Raises `CodeExpired`, `AlreadyRegistered`."""
    address = challenge.contact
    customer = await get_customer(scope, challenge.customer_id or 0)
    # A change stands as it was asked for: with a new password, or another address by now, it is off.
    if challenge.payload.get("change") != (None if customer.email == address else _standing(customer)):
        raise CodeExpired(field="otp")
    holder = await customer_by_email(scope, address)
    if holder is not None and holder.id != customer.id:
        raise AlreadyRegistered(TAKEN)
    written: dict[str, Any] = {"email": address, "email_verified_at": now(), "updated_at": now()}
    async with transaction():
        if customer.email != address:
            await warn(scope, customer, "email_changed")
        same = Customer.filter(id=customer.id, secret_epoch=customer.secret_epoch)
        if not await same.update(**written):
            raise CodeExpired(field="otp")
    return customer.update_from_dict(written)


async def note_change(scope: Scope, customer: Customer, address: str) -> None:
    """Somebody of the shop gives an account another address, in the caller's transaction: who has proven to own it is
    told at the one before, and the new one opens nothing until it has settled, as after a change of the customer's own.
    """
    await warn(scope, customer, "email_changed")
    await OtpChallenge.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        purpose="email",
        contact=address,
        customer_id=customer.id,
        payload={"change": _standing(customer)},
        expires_at=now(),
        used_at=now(),
    )


async def new_address(scope: Scope, email: str) -> str:
    """The address as it would be kept. Raises `AlreadyRegistered` where it is somebody's, `InvalidInput`."""
    address = checked_email(email)
    if await customer_by_email(scope, address) is not None:
        raise AlreadyRegistered(TAKEN)
    return address


def is_guarded(customer: Customer) -> bool:
    """Whether a change of address needs more than a session: there is somebody proven to take the account from."""
    has_secret = customer.password_hash or customer.pin_hash
    return bool(customer.email_verified_at or (customer.phone and has_secret))


async def start_email_change(
    scope: Scope, customer: Customer, address: str, *, by_token: bool = False
) -> None:
    """Send a code, or a token that is good for a day, to a `new_address`, which replaces the old one once it has proven
    itself by `verify_email` or `change_address`.

    The customer is told at the same moment. Raises `TooManyTries`.
    """
    sent: dict[str, Any] = {"template": "email_verification"}
    if by_token:
        sent = {"template": "email_change_link", "page": "verify-email-address-change", "lasts": TOKEN_LASTS}
    async with transaction():
        await issue_code(
            scope,
            address,
            "email",
            customer_id=customer.id,
            payload={"change": _standing(customer)},
            **sent,
        )
        await warn(scope, customer, "email_change_started")


def _standing(customer: Customer) -> dict[str, Any]:
    """What a change of address rests on."""
    return {"of": customer.email if customer.email_verified_at else None, "epoch": customer.secret_epoch}


async def is_settling(customer: Customer) -> bool:
    """Whether the customer's address took another's place in the last 24 hours."""
    proven = await OtpChallenge.filter(
        platform_id=customer.platform_id,
        environment=customer.environment,
        contact=customer.email,
        purpose="email",
        customer_id=customer.id,
        used_at__gt=now() - SETTLING,
    )
    return any("change" in each.payload for each in proven)
