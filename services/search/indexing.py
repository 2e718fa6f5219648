"""Keeping search in step: what each product can be found by, and the words of a platform's catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from core.db import Row, dialect, execute, fetch, placeholders, transaction
from models import SearchEntry
from services.search import sqlite
from services.search.fulltext import fulltext
from services.search.words import FACET_MARK, facet_token, index_words
from services.tenants import Scope
from services.values import as_time

T = TypeVar("T")

BATCH = 500
LONGEST_NAME = 200

_WRITTEN = [
    "category_id",
    "name",
    "body",
    "facets",
    "price_min_minor",
    "price_max_minor",
    "sold",
    "recommended",
    "added_at",
]


async def reindex_products(scope: Scope, product_ids: Iterable[int]) -> None:
    """Bring search into step with these products of the scope.

    One that is disabled, gone, or has no enabled variant can't be found any more. All or nothing.
    """
    ids = sorted(set(product_ids))
    async with transaction():
        for batch in _batches(ids):
            await _reindex(scope, batch)


async def _reindex(scope: Scope, ids: list[int]) -> None:
    before = await _entries(scope, ids)
    entries = await _new_entries(scope, ids)
    gone = [i for i in before if i not in entries]
    if gone:
        await execute(f"DELETE FROM search_entry WHERE product_id IN ({placeholders(gone)})", *gone)
    if entries:
        await SearchEntry.bulk_create(entries.values(), on_conflict=["product_id"], update_fields=_WRITTEN)
    if dialect() == "sqlite":
        await sqlite.write_texts(ids)
    old_words = {word for body in before.values() for word in _words(body)}
    new_words = {word for entry in entries.values() for word in _words(entry.body)}
    await _add_words(scope, sorted(new_words - old_words))
    await _drop_words(scope, sorted(old_words - new_words))
    if dialect() == "sqlite" and old_words != new_words:
        await sqlite.write_words()


async def _entries(scope: Scope, ids: Sequence[int]) -> dict[int, str]:
    """The bodies that are stored now, by product."""
    rows = await fetch(
        "SELECT product_id, body FROM search_entry WHERE platform_id = $1 AND environment = $2 "
        f"AND product_id IN ({placeholders(ids, 3)})",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    return {row["product_id"]: row["body"] for row in rows}


async def _new_entries(scope: Scope, ids: Sequence[int]) -> dict[int, SearchEntry]:
    products = await fetch(
        "SELECT p.id, p.name, p.description, p.category_id, p.sold, p.star_sum, p.star_count, p.created_at, b.name AS brand, "
        "c.name AS category, d.name AS parent FROM product p LEFT JOIN brand b ON b.id = p.brand_id "
        "LEFT JOIN category c ON c.id = p.category_id LEFT JOIN category d ON d.id = c.parent_id "
        f"WHERE p.platform_id = $1 AND p.environment = $2 AND p.id IN ({placeholders(ids, 3)}) AND p.enabled",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    variants = await _by_product(
        "SELECT product_id, sku, option, price_minor FROM variant WHERE enabled AND", ids
    )
    fitments = await _by_product("SELECT product_id, make, model, year_from, year_to FROM fitment WHERE", ids)
    tags = await _by_product(
        "SELECT product_id, name FROM product_tag x JOIN tag t ON t.id = x.tag_id WHERE", ids
    )
    values = await _by_product("SELECT DISTINCT product_id, value_id FROM product_facet_value WHERE", ids)
    return {
        product["id"]: _entry(
            scope,
            product,
            variants[product["id"]],
            fitments[product["id"]],
            tags[product["id"]],
            sorted(row["value_id"] for row in values[product["id"]]),
        )
        for product in products
        if product["id"] in variants
    }


async def _by_product(select: str, ids: Sequence[int]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in await fetch(f"{select} product_id IN ({placeholders(ids)})", *ids):
        found[row["product_id"]].append(row)
    return found


def _entry(
    scope: Scope, product: Row, variants: list[Row], fitments: list[Row], tags: list[Row], facets: list[int]
) -> SearchEntry:
    prices = [variant["price_minor"] for variant in variants]
    texts = _texts(product, variants, fitments, tags)
    return SearchEntry(
        platform_id=scope.platform_id,
        environment=scope.environment,
        product_id=product["id"],
        category_id=product["category_id"],
        name=_row_of(index_words(product["name"]))[:LONGEST_NAME],
        body=_row_of(
            [*dict.fromkeys(word for text in texts for word in index_words(text)), *map(facet_token, facets)]
        ),
        facets=_row_of(map(str, facets)),
        price_min_minor=min(prices),
        price_max_minor=max(prices),
        sold=product["sold"],
        recommended=_recommended(product),
        added_at=as_time(product["created_at"]),
    )


def _words(body: str) -> list[str]:
    """What somebody may type of a body."""
    return [word for word in body.split() if not word.startswith(FACET_MARK)]


def _row_of(words: Iterable[str]) -> str:
    """Words with a blank before and behind each, so that a whole one is found as `% word %`."""
    return f" {' '.join(words)} "


def _texts(product: Row, variants: list[Row], fitments: list[Row], tags: list[Row]) -> Iterator[str]:
    """Everything that a product can be found by."""
    yield from (product[part] or "" for part in ("name", "brand", "category", "parent"))
    for variant in variants:
        yield from (variant["sku"], variant["option"])
    for fitment in fitments:
        yield from (fitment["make"], fitment["model"])
        yield from map(str, range(fitment["year_from"], fitment["year_to"] + 1))
    yield from (tag["name"] for tag in tags)
    yield product["description"]


def _recommended(product: Row) -> int:
    """Stars first (five imagined ones of 3 hold back what few have rated), then pieces sold."""
    stars: Any = (product["star_sum"] + 15) * 100 // (product["star_count"] + 5)
    return int(stars) * 10**9 + min(int(product["sold"]), 10**9 - 1)


async def _add_words(scope: Scope, words: list[str]) -> None:
    for asked in _batches(words):
        rows = ", ".join(f"($1, $2, ${place})" for place in range(3, len(asked) + 3))
        await execute(
            f"INSERT INTO search_word (platform_id, environment, word) VALUES {rows} ON CONFLICT DO NOTHING",
            scope.platform_id,
            scope.environment,
            *asked,
        )


async def _drop_words(scope: Scope, words: list[str]) -> None:
    """Forget those that no product of the scope has any more."""
    has_it = fulltext().matching(fulltext().quoted("w.word"))
    for asked in _batches(words):
        await execute(
            "DELETE FROM search_word WHERE id IN (SELECT w.id FROM search_word w WHERE w.platform_id = $1 "
            f"AND w.environment = $2 AND w.word IN ({placeholders(asked, 3)}) AND NOT EXISTS (SELECT 1 "
            f"FROM search_entry e WHERE e.platform_id = $1 AND e.environment = $2 AND {has_it}))",
            scope.platform_id,
            scope.environment,
            *asked,
        )


def _batches(items: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
