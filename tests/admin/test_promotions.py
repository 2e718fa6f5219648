"""Promotions at the desk: made, found, changed and ended, and what of that the shop shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models import AuditEntry, Platform
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.admin.test_products import new_seller
from tests.shop.promoting import a_promotion

if TYPE_CHECKING:
    from tests.conftest import World

SHOWN = """... on Promotion { id name description enabled couponCode usageLimit perCustomerUsageLimit startsAt endsAt
  conditions { code args { name value } } actions { code args { name value } } translations { languageCode name } }
  ... on ErrorResult { errorCode message }"""
CREATE = f"mutation($i: CreatePromotionInput!) {{ createPromotion(input: $i) {{ __typename {SHOWN} }} }}"
UPDATE = f"mutation($i: UpdatePromotionInput!) {{ updatePromotion(input: $i) {{ __typename {SHOWN} }} }}"
DELETE = "mutation($id: ID!) { deletePromotion(id: $id) { result message } }"
LIST = "query($o: PromotionListOptions) { promotions(options: $o) { totalItems items { id name } } }"
ONE = f"query($id: ID!) {{ promotion(id: $id) {{ {SHOWN} }} }}"


def ten_percent(**changed: Any) -> dict[str, Any]:
    return {
        "enabled": True,
        "couponCode": "ten-off",
        "perCustomerUsageLimit": 1,
        "conditions": [],
        "actions": [
            {"code": "order_percentage_discount", "arguments": [{"name": "discount", "value": "10"}]}
        ],
        "translations": [{"languageCode": "en", "name": "Ten off", "description": "For friends"}],
    } | changed


def minimum(amount: str, **more: str) -> dict[str, Any]:
    given = {"amount": amount} | more
    return {
        "code": "minimum_order_amount",
        "arguments": [{"name": name, "value": value} for name, value in given.items()],
    }


async def test_a_coupon_is_made_and_redeemed_changed_and_ended(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    made = (await desk.ask(CREATE, i=ten_percent()))["createPromotion"]
    assert (made["__typename"], made["name"], made["couponCode"]) == ("Promotion", "Ten off", "TEN-OFF")
    assert made["actions"][0]["args"] == [{"name": "discount", "value": "10"}]
    assert made["translations"] == [{"languageCode": "en", "name": "Ten off"}]
    assert await reduced(world, "ten-off") == "Order"
    # What isn't said stays; a null empties.
    changed = {
        "id": made["id"],
        "perCustomerUsageLimit": None,
        "conditions": [minimum("9000000", taxInclusive="true")],
    }
    after = (await desk.ask(UPDATE, i=changed))["updatePromotion"]
    assert after["perCustomerUsageLimit"] is None and after["couponCode"] == "TEN-OFF"
    assert after["conditions"] == [
        {"code": "minimum_order_amount", "args": [{"name": "amount", "value": "9000000"}]}
    ]
    assert (await desk.ask(ONE, id=made["id"]))["promotion"]["id"] == made["id"]
    assert (await desk.ask(DELETE, id=made["id"]))["deletePromotion"]["result"] == "DELETED"
    assert (await desk.ask(DELETE, id=made["id"]))["deletePromotion"]["result"] == "NOT_DELETED"
    assert (await desk.ask(ONE, id=made["id"]))["promotion"] is None
    assert await desk.refused(UPDATE, i={"id": made["id"], "enabled": True}) == "NOT_FOUND"
    assert await reduced(world, "ten-off") == "CouponCodeInvalidError"
    acts = await AuditEntry.filter(noun="promotion").order_by("id").values_list("act", flat=True)
    assert acts == ["created", "updated", "deleted"]


async def reduced(world: "World", code: str) -> str:
    """The type of what a guest with something in the cart is answered for a coupon code."""
    from aiohttp import ClientSession

    async with ClientSession() as session:
        url = f"{world.settings.base_url}/shop-api"
        add = 'mutation { addItemToOrder(productVariantId: "1", quantity: 1) { __typename } }'
        apply = f'mutation {{ applyCouponCode(couponCode: "{code}") {{ __typename }} }}'
        async with session.post(url, json={"query": add}) as answer:
            token = answer.headers["vendure-auth-token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with session.post(url, json={"query": apply}, headers=headers) as answer:
            typename: str = (await answer.json())["data"]["applyCouponCode"]["__typename"]
            return typename


async def test_what_would_hold_for_every_order_is_refused_in_the_unions_words(desk: DeskHands) -> None:
    await desk.log_in()
    refused = (await desk.ask(CREATE, i=ten_percent(couponCode=None)))["createPromotion"]
    assert (refused["__typename"], refused["errorCode"]) == (
        "MissingConditionsError",
        "MISSING_CONDITIONS_ERROR",
    )
    made = (await desk.ask(CREATE, i=ten_percent()))["createPromotion"]
    emptied = (await desk.ask(UPDATE, i={"id": made["id"], "couponCode": None}))["updatePromotion"]
    assert emptied["__typename"] == "MissingConditionsError"
    assert (await desk.ask(ONE, id=made["id"]))["promotion"]["couponCode"] == "TEN-OFF"


async def test_nothing_that_cannot_be_meant_is_taken(desk: DeskHands) -> None:
    await desk.log_in()

    def action(code: str, **args: str) -> dict[str, Any]:
        given = [{"name": name, "value": value} for name, value in args.items()]
        return {"actions": [{"code": code, "arguments": given}]}

    for wrong in (
        {"actions": []},
        action("buy_x_get_y_free"),
        action("order_percentage_discount", discount="ten"),
        action("order_percentage_discount", discount="101"),
        action("order_percentage_discount"),
        action("products_percentage_discount", discount="5", productVariantIds='["99999999"]'),
        action("products_percentage_discount", discount="5", productVariantIds='["x"]'),
        {"couponCode": "x" * 21},
        {"usageLimit": 0},
        {"translations": []},
        {"conditions": [minimum("100", taxInclusive="false")]},
        {"startsAt": "2030-01-02T00:00:00Z", "endsAt": "2030-01-01T00:00:00Z"},
    ):
        assert await desk.refused(CREATE, i=ten_percent(**wrong)) == "INVALID_INPUT", wrong
    await desk.ask(CREATE, i=ten_percent())
    assert await desk.refused(CREATE, i=ten_percent()) == "INVALID_INPUT"
    assert (await desk.ask(LIST))["promotions"]["totalItems"] == 1 + await seeded(desk)


async def seeded(desk: DeskHands) -> int:
    """Those that the demo market begins with."""
    others = {"filter": {"name": {"notEq": "Ten off"}}}
    total: int = (await desk.ask(LIST, o=others))["promotions"]["totalItems"]
    return total


async def test_promotions_are_found_and_their_parts_are_told(desk: DeskHands) -> None:
    await desk.log_in()
    for name in ("Alpha", "Beta", "Gamma"):
        texts = [{"languageCode": "en", "name": name}]
        await desk.ask(CREATE, i=ten_percent(couponCode=name, translations=texts, enabled=name != "Beta"))
    enabled = {"filter": {"enabled": {"eq": True}, "couponCode": {"in": ["ALPHA", "BETA", "GAMMA"]}}}
    found = (await desk.ask(LIST, o={**enabled, "sort": {"name": "DESC"}, "take": 1}))["promotions"]
    assert found["totalItems"] == 2 and [each["name"] for each in found["items"]] == ["Gamma"]
    told = await desk.ask(
        "{ promotionConditions { code } promotionActions { code args { name type list required } } }"
    )
    assert "minimum_order_amount" in {each["code"] for each in told["promotionConditions"]}
    (products,) = (
        each for each in told["promotionActions"] if each["code"] == "products_percentage_discount"
    )
    assert {"name": "productVariantIds", "type": "ID", "list": True, "required": True} in products["args"]


async def test_promotions_are_kept_by_who_may_and_in_their_own_shop(
    desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    await desk.log_in()
    ama = await new_seller(desks, "Ama Parts")
    assert await ama.refused(LIST) == "FORBIDDEN"
    assert await ama.refused(CREATE, i=ten_percent()) == "FORBIDDEN"
    assert await Platform.exists(code="kasuwa")
    abroad = await a_promotion(
        await scope_by_code("kasuwa", "test"), "order_percentage_discount", discount=10, coupon_code="FAR"
    )
    assert await ama.refused(DELETE, id=str(abroad.id)) == "FORBIDDEN"
    assert (await desk.ask(ONE, id=str(abroad.id)))["promotion"] is None
    assert await desk.refused(UPDATE, i={"id": str(abroad.id), "enabled": False}) == "NOT_FOUND"
    assert (await desk.ask(DELETE, id=str(abroad.id)))["deletePromotion"]["result"] == "NOT_DELETED"
    # The same code may be given here.
    assert (await desk.ask(CREATE, i=ten_percent(couponCode="FAR")))["createPromotion"]["couponCode"] == "FAR"
