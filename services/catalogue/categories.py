"""Reading categories, and what stands on each shelf."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.db import Row, fetch, placeholders
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.paging import Sort, order_by, page, possible_ids, storable
from services.catalogue.variants import VARIANT_COLUMNS, fill_assets, variant_of
from services.catalogue.views import CategoryView, VariantView
from services.tenants import Scope
from services.values import as_time, as_uid

CATEGORY_SORTS = {
    field: f"c.{field}"
    for field in ("id", "created_at", "updated_at", "name", "slug", "position", "description", "parent_id")
}
CATEGORY_COLUMNS = (
    "c.id, c.uid, c.name, c.slug, c.description, c.position, c.parent_id, c.created_at, c.updated_at, "
    f"{ASSET_COLUMNS}"
)


async def list_categories(
    scope: Scope,
    *,
    ids: Sequence[int] | None = None,
    slug: str | None = None,
    parent_id: int | None = None,
    top_only: bool = False,
    skip: int = 0,
    take: int = 100,
    sort: Sort = (("position", "ASC"), ("name", "ASC")),
) -> tuple[list[CategoryView], int]:
    """A page of categories and how many there are in all; `sort` names fields of `CATEGORY_SORTS`.

    Raises `InvalidInput` for another sort field. One statement.
    """
    where, values = _conditions(scope, ids, slug, parent_id, top_only)
    order = order_by(sort, CATEGORY_SORTS, "c.id")
    limit, offset = page(skip, take)
    rows = await fetch(
        f"SELECT {CATEGORY_COLUMNS}, t.total FROM (SELECT COUNT(*) AS total FROM category c WHERE {where}) t "
        f"LEFT JOIN (SELECT * FROM category c WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET {offset}) c "
        f"ON TRUE LEFT JOIN asset a ON a.id = c.asset_id ORDER BY {order}",
        *values,
    )
    return [category_of(row) for row in rows if row["id"] is not None], rows[0]["total"]


async def categories_with_parents(category_ids: Iterable[int]) -> dict[int, CategoryView]:
    """These categories and their parents, by id. One statement."""
    ids = possible_ids(category_ids)
    if not ids:
        return {}
    listed = placeholders(ids)
    rows = await fetch(
        f"SELECT {CATEGORY_COLUMNS} FROM category c LEFT JOIN asset a ON a.id = c.asset_id WHERE c.id IN ({listed}) "
        f"OR c.id IN (SELECT parent_id FROM category WHERE id IN ({listed}))",
        *ids,
    )
    return {row["id"]: category_of(row) for row in rows}


async def variants_of_categories(
    scope: Scope,
    category_ids: Sequence[int],
    *,
    skip: int = 0,
    take: int = 20,
    with_assets: bool = False,
) -> dict[int, tuple[list[VariantView], int]]:
    """For each category a page of its variants and how many there are; a parent shows its children's too.

    Two statements at most, whatever the number of categories. An unknown category is empty.
    """
    ids = possible_ids(category_ids)
    shelves: dict[int, tuple[list[VariantView], int]] = {i: ([], 0) for i in category_ids}
    if not ids:
        return shelves
    limit, offset = page(skip, take)
    rows = await fetch(
        "WITH shelf AS (SELECT id, id AS shelf_id FROM category UNION ALL "
        "SELECT id, parent_id FROM category WHERE parent_id IS NOT NULL), "
        "placed AS (SELECT v.id, s.shelf_id, "
        "ROW_NUMBER() OVER (PARTITION BY s.shelf_id ORDER BY v.id) AS place, "
        "COUNT(*) OVER (PARTITION BY s.shelf_id) AS total FROM shelf s "
        "JOIN product p ON p.category_id = s.id AND p.enabled JOIN variant v ON v.product_id = p.id AND v.enabled "
        f"WHERE p.platform_id = $1 AND p.environment = $2 AND s.shelf_id IN ({placeholders(ids, 3)})) "
        f"SELECT {VARIANT_COLUMNS}, x.shelf_id, x.place, x.total FROM placed x "
        "JOIN variant v ON v.id = x.id JOIN product p ON p.id = v.product_id "
        "LEFT JOIN stock_level l ON l.variant_id = v.id "
        f"WHERE x.place = 1 OR (x.place > {offset} AND x.place <= {offset + limit}) "
        "ORDER BY x.shelf_id, x.place",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    for row in rows:
        shelf_id, place, total = row.pop("shelf_id"), row.pop("place"), row.pop("total")
        # The first of a shelf is always read: it carries the total of a page beyond the end.
        variants = shelves[shelf_id][0]
        if place > offset:
            variants.append(variant_of(row))
        shelves[shelf_id] = (variants, total)
    if with_assets:
        await fill_assets([variant for variants, _ in shelves.values() for variant in variants])
    return shelves


def _conditions(
    scope: Scope, ids: Sequence[int] | None, slug: str | None, parent_id: int | None, top_only: bool
) -> tuple[str, list[Any]]:
    values: list[Any] = [scope.platform_id, scope.environment]
    where = "c.platform_id = $1 AND c.environment = $2"
    if ids is not None:
        possible = possible_ids(ids) or [0]
        where += f" AND c.id IN ({placeholders(possible, len(values) + 1)})"
        values += possible
    if slug is not None:
        values.append(storable(slug))
        where += f" AND c.slug = ${len(values)}"
    if parent_id is not None:
        values += possible_ids([parent_id]) or [0]
        where += f" AND c.parent_id = ${len(values)}"
    if top_only:
        where += " AND c.parent_id IS NULL"
    return where, values


def category_of(row: Row) -> CategoryView:
    """A category from a row of `CATEGORY_COLUMNS`."""
    return CategoryView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        name=row["name"],
        slug=row["slug"],
        description=row["description"],
        position=row["position"],
        parent_id=row["parent_id"],
        asset=asset_of(row),
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
    )
