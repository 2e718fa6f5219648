"""Addresses in the dialect's names."""

from typing import Any

from babel import Locale

from api.xorder.shaping import Fields, Shaped, always, nothing
from services.accounts.names import split_name

# addressType: a bit each.
BILLING, SHIPPING = 1, 2

# What of an address the house keeps by the same sense, in the dialect's name.
OURS = {
    "city": "city",
    "countryCode": "country",
    "email": "email",
    "line1": "street",
    "line2": "street2",
    "organization": "company",
    "phone": "phone",
    "postalCode": "postal_code",
    "regionName": "region",
}
# What it has no place for is kept beside it under the dialect's own name.
BESIDE = ("firstName", "id", "key", "lastName", "middleName", "name", "outerId", "regionId", "zip")


def _said(name: str) -> Any:
    return lambda address: address.get(name) or None


def _first(address: dict[str, Any]) -> str | None:
    return address.get("firstName") or split_name(address.get("full_name") or "")[0] or None


def _last(address: dict[str, Any]) -> str | None:
    return address.get("lastName") or split_name(address.get("full_name") or "")[1] or None


def _country(address: dict[str, Any]) -> str | None:
    code = address.get("country")
    return str(Locale("en").territories.get(code, code)) if code else None


FIELDS: Fields = {
    **{name: _said(ours) for name, ours in OURS.items()},
    **{name: _said(name) for name in BESIDE},
    "addressType": _said("addressType"),
    "countryName": _country,
    "firstName": _first,
    "lastName": _last,
    "name": lambda a: a.get("name") or a.get("full_name") or None,
    "postalCode": lambda a: a.get("postal_code") or "",
    "description": nothing,
    "zip": lambda a: a.get("zip") or a.get("postal_code") or None,
}


def address_shape(address: dict[str, Any] | None, kind: int | None = None) -> Shaped | None:
    """An OrderAddressType of an address as the house keeps it; `kind` is its addressType, where it isn't said."""
    if address is None:
        return None
    return Shaped(FIELDS if kind is None else {**FIELDS, "addressType": always(kind)}, address)


def order_addresses(billing: dict[str, Any] | None, shipping: dict[str, Any] | None) -> list[Shaped]:
    """The addresses of an order; one that is both is told once."""
    if billing and billing == shipping:
        return [Shaped({**FIELDS, "addressType": always(BILLING | SHIPPING)}, billing)]
    kinds = ((billing, BILLING), (shipping, SHIPPING))
    return [
        shaped for address, kind in kinds if address and (shaped := address_shape(address, kind)) is not None
    ]
