"""Searching for variants: each that is for sale of the products that are found, in place of the products."""

from typing import Any

from core.db import fetch
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.catalogue.views import SearchHit
from services.search.questions import Question
from services.taxes import RATE_OF_VARIANT


async def find_variants(question: Question, limit: int, offset: int) -> tuple[list[SearchHit], int]:
    """A page of variants and how many there are, for a question that was made with `variants`. One statement."""
    tables = "search_entry e JOIN variant v ON v.product_id = e.product_id AND v.enabled"
    values: list[Any] = [*question.values, *question.patterns]
    rows = await fetch(
        f"WITH t AS MATERIALIZED (SELECT COUNT(*) AS total FROM {tables} WHERE {question.counted}), "
        "found AS MATERIALIZED (SELECT e.product_id, e.category_id, e.name, e.sold, e.recommended, e.added_at, "
        "v.id AS variant_id, v.id, v.name AS variant_name, v.sku, v.price_minor, v.price_minor AS price_min_minor, "
        f"{question.score} AS score FROM {tables} WHERE {question.where} ORDER BY {question.order} "
        f"LIMIT {limit} OFFSET {offset}) "
        "SELECT t.total, e.product_id, e.category_id, e.variant_id, e.variant_name, e.sku, e.price_minor, e.score, p.name, p.slug, "
        f"p.description, COALESCE(l.on_hand - l.allocated, 0) AS available, {RATE_OF_VARIANT} AS tax_basis_points, "
        f"{ASSET_COLUMNS} FROM t LEFT JOIN found e ON TRUE LEFT JOIN variant v ON v.id = e.variant_id "
        "LEFT JOIN product p ON p.id = e.product_id LEFT JOIN asset a ON a.id = p.asset_id "
        "LEFT JOIN stock_level l ON l.variant_id = e.variant_id "
        f"ORDER BY {question.order.replace('v.', 'e.')}",
        *values,
    )
    hits = [
        SearchHit(
            product_id=row["product_id"],
            variant_id=row["variant_id"],
            variant_name=row["variant_name"],
            category_id=row["category_id"],
            sku=row["sku"],
            name=row["name"],
            slug=row["slug"],
            description=row["description"],
            price_min_minor=row["price_minor"],
            price_max_minor=row["price_minor"],
            in_stock=row["available"] > 0,
            tax_basis_points=row["tax_basis_points"],
            score=float(row["score"]),
            asset=asset_of(row),
        )
        for row in rows
        if row["product_id"] is not None
    ]
    return hits, rows[0]["total"]
