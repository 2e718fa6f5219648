"""What a shop shows first: the products it features, and then those that sell most."""

from core.db import fetch
from services.catalogue.products import ProductOptions, list_products
from services.catalogue.views import ProductView
from services.tenants import Scope

_BEST = (("featured", "DESC"), ("sold", "DESC"), ("id", "DESC"))


async def list_featured(scope: Scope, limit: int, include: frozenset[str] = frozenset()) -> list[ProductView]:
    """So many products, 50 at most: featured ones first, and of either the most sold first.

    `include` as in `list_products`. One statement more than that one.
    """
    limit = min(limit, 50)
    # Two short walks, since sorting a whole catalogue takes long.
    rows = await fetch(
        "SELECT id FROM (SELECT p.id FROM product p WHERE p.platform_id = $1 AND p.environment = $2 AND p.featured "
        "AND p.enabled AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.enabled) "
        f"ORDER BY p.sold DESC, p.id DESC LIMIT {limit}) a "
        "UNION SELECT id FROM (SELECT e.product_id AS id FROM search_entry e WHERE e.platform_id = $1 AND e.environment = $2 "
        f"ORDER BY e.sold DESC, e.product_id DESC LIMIT {limit}) b",
        scope.platform_id,
        scope.environment,
    )
    ids = [row["id"] for row in rows]
    options = ProductOptions(ids=ids, for_sale=True, sort=_BEST, take=limit)
    return (await list_products(scope, options, include))[0]
