"""What a product's uid means where something is put into a cart: the variant that is bought."""

from collections.abc import Sequence
from uuid import UUID

from core.db import fetch, placeholders
from core.errors import NotFound
from services.tenants import Scope
from services.values import as_uid


async def variants_named(scope: Scope, uids: Sequence[UUID]) -> dict[UUID, int]:
    """For each uid of a variant, or of a product whose first variant is meant, the variant's id. One statement.

    Raises `NotFound` where one names nothing that is for sale.
    """
    asked = list(dict.fromkeys(uids))
    listed = placeholders(asked, 4)
    mine = "v.platform_id = $1 AND v.environment = $2 AND v.enabled = $3 AND p.enabled = $3"
    both = "variant v JOIN product p ON p.id = v.product_id"
    rows = await fetch(
        f"SELECT v.uid AS uid, v.id AS id, v.position AS position FROM {both} WHERE {mine} AND v.uid IN ({listed}) UNION ALL "
        f"SELECT p.uid, v.id, v.position FROM {both} WHERE {mine} AND p.uid IN ({listed}) ORDER BY position, id",
        scope.platform_id,
        scope.environment,
        True,
        *asked,
    )
    found: dict[UUID, int] = {}
    for row in rows:
        found.setdefault(as_uid(row["uid"]), row["id"])
    if len(found) < len(asked):
        raise NotFound("Product not found", field="productId")
    return found


async def variant_named(scope: Scope, uid: UUID) -> int:
    """The variant that one uid means; see `variants_named`."""
    return (await variants_named(scope, [uid]))[uid]
