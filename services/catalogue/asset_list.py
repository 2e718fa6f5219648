"""Pictures as staff find them: by name, by tag, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.db import fetch, placeholders
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.views import AssetView
from services.listing import Clause, Column, Columns, Listing, list_rows
from services.staff import Desk, check_may

LISTED: Columns = {
    "id": Column("a.id", "id"),
    "created_at": Column("a.created_at", "time"),
    "updated_at": Column("a.updated_at", "time"),
    "name": Column("a.name", "text"),
    "mime": Column("a.mime", "text"),
    "file_size": Column("a.file_size", "number"),
    "width": Column("a.width", "number"),
    "height": Column("a.height", "number"),
}


@dataclass(frozen=True, slots=True)
class Tagged:
    """Which tags a picture has: all of these, or `any_of` them."""

    tags: Sequence[str] = ()
    any_of: bool = False


async def list_assets(desk: Desk, listing: Listing, tagged: Tagged = Tagged()) -> tuple[list[AssetView], int]:
    """A page of the pictures that the desk may see, newest first, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadAsset", "ReadCatalog")
    mine = ["a.platform_id = $1", "a.environment = $2"]
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    if desk.seller_id is not None:
        values.append(desk.seller_id)
        mine.append(f"a.seller_id = ${len(values)}")
    tags = list(dict.fromkeys(tagged.tags))
    if tags:
        some = placeholders(tags, len(values) + 1)
        least = 1 if tagged.any_of else len(tags)
        mine.append(
            "(SELECT COUNT(*) FROM asset_tag x JOIN tag t ON t.id = x.tag_id "
            f"WHERE x.asset_id = a.id AND t.name IN ({some})) >= {least}"
        )
        values += tags
    rows, total = await list_rows(
        ASSET_COLUMNS, "asset a", " AND ".join(mine), values, listing, LISTED, usual="a.id DESC"
    )
    return [found for row in rows if (found := asset_of(row))], total


async def find_asset(desk: Desk, asset_id: int) -> AssetView | None:
    """One picture; None also for one that isn't the desk's to see. Raises `Forbidden`."""
    found, _ = await list_assets(desk, Listing(Clause("id", "eq", asset_id), take=1))
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
