"""Reviews, as staff look them over, and sellers read those of their products."""

from core.db import transaction
from core.errors import NotFound
from services.listing import Clause, Column, Columns, Listing, list_rows
from services.reviews.writing import COLUMNS, LISTED, ReviewView, hide_review, review_view
from services.staff import Desk, check_may, record

LISTED_AT_DESK: Columns = {
    **LISTED,
    "product_id": Column("r.product_id", "id"),
    "state": Column("CASE WHEN r.hidden THEN 'rejected' ELSE 'approved' END", "text"),
}


async def list_reviews(desk: Desk, listing: Listing) -> tuple[list[ReviewView], int]:
    """A page of reviews, hidden or not, newest first, and how many there are; of a seller, of their products.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReadProduct", "ReadCatalog")
    own = "" if desk.seller_id is None else f" AND p.seller_id = {int(desk.seller_id)}"
    rows, total = await list_rows(
        COLUMNS,
        "review r JOIN product p ON p.id = r.product_id",
        f"r.platform_id = $1 AND r.environment = $2{own}",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED_AT_DESK,
        usual="r.id DESC",
    )
    return [review_view(row) for row in rows], total


async def find_review(desk: Desk, review_id: int) -> ReviewView | None:
    """None where there is none, or none of theirs. Raises `Forbidden`."""
    found, _ = await list_reviews(desk, Listing(Clause("id", "eq", review_id)))
    return found[0] if found else None


async def judge_review(desk: Desk, review_id: int, *, stands: bool) -> ReviewView:
    """Let a review stand, or hide it from buyers and from the product's stars. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "UpdateCatalog")
    async with transaction():
        if await find_review(desk, review_id) is None:
            raise NotFound("There is no such review.", field="id")
        judged = await hide_review(desk.scope, review_id, hidden=not stands)
        await record(desk, "approved" if stands else "rejected", "review", review_id)
    return judged
