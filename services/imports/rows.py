"""Rows of the files that can be taken in, checked column by column. What a file doesn't say stays as it is stored."""

from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from services.importing.rows import (
    Fit,
    ProductRow,
    RejectedRow,
    minor_of,
    pieces_of,
    refuse_control,
    yes_or_no,
)
from services.imports.reading import Record
from services.tenants import Scope

SKU = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"
HANDLE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LONGEST_WHY, LONGEST_FIELD = 300, 80


class CatalogueRow(ProductRow):
    """A product in one of its variants. Rows of one product stand together; without a SKU it is about the product alone."""

    variant: str = Field("", max_length=120)
    sku: str = Field("", max_length=80, pattern=r"^([A-Za-z0-9][A-Za-z0-9._/-]*)?$")
    description: str = Field("", max_length=5000)
    category: str = Field("", max_length=120)
    subcategory: str = Field("", max_length=120)
    brand: str = Field("", max_length=120)
    seller: str = Field("", max_length=120)
    fits: list[Fit] = Field(default_factory=list)
    country_of_origin: str = Field("", max_length=80)
    condition: Literal["NEW", "USED", "REFURBISHED"] = "NEW"
    price: int = 0
    stock: int = 0
    picture: str = Field("", max_length=255)
    tags: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def leave_out_blanks(cls, cells: dict[str, Any]) -> dict[str, Any]:
        """An empty cell of these says nothing; but a variant has a price."""
        unsaid = {"stock", "seller", "picture", "enabled", "featured"} | (
            set() if cells.get("sku") else {"price"}
        )
        return {name: cell for name, cell in cells.items() if cell != "" or name not in unsaid}

    @field_validator("subcategory")
    @classmethod
    def check_category(cls, name: str, info: ValidationInfo) -> str:
        if name and not info.data.get("category"):
            raise ValueError("needs a category above it")
        return name

    @field_validator("enabled", mode="before")
    @classmethod
    def parse_enabled(cls, text: str) -> bool:
        return yes_or_no(text)


class SkuRow(BaseModel):
    """A row about a variant."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    line: int
    sku: str = Field(max_length=80, pattern=SKU)

    @field_validator("*", mode="before")
    @classmethod
    def strip(cls, value: Any) -> Any:
        return refuse_control(value)

    def says(self, *names: str) -> bool:
        return not self.model_fields_set.isdisjoint(names)


class PriceRow(SkuRow):
    """What a variant costs, and what it cost before, in minor units."""

    price: int
    compare_at_price: int | None = None

    @field_validator("price", mode="before")
    @classmethod
    def parse_price(cls, text: str, info: ValidationInfo) -> int:
        return minor_of(text, info)

    @field_validator("compare_at_price", mode="before")
    @classmethod
    def parse_compare_at_price(cls, text: str, info: ValidationInfo) -> int | None:
        before = minor_of(text, info) if text else None
        if before is not None and before <= info.data.get("price", -1):
            raise ValueError("must be more than the price, or empty")
        return before


class VariantRow(PriceRow):
    """A variant of a product that is there, whose handle it names."""

    handle: str = Field(max_length=200, pattern=HANDLE)
    name: str = Field("", max_length=255)
    variant: str = Field("", max_length=120)
    stock: int = 0
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def leave_out_blanks(cls, cells: dict[str, Any]) -> dict[str, Any]:
        """An empty cell of these says nothing."""
        return {n: cell for n, cell in cells.items() if cell != "" or n not in ("name", "stock", "enabled")}

    @field_validator("stock", mode="before")
    @classmethod
    def parse_stock(cls, text: str) -> int:
        return pieces_of(text)

    @field_validator("enabled", mode="before")
    @classmethod
    def parse_enabled(cls, text: str) -> bool:
        return yes_or_no(text)


class StockRow(SkuRow):
    """The pieces of a variant on the shelf."""

    stock: int

    @field_validator("stock", mode="before")
    @classmethod
    def parse_stock(cls, text: str) -> int:
        return pieces_of(text)


def read_row(
    kind: type[BaseModel], record: Record, columns: int, scope: Scope
) -> tuple[Any, list[RejectedRow]]:
    """The row of a record, or None and what is wrong with it, column by column. Prices are in the platform's currency."""
    if not record.cells:
        return None, [refusal(record.line, "", f"The row has {record.count} cells, not {columns}.")]
    try:
        return kind.model_validate({**record.cells, "line": record.line}, context=scope.currency), []
    except ValidationError as error:
        return None, [
            refusal(record.line, str(found["loc"][0]) if found["loc"] else "", _sentence(found["msg"]))
            for found in error.errors(include_url=False, include_input=False)
        ]


def refusal(line: int, field: str, why: str) -> RejectedRow:
    """Why a row is not taken, as long as it can be kept."""
    return RejectedRow(line, field[:LONGEST_FIELD], why[:LONGEST_WHY])


def _sentence(message: str) -> str:
    said = message.removeprefix("Value error, ").rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."
