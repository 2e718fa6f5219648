"""Searching: every word must match, misspelt ones are corrected, names count more than descriptions."""

from dataclasses import dataclass
from typing import Any

from core.db import Row, fetch, placeholders
from core.errors import InvalidInput
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.views import SearchHit, SearchResult
from services.paging import page, possible_ids
from services.search.filtering import LONGEST_TERM, MOST_WORDS
from services.search.fulltext import fulltext
from services.search.words import words_of
from services.taxes import RATE_OF_VARIANT
from services.tenants import Scope

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


# How far down the best sold a page of a common term is looked for, before all that match are ranked.
WALK = 2000

_COLUMNS = "e.product_id, e.price_min_minor, e.price_max_minor, e.name, e.sold, e.recommended, e.added_at"
_BY_SALES = "e.sold DESC, e.product_id DESC"


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of `search_entry e`, with all its values: first those of `where`, then the words' patterns."""

    shelf: str  # condition: of the scope, and on the shelf asked for
    where: str  # the same, and matching all words
    named: str  # condition: all words stand in the name; empty where nothing is ranked
    score: str  # of a row that matches
    order: str
    values: list[Any]
    patterns: list[str]


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
    shelf = "e.platform_id = $1 AND e.environment = $2"
    if category_id is not None:
        values += possible_ids([category_id]) or [0]
        shelf += " AND e.category_id IN (SELECT id FROM category WHERE id = $3 OR parent_id = $3)"
    if not words:
        return _Question(shelf, shelf, "", "1", _order(sort, False), values, [])
    values.append(fulltext().query(words))
    where = f"{shelf} AND {fulltext().matching(f'${len(values)}')}"
    first = len(values) + 1
    # The patterns of each word: whole, and as a beginning.
    places = [(f"${place}", f"${place + 1}") for place in range(first, first + 2 * len(words), 2)]
    return _Question(
        shelf=shelf,
        where=where,
        named=" AND ".join(f"e.name LIKE {whole}" for whole, _ in places) if sort == "relevance" else "",
        score=" + ".join(_score(*pair) for pair in places),
        order=_order(sort, True),
        values=values,
        patterns=[pattern for word in words for pattern in (f"% {word} %", f"% {word}%")],
    )


def _score(whole: str, beginning: str) -> str:
    """4 where the name has the word, 3 where a word of it begins so; 2 and 1 where only the rest does."""
    return (
        f"CASE WHEN e.name LIKE {whole} THEN 4 WHEN e.name LIKE {beginning} THEN 3 "
        f"WHEN e.body LIKE {whole} THEN 2 ELSE 1 END"
    )


def _order(sort: str | tuple[str, str], scored: bool) -> str:
    field, direction = SORTS.get(sort, ("", "")) if isinstance(sort, str) else sort
    if field == "relevance":
        return f"{'score DESC, ' if scored else ''}{_BY_SALES}"
    if field not in SORT_FIELDS or direction not in ("ASC", "DESC"):
        raise InvalidInput(f"Sort by one of {', '.join(SORTS)}.", field="sort")
    return f"{SORT_FIELDS[field]} {direction}, e.product_id {direction}"


async def _ask(question: _Question, limit: int, offset: int) -> list[Row]:
    """A page of rows, each with the total; one row without a product where the page is empty."""
    values = [*question.values, *question.patterns, offset]
    page = f"LIMIT {limit} OFFSET ${len(values)}"
    walked = _walked(question, page) if question.named else ""
    left_over = f"(SELECT COUNT(*) FROM walked) < {limit} AND" if walked else ""
    return await fetch(
        f"WITH t AS MATERIALIZED (SELECT COUNT(*) AS total FROM search_entry e WHERE {question.where})"
        f"{walked}, ranked AS MATERIALIZED (SELECT {_COLUMNS}, {question.score} AS score FROM search_entry e "
        f"WHERE {left_over} {question.where} ORDER BY {question.order} {page}), "
        f"found AS (SELECT * FROM ranked {_UNLESS_WALKED.format(limit=limit) if walked else ''}) "
        f"SELECT t.total, e.product_id, e.price_min_minor, e.price_max_minor, e.score, p.name, p.slug, "
        f"p.description, {ASSET_COLUMNS} FROM t LEFT JOIN found e ON TRUE "
        "LEFT JOIN product p ON p.id = e.product_id LEFT JOIN asset a ON a.id = p.asset_id "
        f"ORDER BY {question.order}",
        *values,
    )


_UNLESS_WALKED = "UNION ALL SELECT * FROM walked WHERE (SELECT COUNT(*) FROM walked) = {limit}"


def _walked(question: _Question, page: str) -> str:
    """The page, where so many match that it can be found among the best sold.

    The best that a row can score is every word in its name; among those the best sold come first. So a whole
    page of them, met by going down the index of sales, is the page, and the thousands of others that match
    need no ranking.
    """
    return (
        f", walked AS MATERIALIZED (SELECT {_COLUMNS}, {2 * len(question.patterns)} AS score FROM ("
        f"SELECT {_COLUMNS} FROM search_entry e WHERE (SELECT total FROM t) > {WALK // 2} AND {question.shelf} "
        f"ORDER BY {_BY_SALES} LIMIT {WALK}) e WHERE {question.named} ORDER BY {_BY_SALES} {page})"
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
            tax_basis_points=cheapest["tax_basis_points"],
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
        "SELECT v.id, v.product_id, v.sku, COALESCE(l.on_hand - l.allocated, 0) AS available, "
        f"{RATE_OF_VARIANT} AS tax_basis_points FROM variant v "
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
        f"SELECT e.category_id, COUNT(*) AS products FROM search_entry e WHERE {question.where} "
        "AND e.category_id IS NOT NULL GROUP BY e.category_id ORDER BY COUNT(*) DESC, e.category_id",
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
