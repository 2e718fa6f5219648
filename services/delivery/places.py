"""Where a parcel goes: an address as a person writes it, read into what carriers want."""

import re
from dataclasses import dataclass, replace

from babel import Locale

from core.errors import InvalidInput
from models import Address, Customer, PickupLocation
from providers.delivery import Place
from services.accounts.customers import number_of
from services.accounts.names import split_name
from services.delivery.regions import REGIONS, main_town, state_for, state_named, state_of_town
from services.tenants import Scope

SHORTEST, LONGEST = 10, 250
COUNTRY_NAMES = Locale("en").territories
_COUNTRIES = {COUNTRY_NAMES[code].casefold(): code for code in REGIONS}


def country_name(country: str) -> str:
    """The English name of an ISO-2 country."""
    return str(COUNTRY_NAMES.get(country, country))


def normalised(text: str) -> str:
    """An address as it is compared: two that differ in case, space or commas alone are the same."""
    return re.sub(r"[\s,;.]+", " ", _printable(text)).strip().casefold()


def checked_address_text(text: str, field: str = "deliveryAddress") -> str:
    """Raises `InvalidInput` for one that is too short or too long to be an address."""
    clean = _printable(text).strip()
    if not SHORTEST <= len(clean) <= LONGEST:
        raise InvalidInput(f"{field} must have {SHORTEST} to {LONGEST} characters", field=field)
    return clean


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


async def place_for(scope: Scope, customer: Customer, location: PickupLocation, text: str) -> Place:
    """Where `text` sends a parcel for the customer: the saved address that it is, else what it says."""
    saved = await Address.filter(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer.id,
        deleted_at__isnull=True,
    ).order_by("-id")
    first, last = split_name(customer.full_name, customer.last_name)
    wanted = normalised(text)
    for address in saved:
        if wanted in _written(address):
            return saved_place(address, fallback=customer)
    return replace(
        read_place(text, location),
        first_name=first or "Customer",
        last_name=last,
        email=customer.email or "",
        phone=number_of(customer) or "",
    )


def saved_place(address: Address, *, fallback: Customer) -> Place:
    """A saved address as a place; who it is for is the customer where it doesn't say."""
    named = bool(address.full_name)
    first, last = split_name(
        address.full_name if named else fallback.full_name, address.last_name if named else fallback.last_name
    )
    return Place(
        line1=address.street,
        line2=address.street2,
        city=address.city or main_town(address.country, state_for(address.country, address.region)),
        state=state_for(address.country, address.region or address.city),
        country=address.country,
        zip=address.postal_code,
        first_name=first or "Customer",
        last_name=last,
        email=address.email or fallback.email or "",
        phone=address.phone or number_of(fallback) or "",
        is_residential=address.is_residential,
    )


def pickup_place(scope: Scope, location: PickupLocation) -> Place:
    """Where a carrier fetches a parcel."""
    return Place(
        line1=location.address,
        city=location.city,
        state=state_for(location.country, location.state),
        country=location.country,
        first_name=location.name,
        last_name=scope.name,
        phone=location.phone,
        is_residential=False,
    )


@dataclass(frozen=True, slots=True)
class _Region:
    """Which part of a written address tells the state, and whether it is a town's name."""

    at: int
    state: str
    town: bool = False


def read_place(text: str, location: PickupLocation) -> Place:
    """The place that a written address means, without who lives there: "Street, City, State, Country".

    Where no state can be told from it, it is the location's.
    """
    parts = [part for each in re.split(r"[,;\n]", text) if (part := each.strip(" ."))] or [text.strip()]
    country, postcode = location.country, ""
    if len(parts) > 1 and (named := _COUNTRIES.get(parts[-1].casefold())):
        country = named
        parts.pop()
    if len(parts) > 1 and re.fullmatch(r"\d{5,6}", parts[-1]):
        postcode = parts.pop()
    region = _region(country, parts)
    if region is None:
        state = _ending(country, parts[-1]) or state_for(location.country, location.state)
        town = main_town(country, state)
        city = parts.pop() if len(parts) > 1 else town
    elif region.town:
        state, city = region.state, parts.pop(region.at) if len(parts) > 1 else parts[0]
    else:
        state, city = region.state, main_town(country, region.state)
        if len(parts) > 1:
            parts.pop(region.at)
            # What stands before the state is its town, unless that is all there is.
            city = parts.pop(region.at - 1) if region.at > 1 else city
    return Place(line1=", ".join(parts), city=city, state=state, country=country, zip=postcode)


def _region(country: str, parts: list[str]) -> _Region | None:
    """The last part that is a state, else the last that is a town."""
    backwards = [(at, parts[at]) for at in reversed(range(len(parts)))]
    for at, part in backwards:
        if state := state_named(country, part):
            return _Region(at, state)
    for at, part in backwards:
        if state := state_of_town(country, part):
            return _Region(at, state, town=True)
    return None


def _ending(country: str, part: str) -> str | None:
    """The state or town that the words of a part end with: "5 Allen Avenue Ikeja Lagos"."""
    words = part.split()
    for number in (3, 2, 1):
        ending = " ".join(words[-number:])
        if state := state_named(country, ending) or state_of_town(country, ending):
            return state
    return None


def _written(address: Address) -> set[str]:
    """The ways in which a saved address may come back as text."""
    lines = [address.street, address.street2, address.city, address.region]
    once = list(dict.fromkeys(lines))
    endings = (
        (),
        (address.country,),
        (country_name(address.country),),
        (address.postal_code,),
        (address.postal_code, address.country),
        (address.postal_code, country_name(address.country)),
    )
    return {normalised(", ".join((*body, *ending))) for body in (lines, once) for ending in endings}
