"""The kinds of files that are taken in: their columns, how a row is read, and who writes it. As data."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from core.errors import InvalidInput
from services.imports.levels import take_prices, take_stock
from services.imports.products import take_products
from services.imports.rows import CatalogueRow, PriceRow, StockRow, VariantRow
from services.imports.taking import Outcome, Taking
from services.imports.variants import take_variants


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `columns` are those of an export, in order; of `ignored` ones nothing is taken in.

    Rows with the same value in `together` are taken in together, where they stand together.
    """

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    row: type[BaseModel]
    take: Callable[[Taking, list[Any]], Awaitable[Outcome]]
    ignored: tuple[str, ...] = ()
    together: str = ""


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "products",
            (
                "handle", "name", "variant", "sku", "description", "category", "subcategory", "brand", "seller", "fits",
                "country_of_origin", "condition", "price", "compare_at_price", "stock", "picture", "tags", "featured", "enabled",
            ),
            ("handle", "name", "sku", "price"),
            CatalogueRow,
            take_products,
            together="handle",
        ),
        Kind(
            "variants",
            ("sku", "handle", "name", "variant", "price", "compare_at_price", "stock", "enabled"),
            ("sku", "handle", "price"),
            VariantRow,
            take_variants,
        ),
        Kind("stock", ("sku", "name", "stock", "promised"), ("sku", "stock"), StockRow, take_stock, ("name", "promised")),
        Kind("prices", ("sku", "name", "price", "compare_at_price"), ("sku", "price"), PriceRow, take_prices, ("name",)),
    )
}  # fmt: skip


def kind_of(name: str) -> Kind:
    """Raises `InvalidInput`."""
    if name not in KINDS:
        raise InvalidInput(f"A file is of {', '.join(KINDS)}.", field="kind")
    return KINDS[name]
