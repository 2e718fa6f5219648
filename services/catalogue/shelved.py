"""Reading what many parents have each: a page of the variants of every shelf, or of every product."""

from collections.abc import Sequence
from typing import Literal

from core.db import placeholders
from services.catalogue.variants import LISTED, VARIANT_COLUMNS, fill_assets, variant_of
from services.catalogue.views import VariantView
from services.listing import Listing, fetch_listed, order_sql, where_sql
from services.paging import page, possible_ids
from services.tenants import Scope

Parent = Literal["category", "product"]
Shelf = tuple[list[VariantView], int]

# The parent of a variant, from where it is reached, and the usual order of what a parent has.
_REACHED: dict[Parent, tuple[str, str, str]] = {
    # A shelf shows its children's too.
    "category": (
        "s.shelf_id",
        "(SELECT id, id AS shelf_id FROM category UNION ALL SELECT id, parent_id FROM category "
        "WHERE parent_id IS NOT NULL) s JOIN product p ON p.category_id = s.id",
        "v.id",
    ),
    "product": ("p.id", "product p", "v.position, v.id"),
}


async def variants_of(
    scope: Scope, parent: Parent, ids: Sequence[int], listing: Listing, *, with_assets: bool = False
) -> dict[int, Shelf]:
    """For each parent a page of its enabled variants and how many there are; an unknown one has none.

    Two statements at most, whatever the number of parents. Raises `InvalidInput` as `where_sql` and `order_sql` do.
    """
    shelves: dict[int, Shelf] = {i: ([], 0) for i in ids}
    possible = possible_ids(ids)
    if not possible:
        return shelves
    parent_id, tables, usual = _REACHED[parent]
    limit, offset = page(listing.skip, listing.take)
    values = [scope.platform_id, scope.environment, *possible]
    asked = where_sql(listing.where, LISTED, values)
    order = order_sql(listing.sort, LISTED, "v.id") if listing.sort else usual
    rows = await fetch_listed(
        f"WITH placed AS (SELECT v.id, {parent_id} AS placed_at, "
        f"ROW_NUMBER() OVER (PARTITION BY {parent_id} ORDER BY {order}) AS place, "
        f"COUNT(*) OVER (PARTITION BY {parent_id}) AS total FROM {tables} "
        "JOIN variant v ON v.product_id = p.id LEFT JOIN stock_level l ON l.variant_id = v.id "
        "WHERE p.platform_id = $1 AND p.environment = $2 AND p.enabled AND v.enabled "
        f"AND {parent_id} IN ({placeholders(possible, 3)}){asked}) "
        f"SELECT {VARIANT_COLUMNS}, x.placed_at, x.place, x.total FROM placed x "
        "JOIN variant v ON v.id = x.id JOIN product p ON p.id = v.product_id "
        "LEFT JOIN stock_level l ON l.variant_id = v.id "
        f"WHERE x.place = 1 OR (x.place > {offset} AND x.place <= {offset + limit}) "
        "ORDER BY x.placed_at, x.place",
        *values,
    )
    for row in rows:
        shelf_id, place, total = row.pop("placed_at"), row.pop("place"), row.pop("total")
        # The first of a shelf is always read: it carries the total of a page beyond the end.
        variants = shelves[shelf_id][0]
        if place > offset and limit:
            variants.append(variant_of(row))
        shelves[shelf_id] = (variants, total)
    if with_assets:
        await fill_assets([variant for variants, _ in shelves.values() for variant in variants])
    return shelves
