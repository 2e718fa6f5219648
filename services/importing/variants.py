"""Writing a batch of variants; what is as it should be is left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import now
from core.db import Row, fetch, placeholders
from models import Variant
from services.importing.rows import ProductRow, RejectedRow
from services.tenants import Scope

_COLUMNS = ("name", "option", "price_minor", "compare_at_minor", "position")
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class VariantBatch:
    """Ids by SKU of the batch's variants, and which SKUs were made or changed."""

    ids: dict[str, int]
    created: set[str]
    changed: set[str]


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
    before = await _stored(scope, list(rows))
    wanted = {
        row.sku: _wanted(row, position, before.get(row.sku))
        for group in groups.values()
        for position, row in enumerate(group)
    }
    created = [sku for sku in rows if sku not in before]
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

    await Variant.bulk_create(variant(sku) for sku in created)
    if changed:
        await Variant.bulk_create(
            (variant(sku) for sku in rows if sku in changed),
            on_conflict=["platform_id", "environment", "sku"],
            update_fields=[*_COLUMNS, "updated_at"],
        )
    after = await _stored(scope, list(rows)) if created else before
    return VariantBatch({sku: int(row["id"]) for sku, row in after.items()}, set(created), changed)


async def _stored(scope: Scope, skus: Sequence[str]) -> dict[str, Row]:
    rows = await fetch(
        "SELECT v.id, v.sku, v.name, v.option, v.price_minor, v.compare_at_minor, v.position, p.slug FROM variant v "
        "JOIN product p ON p.id = v.product_id "
        f"WHERE v.platform_id = $1 AND v.environment = $2 AND v.sku IN ({placeholders(skus, 3)})",
        scope.platform_id,
        scope.environment,
        *skus,
    )
    return {row["sku"]: row for row in rows}


def _wanted(row: ProductRow, position: int, before: Row | None) -> dict[str, Any]:
    named = "compare_at_price" in row.model_fields_set
    stays = before["compare_at_minor"] if before else None
    return {
        "name": f"{row.name} {row.variant}".strip(),
        "option": row.variant,
        "price_minor": row.price,
        "compare_at_minor": row.compare_at_price if named else stays,
        "position": position,
    }
