"""What buyers say of products."""

from typing import Any

from api.graphql.batches import Batch
from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.vendure.listing import REVIEWS, read_listing
from api.vendure.mapping import Shape
from services.reviews import (
    LISTED,
    ReviewView,
    histograms,
    reviews_of_products,
    submit_review,
)

Args = dict[str, Any]


def review_shape(context: ShopContext, review: ReviewView) -> Shape:
    return {
        "id": str(review.id),
        "uid": str(review.uid),
        "createdAt": review.created_at,
        "updatedAt": review.updated_at,
        "productId": str(review.product_id),
        "summary": review.summary,
        "body": review.body,
        "rating": review.rating,
        "authorName": review.author_name,
    }


async def reviews_of_product(parent: Shape, args: Args, context: ShopContext, _: Any) -> Shape:
    listing = read_listing(args.get("options"), REVIEWS, LISTED)
    key = (reviews_of_products, listing)
    if key not in context.parts:

        async def read(ids: list[int]) -> dict[int, tuple[list[ReviewView], int]]:
            return await reviews_of_products(ids, listing)

        context.parts[key] = Batch(context.expected.products, read)
    found, total = await context.parts[key].get(int(parent["id"])) or ([], 0)
    return {"items": [review_shape(context, review) for review in found], "totalItems": total}


async def histogram_of_product(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[Shape]:
    if histograms not in context.parts:
        context.parts[histograms] = Batch(context.expected.products, histograms)
    found = await context.parts[histograms].get(int(parent["id"])) or []
    return [{"bin": stars, "frequency": number} for stars, number in found]


async def submit(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    review = await submit_review(
        context.scope,
        await context.customer_id(),
        parse_id(given["productId"]),
        rating=given["rating"],
        summary=given["summary"],
        body=given["body"],
        author_name=given["authorName"],
    )
    return review_shape(context, review)


RESOLVERS = {
    "Product.reviews": reviews_of_product,
    "Product.reviewsHistogram": histogram_of_product,
    "Mutation.submitProductReview": submit,
}
