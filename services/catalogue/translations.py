"""The texts of products in other languages than the shop's own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.db import fetch, placeholders
from core.errors import NotFound
from services.paging import possible_ids, storable
from services.tenants import Scope

# What is stored with the product itself.
OWN_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Translation:
    """A product's texts in one language."""

    id: int
    language: str
    name: str
    description: str


async def translations_of_products(product_ids: Sequence[int]) -> dict[int, list[Translation]]:
    """The texts of each product in other languages, by language. One statement."""
    rows = await fetch(
        "SELECT t.id, t.product_id, t.language, t.name, t.description FROM product_translation t "
        f"WHERE t.product_id IN ({placeholders(product_ids)}) ORDER BY t.language",
        *product_ids,
    )
    found: dict[int, list[Translation]] = defaultdict(list)
    for row in rows:
        found[row["product_id"]].append(
            Translation(row["id"], row["language"], row["name"], row["description"])
        )
    return found


async def translate_product(
    scope: Scope, product_id: int, language: str, name: str, description: str
) -> None:
    """Set a product's texts in another language (a `LanguageCode`). Raises `NotFound` for an unknown product."""
    written = await fetch(
        "INSERT INTO product_translation (product_id, language, name, description) "
        "SELECT p.id, $4, $5, $6 FROM product p WHERE p.id = $1 AND p.platform_id = $2 AND p.environment = $3 "
        "ON CONFLICT (product_id, language) DO UPDATE SET name = EXCLUDED.name, description = EXCLUDED.description "
        "RETURNING id",
        *(possible_ids([product_id]) or [0]),
        scope.platform_id,
        scope.environment,
        language,
        storable(name),
        storable(description),
    )
    if not written:
        raise NotFound("There is no such product.", field="id")
