"""Writing a batch of variants and their stock; what is as it should be is left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import now
from core.db import Row, fetch, for_update, placeholders
from models import StockLevel, Variant
from services.importing.rows import ProductRow, RejectedRow
from services.tenants import Scope

_COLUMNS = ("name", "option", "price_minor", "position")
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class VariantBatch:
    """How many variants were made and changed, and which products they belong to."""

    created: int
    changed: int
    products: set[int]


async def taken_skus(scope: Scope, rows: Sequence[ProductRow]) -> list[RejectedRow]:
    """Rows whose SKU is another product's."""
    rejected: list[RejectedRow] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        owners = {sku: row["slug"] for sku, row in (await _stored(scope, [r.sku for r in batch])).items()}
        rejected += (
            RejectedRow(row.line, "sku", f'It belongs to the product "{owners[row.sku]}".')
            for row in batch
            if owners.get(row.sku, row.handle) != row.handle
        )
    return rejected


async def write_variants(
    scope: Scope, groups: Mapping[str, Sequence[ProductRow]], product_ids: Mapping[str, int]
) -> VariantBatch:
    """Make or change the variants of `groups` (rows by handle, in the order of their positions)."""
    rows = {row.sku: row for group in groups.values() for row in group}
    wanted = {
        row.sku: _wanted(row, position) for group in groups.values() for position, row in enumerate(group)
    }
    before = await _stored(scope, list(rows))
    new = [sku for sku in rows if sku not in before]
    changed = {sku for sku, row in before.items() if any(row[c] != wanted[sku][c] for c in _COLUMNS)}

    def variant(sku: str) -> Variant:
        return Variant(
            platform_id=scope.platform_id,
            environment=scope.environment,
            product_id=product_ids[rows[sku].handle],
            sku=sku,
            updated_at=now(),
            **wanted[sku],
        )

    await Variant.bulk_create(variant(sku) for sku in new)
    if changed:
        await Variant.bulk_create(
            (variant(sku) for sku in rows if sku in changed),
            on_conflict=["platform_id", "environment", "sku"],
            update_fields=[*_COLUMNS, "updated_at"],
        )
    after = await _stored(scope, list(rows)) if new else before
    restocked = await _write_stock({row["id"]: rows[sku].stock for sku, row in after.items()})
    changed |= {sku for sku, row in before.items() if row["id"] in restocked}
    touched = changed.union(new)
    return VariantBatch(len(new), len(changed), {product_ids[rows[sku].handle] for sku in touched})


async def _stored(scope: Scope, skus: Sequence[str]) -> dict[str, Row]:
    rows = await fetch(
        "SELECT v.id, v.sku, v.name, v.option, v.price_minor, v.position, p.slug FROM variant v "
        "JOIN product p ON p.id = v.product_id "
        f"WHERE v.platform_id = $1 AND v.environment = $2 AND v.sku IN ({placeholders(skus, 3)})",
        scope.platform_id,
        scope.environment,
        *skus,
    )
    return {row["sku"]: row for row in rows}


def _wanted(row: ProductRow, position: int) -> dict[str, Any]:
    return {
        "name": f"{row.name} {row.variant}".strip(),
        "option": row.variant,
        "price_minor": row.price,
        "position": position,
    }


async def _write_stock(on_hand: Mapping[int, int]) -> set[int]:
    """Set what lies on the shelf, never below what is promised; the variants where that changed something."""
    ids = sorted(on_hand)
    # Locked in the order of their ids, as orders lock them.
    rows = await fetch(
        f"SELECT variant_id, on_hand, allocated FROM stock_level WHERE variant_id IN ({placeholders(ids)}) "
        f"ORDER BY variant_id{for_update()}",
        *ids,
    )
    stored = {row["variant_id"]: row for row in rows}
    wanted = {i: max(on_hand[i], stored[i]["allocated"]) if i in stored else on_hand[i] for i in ids}
    changed = [i for i in ids if i not in stored or stored[i]["on_hand"] != wanted[i]]
    if changed:
        await StockLevel.bulk_create(
            (StockLevel(variant_id=i, on_hand=wanted[i]) for i in changed),
            on_conflict=["variant_id"],
            update_fields=["on_hand"],
        )
    return set(changed)
