"""The products of a shop as staff and sellers look through them: for sale or not, with what they cost and how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.db import Row, fetch, placeholders
from core.errors import InvalidInput
from services.paging import Sort, page, possible_ids, storable
from services.staff import Desk, check_may
from services.values import as_time

MOST_WORDS = 8
SORTS: Mapping[str, str] = {"name": "p.name", "sold": "p.sold", "changed": "p.updated_at", "made": "p.id"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which products: whose name has all of `words`, or one of whose SKUs begins with them; on a shelf or below it; shown or not."""

    words: str = ""
    category_id: int | None = None
    enabled: bool | None = None
    seller_id: int | None = None


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """A product in a list. Prices in minor units, pieces that can be bought; None where it has no variant. `picture` is a key."""

    id: int
    name: str
    slug: str
    enabled: bool
    featured: bool
    seller: str
    shelf: str
    picture: str
    sold: int
    updated_at: datetime
    variants: int = 0
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    available: int = 0


async def find_products(
    desk: Desk, wanted: Wanted, *, sort: Sort = (), skip: int = 0, take: int = 25
) -> tuple[list[FoundProduct], int]:
    """A page of products, the newest first where no sort is asked, and how many there are. Three statements.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReadProduct", "ReadCatalog")
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    where = "p.platform_id = $1 AND p.environment = $2 AND p.deleted_at IS NULL" + _conditions(
        desk, wanted, values
    )
    limit, offset = page(skip, take)
    # The page is cut out before anything is joined to it.
    rows = await fetch(
        "SELECT p.id, p.name, p.slug, p.enabled, p.featured, p.sold, p.updated_at, s.name AS seller, COALESCE(c.name, '') AS shelf, "
        "COALESCE(NULLIF(a.preview_path, ''), a.path, '') AS picture FROM "
        f"(SELECT p.* FROM product p WHERE {where} ORDER BY {_order(sort)} LIMIT {limit} OFFSET {offset}) p "
        "JOIN seller s ON s.id = p.seller_id LEFT JOIN category c ON c.id = p.category_id "
        f"LEFT JOIN asset a ON a.id = p.asset_id ORDER BY {_order(sort)}",
        *values,
    )
    count = await fetch(f"SELECT COUNT(*) AS n FROM product p WHERE {where}", *values)
    worth = await _worth([row["id"] for row in rows])
    return [_found(row, worth.get(row["id"], {})) for row in rows], int(count[0]["n"])


def _conditions(desk: Desk, wanted: Wanted, values: list[Any]) -> str:
    def bind(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    seller_id = desk.seller_id if desk.seller_id is not None else wanted.seller_id
    said = ""
    if seller_id is not None:
        said += f" AND p.seller_id = {bind((possible_ids([seller_id]) or [0])[0])}"
    if wanted.enabled is not None:
        said += " AND p.enabled" if wanted.enabled else " AND NOT p.enabled"
    if wanted.category_id is not None:
        shelf = bind((possible_ids([wanted.category_id]) or [0])[0])
        said += f" AND p.category_id IN (SELECT id FROM category WHERE id = {shelf} OR parent_id = {shelf})"
    words = storable(wanted.words).lower().split()[:MOST_WORDS]
    if words:
        named = " AND ".join(f"lower(n.name) LIKE {bind(f'%{_escaped(word)}%')} ESCAPE '!'" for word in words)
        sku = bind(f"{_escaped(' '.join(words))}%")
        said += (
            " AND p.id IN (SELECT n.id FROM product n WHERE n.platform_id = $1 AND n.environment = $2 "
            f"AND {named} UNION SELECT v.product_id FROM variant v WHERE v.platform_id = $1 AND v.environment = $2 "
            f"AND v.deleted_at IS NULL AND lower(v.sku) LIKE {sku} ESCAPE '!')"
        )
    return said


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _order(sort: Sort) -> str:
    terms = []
    for name, direction in sort:
        if name not in SORTS or direction not in ("ASC", "DESC"):
            raise InvalidInput(f"Sort by one of {', '.join(SORTS)}.", field="sort")
        terms.append(f"{SORTS[name]} {direction}")
    return ", ".join([*terms, "p.id DESC"])


async def _worth(ids: list[int]) -> dict[int, Row]:
    if not ids:
        return {}
    rows = await fetch(
        "SELECT v.product_id, COUNT(*) AS variants, MIN(v.price_minor) AS price_min_minor, MAX(v.price_minor) AS price_max_minor, "
        "CAST(COALESCE(SUM(l.on_hand - l.allocated), 0) AS BIGINT) AS available FROM variant v "
        "LEFT JOIN stock_level l ON l.variant_id = v.id "
        f"WHERE v.deleted_at IS NULL AND v.product_id IN ({placeholders(ids)}) GROUP BY v.product_id",
        *ids,
    )
    return {row.pop("product_id"): row for row in rows}


def _found(row: Row, worth: Row) -> FoundProduct:
    flags = {name: bool(row[name]) for name in ("enabled", "featured")}
    return FoundProduct(**{**row, **flags, "updated_at": as_time(row["updated_at"]), **worth})
