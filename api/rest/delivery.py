"""Delivery (arkifi-rest-api.txt, "Delivery Quotes" and "Saved Delivery Addresses")."""

from typing import Annotated, Any

from pydantic import Field

from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import AmountOrNone, Guid, Money, Query, Shape, Text, When, money
from api.rest.people import environment_number
from core.errors import NotFound
from core.money import from_decimal
from models import Address
from services.accounts.names import split_name
from services.delivery.addresses import delete_address, save_address, saved_addresses, update_address
from services.delivery.places import LONGEST, SHORTEST
from services.delivery.quotes import HEAVIEST_G, quote

section = Section("Delivery", "/api/checkout")
PROVIDER = "Terminal Africa"
QUOTED = "Delivery quote retrieved successfully"
ASKING = "The carriers are still being asked. Please ask again in a moment."
NO_CARRIER = "No carrier delivers there"
NO_ADDRESS = {NotFound: "Address not found"}
Line = Annotated[Text, Field(min_length=1, max_length=255)]
Town = Annotated[Text, Field(min_length=1, max_length=120)]
Country = Annotated[Text, Field(min_length=2, max_length=2)]
Weight = Annotated[float, Field(gt=0, le=HEAVIEST_G // 1000, allow_inf_nan=False)]
ProviderId = Annotated[Text, Field(min_length=1, max_length=80)]


class Question(Shape):
    """`packageWeight` is in kilograms; `totalAmount` is what the parcel is worth, for its insurance.

    A rate serves one order, of pieces that weigh no less than was said: 0.05 each, and 0.1 in all.
    """

    store_location_id: Guid
    delivery_address: Annotated[Text, Field(min_length=SHORTEST, max_length=LONGEST)]
    total_amount: AmountOrNone | None = None
    package_weight: Weight | None = None


class Company(Shape):
    company_id: int
    company_name: str
    rate_id: str
    carrier_slug: str
    carrier_logo: str
    delivery_fee: Money
    estimated_delivery_time: str
    currency: str


class Quote(Shape):
    """`success` is false while the carriers are being asked, and where none goes there."""

    success: bool
    message: str
    companies: list[Company]


class AddressId(Query):
    provider_address_id: ProviderId


class NewAddress(Shape):
    line1: Line
    line2: Annotated[Text, Field(max_length=255)] | None = None
    city: Town
    state: Town
    country: Country
    zip: Annotated[Text, Field(max_length=20)] | None = None
    first_name: Annotated[Text, Field(max_length=100)] | None = None
    last_name: Annotated[Text, Field(max_length=100)] | None = None
    email: Annotated[Text, Field(max_length=255)] | None = None
    phone: Annotated[Text, Field(max_length=20)] | None = None
    is_residential: bool | None = None


class ChangedAddress(NewAddress):
    provider_address_id: ProviderId


class SavedAddress(Shape):
    id: Guid
    platform_id: Guid
    business_id: Guid
    environment_type: int
    provider_name: str
    provider_address_id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    line1: str
    line2: str | None
    city: str
    state: str
    country: str
    zip: str | None
    is_residential: bool
    date_created: When
    date_updated: When


@section.post("/delivery-quote", QUOTED, statuses=(202,))
async def delivery_quote(call: Call, body: Question) -> Quote:
    """What carriers ask, good for half an hour. With status 202 they are still being asked: ask again."""
    currency = call.scope.currency
    value = body.total_amount
    quoted = await quote(
        call.scope,
        call.signed_in,
        body.store_location_id,
        body.delivery_address,
        max(1, round((body.package_weight or 1) * 1000)),
        from_decimal(value, currency, "totalAmount") if value is not None else 0,
    )
    if quoted.pending:
        call.status, call.message = 202, ASKING
        return Quote(success=False, message=ASKING, companies=[])
    if not quoted.rates:
        call.message = NO_CARRIER
        return Quote(success=False, message=NO_CARRIER, companies=[])
    companies = [
        Company(
            company_id=number,
            company_name=rate.carrier_name,
            rate_id=rate.rate_id,
            carrier_slug=rate.carrier_slug,
            carrier_logo=rate.carrier_logo,
            delivery_fee=money(rate.price_minor, rate.currency),
            estimated_delivery_time=rate.delivery_time,
            currency=rate.currency,
        )
        for number, rate in enumerate(quoted.rates, 1)
    ]
    return Quote(success=True, message=QUOTED, companies=companies)


@section.get("/saved-delivery-addresses", "Saved addresses retrieved successfully")
async def list_addresses(call: Call) -> list[SavedAddress]:
    """One's own addresses, newest first."""
    return [_address(call, each) for each in await saved_addresses(call.scope, call.signed_in.id)]


@section.post("/saved-delivery-addresses", "Address saved successfully")
async def add_address(call: Call, body: NewAddress) -> SavedAddress:
    """Save an address. It is for the customer where it says nobody else."""
    return _address(call, await save_address(call.scope, call.signed_in, _columns(body)))


@section.put("/saved-delivery-addresses", "Address updated successfully", words=NO_ADDRESS)
async def change_address(call: Call, body: ChangedAddress) -> SavedAddress:
    """Change an address; optional fields that aren't sent stay as they are."""
    changed = await update_address(
        call.scope, call.signed_in, body.provider_address_id, _columns(body, body.model_fields_set)
    )
    return _address(call, changed)


@section.delete("/saved-delivery-addresses", "Address deleted successfully", words=NO_ADDRESS)
async def remove_address(call: Call, query: AddressId) -> bool:
    """Forget an address."""
    await delete_address(call.scope, call.signed_in.id, query.provider_address_id)
    return True


# The contract's names of an address's parts, where the columns have others.
COLUMNS = {"line1": "street", "line2": "street2", "state": "region", "zip": "postal_code"}


def _columns(body: NewAddress, only: set[str] | None = None) -> dict[str, Any]:
    given = body.model_dump(include=only, exclude={"provider_address_id"})
    return {COLUMNS.get(name, name): value for name, value in given.items()}


def _address(call: Call, address: Address) -> SavedAddress:
    first, last = split_name(address.full_name, address.last_name)
    return SavedAddress(
        id=address.uid,
        platform_id=call.scope.uid,
        business_id=call.scope.uid,
        environment_type=environment_number(call.scope),
        provider_name=PROVIDER,
        provider_address_id=address.carrier_address_id or "",
        first_name=first or None,
        last_name=last or None,
        email=address.email or None,
        phone=address.phone or None,
        line1=address.street,
        line2=address.street2 or None,
        city=address.city,
        state=address.region,
        country=address.country,
        zip=address.postal_code or None,
        is_residential=address.is_residential,
        date_created=address.created_at,
        date_updated=address.updated_at,
    )
