"""What fields of the REST API are made of: typed once, for validation and for the OpenAPI document."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from core.money import to_decimal


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


# An amount in major units, as a JSON number: 199.98.
Money = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float),
    Field(allow_inf_nan=False),
    WithJsonSchema({"type": "number", "examples": [199.98]}),
]
When = Annotated[datetime, PlainSerializer(_utc, return_type=str)]
Text = Annotated[str, BeforeValidator(_storable)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]
Email = Annotated[Text, Field(min_length=3, max_length=255)]
Phone = Annotated[Text, Field(min_length=1, max_length=20)]
Otp = Annotated[Text, Field(pattern=r"^[0-9]{6}$")]
Pin = Annotated[Text, Field(pattern=r"^[0-9]{4}$")]
# Bills take the PIN with "4-6 digits"; one that isn't four is simply wrong.
AnyPin = Annotated[Text, Field(pattern=r"^[0-9]{4,6}$")]
Password = Annotated[Text, Field(min_length=6, max_length=128)]
Quantity = Annotated[int, Field(ge=1, le=1000)]
Guid = UUID
# Row numbers: what a 64-bit column holds.
Number = Annotated[int, Field(ge=1, le=2**63 - 1)]


def money(minor: int, currency: str) -> Decimal:
    """Minor units as the API shows them."""
    return to_decimal(minor, currency)
