"""How many of the products that were found lie on each shelf, and have each value of a facet."""

from collections import Counter

from core.db import fetch
from services.search.questions import Question

Counts = list[tuple[int, int]]


async def counts(question: Question) -> tuple[Counts, Counts]:
    """(category id, products) and (facet value id, products that have it, or a variant that does), the most first.

    One statement: products that are alike in both are few kinds, which are taken apart here.
    """
    shelves: Counter[int] = Counter()
    facets: Counter[int] = Counter()
    for row in await fetch(
        "SELECT e.category_id, e.facets, COUNT(*) AS products FROM search_entry e "
        f"WHERE {question.counted} GROUP BY e.category_id, e.facets",
        *question.values[: question.counted_with],
    ):
        if row["category_id"] is not None:
            shelves[row["category_id"]] += row["products"]
        for value_id in row["facets"].split():
            facets[int(value_id)] += row["products"]
    return _most_first(shelves), _most_first(facets)


def _most_first(counted: Counter[int]) -> Counts:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
