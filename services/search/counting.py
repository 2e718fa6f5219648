"""How many of the products that were found lie on each shelf, and have each value of a facet."""

from core.db import fetch
from services.search.questions import Question


async def category_counts(question: Question) -> list[tuple[int, int]]:
    """(category id, products), the most first. One statement."""
    rows = await fetch(
        f"SELECT e.category_id, COUNT(*) AS products FROM search_entry e WHERE {question.where} "
        "AND e.category_id IS NOT NULL GROUP BY e.category_id ORDER BY COUNT(*) DESC, e.category_id",
        *question.values,
    )
    return [(row["category_id"], row["products"]) for row in rows]


async def facet_counts(question: Question) -> list[tuple[int, int]]:
    """(facet value id, products that have it, or a variant that does), the most first. One statement."""
    rows = await fetch(
        # What variants have alone is little: only there may a product be met twice.
        f"WITH hit AS (SELECT e.product_id FROM search_entry e WHERE {question.where}), had AS ("
        "SELECT x.value_id, COUNT(*) AS products FROM hit JOIN product_facet_value x "
        "ON x.product_id = hit.product_id AND x.variant_id IS NULL GROUP BY x.value_id UNION ALL "
        "SELECT x.value_id, COUNT(DISTINCT x.product_id) FROM product_facet_value x JOIN variant v "
        "ON v.id = x.variant_id AND v.enabled WHERE x.variant_id IS NOT NULL AND x.product_id IN (SELECT product_id FROM hit) "
        "AND NOT EXISTS (SELECT 1 FROM product_facet_value y WHERE y.product_id = x.product_id "
        "AND y.value_id = x.value_id AND y.variant_id IS NULL) GROUP BY x.value_id) "
        "SELECT value_id, SUM(products) AS products FROM had GROUP BY value_id "
        "ORDER BY SUM(products) DESC, value_id",
        *question.values,
    )
    return [(row["value_id"], int(row["products"])) for row in rows]
