"""Finding customers, within their platform and environment."""

from typing import Any
from uuid import UUID

from core.clock import now
from core.errors import InvalidInput, NotFound
from core.languages import LANGUAGES
from models import Customer
from services.tenants import Scope


async def get_customer(scope: Scope, customer_id: int) -> Customer:
    """Raises `NotFound` also for another platform's customer."""
    found = await _mine(scope, id=customer_id)
    if found is None:
        raise NotFound("There is no such customer.")
    return found


async def customer_by_phone(scope: Scope, phone: str) -> Customer | None:
    """The customer with that number (E.164)."""
    return await _mine(scope, phone=phone)


async def customer_by_email(scope: Scope, email: str) -> Customer | None:
    return await _mine(scope, email=email.strip().lower())


async def complete_profile(
    scope: Scope,
    customer_id: int,
    *,
    full_name: str | None = None,
    city: str | None = None,
    street: str | None = None,
    gps: str | None = None,
) -> Customer:
    """Write a customer's name and where they live; what isn't given stays. Raises `InvalidInput` for an empty or
    over-long name or place.
    """
    customer = await get_customer(scope, customer_id)
    written = {
        "full_name": customer.full_name if full_name is None else checked_text(full_name, "fullName", 200),
        "city": checked_text(city, "city", 120) if city else customer.city,
        "street": checked_text(street, "street", 255) if street else customer.street,
        "gps": checked_text(gps, "gps", 120) if gps else customer.gps,
        "updated_at": now(),
    }
    await Customer.filter(id=customer.id).update(**written)
    return customer.update_from_dict(written)


def checked_text(text: str, field: str, longest: int) -> str:
    """`text` without surrounding space or control characters. Raises `InvalidInput` where empty or over-long."""
    clean = "".join(c for c in text if c.isprintable()).strip()
    if not clean:
        raise InvalidInput("This can't be empty.", field=field)
    if len(clean) > longest:
        raise InvalidInput(f"At most {longest} characters fit here.", field=field)
    return clean


async def customer_by_uid(scope: Scope, uid: UUID) -> Customer:
    """Raises `NotFound` also for another platform's customer."""
    found = await _mine(scope, uid=uid)
    if found is None:
        raise NotFound("There is no such customer.")
    return found


async def choose_language(scope: Scope, customer_id: int, language: str) -> None:
    """Speak and write to a customer in a language (a code) from now on. Raises `InvalidInput` for one not spoken here."""
    if language not in LANGUAGES:
        raise InvalidInput(f"The language is one of {', '.join(LANGUAGES)}.", field="language")
    await Customer.filter(
        id=customer_id, platform_id=scope.platform_id, environment=scope.environment
    ).update(language=language, updated_at=now())


def number_of(customer: Customer) -> str | None:
    """Where a customer is texted (E.164): the proven number, else the one they gave."""
    return customer.phone or customer.stated_phone


async def _mine(scope: Scope, **which: Any) -> Customer | None:
    return await Customer.get_or_none(platform_id=scope.platform_id, environment=scope.environment, **which)
