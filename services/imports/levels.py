"""Taking in prices, and counts of pieces, of variants that are there."""

from collections.abc import Sequence

from services.importing.stock import write_stock
from services.imports.rows import PriceRow, SkuRow, StockRow
from services.imports.taking import Outcome, Stored, Taking, refuse_repeated, stored_variants
from services.imports.writing import Wish, write_variants
from services.search.indexing import reindex_products

UNKNOWN = "There is no such SKU."


async def take_prices(taking: Taking, rows: Sequence[PriceRow]) -> Outcome:
    """Write the prices that differ; search knows them at once."""
    outcome, known = await _known(taking, rows)
    wishes = [Wish.about(known[row.sku], row.sku, row.line, _said(row)) for row in outcome.left(rows)]
    written = await write_variants(taking.scope, wishes, known)
    outcome.changed |= written.changed
    await reindex_products(taking.scope, written.products)
    return outcome


def _said(row: PriceRow) -> dict[str, int | None]:
    said: dict[str, int | None] = {"price_minor": row.price}
    return said | ({"compare_at_minor": row.compare_at_price} if row.says("compare_at_price") else {})


async def take_stock(taking: Taking, rows: Sequence[StockRow]) -> Outcome:
    """Set the pieces on the shelf, never below what is promised to orders being paid."""
    outcome, known = await _known(taking, rows)
    by_id = {known[row.sku].id: row for row in outcome.left(rows)}
    changed = await write_stock({i: row.stock for i, row in by_id.items()})
    outcome.changed |= {by_id[i].line for i in changed}
    return outcome


async def _known(taking: Taking, rows: Sequence[SkuRow]) -> tuple[Outcome, dict[str, Stored]]:
    """Refuses what the file repeats, what isn't there, and what is another's, which is as if it weren't."""
    outcome = Outcome()
    known = await stored_variants(taking.scope, [row.sku for row in rows])
    await refuse_repeated(taking, ((row.sku, row.line, "sku") for row in rows), outcome)
    for row in outcome.left(rows):
        found = known.get(row.sku)
        if found is None or taking.seller_id not in (None, found.seller_id):
            outcome.refuse(row.line, "sku", UNKNOWN)
    return outcome, known
