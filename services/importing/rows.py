"""One row of a catalogue file: a variant, with what it repeats of its product."""

import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from core.errors import InvalidInput
from core.money import from_decimal

COLUMNS = (
    "handle", "name", "variant", "sku", "description", "category", "subcategory", "brand", "seller", "fits",
    "country_of_origin", "condition", "price", "stock", "picture", "tags",
)  # fmt: skip
# A file may have these as well. Without the column, what is stored stays.
OPTIONAL = ("featured", "compare_at_price")
# What all rows of one handle must agree on.
SHARED = (
    "name", "description", "category", "subcategory", "brand", "seller", "fits", "country_of_origin",
    "condition", "picture", "tags", "featured",
)  # fmt: skip
YES_OR_NO = {"yes": True, "no": False, "": False}
MOST_FITS = 60
MOST_TAGS = 20
MOST_PIECES = 1_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
_PRICE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_STOCK = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """Why a line can't be taken; `field` is the column at fault, or empty. Lines count from 1, the header's."""

    line: int
    field: str
    why: str


class Fit(NamedTuple):
    """A car; years are inclusive."""

    make: str
    model: str
    year_from: int
    year_to: int


class ProductRow(BaseModel):
    """A row that can be stored. Validated with the currency as context; prices are in its minor units.

    `featured` is None where the file has no such column. `compare_at_price` is what it cost before, if more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int
    handle: str = Field(max_length=200, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str = Field(min_length=1, max_length=200)
    variant: str = Field(max_length=50)
    sku: str = Field(max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")
    description: str = Field(max_length=5000)
    category: str = Field(min_length=1, max_length=120)
    subcategory: str = Field(max_length=120)
    brand: str = Field(max_length=120)
    seller: str = Field(min_length=1, max_length=120)
    fits: list[Fit]
    country_of_origin: str = Field(max_length=80)
    condition: Literal["NEW", "USED", "REFURBISHED"]
    price: int
    stock: int
    picture: str = Field(max_length=100, pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$")
    tags: list[str]
    featured: bool | None = None
    enabled: bool = True
    compare_at_price: int | None = None

    @field_validator("*", mode="before")
    @classmethod
    def strip(cls, value: Any) -> Any:
        return refuse_control(value)

    @field_validator("fits", mode="before")
    @classmethod
    def parse_fits(cls, text: str) -> list[Fit]:
        return [_fit(part) for part in _parts(text, MOST_FITS)]

    @field_validator("tags", mode="before")
    @classmethod
    def parse_tags(cls, text: str) -> list[str]:
        tags = _parts(text, MOST_TAGS)
        if any(len(tag) > 60 for tag in tags):
            raise ValueError("a tag has at most 60 characters")
        return tags

    @field_validator("price", mode="before")
    @classmethod
    def parse_price(cls, text: str, info: ValidationInfo) -> int:
        return minor_of(text, info)

    @field_validator("compare_at_price", mode="before")
    @classmethod
    def parse_compare_at_price(cls, text: str, info: ValidationInfo) -> int | None:
        before = minor_of(text.strip(), info) if text.strip() else None
        if before is not None and before <= info.data.get("price", -1):
            raise ValueError("must be more than the price, or empty")
        return before

    @field_validator("featured", mode="before")
    @classmethod
    def parse_featured(cls, text: str) -> bool:
        return yes_or_no(text)

    @field_validator("stock", mode="before")
    @classmethod
    def parse_stock(cls, text: str) -> int:
        return pieces_of(text)


def refuse_control(value: Any) -> Any:
    """Text without the blanks around it. Raises `ValueError` where it holds control characters."""
    if not isinstance(value, str):
        return value
    if _CONTROL.search(value):
        raise ValueError("must not hold control characters")
    return value.strip()


def yes_or_no(text: str) -> bool:
    """Raises `ValueError` for any other word; an empty one is no."""
    word = text.strip().lower()
    if word not in YES_OR_NO:
        raise ValueError("must be yes, no or empty")
    return YES_OR_NO[word]


def pieces_of(text: str) -> int:
    """A count of pieces. Raises `ValueError`."""
    if not _STOCK.fullmatch(text) or int(text) > MOST_PIECES:
        raise ValueError(f"must be a whole number from 0 to {MOST_PIECES}")
    return int(text)


def minor_of(text: str, info: ValidationInfo) -> int:
    """An amount in minor units of the currency that is the context. Raises `ValueError`."""
    if not _PRICE.fullmatch(text):
        raise ValueError("must be an amount such as 18.50")
    try:
        return from_decimal(text, str(info.context))
    except InvalidInput as error:
        raise ValueError(error.message) from None


def _fit(text: str) -> Fit:
    """`Toyota|Corolla|2008-2013` or `Toyota|Corolla|2010`."""
    make, model, years = (part.strip() for part in [*text.split("|"), "", ""][:3])
    span = _YEARS.fullmatch(years)
    if text.count("|") != 2 or not (0 < len(make) <= 60 and 0 < len(model) <= 60) or span is None:
        raise ValueError("must be written as Make|Model|2008-2013, several parted by semicolons")
    first, last = int(span[1]), int(span[2] or span[1])
    if not 1900 <= first <= last <= 2100:
        raise ValueError("years must be between 1900 and 2100, the earlier first")
    return Fit(make, model, first, last)


def _parts(text: str, most: int) -> list[str]:
    parts = list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))
    if len(parts) > most:
        raise ValueError(f"at most {most}, parted by semicolons")
    return parts
