"""Reading brands."""

from dataclasses import dataclass
from uuid import UUID

from core.db import fetch
from services.search.words import slug
from services.tenants import Scope
from services.values import as_uid


@dataclass(frozen=True, slots=True)
class BrandView:
    """Who made it. `featured` where one of its products is."""

    uid: UUID
    name: str
    slug: str
    featured: bool


async def list_brands(scope: Scope) -> list[BrandView]:
    """Every brand of which something is offered, by name. One statement."""
    rows = await fetch(
        "SELECT b.uid, b.name, MAX(CASE WHEN p.featured THEN 1 ELSE 0 END) AS featured "
        "FROM brand b JOIN product p ON p.brand_id = b.id AND p.enabled "
        "WHERE b.platform_id = $1 AND b.environment = $2 GROUP BY b.id, b.uid, b.name ORDER BY b.name, b.id",
        scope.platform_id,
        scope.environment,
    )
    return [
        BrandView(as_uid(row["uid"]), row["name"], slug(row["name"]), bool(row["featured"])) for row in rows
    ]
