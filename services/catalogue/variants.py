"""Reading variants."""

from collections.abc import Iterable, Sequence

from core.db import Row, fetch, placeholders
from services.catalogue.assets import assets_of_products
from services.catalogue.views import VariantView
from services.listing import Column, Columns
from services.paging import possible_ids
from services.taxes import RATE_OF_VARIANT
from services.tenants import Scope
from services.values import as_time, as_uid

VARIANT_COLUMNS = (
    "v.id, v.uid, v.product_id, v.name, v.option, v.sku, v.price_minor, v.compare_at_minor, v.created_at, "
    "v.updated_at, v.enabled, COALESCE(l.on_hand, 0) AS on_hand, "
    "COALESCE(l.on_hand - l.allocated, 0) AS available, p.name AS product_name, p.slug AS product_slug, "
    f"{RATE_OF_VARIANT} AS tax_basis_points"
)
VARIANT_TABLES = (
    "variant v JOIN product p ON p.id = v.product_id LEFT JOIN stock_level l ON l.variant_id = v.id"
)

# Vendure's own default: two pieces or fewer are few.
FEW = 2
_AVAILABLE = "COALESCE(l.on_hand - l.allocated, 0)"
# Over the same tables.
LISTED: Columns = {
    "id": Column("v.id", "id"),
    "product_id": Column("v.product_id", "id"),
    "created_at": Column("v.created_at", "time"),
    "updated_at": Column("v.updated_at", "time"),
    "language_code": Column("'en'", "text"),
    "sku": Column("v.sku", "text"),
    "name": Column("v.name", "text"),
    "enabled": Column("v.enabled", "flag"),
    "price": Column("v.price_minor", "number"),
    "available": Column(_AVAILABLE, "number"),
    "currency": Column("(SELECT x.currency FROM platform x WHERE x.id = v.platform_id)", "text"),
    "stock_level": Column(
        f"CASE WHEN {_AVAILABLE} <= 0 THEN 'OUT_OF_STOCK' WHEN {_AVAILABLE} <= {FEW} THEN 'LOW_STOCK' "
        "ELSE 'IN_STOCK' END",
        "text",
    ),
}


async def get_variants(scope: Scope, ids: Iterable[int], with_assets: bool = False) -> list[VariantView]:
    """The scope's variants with these ids, in the order asked for; unknown ids are left out.

    Also those that are no longer for sale, since orders show them.
    """
    asked = possible_ids(ids)
    if not asked:
        return []
    rows = await fetch(
        f"SELECT {VARIANT_COLUMNS} FROM {VARIANT_TABLES} "
        f"WHERE v.platform_id = $1 AND v.environment = $2 AND v.id IN ({placeholders(asked, 3)})",
        scope.platform_id,
        scope.environment,
        *asked,
    )
    found = {row["id"]: variant_of(row) for row in rows}
    variants = [found[i] for i in asked if i in found]
    if with_assets:
        await fill_assets(variants)
    return variants


async def variants_of_products(product_ids: Sequence[int], *, hidden: bool = False) -> list[VariantView]:
    """The enabled variants of these products, or the `hidden` ones too, each product's in its own order. One statement."""
    if not product_ids:
        return []
    shown = "v.deleted_at IS NULL" if hidden else "v.enabled"
    rows = await fetch(
        f"SELECT {VARIANT_COLUMNS} FROM {VARIANT_TABLES} "
        f"WHERE v.product_id IN ({placeholders(product_ids)}) AND {shown} ORDER BY v.position, v.id",
        *product_ids,
    )
    return [variant_of(row) for row in rows]


async def fill_assets(variants: list[VariantView]) -> None:
    """Give each variant its product's pictures. One statement."""
    assets = await assets_of_products(list({v.product_id for v in variants}))
    for variant in variants:
        variant.assets = assets[variant.product_id]


def variant_of(row: Row) -> VariantView:
    """A variant from a row of `VARIANT_COLUMNS`."""
    row["uid"], row["enabled"] = as_uid(row["uid"]), bool(row["enabled"])
    row["created_at"], row["updated_at"] = as_time(row["created_at"]), as_time(row["updated_at"])
    return VariantView(**row)
