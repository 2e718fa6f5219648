"""Reviews that staff look over, and the pieces on the shelf."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from models import AuditEntry, Customer, Platform, Product, Review
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, new_seller, shop

if TYPE_CHECKING:
    from tests.conftest import World

LIST = "query($o: ProductReviewListOptions) { productReviews(options: $o) { totalItems items { id state rating } } }"
ONE = "query($id: ID!) { productReview(id: $id) { state } }"
APPROVE = "mutation($id: ID!) { approveProductReview(id: $id) { state } }"
REJECT = "mutation($id: ID!) { rejectProductReview(id: $id) { state } }"


async def a_review(product_id: int, rating: int, platform_id: int) -> str:
    mine = {"platform_id": platform_id, "environment": "test"}
    customer = await Customer.create(full_name="Esi", **mine)
    texts = {"summary": "So so", "body": "", "author_name": "Esi"}
    review = await Review.create(
        product_id=product_id, customer_id=customer.id, rating=rating, **texts, **mine
    )
    return str(review.id)


async def test_a_review_that_is_rejected_counts_no_more(
    desk: DeskHands, desks: Callable[[], DeskHands], world: "World"
) -> None:
    await desk.log_in()
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    product_id = int((await ama.ask(SAMPLE))["createProduct"]["id"])
    demo = await Platform.get(code="demo")
    poor, good = await a_review(product_id, 1, demo.id), await a_review(product_id, 5, demo.id)
    assert (await ama.ask(LIST))["productReviews"]["totalItems"] == 2
    assert (await kofi.ask(LIST))["productReviews"]["totalItems"] == 0
    assert (await kofi.ask(ONE, id=poor))["productReview"] is None
    assert await ama.refused(REJECT, id=poor) == "FORBIDDEN"
    assert (await desk.ask(REJECT, id=poor))["rejectProductReview"] == {"state": "rejected"}
    of_product = f'{{ product(id: "{product_id}") {{ reviews {{ items {{ id }} }} customFields {{ averageRating }} }} }}'
    shown = (await shop(world, of_product))["product"]
    assert shown == {"reviews": {"items": [{"id": good}]}, "customFields": {"averageRating": 5}}
    rejected = {"filter": {"state": {"eq": "rejected"}, "productId": {"eq": str(product_id)}}}
    assert [each["id"] for each in (await desk.ask(LIST, o=rejected))["productReviews"]["items"]] == [poor]
    assert (await desk.ask(APPROVE, id=poor))["approveProductReview"] == {"state": "approved"}
    assert (await shop(world, of_product))["product"]["customFields"] == {"averageRating": 3}
    assert await desk.refused(REJECT, id="99999999999999999999") == "NOT_FOUND"
    kasuwa = await Platform.get(code="kasuwa")
    abroad = await Product.filter(platform_id=kasuwa.id).first()
    assert abroad is not None
    foreign = await a_review(abroad.id, 4, kasuwa.id)
    assert await desk.refused(REJECT, id=foreign) == "NOT_FOUND"
    acts = await AuditEntry.filter(noun="review").order_by("id").values_list("act", flat=True)
    assert acts == ["rejected", "approved"]


async def test_pieces_lie_at_one_place(desk: DeskHands) -> None:
    await desk.log_in()
    (place,) = (await desk.ask("{ stockLocations { totalItems items { id name } } }"))["stockLocations"][
        "items"
    ]
    assert place == {"id": "1", "name": "Makola Demo"}
    assert (await desk.ask('{ stockLocation(id: "2") { name } }'))["stockLocation"] is None
    product = (await desk.ask(SAMPLE))["createProduct"]["id"]
    levels = "id stockLevels { stockOnHand stockAllocated stockLocation { id } }"
    (variant,) = (await desk.ask(f'{{ product(id: "{product}") {{ variants {{ {levels} }} }} }}'))["product"][
        "variants"
    ]
    assert variant["stockLevels"] == [{"stockOnHand": 20, "stockAllocated": 0, "stockLocation": {"id": "1"}}]
    change = (
        f"mutation($i: [UpdateProductVariantInput!]!) {{ updateProductVariants(input: $i) {{ {levels} }} }}"
    )
    at = {"id": variant["id"], "stockLevels": [{"stockLocationId": "1", "stockOnHand": 3}]}
    assert (await desk.ask(change, i=[at]))["updateProductVariants"][0]["stockLevels"][0]["stockOnHand"] == 3
    at["stockLevels"] = [{"stockLocationId": "2", "stockOnHand": 3}]
    assert await desk.refused(change, i=[at]) == "INVALID_INPUT"
