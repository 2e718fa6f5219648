"""Reviews: one a buyer and product, by who has bought it; what they say makes the product's stars."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import Forbidden, InvalidInput, NotFound
from models import Review
from services.listing import Column, Columns, Listing, fetch_listed, order_sql, where_sql
from services.paging import page, possible_ids
from services.search import reindex_products
from services.tenants import Scope
from services.values import as_time, as_uid

BEST = 5
LONGEST = {"summary": 200, "body": 5000, "authorName": 120}

LISTED: Columns = {
    "id": Column("r.id", "id"),
    "created_at": Column("r.created_at", "time"),
    "updated_at": Column("r.updated_at", "time"),
    "summary": Column("r.summary", "text"),
    "body": Column("r.body", "text"),
    "rating": Column("r.rating", "number"),
    "author_name": Column("r.author_name", "text"),
}
COLUMNS = "r.id, r.uid, r.product_id, r.rating, r.summary, r.body, r.author_name, r.hidden, r.created_at, r.updated_at"


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What a buyer says of a product; `rating` from 1 to 5."""

    id: int
    uid: UUID
    product_id: int
    rating: int
    summary: str
    body: str
    author_name: str
    hidden: bool
    created_at: datetime
    updated_at: datetime


async def submit_review(
    scope: Scope,
    customer_id: int,
    product_id: int,
    *,
    rating: float,
    summary: str,
    body: str,
    author_name: str,
) -> ReviewView:
    """Say what a bought product is worth; said again it replaces what was said, also where that was hidden.

    A review that staff has hidden stays hidden. Raises `InvalidInput`, `NotFound` for an unknown product, `Forbidden`
    for who has no placed order with it.
    """
    stars = _checked(rating, {"summary": summary, "body": body, "authorName": author_name})
    async with transaction():
        await _lock(scope, product_id)
        if not await _has_bought(scope, customer_id, product_id):
            raise Forbidden("Only who has bought a product can review it.", field="productId")
        texts: dict[str, Any] = {
            "summary": summary.strip(),
            "body": body.strip(),
            "author_name": author_name.strip(),
        }
        review = await Review.filter(product_id=product_id, customer_id=customer_id).first()
        if review is None:
            review = await Review.create(
                platform_id=scope.platform_id,
                environment=scope.environment,
                product_id=product_id,
                customer_id=customer_id,
                rating=stars,
                **texts,
            )
        else:
            await review.update_from_dict({"rating": stars, "updated_at": now(), **texts}).save()
        await _count_stars(scope, product_id)
    return _shown(review)


async def hide_review(scope: Scope, review_id: int, *, hidden: bool = True) -> ReviewView:
    """Take a review from the shop's pages and from the product's stars, or put it back. Raises `NotFound`."""
    found = await Review.filter(
        id__in=possible_ids([review_id]), platform_id=scope.platform_id, environment=scope.environment
    ).first()
    if found is None:
        raise NotFound("There is no such review.", field="id")
    async with transaction():
        await _lock(scope, found.product_id)
        await Review.filter(id=found.id).update(hidden=hidden)
        await _count_stars(scope, found.product_id)
    found.hidden = hidden
    return _shown(found)


async def reviews_of_products(
    product_ids: Sequence[int], listing: Listing
) -> dict[int, tuple[list[ReviewView], int]]:
    """For each product a page of its reviews, the newest first, and how many there are. One statement."""
    values: list[object] = list(product_ids)
    asked = where_sql(listing.where, LISTED, values)
    order = order_sql(listing.sort or (("created_at", "DESC"), ("id", "DESC")), LISTED, "r.id")
    limit, offset = page(listing.skip, listing.take)
    rows = await fetch_listed(
        f"SELECT * FROM (SELECT {COLUMNS}, ROW_NUMBER() OVER (PARTITION BY r.product_id ORDER BY {order}) AS place, "
        "COUNT(*) OVER (PARTITION BY r.product_id) AS total FROM review r "
        f"WHERE NOT r.hidden AND r.product_id IN ({placeholders(product_ids)}){asked}) r "
        f"WHERE place = 1 OR (place > {offset} AND place <= {offset + limit}) ORDER BY product_id, place",
        *values,
    )
    found: dict[int, tuple[list[ReviewView], int]] = {i: ([], 0) for i in product_ids}
    for row in rows:
        # The first is always read: it carries the total of a page beyond the end.
        shown = found[row["product_id"]][0]
        if row["place"] > offset and limit:
            shown.append(review_view(row))
        found[row["product_id"]] = (shown, row["total"])
    return found


async def histograms(product_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """For each product how many gave each number of stars: five pairs, from one star to five. One statement."""
    rows = await fetch(
        "SELECT product_id, rating, COUNT(*) AS n FROM review WHERE NOT hidden "
        f"AND product_id IN ({placeholders(product_ids)}) GROUP BY product_id, rating",
        *product_ids,
    )
    given: dict[int, dict[int, int]] = defaultdict(dict)
    for row in rows:
        given[row["product_id"]][row["rating"]] = row["n"]
    return {i: [(stars, given[i].get(stars, 0)) for stars in range(1, BEST + 1)] for i in product_ids}


def _checked(rating: float, texts: dict[str, str]) -> int:
    if rating != rating or rating not in range(1, BEST + 1):
        raise InvalidInput(f"Give from 1 to {BEST} whole stars.", field="rating")
    for field, text in texts.items():
        if len(text) > LONGEST[field]:
            raise InvalidInput(f"At most {LONGEST[field]} characters.", field=field)
        if field != "body" and not text.strip():
            raise InvalidInput("This can't be empty.", field=field)
    return int(rating)


async def _lock(scope: Scope, product_id: int) -> None:
    """Let one review of a product wait for another, so that its stars add up. Raises `NotFound`."""
    row = await fetch_one(
        f"SELECT id FROM product WHERE id = $1 AND platform_id = $2 AND environment = $3 AND enabled{for_update()}",
        *(possible_ids([product_id]) or [0]),
        scope.platform_id,
        scope.environment,
    )
    if row is None:
        raise NotFound("There is no such product.", field="productId")


async def _has_bought(scope: Scope, customer_id: int, product_id: int) -> bool:
    row = await fetch_one(
        "SELECT 1 AS bought FROM customer_order o JOIN order_line l ON l.order_id = o.id "
        "JOIN variant v ON v.id = l.variant_id AND v.product_id = $4 WHERE o.platform_id = $1 AND o.environment = $2 "
        "AND o.customer_id = $3 AND o.placed_at IS NOT NULL AND o.state <> 'Cancelled' LIMIT 1",
        scope.platform_id,
        scope.environment,
        customer_id,
        product_id,
    )
    return row is not None


async def _count_stars(scope: Scope, product_id: int) -> None:
    await execute(
        "UPDATE product SET (star_sum, star_count) = (SELECT COALESCE(SUM(r.rating), 0), COUNT(*) FROM review r "
        "WHERE r.product_id = $1 AND NOT r.hidden) WHERE id = $1",
        product_id,
    )
    await reindex_products(scope, [product_id])


def review_view(row: Row) -> ReviewView:
    """A review from a row of `COLUMNS`."""
    return ReviewView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        product_id=row["product_id"],
        rating=row["rating"],
        summary=row["summary"],
        body=row["body"],
        author_name=row["author_name"],
        hidden=bool(row["hidden"]),
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
    )


def _shown(review: Review) -> ReviewView:
    return ReviewView(
        id=review.id,
        uid=review.uid,
        product_id=review.product_id,
        rating=review.rating,
        summary=review.summary,
        body=review.body,
        author_name=review.author_name,
        hidden=review.hidden,
        created_at=review.created_at,
        updated_at=review.updated_at,
    )
