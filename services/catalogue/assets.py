"""Reading pictures."""

from collections import defaultdict
from collections.abc import Sequence

from core.db import Row, fetch, placeholders
from services.catalogue.views import AssetView
from services.values import as_time

# Of a table `a`; names that no other table of a statement uses.
ASSET_COLUMNS = (
    "a.id AS asset_id, a.name AS asset_name, a.path AS asset_path, a.width AS asset_width, "
    "a.height AS asset_height, a.mime AS asset_mime, a.preview_path AS asset_preview, a.file_size AS asset_size, "
    "a.created_at AS asset_made, a.updated_at AS asset_changed, a.focal_x AS asset_x, a.focal_y AS asset_y"
)


def asset_of(row: Row) -> AssetView | None:
    """The picture in a row of `ASSET_COLUMNS`, or None where there is none."""
    if row["asset_id"] is None:
        return None
    return AssetView(
        id=row["asset_id"],
        name=row["asset_name"],
        path=row["asset_path"],
        width=row["asset_width"],
        height=row["asset_height"],
        mime=row["asset_mime"],
        preview=row["asset_preview"] or row["asset_path"],
        file_size=row["asset_size"],
        created_at=as_time(row["asset_made"]),
        updated_at=as_time(row["asset_changed"]),
        focal_point=None if row["asset_x"] is None else (row["asset_x"], row["asset_y"]),
    )


async def assets_of_products(product_ids: Sequence[int]) -> dict[int, list[AssetView]]:
    """Each product's pictures, the first being its main one. One statement."""
    found: dict[int, list[AssetView]] = defaultdict(list)
    if not product_ids:
        return found
    rows = await fetch(
        f"SELECT x.product_id, {ASSET_COLUMNS} FROM product_asset x JOIN asset a ON a.id = x.asset_id "
        f"WHERE x.product_id IN ({placeholders(product_ids)}) ORDER BY x.position, x.id",
        *product_ids,
    )
    for row in rows:
        asset = asset_of(row)
        if asset is not None:
            found[row["product_id"]].append(asset)
    return found
