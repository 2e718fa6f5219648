"""Searching: every word must match, misspelt ones are corrected, names count more than descriptions."""

from dataclasses import dataclass
from typing import Any

from core.db import Row, fetch, placeholders
from core.errors import InvalidInput
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.paging import page, possible_ids
from services.catalogue.views import SearchHit, SearchResult
from services.search.fulltext import fulltext
from services.search.words import words_of
from services.tenants import Scope

# A person types a few words. What lies beyond is not read.
LONGEST_TERM = 300
MOST_WORDS = 12

SORT_FIELDS = {
    "name": "e.name",
    "price": "e.price_min_minor",
    "top_selling": "e.sold",
    "recommended": "e.recommended",
    "recently_added": "e.added_at",
}
SORTS = {
    "relevance": ("relevance", "DESC"),
    "name": ("name", "ASC"),
    "price_asc": ("price", "ASC"),
    "price_desc": ("price", "DESC"),
    "top_selling": ("top_selling", "DESC"),
    "recommended": ("recommended", "DESC"),
    "recently_added": ("recently_added", "DESC"),
}


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of `search_entry e`: conditions, the score of a row, the order, and all their values."""

    where: str
    score: str
    order: str
    values: list[Any]
    score_values: list[Any]


async def search(
    scope: Scope,
    term: str,
    *,
    category_id: int | None = None,
    sort: str | tuple[str, str] = "relevance",
    skip: int = 0,
    take: int = 20,
    with_counts: bool = False,
) -> SearchResult:
    """Products that match all words of `term`, or all products where it is blank.

    A word of two letters or more also finds the longer words that it begins. Where nothing is found, words
    that the catalogue doesn't know are replaced by their nearest and it is asked again. `category_id`
    includes its children's products. `sort` is one of `SORTS`, or a field of `SORT_FIELDS` with "ASC" or
    "DESC"; equal products are in order of id. `take` is 100 at most. Two statements in the usual case.
    Raises `InvalidInput` for another sort.
    """
    words = words_of(term[:LONGEST_TERM], MOST_WORDS)
    if not words and term.strip():
        return SearchResult(total=0, hits=[])
    limit, offset = page(skip, take)
    question = _question(scope, words, category_id, sort)
    rows = await _ask(question, limit, offset)
    if rows[0]["total"] == 0 and words:
        corrected = await _corrected(scope, words)
        if corrected != words:
            question = _question(scope, corrected, category_id, sort)
            rows = await _ask(question, limit, offset)
    return SearchResult(
        total=rows[0]["total"],
        hits=await _hits([row for row in rows if row["product_id"] is not None]),
        category_counts=await _category_counts(question) if with_counts else [],
    )


def _question(
    scope: Scope, words: list[str], category_id: int | None, sort: str | tuple[str, str]
) -> _Question:
    values: list[Any] = [scope.platform_id, scope.environment]
    where = "e.platform_id = $1 AND e.environment = $2"
    if category_id is not None:
        values += possible_ids([category_id]) or [0]
        where += (
            " AND e.product_id IN (SELECT p.id FROM product p JOIN category c ON c.id = p.category_id "
            f"WHERE c.id = ${len(values)} OR c.parent_id = ${len(values)})"
        )
    score, score_values = "1", []
    if words:
        values.append(fulltext().query(words, prefixes=True))
        where += f" AND {fulltext().matching(f'${len(values)}')}"
        score_values = [fulltext().query(words, prefixes=False), *words]
        score = _score(len(words), len(values) + 1)
    return _Question(where, score, _order(sort, bool(words)), values, score_values)


def _score(words: int, first: int) -> str:
    """For each word 4 where the name has it, 2 where the name has one that begins so; 1 more for no prefix.

    Placeholder `first` is the query without prefixes, those behind it the words.
    """
    parts = [f"CASE WHEN {fulltext().also_matching(f'${first}')} THEN 2 ELSE 1 END"]
    for i in range(first + 1, first + 1 + words):
        parts.append(
            f"CASE WHEN ' ' || e.name || ' ' LIKE '% ' || ${i} || ' %' THEN 4 "
            f"WHEN ' ' || e.name LIKE '% ' || ${i} || '%' THEN 2 ELSE 0 END"
        )
    return " + ".join(parts)


def _order(sort: str | tuple[str, str], scored: bool) -> str:
    field, direction = SORTS.get(sort, ("", "")) if isinstance(sort, str) else sort
    if field == "relevance":
        return f"{'score DESC, ' if scored else ''}e.sold DESC, e.product_id DESC"
    if field not in SORT_FIELDS or direction not in ("ASC", "DESC"):
        raise InvalidInput(f"Sort by one of {', '.join(SORTS)}.", field="sort")
    return f"{SORT_FIELDS[field]} {direction}, e.product_id {direction}"


async def _ask(question: _Question, limit: int, offset: int) -> list[Row]:
    """A page of rows, each with the total; one row without a product where the page is empty."""
    return await fetch(
        f"SELECT t.total, e.product_id, e.price_min_minor, e.price_max_minor, e.score, p.name, p.slug, "
        f"p.description, {ASSET_COLUMNS} "
        f"FROM (SELECT COUNT(*) AS total FROM search_entry e WHERE {question.where}) t "
        f"LEFT JOIN (SELECT e.product_id, e.price_min_minor, e.price_max_minor, e.name, e.sold, e.recommended, "
        f"e.added_at, {question.score} AS score FROM search_entry e WHERE {question.where} "
        f"ORDER BY {question.order} LIMIT {limit} OFFSET {offset}) e ON TRUE "
        "LEFT JOIN product p ON p.id = e.product_id LEFT JOIN asset a ON a.id = p.asset_id "
        f"ORDER BY {question.order}",
        *question.values,
        *question.score_values,
    )


async def _hits(rows: list[Row]) -> list[SearchHit]:
    shelf = await _variants([row["product_id"] for row in rows])
    return [
        SearchHit(
            product_id=row["product_id"],
            variant_id=cheapest["id"],
            sku=cheapest["sku"],
            name=row["name"],
            slug=row["slug"],
            description=row["description"],
            price_min_minor=row["price_min_minor"],
            price_max_minor=row["price_max_minor"],
            in_stock=in_stock,
            score=float(row["score"]),
            asset=asset_of(row),
        )
        for row in rows
        for cheapest, in_stock in [shelf[row["product_id"]]]
    ]


async def _variants(product_ids: list[int]) -> dict[int, tuple[Row, bool]]:
    """Each product's cheapest enabled variant, and whether any of them is in stock."""
    if not product_ids:
        return {}
    rows = await fetch(
        "SELECT v.id, v.product_id, v.sku, COALESCE(l.on_hand - l.allocated, 0) AS available FROM variant v "
        f"LEFT JOIN stock_level l ON l.variant_id = v.id WHERE v.product_id IN ({placeholders(product_ids)}) "
        "AND v.enabled ORDER BY v.price_minor, v.position, v.id",
        *product_ids,
    )
    shelf: dict[int, tuple[Row, bool]] = {}
    for row in rows:
        cheapest, in_stock = shelf.get(row["product_id"], (row, False))
        shelf[row["product_id"]] = (cheapest, in_stock or row["available"] > 0)
    return shelf


async def _category_counts(question: _Question) -> list[tuple[int, int]]:
    rows = await fetch(
        "SELECT p.category_id, COUNT(*) AS products FROM search_entry e JOIN product p ON p.id = e.product_id "
        f"WHERE {question.where} AND p.category_id IS NOT NULL GROUP BY p.category_id "
        "ORDER BY COUNT(*) DESC, p.category_id",
        *question.values,
    )
    return [(row["category_id"], row["products"]) for row in rows]


async def _corrected(scope: Scope, words: list[str]) -> list[str]:
    """The words with each unknown one replaced by the nearest that the catalogue knows."""
    known = await _known(scope, words)
    corrected = [word if word in known else await fulltext().nearest(scope, word) or word for word in words]
    return list(dict.fromkeys(corrected))


async def _known(scope: Scope, words: list[str]) -> set[str]:
    """Those that are, or begin, a word of the catalogue. One statement."""
    rows = await fetch(
        " UNION ALL ".join(
            f"SELECT {i} AS place WHERE EXISTS (SELECT 1 FROM search_word w WHERE w.platform_id = $1 "
            f"AND w.environment = $2 AND w.word LIKE ${i + 3})"
            for i in range(len(words))
        ),
        scope.platform_id,
        scope.environment,
        *(f"{word}%" if len(word) > 1 else word for word in words),
    )
    return {words[row["place"]] for row in rows}
