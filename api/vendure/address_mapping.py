"""Countries, zones and the addresses that a customer keeps, in the dialect's names. Pure: nothing is read here."""

from typing import Any

from api.vendure.context import Context
from api.vendure.mapping import Shape, country_name
from api.vendure.order_mapping import ADDRESS_NAMES
from models import Address
from services.countries import countries_of
from services.tenants import Scope

# Ours beside Vendure's: an app finds them among the custom fields.
OURS = ("title", "gps")
USUAL = {"defaultShippingAddress": "default_shipping", "defaultBillingAddress": "default_billing"}


def country_shape(scope: Scope, code: str) -> Shape:
    return {
        "id": code,
        "code": code,
        "languageCode": "en",
        "name": country_name(code),
        "enabled": code in countries_of(scope),
    }


def zone_shape(scope: Scope) -> Shape:
    """Where the shop delivers."""
    return {
        "id": str(scope.platform_id),
        "name": country_name(scope.country),
        "members": [country_shape(scope, code) for code in countries_of(scope)],
    }


def kept_address_shape(context: Context, address: Address) -> Shape:
    custom = address.custom if isinstance(address.custom, dict) else {}
    ours = {name: getattr(address, name) for name in OURS if getattr(address, name)}
    return {
        "id": str(address.id),
        "createdAt": address.created_at,
        "updatedAt": address.updated_at,
        "fullName": address.full_name or None,
        "company": address.company or None,
        "streetLine1": address.street,
        "streetLine2": address.street2 or None,
        "city": address.city or None,
        "province": address.region or None,
        "postalCode": address.postal_code or None,
        "country": country_shape(context.scope, address.country),
        "phoneNumber": address.phone or None,
        "defaultShippingAddress": address.default_shipping,
        "defaultBillingAddress": address.default_billing,
        "customFields": {**custom, **ours} or None,
    }


def read_kept_address(given: dict[str, Any]) -> dict[str, Any]:
    """What is given of an address as the services take it; a null empties what may be empty."""
    written = {ours: given[name] for name, ours in (ADDRESS_NAMES | USUAL).items() if name in given}
    custom = written.get("custom")
    if isinstance(custom, dict):
        written |= {name: custom[name] for name in OURS if isinstance(custom.get(name), str)}
        written["custom"] = {name: value for name, value in custom.items() if name not in OURS}
    return written
