"""Reviews at the desk: read, and judged by staff."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from api.vendure.listing import REVIEWS, Names, read_listing
from services.reviews import ReviewView
from services.reviews.desk import LISTED_AT_DESK, find_review, judge_review, list_reviews

Args = dict[str, Any]
Shape = dict[str, Any]

_NAMES: Names = {**REVIEWS, "productId": "product_id", "state": "state"}


async def reviews(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED_AT_DESK)
    found, total = await list_reviews(await context.desk(), listing)
    return {"items": [_shape(each) for each in found], "totalItems": total}


async def review(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    found = await find_review(await context.desk(), parse_id(args["id"]))
    return _shape(found) if found else None


def _judging(*, stands: bool) -> Any:
    async def resolve(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
        return _shape(await judge_review(await context.desk(), parse_id(args["id"]), stands=stands))

    return resolve


def _shape(review: ReviewView) -> Shape:
    return {
        "id": str(review.id),
        "createdAt": review.created_at,
        "updatedAt": review.updated_at,
        "productId": str(review.product_id),
        "summary": review.summary,
        "body": review.body,
        "rating": review.rating,
        "authorName": review.author_name,
        "state": "rejected" if review.hidden else "approved",
    }


RESOLVERS = {
    "Query.productReviews": reviews,
    "Query.productReview": review,
    "Mutation.approveProductReview": _judging(stands=True),
    "Mutation.rejectProductReview": _judging(stands=False),
}
