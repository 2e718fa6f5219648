"""Taking in variants of products that are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.db import fetch, placeholders
from services.imports.rows import VariantRow
from services.imports.taking import Outcome, Stored, Taking, refuse_repeated, stored_variants
from services.imports.writing import Wish, write_variants
from services.search.indexing import reindex_products

# The columns of the table that a row says.
COLUMN_OF = {
    "name": "name",
    "variant": "option",
    "price": "price_minor",
    "compare_at_price": "compare_at_minor",
    "enabled": "enabled",
}
NO_PRODUCT = "There is no product with that handle."


@dataclass(frozen=True, slots=True)
class _Product:
    id: int
    name: str


async def take_variants(taking: Taking, rows: Sequence[VariantRow]) -> Outcome:
    """Make or change variants by SKU."""
    outcome = Outcome()
    await refuse_repeated(taking, ((row.sku, row.line, "sku") for row in rows), outcome)
    known = await stored_variants(taking.scope, [row.sku for row in rows])
    products = await _products(taking, [row.handle for row in rows])
    for row in outcome.left(rows):
        if row.handle not in products:
            outcome.refuse(row.line, "handle", NO_PRODUCT)
        else:
            refuse_foreign(row.line, row.handle, known.get(row.sku), taking, outcome)
    wishes = [
        Wish(
            row.line,
            row.sku,
            products[row.handle].id,
            said_of(row),
            products[row.handle].name,
            stock=row.stock if row.says("stock") else None,
        )
        for row in outcome.left(rows)
    ]
    written = await write_variants(taking.scope, wishes, known)
    outcome.created |= written.created
    outcome.changed |= written.changed
    await reindex_products(taking.scope, written.products)
    return outcome


def said_of(row: Any) -> dict[str, Any]:
    """The columns of the table that a row says, with their values."""
    return {column: getattr(row, name) for name, column in COLUMN_OF.items() if name in row.model_fields_set}


def refuse_foreign(line: int, handle: str, found: Stored | None, taking: Taking, outcome: Outcome) -> None:
    """Refuse a SKU that is another product's; whose, is told to whom it concerns."""
    if found is None or found.handle == handle:
        return
    theirs = taking.seller_id in (None, found.seller_id)
    why = f'It belongs to the product "{found.handle}".' if theirs else "It is taken."
    outcome.refuse(line, "sku", why)


async def _products(taking: Taking, handles: Sequence[str]) -> dict[str, _Product]:
    """The products that the file may say something of, by handle."""
    if not handles:
        return {}
    mine = f" AND seller_id = {taking.seller_id:d}" if taking.seller_id is not None else ""
    rows = await fetch(
        "SELECT id, slug, name FROM product WHERE platform_id = $1 AND environment = $2 AND deleted_at IS NULL"
        f"{mine} AND slug IN ({placeholders(handles, 3)})",
        taking.scope.platform_id,
        taking.scope.environment,
        *handles,
    )
    return {row["slug"]: _Product(row["id"], row["name"]) for row in rows}
