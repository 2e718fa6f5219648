"""Variants by what is printed on their labels: the SKUs that somebody names, and those of products that are looked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.db import Row, fetch, placeholders
from core.errors import InvalidInput
from services.merchandise.finding import Wanted, find_products
from services.paging import storable
from services.staff import Desk
from services.tenants import Scope

MOST_SKUS = 500
MOST_FOUND = 10  # products that are shown of a search, and unknown SKUs that are named at once


@dataclass(frozen=True, slots=True)
class FoundSku:
    id: int
    sku: str
    name: str


async def find_skus(desk: Desk, words: str) -> list[FoundSku]:
    """The variants of the first ten products that are called so, or have such a SKU. Raises `Forbidden`."""
    products, _ = await find_products(desk, Wanted(words=words), take=MOST_FOUND)
    if not products:
        return []
    ids = [each.id for each in products]
    rows = await fetch(
        "SELECT id, sku, name FROM variant WHERE deleted_at IS NULL "
        f"AND product_id IN ({placeholders(ids)}) ORDER BY name, id LIMIT {MOST_SKUS}",
        *ids,
    )
    return [FoundSku(**row) for row in rows]


async def variants_by_sku(scope: Scope, skus: Sequence[str], field: str) -> list[int]:
    """The ids of the variants that are named, each once; capitals matter only where two SKUs differ by nothing else.

    Raises `InvalidInput` at `field`, with the SKUs that no variant has.
    """
    named = [each for each in dict.fromkeys(skus) if each]
    if not named:
        return []
    if len(named) > MOST_SKUS:
        raise InvalidInput(f"At most {MOST_SKUS} SKUs are taken.", field=field)
    rows = await fetch(
        "SELECT id, sku FROM variant WHERE platform_id = $1 AND environment = $2 AND deleted_at IS NULL "
        f"AND lower(sku) IN ({placeholders(named, 3)})",
        scope.platform_id,
        scope.environment,
        *(storable(each).lower() for each in named),
    )
    exact = {row["sku"]: int(row["id"]) for row in rows}
    alike: dict[str, list[int]] = {}
    for sku, variant_id in exact.items():
        alike.setdefault(sku.lower(), []).append(variant_id)
    found: dict[str, int] = {}
    for sku in named:
        known = [exact[sku]] if sku in exact else alike.get(sku.lower(), [])
        if len(known) == 1:
            found[sku] = known[0]
    if unknown := [sku for sku in named if sku not in found]:
        more = f" and {len(unknown) - MOST_FOUND} more" if len(unknown) > MOST_FOUND else ""
        raise InvalidInput(
            f"No variant has the SKU {', '.join(each[:80] for each in unknown[:MOST_FOUND])}{more}.",
            field=field,
        )
    return list(dict.fromkeys(found.values()))


async def skus_of(scope: Scope, variant_ids: Iterable[int]) -> dict[int, str]:
    """The SKU of each variant, also of such as aren't sold any more. One statement, or none."""
    ids = sorted(set(variant_ids))
    if not ids:
        return {}
    rows = await fetch(
        "SELECT id, sku, deleted_at FROM variant WHERE platform_id = $1 AND environment = $2 "
        f"AND id IN ({placeholders(ids, 3)})",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    return {row["id"]: _shown(row) for row in rows}


def _shown(row: Row) -> str:
    """What is deleted has its id behind its SKU, so that the SKU is free again."""
    sku = str(row["sku"])
    return f"{sku.removesuffix('~' + str(row['id']))} (deleted)" if row["deleted_at"] else sku
