"""What staff may say of a product or a variant, checked before anything is written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from core.errors import InvalidInput
from core.money import MAX_MINOR

MOST_PIECES = 1_000_000
MOST_ASSETS = 50
MOST_LANGUAGES = 20
FIRST_YEAR, LAST_YEAR = 1900, 2100

D = TypeVar("D", bound="Draft")


def _one_line(value: Any) -> Any:
    """Without control characters and the blanks around it."""
    return "".join(c for c in value if c.isprintable()).strip() if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    return (
        "".join(c for c in value if c.isprintable() or c in "\n\t").strip()
        if isinstance(value, str)
        else value
    )


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_one_line)]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[Line, StringConstraints(max_length=120)]
Text = Annotated[str, BeforeValidator(_lines), StringConstraints(max_length=5000)]
Slug = Annotated[Line, StringConstraints(max_length=160, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Sku = Annotated[
    Line, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")
]
Pieces = Annotated[int, Field(ge=0, le=MOST_PIECES)]
Minor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
Ids = Annotated[list[int], Field(max_length=MOST_ASSETS)]
Condition = Annotated[Literal["NEW", "USED", "REFURBISHED"], BeforeValidator(_upper)]


class Draft(BaseModel):
    """Only what is said is set: see `said`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def said(self, *names: str) -> dict[str, Any]:
        """The fields that were given, of these or of all."""
        return {
            name: getattr(self, name)
            for name in (names or type(self).model_fields)
            if name in self.model_fields_set
        }


class Texts(Draft):
    """A product's texts in another language than the market's own (a `LanguageCode`); what isn't said stays."""

    language: str
    name: Name | None = None
    description: Text | None = None


class ProductDraft(Draft):
    """A product; with `price` (major units of the platform's currency) it is sold in one variant of `pieces`.

    `asset_ids` are its pictures, the main one first, unless `featured_asset_id` says another. `category` and
    `subcategory` are names, `category_id` is a category's id. `make`, `model` and `year` are the car that it fits.
    """

    name: Name | None = None
    slug: Slug | None = None
    description: Text | None = None
    enabled: bool | None = None
    asset_ids: Ids | None = None
    featured_asset_id: int | None = None
    category: Words | None = None
    subcategory: Words | None = None
    category_id: int | None = None
    make: Annotated[Line, StringConstraints(max_length=60)] | None = None
    model: Annotated[Line, StringConstraints(max_length=60)] | None = None
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    country_of_origin: Annotated[Line, StringConstraints(max_length=80)] | None = None
    condition: Condition | None = None
    price: Annotated[Decimal, Field(ge=0)] | None = None
    pieces: Pieces | None = None
    seller_id: int | None = None
    facet_value_ids: Ids | None = None
    translations: Annotated[list[Texts], Field(max_length=MOST_LANGUAGES)] | None = None


class VariantDraft(Draft):
    """A variant. `price_minor` contains the tax; `pieces` is what lies on the shelf. In no tax category (None) it is taxed
    at the platform's own rate.
    """

    name: Annotated[Line, StringConstraints(min_length=1, max_length=255)] | None = None
    option: Words | None = None
    sku: Sku | None = None
    price_minor: Minor | None = None
    compare_at_minor: Minor | None = None
    pieces: Pieces | None = None
    enabled: bool | None = None
    tax_category_id: int | None = None
    facet_value_ids: Ids | None = None
    option_ids: Ids | None = None


class CategoryDraft(Draft):
    """A category of the market. `parent_id` is None for one of the first level."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=120)] | None = None
    slug: Annotated[Slug, StringConstraints(max_length=140)] | None = None
    description: Text | None = None
    parent_id: int | None = None
    asset_id: int | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None


def read_draft(kind: type[D], given: Mapping[str, Any], names: Mapping[str, str] | None = None) -> D:
    """A draft from what a caller gave; `names` are the caller's for our fields. Raises `InvalidInput` with all that is wrong."""
    try:
        return kind.model_validate(dict(given))
    except ValidationError as wrong:
        problems = [
            _problem(error, names or {}) for error in wrong.errors(include_url=False, include_input=False)
        ]
        raise InvalidInput(problems=problems) from None


def _problem(error: Any, names: Mapping[str, str]) -> tuple[str, str]:
    ours = str(error["loc"][0]) if error["loc"] else ""
    field = names.get(ours, ours)
    return field, f"{field}: {error['msg']}."
