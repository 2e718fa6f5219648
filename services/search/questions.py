"""What is asked of the search index: words, shelf, facets, prices, order, as parts of SQL statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.db import placeholders
from core.errors import InvalidInput
from services.paging import LARGEST_ID, possible_ids
from services.search.fulltext import fulltext
from services.search.words import facet_token
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
BY_SALES = "e.sold DESC, e.product_id DESC"
MOST_FACET_VALUES = 100


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is left out of what the words find. None and nothing leave out nothing.

    `category_id` includes its children. Of each of `facets` (ids of values) a product has one at least. `price` is in
    minor units, both ends included: some variant of the product may cost so much. `in_stock`: some variant is, or none.
    """

    category_id: int | None = None
    facets: tuple[tuple[int, ...], ...] = ()
    price: tuple[int, int] | None = None
    in_stock: bool | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of `search_entry e`, with all its values: first those of `where`, then the words' patterns."""

    shelf: str  # condition: of the scope, and what narrows it
    where: str  # the same, and matching all words
    counted: str  # the same as `where`, as it is counted fastest
    counted_with: int  # so many of the values, the first ones
    named: str  # condition: all words stand in the name; empty where nothing is ranked
    score: str  # of a row that matches
    order: str
    values: list[Any]
    patterns: list[str]


def question_of(
    scope: Scope,
    words: Sequence[str],
    narrowing: Narrowing,
    sort: str | tuple[str, str],
    *,
    variants: bool = False,
) -> Question:
    """The question; with `variants` it is asked of `variant v` beside the entry, which has a price of its own.

    Raises `InvalidInput` for another sort than one of `SORTS`, or of `SORT_FIELDS` with "ASC" or "DESC", and for more
    than `MOST_FACET_VALUES`.
    """
    values: list[Any] = [scope.platform_id, scope.environment]
    place = None
    if narrowing.category_id is not None:
        values += possible_ids([narrowing.category_id]) or [0]
        place = f"${len(values)}"
    further = _narrowed(narrowing, values, variants)
    shelf = f"e.platform_id = $1 AND e.environment = $2{_on_shelf(place)}{further}"
    order = _order(sort, bool(words), variants)
    groups = [possible_ids(group) or [0] for group in narrowing.facets]
    indexed = shelf
    if words or groups:
        tokens = [[facet_token(i) for i in group] for group in groups]
        values.append(fulltext().query(words, tokens))
        indexed = f"{fulltext().within(place, f'${len(values)}')}{further}"
    elif place:
        indexed = f"{fulltext().within(place, None)}{further}"
    counted_with = len(values)
    if groups and (not words or (sort == "relevance" and not variants)):
        # Going down an index of sales, a row tells its facets itself.
        shelf += _with_facets(groups, values)
    if not words:
        return Question(shelf, shelf, indexed, counted_with, "", "1", order, values, [])
    first = len(values) + 1
    # The patterns of each word: whole, and as a beginning.
    places = [(f"${place}", f"${place + 1}") for place in range(first, first + 2 * len(words), 2)]
    return Question(
        shelf=shelf,
        where=indexed,
        counted=indexed,
        counted_with=counted_with,
        named=" AND ".join(f"e.name LIKE {whole}" for whole, _ in places) if sort == "relevance" else "",
        score=" + ".join(_score(*pair) for pair in places),
        order=order,
        values=values,
        patterns=[pattern for word in words for pattern in (f"% {word} %", f"% {word}%")],
    )


def _on_shelf(place: str | None) -> str:
    if place is None:
        return ""
    return f" AND e.category_id IN (SELECT id FROM category WHERE id = {place} OR parent_id = {place})"


def _narrowed(narrowing: Narrowing, values: list[Any], variants: bool) -> str:
    sql = ""
    if sum(map(len, narrowing.facets)) > MOST_FACET_VALUES:
        raise InvalidInput(f"At most {MOST_FACET_VALUES} facet values.", field="facetValueIds")
    for group in narrowing.facets if variants else ():
        ids = possible_ids(group) or [0]
        sql += (
            " AND EXISTS (SELECT 1 FROM product_facet_value x WHERE x.product_id = e.product_id "
            f"AND x.value_id IN ({placeholders(ids, len(values) + 1)}) AND (x.variant_id IS NULL OR x.variant_id = v.id))"
        )
        values += ids
    if narrowing.price is not None:
        least, most = (max(-1, min(amount, LARGEST_ID)) for amount in narrowing.price)
        values += [least, most]
        low, high = f"${len(values) - 1}", f"${len(values)}"
        sql += (
            f" AND v.price_minor BETWEEN {low} AND {high}"
            if variants
            else f" AND e.price_max_minor >= {low} AND e.price_min_minor <= {high}"
        )
    if narrowing.in_stock is not None:
        this = "s.id = v.id" if variants else "s.product_id = e.product_id AND s.enabled"
        sql += (
            f" AND {'' if narrowing.in_stock else 'NOT '}EXISTS (SELECT 1 FROM variant s JOIN stock_level l "
            f"ON l.variant_id = s.id AND l.on_hand > l.allocated WHERE {this})"
        )
    return sql


def _with_facets(groups: Sequence[Sequence[int]], values: list[Any]) -> str:
    sql = ""
    for group in groups:
        first = len(values) + 1
        values += [f"% {i} %" for i in group]
        sql += f" AND ({' OR '.join(f'e.facets LIKE ${place}' for place in range(first, len(values) + 1))})"
    return sql


def _score(whole: str, beginning: str) -> str:
    """4 where the name has the word, 3 where a word of it begins so; 2 and 1 where only the rest does."""
    return (
        f"CASE WHEN e.name LIKE {whole} THEN 4 WHEN e.name LIKE {beginning} THEN 3 "
        f"WHEN e.body LIKE {whole} THEN 2 ELSE 1 END"
    )


def _order(sort: str | tuple[str, str], scored: bool, variants: bool) -> str:
    field, direction = SORTS.get(sort, ("", "")) if isinstance(sort, str) else sort
    if field == "relevance":
        order = f"{'score DESC, ' if scored else ''}{BY_SALES}"
        direction = "ASC"
    elif field not in SORT_FIELDS or direction not in ("ASC", "DESC"):
        raise InvalidInput(f"Sort by one of {', '.join(SORTS)}.", field="sort")
    else:
        by = "v.price_minor" if variants and field == "price" else SORT_FIELDS[field]
        order = f"{by} {direction}, e.product_id {direction}"
    return f"{order}, v.id {direction}" if variants else order
