"""Reviews: one a buyer and product, by who has bought it, and what they make of the product's stars."""

from collections.abc import Callable
from typing import Any

import pytest

from core.db import execute
from models import Order, OrderLine, Product, Variant
from services.accounts.tokens import issue_token
from services.catalogue.translations import translate_product
from services.reviews import hide_review
from services.tenants import scope_by_code
from tests.services.helpers import a_customer
from tests.shop.conftest import Phone

SUBMIT = """mutation($input: SubmitProductReviewInput!) { submitProductReview(input: $input) {
    id rating summary body authorName } }"""
SHOWN = """query($id: ID!, $o: ProductReviewListOptions) { product(id: $id) { customFields { numStars averageRating }
    reviewsHistogram { bin frequency } reviews(options: $o) { totalItems items { id rating summary authorName } } } }"""


async def a_buyer(
    phone: Phone, variant: Variant, *, placed: bool = True, state: str = "PaymentSettled"
) -> Phone:
    """Signs the visitor in as somebody who has an order with that variant."""
    scope = await scope_by_code("demo", "test")
    customer = await a_customer(scope)
    product = await Product.get(id=variant.product_id)
    order = await Order.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        code=f"RV{customer.id}",
        state=state,
        active=not placed,
        customer_id=customer.id,
        currency="GHS",
        channel="app",
        placed_at=customer.created_at if placed else None,
    )
    await OrderLine.create(
        order_id=order.id,
        variant_id=variant.id,
        seller_id=product.seller_id,
        quantity=1,
        unit_price_minor=100,
    )
    phone.headers["Authorization"] = f"Bearer {issue_token(customer, 'session')}"
    return phone


async def a_variant() -> Variant:
    found = (
        await Variant.filter(platform_id=(await scope_by_code("demo", "test")).platform_id)
        .order_by("id")
        .first()
    )
    assert found is not None
    return found


def said(variant: Variant, rating: float, **more: Any) -> dict[str, Any]:
    return {
        "productId": str(variant.product_id),
        "rating": rating,
        "summary": "Fits well",
        "body": "Quiet since.",
        "authorName": "Ama",
        **more,
    }


async def test_what_buyers_say_makes_the_stars_of_a_product(phones: Callable[[], Phone]) -> None:
    variant = await a_variant()
    ama, kofi = await a_buyer(phones(), variant), await a_buyer(phones(), variant)
    first = (await ama.ask(SUBMIT, input=said(variant, 5)))["submitProductReview"]
    await kofi.ask(SUBMIT, input=said(variant, 2, summary="Squeaks", authorName="Kofi"))
    shown = (await ama.ask(SHOWN, id=str(variant.product_id)))["product"]
    assert shown["customFields"] == {"numStars": 2, "averageRating": 3.5}
    assert [each["frequency"] for each in shown["reviewsHistogram"]] == [0, 1, 0, 0, 1]
    assert [review["authorName"] for review in shown["reviews"]["items"]] == ["Kofi", "Ama"]
    good = {"filter": {"rating": {"gte": 3}}, "sort": {"rating": "DESC"}}
    some = (await ama.ask(SHOWN, id=str(variant.product_id), o=good))["product"]["reviews"]
    assert (some["totalItems"], some["items"][0]["summary"]) == (1, "Fits well")

    again = (await ama.ask(SUBMIT, input=said(variant, 4, summary="Still good")))["submitProductReview"]
    assert again["id"] == first["id"]
    shown = (await ama.ask(SHOWN, id=str(variant.product_id)))["product"]
    assert shown["customFields"] == {"numStars": 2, "averageRating": 3.0}
    assert shown["reviews"]["totalItems"] == 2

    await hide_review(await scope_by_code("demo", "test"), int(first["id"]))
    await ama.ask(SUBMIT, input=said(variant, 5))
    shown = (await ama.ask(SHOWN, id=str(variant.product_id)))["product"]
    assert shown["customFields"] == {"numStars": 1, "averageRating": 2.0}
    assert [review["authorName"] for review in shown["reviews"]["items"]] == ["Kofi"]


async def test_stars_move_a_product_up_among_those_recommended(phones: Callable[[], Phone]) -> None:
    variant = await a_variant()
    asked = "{ search(input: {take: 1, sort: {recommended: DESC}}) { items { productId } } }"
    phone = await a_buyer(phones(), variant)
    await execute("UPDATE search_entry SET recommended = 0")
    await phone.ask(SUBMIT, input=said(variant, 5))
    assert (await phone.ask(asked))["search"]["items"] == [{"productId": str(variant.product_id)}]


@pytest.mark.parametrize("held", [{"placed": False, "state": "AddingItems"}, {"state": "Cancelled"}, None])
async def test_only_who_has_bought_it_reviews_a_product(
    phones: Callable[[], Phone], held: dict[str, Any] | None
) -> None:
    variant = await a_variant()
    other = await Variant.exclude(product_id=variant.product_id).first()
    assert other is not None
    phone = await a_buyer(phones(), *([variant] if held else [other]), **(held or {}))
    refused = await phone.refused(SUBMIT, input=said(variant, 5))
    assert refused["extensions"] == {"code": "FORBIDDEN", "field": "productId"}
    guest = await phones().refused(SUBMIT, input=said(variant, 5))
    assert guest["extensions"]["code"] == "NOT_SIGNED_IN"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rating": 0}, "rating"),
        ({"rating": 5.5}, "rating"),
        ({"rating": 6}, "rating"),
        ({"summary": "x" * 201}, "summary"),
        ({"summary": "  "}, "summary"),
        ({"body": "x" * 5001}, "body"),
        ({"authorName": ""}, "authorName"),
    ],
)
async def test_a_review_is_whole_stars_and_some_words(
    phones: Callable[[], Phone], wrong: dict[str, Any], field: str
) -> None:
    variant = await a_variant()
    phone = await a_buyer(phones(), variant)
    refused = await phone.refused(SUBMIT, input=said(variant, 5) | wrong)
    assert refused["extensions"] == {"code": "INVALID_INPUT", "field": field}


async def test_an_unknown_product_and_another_shops_can_not_be_reviewed(phones: Callable[[], Phone]) -> None:
    variant = await a_variant()
    phone = await a_buyer(phones(), variant)
    kasuwa = await Product.filter(platform_id=(await scope_by_code("kasuwa", "test")).platform_id).first()
    assert kasuwa is not None
    for product_id in ("0", "x", "99999999", str(kasuwa.id)):
        refused = await phone.refused(SUBMIT, input=said(variant, 5, productId=product_id))
        assert refused["extensions"]["code"] == "NOT_FOUND"


async def test_a_product_is_shown_in_the_language_that_is_asked_for(phone: Phone) -> None:
    variant = await a_variant()
    await translate_product(
        await scope_by_code("demo", "test"), variant.product_id, "ha", "Birki", "Mai kyau."
    )
    asked = {
        "query": "query($id: ID!) { product(id: $id) { id languageCode name description slug "
        "translations { languageCode name description } variants { product { name } } } }",
        "variables": {"id": str(variant.product_id)},
    }
    url = f"{phone.world.settings.base_url}/shop-api"
    shown = {}
    for language in ("ha", "fr", "en"):
        async with phone.session.post(f"{url}?languageCode={language}", json=asked) as answer:
            shown[language] = (await answer.json())["data"]["product"]
    assert (shown["ha"]["languageCode"], shown["ha"]["name"]) == ("ha", "Birki")
    assert shown["ha"]["variants"][0]["product"]["name"] == "Birki"
    assert (shown["fr"]["languageCode"], shown["fr"]["name"]) == ("en", shown["en"]["name"])
    assert {t["languageCode"]: t["name"] for t in shown["en"]["translations"]} == {
        "en": shown["en"]["name"],
        "ha": "Birki",
    }
    assert {one["id"] for one in shown.values()} == {str(variant.product_id)}
    assert {one["slug"] for one in shown.values()} == {shown["en"]["slug"]}
