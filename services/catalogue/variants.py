"""Reading variants."""

from collections.abc import Iterable, Sequence

from core.db import Row, fetch, placeholders
from services.catalogue.assets import assets_of_products
from services.catalogue.paging import possible_ids
from services.catalogue.views import VariantView
from services.taxes import RATE_OF_VARIANT
from services.tenants import Scope
from services.values import as_uid

VARIANT_COLUMNS = (
    "v.id, v.uid, v.product_id, v.name, v.option, v.sku, v.price_minor, v.compare_at_minor, "
    "COALESCE(l.on_hand - l.allocated, 0) AS available, p.name AS product_name, p.slug AS product_slug, "
    f"{RATE_OF_VARIANT} AS tax_basis_points"
)
VARIANT_TABLES = (
    "variant v JOIN product p ON p.id = v.product_id LEFT JOIN stock_level l ON l.variant_id = v.id"
)


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


async def variants_of_products(product_ids: Sequence[int]) -> list[VariantView]:
    """The enabled variants of these products, each product's in its own order. One statement."""
    if not product_ids:
        return []
    rows = await fetch(
        f"SELECT {VARIANT_COLUMNS} FROM {VARIANT_TABLES} "
        f"WHERE v.product_id IN ({placeholders(product_ids)}) AND v.enabled ORDER BY v.position, v.id",
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
    row["uid"] = as_uid(row["uid"])
    return VariantView(**row)
