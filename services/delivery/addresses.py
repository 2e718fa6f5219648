"""Saved delivery addresses: a customer's own, known to the delivery service as well where it could be reached."""

from typing import Any

import phonenumbers
import structlog

from core.clock import now
from core.errors import InvalidInput, NotFound
from core.ids import new_uid
from core.phones import parse_phone
from models import Address, Customer
from providers.errors import ProviderRefused, ProviderUnknown
from services.accounts.customers import checked_text, number_of
from services.accounts.emails import checked_email
from services.accounts.names import full_name_of, split_name
from services.delivery.asking import gateway_of
from services.delivery.places import saved_place
from services.tenants import Scope

log = structlog.get_logger(__name__)

MOST = 50
# Ids of our own, for addresses that the delivery service doesn't know.
OURS = "addr_"
# Columns that are plain text, with the contract's names and how long each may be; the first three are needed.
TEXTS = {
    "street": ("line1", 255),
    "city": ("city", 120),
    "region": ("state", 120),
    "street2": ("line2", 255),
    "postal_code": ("zip", 20),
}
NEEDED = ("street", "city", "region")


async def saved_addresses(scope: Scope, customer_id: int) -> list[Address]:
    """The customer's, newest first. Each is named by its `carrier_address_id`."""
    found: list[Address] = await _mine(scope, customer_id).order_by("-id")
    for address in found:
        await _named(address)
    return found


async def save_address(scope: Scope, customer: Customer, given: dict[str, Any]) -> Address:
    """Save an address. `given` are columns of `TEXTS`, `country` (ISO-2), and perhaps `first_name`, `last_name`,
    `email`, `phone`, `is_residential`; who it is for is the customer where it doesn't say.

    Raises `InvalidInput` naming the contract's field.
    """
    if await _mine(scope, customer.id).count() >= MOST:
        raise InvalidInput(f"At most {MOST} addresses can be saved. Delete one first.")
    first, last = split_name(customer.full_name, customer.last_name)
    who = {"first_name": first, "last_name": last, "email": customer.email, "phone": number_of(customer)}
    written = _checked(scope, {**who, **{name: value for name, value in given.items() if value is not None}})
    address = Address(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer.id,
        uid=new_uid(),
        **written,
    )
    address.carrier_address_id = await _id_at_carriers(address, customer) or _our_id(address)
    await address.save()
    return address


async def update_address(
    scope: Scope, customer: Customer, address_id: str, changes: dict[str, Any]
) -> Address:
    """Change what is given of one's own address. Raises `NotFound`, `InvalidInput`."""
    address = await _one(scope, customer.id, address_id)
    if changes.keys() & {"first_name", "last_name"}:
        first, last = split_name(address.full_name, address.last_name)
        changes = {"first_name": first, "last_name": last, **changes}
    written = {**_checked(scope, changes), "updated_at": now()}
    await _mine(scope, customer.id).filter(id=address.id).update(**written)
    address.update_from_dict(written)
    if not address_id.startswith(OURS):
        try:
            await gateway_of(scope.environment).update_address(
                address_id, saved_place(address, fallback=customer)
            )
        except (ProviderRefused, ProviderUnknown, InvalidInput) as trouble:
            # Ours is what quotes are asked with, so the delivery service's may lag behind.
            log.info("address not updated at the carriers", address=address.id, reason=str(trouble))
    return address


async def delete_address(scope: Scope, customer_id: int, address_id: str) -> None:
    """Forget one's own address; its id is retired and never names another. Raises `NotFound`."""
    address = await _one(scope, customer_id, address_id)
    await _mine(scope, customer_id).filter(id=address.id).update(deleted_at=now(), updated_at=now())


def _mine(scope: Scope, customer_id: int) -> Any:
    return Address.filter(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        deleted_at__isnull=True,
    )


async def _one(scope: Scope, customer_id: int, address_id: str) -> Address:
    found: Address | None = await _mine(scope, customer_id).get_or_none(carrier_address_id=address_id)
    if found is None:
        raise NotFound("Address not found", field="providerAddressId")
    return found


async def _named(address: Address) -> None:
    """Give an address that came another way than over REST the id that names it."""
    if address.carrier_address_id is None:
        address.carrier_address_id = _our_id(address)
        await Address.filter(id=address.id, carrier_address_id__isnull=True).update(
            carrier_address_id=address.carrier_address_id
        )


def _our_id(address: Address) -> str:
    return f"{OURS}{address.uid.hex}"


async def _id_at_carriers(address: Address, customer: Customer) -> str | None:
    """The delivery service's id of a new address; None where it can't be had, which must stop nobody."""
    try:
        gateway = gateway_of(address.environment)  # type: ignore[arg-type]
        found = await gateway.save_address(saved_place(address, fallback=customer))
    except (ProviderRefused, ProviderUnknown, InvalidInput) as trouble:
        log.info("address not saved at the carriers", customer=customer.id, reason=str(trouble))
        return None
    return found if len(found) <= 80 else None


def _checked(scope: Scope, given: dict[str, Any]) -> dict[str, Any]:
    """What is given, as columns; a null empties what may be empty. Raises `InvalidInput`."""
    written: dict[str, Any] = {}
    for column, (field, longest) in TEXTS.items():
        if column in given:
            text = given[column] or ""
            written[column] = checked_text(text, field, longest) if text or column in NEEDED else ""
    if "country" in given:
        written["country"] = str(given["country"]).upper()
        # Babel's names would also let in what is no country: ZZ, EU, UN.
        if written["country"] not in phonenumbers.SUPPORTED_REGIONS:
            raise InvalidInput("country is a code of two letters, such as NG", field="country")
    if "first_name" in given:
        last = (given["last_name"] or "").strip()
        written |= {"full_name": full_name_of((given["first_name"] or "").strip(), last), "last_name": last}
    if "email" in given:
        written["email"] = checked_email(given["email"], "email") if given["email"] else ""
    if "phone" in given:
        written["phone"] = parse_phone(given["phone"], scope.country, "phone") if given["phone"] else ""
    if given.get("is_residential") is not None:
        written["is_residential"] = given["is_residential"]
    return written
