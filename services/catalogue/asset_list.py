"""Pictures as staff find them: by name, by tag, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.db import fetch, fetch_one, placeholders
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.views import AssetView
from services.staff import Desk, check_may

MOST = 100
# What a list can be sorted by, in the dialect's names.
COLUMNS = {
    "id": "a.id",
    "createdAt": "a.created_at",
    "updatedAt": "a.updated_at",
    "name": "a.name",
    "fileSize": "a.file_size",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetOptions:
    """Which pictures, in which order. With several `tags` a picture has all of them (AND), or one (OR)."""

    skip: int = 0
    take: int = 20
    name_contains: str = ""
    ids: Sequence[int] | None = None
    tags: Sequence[str] = ()
    tags_operator: Literal["AND", "OR"] = "AND"
    sort: Mapping[str, str] = field(default_factory=dict)  # of COLUMNS: ASC or DESC


async def list_assets(desk: Desk, options: AssetOptions) -> tuple[list[AssetView], int]:
    """A page of the pictures that the desk may see, and how many there are in all. Raises `Forbidden`."""
    where, values = _wanted(desk, options)
    order = "".join(
        f"{COLUMNS[name]} {'DESC' if way == 'DESC' else 'ASC'}, " for name, way in options.sort.items()
    )
    n = len(values)
    rows = await fetch(
        f"SELECT {ASSET_COLUMNS} FROM asset a WHERE {where} ORDER BY {order}a.id DESC LIMIT ${n + 1} OFFSET ${n + 2}",
        *values,
        max(0, min(options.take, MOST)),
        max(0, options.skip),
    )
    total = await fetch_one(f"SELECT COUNT(*) AS total FROM asset a WHERE {where}", *values)
    return [found for row in rows if (found := asset_of(row))], total["total"] if total else 0


async def find_asset(desk: Desk, asset_id: int) -> AssetView | None:
    """One picture; None also for one that isn't the desk's to see. Raises `Forbidden`."""
    found, _ = await list_assets(desk, AssetOptions(ids=[asset_id], take=1))
    return found[0] if found else None


async def tags_of_assets(asset_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Each picture's tags, `{id, name}`. One statement."""
    tags: dict[int, list[dict[str, Any]]] = {asset_id: [] for asset_id in asset_ids}
    if asset_ids:
        rows = await fetch(
            "SELECT x.asset_id, t.id, t.name FROM asset_tag x JOIN tag t ON t.id = x.tag_id "
            f"WHERE x.asset_id IN ({placeholders(asset_ids)}) ORDER BY t.name",
            *asset_ids,
        )
        for row in rows:
            tags[row["asset_id"]].append({"id": row["id"], "name": row["name"]})
    return tags


def _wanted(desk: Desk, options: AssetOptions) -> tuple[str, list[Any]]:
    check_may(desk, "pictures")
    where = ["a.platform_id = $1", "a.environment = $2"]
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]

    def bound(*given: Any) -> str:
        values.extend(given)
        return placeholders(given, len(values) - len(given) + 1)

    if desk.seller_id is not None:
        where.append(f"a.seller_id = {bound(desk.seller_id)}")
    if options.ids is not None:
        where.append(f"a.id IN ({bound(*options.ids)})" if options.ids else "1 = 0")
    if options.name_contains:
        escaped = options.name_contains.lower()
        for sign in ("\\", "%", "_"):
            escaped = escaped.replace(sign, f"\\{sign}")
        where.append(f"LOWER(a.name) LIKE {bound(f'%{escaped}%')} ESCAPE '\\'")
    if options.tags:
        tags = list(dict.fromkeys(options.tags))
        least = len(tags) if options.tags_operator == "AND" else 1
        where.append(
            "(SELECT COUNT(*) FROM asset_tag x JOIN tag t ON t.id = x.tag_id "
            f"WHERE x.asset_id = a.id AND t.name IN ({bound(*tags)})) >= {bound(least)}"
        )
    return " AND ".join(where), values
