"""What fields of the REST API are made of: typed once, for validation and for the OpenAPI document."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticKnownError

from core.money import MAX_MINOR, precision


class Shape(BaseModel):
    """A JSON object of the API: camelCase outside, no guessing of types inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, strict=True, extra="ignore")


class Query(BaseModel):
    """What comes in a path or a query string, where everything is text."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _storable(text: Any) -> Any:
    """No NUL and no half of a surrogate pair: neither database takes them."""
    if isinstance(text, str) and ("\x00" in text or (not text.isascii() and not _encodes(text))):
        raise ValueError("has characters that can't be stored")
    return text


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(given: Any) -> Any:
    """A JSON number as the decimal that it prints as; pydantic itself would take a string for one, too."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise PydanticKnownError("decimal_type")
    return Decimal(str(given))


class _AsNumber:
    """Says of a decimal what its limits as a JSON number are; pydantic itself would allow a string, too."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(core)
        number = next((each for each in found.get("anyOf", ()) if each.get("type") == "number"), found)
        return {**number, "examples": [199.98]}


def _sample(example: Any, format: str | None = None) -> Any:
    """What the OpenAPI document shows of a field."""
    return Field(examples=[example], json_schema_extra={"format": format} if format else None)


# An amount in major units, as a JSON number: 199.98. What is given is read exactly. No currency is finer than its minor
# units, so none has more of them.
Amount = Annotated[Decimal, Field(allow_inf_nan=False, le=MAX_MINOR), BeforeValidator(_number), _AsNumber()]
# Limits stand before the check, or the OpenAPI document would lose them.
SomeAmount = Annotated[
    Decimal, Field(allow_inf_nan=False, ge=0.01, le=MAX_MINOR), BeforeValidator(_number), _AsNumber()
]
AmountOrNone = Annotated[
    Decimal, Field(allow_inf_nan=False, ge=0, le=MAX_MINOR), BeforeValidator(_number), _AsNumber()
]
# What is shown is the nearest double, which prints as the same decimal.
Money = Annotated[float, Field(examples=[199.98])]
Percent = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float),
    WithJsonSchema({"type": "number", "examples": [23.08]}),
]
When = Annotated[
    datetime,
    PlainSerializer(_utc, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2025-01-15T10:30:00Z"]}),
]
Text = Annotated[str, BeforeValidator(_storable)]
Name = Annotated[Text, Field(min_length=1, max_length=100), _sample("John")]
Email = Annotated[Text, Field(min_length=3, max_length=255), _sample("john.doe@example.com", "email")]
Phone = Annotated[Text, Field(min_length=1, max_length=20), _sample("+2348012345678")]
# A pattern stands before the check, or the OpenAPI document would lose it.
Otp = Annotated[str, Field(pattern=r"^[0-9]{6}$"), BeforeValidator(_storable), _sample("123456")]
Pin = Annotated[str, Field(pattern=r"^[0-9]{4}$"), BeforeValidator(_storable), _sample("1234", "password")]
# Bills take the PIN with "4-6 digits"; one that isn't four is simply wrong.
AnyPin = Annotated[
    str, Field(pattern=r"^[0-9]{4,6}$"), BeforeValidator(_storable), _sample("1234", "password")
]
Password = Annotated[Text, Field(min_length=6, max_length=128), _sample("SecurePass123", "password")]
Quantity = Annotated[int, Field(ge=1, le=1000), _sample(2)]
Guid = Annotated[UUID, _sample("550e8400-e29b-41d4-a716-446655440000")]
# Row numbers: what a 64-bit column holds.
Number = Annotated[int, Field(ge=1, le=2**63 - 1), _sample(1)]
# Billers have numbers of 32 bits.
BillerNumber = Annotated[int, Field(ge=1, le=2**31 - 1), _sample(201)]


def money(minor: int, currency: str) -> float:
    """Minor units as the API shows them."""
    return minor / float(10 ** precision(currency))


def money_or_none(minor: int | None, currency: str) -> float | None:
    """Minor units as the API shows them, where there is an amount."""
    return None if minor is None else money(minor, currency)
