"""Reading categories."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.db import Row, fetch, placeholders
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.views import CategoryView
from services.listing import Column, Columns, Condition, fetch_listed, order_sql, where_sql
from services.paging import Sort, page, possible_ids, storable
from services.tenants import Scope
from services.values import as_time, as_uid

LISTED: Columns = {
    "id": Column("c.id", "id"),
    "created_at": Column("c.created_at", "time"),
    "updated_at": Column("c.updated_at", "time"),
    "name": Column("c.name", "text"),
    "slug": Column("c.slug", "text"),
    "description": Column("c.description", "text"),
    "language_code": Column("'en'", "text"),
    "position": Column("c.position", "number"),
    "parent_id": Column("COALESCE(c.parent_id, 0)", "id"),  # 0 of the first level
    "variants": Column(
        "(SELECT COUNT(*) FROM product x JOIN variant v ON v.product_id = x.id AND v.enabled WHERE x.enabled "
        "AND x.category_id IN (SELECT y.id FROM category y WHERE y.id = c.id OR y.parent_id = c.id))",
        "number",
    ),
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
    where: Condition | None = None,
    skip: int = 0,
    take: int = 100,
    sort: Sort = (("position", "ASC"), ("name", "ASC")),
) -> tuple[list[CategoryView], int]:
    """A page of categories and how many there are in all; `where` and `sort` name columns of `LISTED`.

    Raises `InvalidInput` as `where_sql` and `order_sql` do. One statement.
    """
    mine, values = _conditions(scope, ids, slug, parent_id, top_only)
    mine += where_sql(where, LISTED, values)
    order = order_sql(sort, LISTED, "c.id")
    limit, offset = page(skip, take)
    rows = await fetch_listed(
        f"SELECT {CATEGORY_COLUMNS}, t.total FROM (SELECT COUNT(*) AS total FROM category c WHERE {mine}) t "
        f"LEFT JOIN (SELECT * FROM category c WHERE {mine} ORDER BY {order} LIMIT {limit} OFFSET {offset}) c "
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
