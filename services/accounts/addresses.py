"""Addresses that a customer keeps for an app: each for an order to be brought or billed to, one of them the usual one."""

from typing import Any

import phonenumbers

from core.clock import now
from core.db import lock_name, transaction
from core.errors import InvalidInput, NotFound
from core.ids import new_uid
from core.phones import parse_phone
from models import Address
from services.accounts.customers import checked_text
from services.checkout.delivery import checked_custom
from services.tenants import Scope

MOST = 50
# What is plain text, with the dialect's names and how long each may be.
TEXTS = {
    "title": ("title", 80),
    "full_name": ("fullName", 200),
    "company": ("company", 200),
    "street": ("streetLine1", 255),
    "street2": ("streetLine2", 255),
    "city": ("city", 120),
    "region": ("province", 120),
    "postal_code": ("postalCode", 20),
    "gps": ("gps", 120),
}
USUAL = ("default_shipping", "default_billing")


async def addresses_of(scope: Scope, customer_id: int) -> list[Address]:
    """The customer's, oldest first."""
    found: list[Address] = await _mine(scope, customer_id).order_by("id")
    return found


async def add_address(scope: Scope, customer_id: int, given: dict[str, Any]) -> Address:
    """Keep an address. `given` are columns of `TEXTS`, `country` (ISO-2), `phone`, `custom` (small JSON) and those of
    `USUAL`. Raises `InvalidInput`.
    """
    written = _checked(scope, given)
    if not written.get("street"):
        raise InvalidInput("An address needs a street.", field="streetLine1")
    async with transaction():
        await _one_at_a_time(customer_id)
        return await _add(scope, customer_id, written)


async def update_address(scope: Scope, customer_id: int, address_id: int, changes: dict[str, Any]) -> Address:
    """Change what is given of one's own address. Raises `NotFound`, `InvalidInput`."""
    written = _checked(scope, changes)
    if written.get("street") == "":
        raise InvalidInput("An address needs a street.", field="streetLine1")
    async with transaction():
        await _one_at_a_time(customer_id)
        address = await _one(scope, customer_id, address_id)
        return await _write(scope, address, written)


async def forget_address(scope: Scope, customer_id: int, address_id: int) -> None:
    """Delete one's own address; where it was the usual one the oldest other is from now on. Raises `NotFound`."""
    async with transaction():
        await _one_at_a_time(customer_id)
        address = await _one(scope, customer_id, address_id)
        await _mine(scope, customer_id).filter(id=address.id).update(deleted_at=now(), updated_at=now())
        left = await _mine(scope, customer_id).order_by("id").first()
        heir = {name: True for name in USUAL if getattr(address, name)}
        if left is not None and heir:
            await _write(scope, left, heir)


async def manage_address(scope: Scope, customer_id: int, given: dict[str, Any]) -> Address:
    """Keep an address under its title, in place of the one that had the title before. Raises `InvalidInput`."""
    written = _checked(scope, {"country": scope.country, **given})
    if not written.get("title"):
        raise InvalidInput("An address needs a title.", field="title")
    async with transaction():
        await _one_at_a_time(customer_id)
        known = await _mine(scope, customer_id).filter(title=written["title"]).order_by("id").first()
        if known is not None:
            return await _write(scope, known, written)
        return await _add(scope, customer_id, written)


async def _add(scope: Scope, customer_id: int, written: dict[str, Any]) -> Address:
    if await _mine(scope, customer_id).count() >= MOST:
        raise InvalidInput(f"At most {MOST} addresses can be saved. Delete one first.")
    texts = {name: value for name, value in written.items() if name not in USUAL}
    address = await Address.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        uid=new_uid(),
        **{"street": "", **texts},
    )
    return await _write(scope, address, {name: written[name] for name in USUAL if name in written})


async def _write(scope: Scope, address: Address, written: dict[str, Any]) -> Address:
    others = _mine(scope, address.customer_id).exclude(id=address.id)
    for name in USUAL:
        if written.get(name):
            await others.filter(**{name: True}).update(**{name: False})
    if written:
        written = {**written, "updated_at": now()}
        await _mine(scope, address.customer_id).filter(id=address.id).update(**written)
    return address.update_from_dict(written)


async def _one_at_a_time(customer_id: int) -> None:
    """Of a customer's addresses one is the usual: two changes at the same moment come one after the other."""
    await lock_name(f"addresses:{customer_id}")


def _mine(scope: Scope, customer_id: int) -> Any:
    return Address.filter(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        deleted_at__isnull=True,
    )


async def _one(scope: Scope, customer_id: int, address_id: int) -> Address:
    found: Address | None = await _mine(scope, customer_id).get_or_none(id=address_id)
    if found is None:
        raise NotFound("There is no such address.", field="id")
    return found


def _checked(scope: Scope, given: dict[str, Any]) -> dict[str, Any]:
    """What is given, as columns; a null empties what may be empty. Raises `InvalidInput`."""
    written: dict[str, Any] = {}
    for column, (field, longest) in TEXTS.items():
        if column in given:
            written[column] = checked_text(given[column], field, longest) if given[column] else ""
    if "full_name" in written:
        written["last_name"] = ""
    if "country" in given:
        written["country"] = str(given["country"] or "").upper()
        # Babel's names would also let in what is no country: ZZ, EU, UN.
        if written["country"] not in phonenumbers.SUPPORTED_REGIONS:
            raise InvalidInput("A country is a code of two letters, such as GH.", field="countryCode")
    if "phone" in given:
        written["phone"] = parse_phone(given["phone"], scope.country, "phoneNumber") if given["phone"] else ""
    if "custom" in given:
        written["custom"] = checked_custom(given["custom"]) if given["custom"] else None
    for name in USUAL:
        if given.get(name) is not None:
            written[name] = bool(given[name])
    return written
