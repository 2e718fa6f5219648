"""How many of the products that were found lie on each shelf, and have each value of a facet."""

from collections import Counter
from dataclasses import dataclass

from core.db import fetch
from services.search.questions import Question

Counts = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many products there are, of each shelf (category id, products) and of each facet value (its id, products that
    have it, or a variant that does), the most first."""

    total: int
    shelves: Counts
    facets: Counts


async def count_products(question: Question) -> Counted:
    """Count what was found.

    One statement: products that are alike in both are few kinds, which are taken apart here.
    """
    shelves: Counter[int] = Counter()
    facets: Counter[int] = Counter()
    total = 0
    for row in await fetch(
        "SELECT e.category_id, e.facets, COUNT(*) AS products FROM search_entry e "
        f"WHERE {question.counted} GROUP BY e.category_id, e.facets",
        *question.values[: question.counted_with],
    ):
        total += row["products"]
        if row["category_id"] is not None:
            shelves[row["category_id"]] += row["products"]
        for value_id in row["facets"].split():
            facets[int(value_id)] += row["products"]
    return Counted(total, _most_first(shelves), _most_first(facets))


def _most_first(counted: Counter[int]) -> Counts:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
