"""What Terminal Africa accepts in a request, and how it says no to the rest."""

from typing import Annotated, Any, Literal, TypeVar

import orjson
import phonenumbers
from aiohttp import web
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from providers.twins.store import Document
from providers.twins.terminal.carriers import SUBUNITS_OF
from providers.twins.terminal.wire import Refusal

Form = TypeVar("Form", bound=BaseModel)
# A pickup needs them all, and so do a quote that is kept and a quick shipment.
FOR_PICKUP = ("first_name", "last_name", "line1", "phone", "zip")
HEAVIEST_KG = 1000.0


def _words(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_words), Field(max_length=300)]


class _Address(BaseModel):
    city: str = Field(min_length=1, max_length=100)
    state: str = Field(min_length=1, max_length=100)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    first_name: Text = ""
    last_name: Text = ""
    line1: Text = ""
    line2: Text = ""
    zip: Text = ""
    email: Text = ""
    phone: Text = ""
    is_residential: bool = True
    metadata: dict[str, Any] = Field(default_factory=dict)


class _Packaging(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    type: Literal["box", "envelope", "soft-packaging"]
    height: float = Field(gt=0, le=1000)
    length: float = Field(gt=0, le=1000)
    width: float = Field(gt=0, le=1000)
    weight: float = Field(ge=0, le=HEAVIEST_KG)
    size_unit: Literal["cm"] = "cm"
    weight_unit: Literal["kg"] = "kg"


class _Item(BaseModel):
    name: str = Field(min_length=1, max_length=100)
    description: str = Field(min_length=1, max_length=1000)
    currency: Literal["NGN", "GHS"]
    value: float = Field(ge=0, le=10**13)
    quantity: int = Field(ge=1, le=100_000)
    weight: float = Field(gt=0, le=HEAVIEST_KG)


class _Parcel(BaseModel):
    description: Text = ""
    packaging: Text = ""
    weight_unit: Literal["kg"]
    items: list[_Item] = Field(min_length=1, max_length=100)
    metadata: dict[str, Any] = Field(default_factory=dict)


async def json_body(request: web.Request) -> Document:
    """The request's JSON object."""
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid request body")
    return body


def text(body: Document, name: str, *, required: bool = True) -> str:
    given = body.get(name)
    if isinstance(given, str) and given:
        return given
    if required or given not in (None, ""):
        raise Refusal(400, f"{name} is required")
    return ""


def address(given: Any, *, complete: bool = False, called: str = "address") -> Document:
    """An address; with everything that a pickup needs where it has to be `complete`."""
    form = _read(_Address, given, called)
    missing = next((name for name in FOR_PICKUP if complete and not getattr(form, name)), None)
    if missing:
        raise Refusal(400, f"{called}: {missing} is required")
    if form.phone and not _possible(form.phone, form.country):
        raise Refusal(400, f"{called}: phone is not a valid phone number")
    return form.model_dump() | {"name": f"{form.first_name} {form.last_name}".strip()}


def packaging(given: Any) -> Document:
    return _read(_Packaging, given, "packaging").model_dump()


def parcel(given: Any) -> Document:
    """A parcel with its weight and value; both count a line of items once, as the documentation's samples do."""
    form = _read(_Parcel, given, "parcel")
    weight = round(sum(item.weight for item in form.items), 3)
    if weight > HEAVIEST_KG:
        raise Refusal(400, f"parcel: weight must not be above {HEAVIEST_KG:.0f} kg")
    return form.model_dump() | {"weight": weight, "total_value": sum(item.value for item in form.items)}


def kobo(parcel: Document) -> int:
    """What is in a parcel, in naira subunits."""
    return sum(round(item["value"] * 100) * SUBUNITS_OF[item["currency"]] for item in parcel["items"])


def currency(given: Any) -> str:
    wanted = given or "NGN"
    if wanted not in SUBUNITS_OF:
        raise Refusal(400, f"currency must be one of {', '.join(SUBUNITS_OF)}")
    return str(wanted)


def _read(form: type[Form], given: Any, called: str) -> Form:
    try:
        return form.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        said = "is required" if first["type"] == "missing" else f"is not valid: {first['msg']}"
        raise Refusal(400, f"{called}: {field} {said}".replace(":  ", ": ")) from error


def _possible(phone: str, country: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(phone[:32], country))
    except phonenumbers.NumberParseException:
        return False
