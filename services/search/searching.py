"""Searching: every word must match, misspelt ones are corrected, names count more than descriptions."""

from collections.abc import Callable
from functools import partial

from core.db import Row, fetch, placeholders
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.views import SearchHit, SearchResult
from services.paging import page
from services.search.by_variant import find_variants
from services.search.counting import count_products
from services.search.filtering import LONGEST_TERM, MOST_WORDS
from services.search.fulltext import fulltext
from services.search.questions import BY_SALES, Narrowing, Question, question_of
from services.search.words import words_of
from services.taxes import RATE_OF_VARIANT
from services.tenants import Scope

# How far down an order a page of a common term is looked for, before all that match are ranked or sorted.
WALK = 2000
# Pages that end so far down are looked for so; a statement for each of them, however many pages there are.
WALKED_TO = (100, 500, 2500)

_COLUMNS = "e.product_id, e.category_id, e.price_min_minor, e.price_max_minor, e.name, e.sold, e.recommended, e.added_at"


async def search(
    scope: Scope,
    term: str,
    *,
    category_id: int | None = None,
    narrowing: Narrowing | None = None,
    sort: str | tuple[str, str] = "relevance",
    skip: int = 0,
    take: int = 20,
    grouped: bool = True,
    with_counts: bool = False,
) -> SearchResult:
    """Products that match all words of `term`, or all products where it is blank.

    A word of two letters or more also finds the longer words that it begins. Where nothing is found, words
    that the catalogue doesn't know are replaced by their nearest and it is asked again. `narrowing` leaves some
    out; `category_id` is short for a narrowing to that shelf and its children. `sort` is one of `SORTS`, or a field of
    `SORT_FIELDS` with "ASC" or "DESC"; equal products are in order of id. `take` is 100 at most. What is not
    `grouped` comes variant by variant. Two statements in the usual case, and one more `with_counts`.
    Raises `InvalidInput` as `question_of` does.
    """
    words = words_of(term[:LONGEST_TERM], MOST_WORDS)
    if not words and term.strip():
        return SearchResult(total=0, hits=[])
    narrowed = narrowing or Narrowing(category_id)
    limit, offset = page(skip, take)
    made = partial(question_of, scope, narrowing=narrowed, sort=sort)
    found = await _find(made, words, limit, offset, grouped, with_counts)
    if found.total == 0 and words:
        corrected = await _corrected(scope, words)
        if corrected != words:
            found = await _find(made, corrected, limit, offset, grouped, with_counts)
    return found


async def _find(
    made: Callable[..., Question], words: list[str], limit: int, offset: int, grouped: bool, with_counts: bool
) -> SearchResult:
    question = made(words=words)
    counted = await count_products(question) if with_counts else None
    shelves, facets = (counted.shelves, counted.facets) if counted else ([], [])
    if not grouped:
        hits, total = await find_variants(made(words=words, variants=True), limit, offset)
    else:
        rows = await _ask(question, limit, offset, counted.total if counted else None)
        hits, total = await _hits([row for row in rows if row["product_id"] is not None]), rows[0]["total"]
    return SearchResult(total=total, hits=hits, category_counts=shelves, facet_counts=facets)


async def _ask(question: Question, limit: int, offset: int, total: int | None) -> list[Row]:
    """A page of rows, each with the total, counted unless it is known; one row without a product where the page is empty."""
    values = [*question.values, *question.patterns, offset]
    page = f"LIMIT {limit} OFFSET ${len(values)}"
    count = f"COUNT(*) AS total FROM search_entry e WHERE {question.counted}"
    if total is not None and question.first:  # without words only the count refers to some of the values
        values.append(total)
        count = f"CAST(${len(values)} AS BIGINT) AS total"
    depth = next((end for end in WALKED_TO if offset + limit <= end), 0) if question.first else 0
    walked = _walked(question, page, depth) if depth else ""
    left_over = f"(SELECT COUNT(*) FROM walked) < {limit} AND " if walked else ""
    parts = (
        f"t AS MATERIALIZED (SELECT {count}){walked}, {_scored(question, f'{left_over}{question.where}', page)}, "
        f"found AS (SELECT * FROM others {_UNLESS_WALKED.format(limit=limit) if walked else ''})"
    )
    return await fetch(_SHOWN.format(parts=parts, order=question.order), *values)


_SHOWN = (
    "WITH {parts} SELECT t.total, e.product_id, e.category_id, e.price_min_minor, e.price_max_minor, e.score, "
    f"p.name, p.slug, p.description, {ASSET_COLUMNS} FROM t LEFT JOIN found e ON TRUE "
    "LEFT JOIN product p ON p.id = e.product_id LEFT JOIN asset a ON a.id = p.asset_id ORDER BY {order}"
)
_UNLESS_WALKED = "UNION ALL SELECT * FROM walked WHERE (SELECT COUNT(*) FROM walked) = {limit}"


def _scored(question: Question, where: str, page: str) -> str:
    """The page of what matches; only the page is scored in an order that the score has no part in."""
    columns = f"SELECT {_COLUMNS}, {question.score} AS score FROM"
    if question.ranked or not question.first:
        rows = f"search_entry e WHERE {where} ORDER BY {question.order} {page}"
        return f"others AS MATERIALIZED ({columns} {rows})"
    # What matches is read first: else each row that is met in the order would be asked whether it matches, which is dear.
    return (
        "hit AS MATERIALIZED (SELECT e.product_id, e.name, e.price_min_minor, e.sold, e.recommended, e.added_at "
        f"FROM search_entry e WHERE {where}), others AS MATERIALIZED ({columns} (SELECT e.product_id AS id FROM hit e "
        f"ORDER BY {question.order} {page}) h JOIN search_entry e ON e.product_id = h.id)"
    )


def _walked(question: Question, page: str, end: int) -> str:
    """The page, where so many match that it is found by going down the index of the order.

    The best that a row can score is every word in its name; among those the best sold come first. So a whole
    page of them, met by going down the index of sales, is the page, and the thousands of others that match
    need no ranking. In an order that the words have no part in, whatever has them is as good.
    """
    order = BY_SALES if question.ranked else question.order
    score = str(2 * len(question.patterns)) if question.ranked else question.score
    # So many rows of the scope are looked at, whatever narrows it: a plan made before the values are known can't go wrong.
    looked_at = (
        f"SELECT * FROM search_entry e WHERE (SELECT total FROM t) > {max(WALK // 2, 8 * end)} "
        f"AND e.platform_id = $1 AND e.environment = $2 ORDER BY {order} LIMIT {WALK + 4 * end}"
    )
    return (
        f", walked AS MATERIALIZED (SELECT {_COLUMNS}, {score} AS score FROM ({looked_at}) e "
        f"WHERE {question.shelf} AND {question.first} ORDER BY {order} {page})"
    )


async def _hits(rows: list[Row]) -> list[SearchHit]:
    shelf = await _variants([row["product_id"] for row in rows])
    return [
        SearchHit(
            product_id=row["product_id"],
            variant_id=cheapest["id"],
            variant_name=cheapest["name"],
            category_id=row["category_id"],
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
        "SELECT v.id, v.product_id, v.name, v.sku, COALESCE(l.on_hand - l.allocated, 0) AS available, "
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
