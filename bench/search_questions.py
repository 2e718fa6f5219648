"""What a large catalogue is asked for: kinds of questions as a storefront puts them, each with the bare SQL for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import asyncpg

_ITEMS = "totalItems items { productId productName slug productAsset { id preview } inStock priceWithTax { ... on PriceRange { min max } } }"
PAGE = f"query($input: SearchInput!) {{ search(input: $input) {{ {_ITEMS} }} }}"
WITH_COUNTS = (
    f"query($input: SearchInput!) {{ search(input: $input) {{ {_ITEMS} "
    "facetValues { count facetValue { id name facet { id name } } } collections { count collection { id name } } } }"
)

_SCOPE = "e.platform_id = $1 AND e.environment = 'test'"
_MATCHES = "search_document(e.body, e.platform_id, e.environment, e.category_id)"
_PAGE = """
SELECT h.*, p.name, p.slug, a.path, t.total, EXISTS (SELECT FROM variant v JOIN stock_level l
  ON l.variant_id = v.id WHERE v.product_id = h.product_id AND v.enabled AND l.on_hand > l.allocated) AS in_stock
FROM (SELECT COUNT(*) AS total FROM search_entry e WHERE {where}) t,
(SELECT e.product_id, e.price_min_minor, e.price_max_minor FROM search_entry e WHERE {where}
  ORDER BY {order} LIMIT 20 OFFSET {skip}) h
JOIN product p ON p.id = h.product_id LEFT JOIN asset a ON a.id = p.asset_id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that the questions name."""

    platform: int
    makes: dict[str, int]
    shelves: dict[str, int]


@dataclass(frozen=True, slots=True)
class Question:
    """The document with its input, and the SQL with its values, whose rows carry the same `total`."""

    variables: dict[str, Any]
    sql: str
    values: list[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    questions: Callable[[Known], list[Question]]


async def known_of(db: asyncpg.Connection) -> Known:
    """The ids of the demo platform."""
    platform = await db.fetchval("SELECT id FROM platform WHERE code = 'demo'")
    makes = await db.fetch(
        "SELECT v.id, v.code FROM facet_value v JOIN facet f ON f.id = v.facet_id WHERE f.code = 'make' "
        "AND f.platform_id = $1",
        platform,
    )
    shelves = await db.fetch("SELECT id, slug FROM category WHERE platform_id = $1", platform)
    return Known(platform, {r["code"]: r["id"] for r in makes}, {r["slug"]: r["id"] for r in shelves})


def _question(
    known: Known,
    words: str = "",
    order: str = "e.sold DESC",
    where: str = "",
    document: str = PAGE,
    **given: Any,
) -> Question:
    """`words` are what the floor is asked for; the term is the same where none is given."""
    values: list[Any] = [known.platform]
    mine = _SCOPE + where
    if words:
        values.append(" & ".join(f"'{word}':*" for word in words.split()))
        mine = f"{_MATCHES} @@ ('п' || $1::bigint || 'test & ' || $2)::tsquery{where}"
    sql = _PAGE.format(where=mine, order=order, skip=given.get("skip", 0))
    return Question({"document": document, "input": {"term": words, **given}}, sql, values)


def _one_word(known: Known) -> list[Question]:
    return [
        _question(known, word)
        for word in ("toyota", "brake", "filter", "alternator", "corolla", "denso", "mirror")
    ]


def _two_words(known: Known) -> list[Question]:
    pairs = ("toyota brake", "honda filter", "corolla mirror", "bosch pads", "hilux clutch", "civic radiator")
    return [_question(known, pair) for pair in pairs]


def _misspelt(known: Known) -> list[Question]:
    pairs = {
        "alternater": "alternator",
        "toyta": "toyota",
        "corrolla mirror": "corolla mirror",
        "radiater": "radiator",
    }
    return [_question(known, meant, term=typed) for typed, meant in pairs.items()]


def _by_facet(known: Known) -> list[Question]:
    asked = []
    for make, words in (("toyota", "brake"), ("honda", "filter"), ("hyundai", ""), ("toyota", "")):
        value = known.makes[make]
        where = f" AND e.product_id IN (SELECT product_id FROM product_facet_value WHERE value_id = {value})"
        asked.append(_question(known, words, where=where, facetValueIds=[str(value)]))
    return asked


def _on_shelf(known: Known) -> list[Question]:
    asked = []
    for slug in ("brakes", "filters", "suspension"):
        if slug not in known.shelves:
            continue
        shelf = known.shelves[slug]
        where = f" AND e.category_id IN (SELECT id FROM category WHERE id = {shelf} OR parent_id = {shelf})"
        asked += [_question(known, words, where=where, collectionSlug=slug) for words in ("", "toyota")]
    return asked


def _sorted(known: Known) -> list[Question]:
    return [
        _question(known, "brake", "e.price_min_minor", sort={"price": "ASC"}),
        _question(known, "toyota", "e.added_at DESC", sort={"recentlyAdded": "DESC"}),
        _question(known, "filter", "e.name", sort={"name": "ASC"}),
        _question(known, "", "e.price_min_minor DESC", sort={"price": "DESC"}),
    ]


def _deep(known: Known) -> list[Question]:
    return [_question(known, word, skip=2000) for word in ("toyota", "brake", "")]


def _counted(known: Known) -> list[Question]:
    return [
        _question(known, words, document=WITH_COUNTS)
        for words in ("corolla mirror", "alternator", "brake", "toyota")
    ]


KINDS = (
    Kind("one word", _one_word),
    Kind("two words", _two_words),
    Kind("misspelt", _misspelt),
    Kind("within a facet", _by_facet),
    Kind("on a shelf", _on_shelf),
    Kind("sorted", _sorted),
    Kind("page 101", _deep),
    Kind("with counts of facets and shelves", _counted),
)
