"""Signing up: a number proves itself by a one-time code, then there is a customer with a shopping card."""

from typing import Any

from core.clock import now
from core.db import fetch, placeholders, transaction
from core.errors import AlreadyRegistered, PasswordInvalid
from core.ids import new_uid
from core.languages import SOURCE
from core.phones import parse_phone
from models import Customer, OtpChallenge
from services.accounts.customers import checked_text, customer_by_phone, get_customer
from services.accounts.otp import issue_code, use_code
from services.cards import open_card
from services.secrets import hash_secret
from services.tenants import Scope

SHORTEST_PASSWORD = 6
LONGEST_PASSWORD = 128


async def start_signup(
    scope: Scope, phone: str, password: str | None, *, language: str = SOURCE
) -> OtpChallenge:
    """Send a code to `phone` (as typed at home), in a language. Raises `InvalidInput`, `TooManyTries`.

    The answer is the same for a number that has an account: its owner is told so by message instead.
    """
    number = parse_phone(phone, scope.country)
    hashed = await hash_secret(checked_password(password)) if password is not None else None
    if owner := await customer_by_phone(scope, number):
        return await issue_code(
            scope,
            number,
            "signup",
            payload={"taken": True},
            template="already_registered",
            language=owner.language,
        )
    return await issue_code(scope, number, "signup", payload={"password_hash": hashed}, language=language)


async def verify_signup(
    scope: Scope, challenge: OtpChallenge, code: str, *, full_name: str = "", language: str = SOURCE
) -> Customer:
    """Check the code and make the customer with their shopping card, spoken to in a language.

    Raises `CodeInvalid`, `CodeExpired`, `TooManyTries`; `AlreadyRegistered` where another was faster.
    """
    name = checked_text(full_name, "fullName", 200) if full_name else ""
    await use_code(challenge, code)
    return await create_customer(
        scope,
        phone=challenge.contact,
        full_name=name,
        password_hash=challenge.payload.get("password_hash"),
        language=language,
    )


async def create_customer(
    scope: Scope,
    *,
    phone: str,
    full_name: str = "",
    password_hash: str | None = None,
    language: str = SOURCE,
) -> Customer:
    """A customer whose number (E.164) is proven, and their shopping card. Raises `AlreadyRegistered`."""
    created = await insert_customer(
        scope, phone=phone, full_name=full_name, password_hash=password_hash, language=language
    )
    if created is None:
        raise AlreadyRegistered(field="phone")
    return created


async def insert_customer(scope: Scope, **given: Any) -> Customer | None:
    """A customer with these columns, and their shopping card; None where the number or address is somebody's."""
    given = {"language": SOURCE, "full_name": "", **given}
    async with transaction():
        rows = await fetch(
            "INSERT INTO customer (uid, created_at, updated_at, platform_id, environment, title, pin_tries, "
            f"secret_epoch, {', '.join(given)}) VALUES ($1, $2, $2, $3, $4, '', 0, 0, "
            f"{placeholders(list(given), 5)}) ON CONFLICT DO NOTHING RETURNING id",
            new_uid(),
            now(),
            scope.platform_id,
            scope.environment,
            *given.values(),
        )
        if not rows:
            return None
        customer_id: int = rows[0]["id"]
        await open_card(scope, customer_id)
    return await get_customer(scope, customer_id)


def checked_password(password: str) -> str:
    """Raises `PasswordInvalid` for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise PasswordInvalid(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.", field="password"
        )
    return password
