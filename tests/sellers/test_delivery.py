"""Ways of delivery by seller: which there are for a cart, which together bring it, and what becomes of them as it changes."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.cache import clear_caches
from core.db import execute, fetch
from core.errors import IllegalTransition
from services.buyers import Buyer
from services.carts import add_to_cart, find_cart, remove_line
from services.checkout import choose_shipping, pay, shipping_methods, ways_to_deliver
from services.orders.views import OrderView
from services.shipping import fitting, is_choice, served, without_way
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.sellers.hands import own_delivery, variants_of_sellers
from tests.services.helpers import a_buyer
from tests.stories.hands import App

A, B, MARKET = 7, 8, None


def ways(*sellers: int | None) -> list[Any]:
    return [SimpleNamespace(seller_id=seller) for seller in sellers]


@pytest.mark.parametrize(
    ("chosen", "sellers", "good"),
    [
        ([MARKET], [A, B], True),
        ([MARKET, MARKET], [A, B], True),
        ([A, B], [A, B], True),
        ([A, MARKET], [A, B], True),
        ([A, MARKET, MARKET], [A, B], True),
        ([A], [A, B], False),
        ([A, A], [A], False),
        ([A, MARKET], [A], False),
        ([A, B, MARKET], [A, B], False),
        ([A, B], [A], False),
        ([], [A], False),
    ],
)
def test_a_choice_brings_all_and_nothing_twice(
    chosen: list[int | None], sellers: list[int], good: bool
) -> None:
    assert is_choice(ways(*chosen), sellers) is good


def test_what_fits_follows_the_sellers_in_the_cart() -> None:
    chosen = ways(A, MARKET)
    assert fitting(chosen, [A, B]) == chosen
    assert fitting(chosen, [A]) == chosen[:1]
    assert fitting(chosen, [B]) == chosen[1:]
    assert fitting(ways(MARKET), []) != []
    assert without_way(ways(A), [B, A, B]) == [B]
    assert served(ways(A), [A, B]) == [A]


async def a_mixed_cart(scope: Scope) -> tuple[Buyer, list[tuple[int, int]], OrderView]:
    both = await variants_of_sellers(scope, 2)
    buyer = await a_buyer(scope)
    for _, variant in both:
        cart = await add_to_cart(buyer, variant, 1)
    return buyer, both, cart


async def test_eligible_are_the_markets_and_those_of_sellers_in_the_cart(demo: Scope) -> None:
    (a, va), (b, vb), (c, _) = await variants_of_sellers(demo, 3)
    vans = {seller: await own_delivery(demo, seller, 300) for seller in (a, b, c)}
    buyer = await a_buyer(demo)
    assert await shipping_methods(buyer) == []
    await add_to_cart(buyer, va, 1)
    assert [method.id for method in await shipping_methods(buyer)] == [1, 2, vans[a]]
    await add_to_cart(buyer, vb, 1)
    assert [method.id for method in await shipping_methods(buyer)] == [1, 2, vans[a], vans[b]]


async def test_a_choice_that_leaves_somebody_out_or_names_a_stranger_is_refused(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    (a, va), (b, vb), (c, _) = await variants_of_sellers(scope, 3)
    vans = {seller: await own_delivery(scope, seller, 300) for seller in (a, b, c)}
    second = await own_delivery(scope, a, 400)
    names = {row["id"]: row["name"] for row in await fetch("SELECT id, name FROM seller")}
    choose = (
        "mutation($ids: [ID!]!) { setOrderShippingMethod(shippingMethodId: $ids) { __typename "
        "... on Order { shippingWithTax } ... on ErrorResult { errorCode message } } }"
    )
    async with App(world) as app:
        for variant in (va, vb):
            await app.ask(
                f"mutation {{ addItemToOrder(productVariantId: {variant}, quantity: 1) {{ __typename }} }}"
            )

        async def chosen(*ids: int) -> dict[str, Any]:
            told: dict[str, Any] = (await app.ask(choose, ids=[str(i) for i in ids]))[
                "setOrderShippingMethod"
            ]
            return told

        for ids, why in (
            ([vans[a]], f"Choose a delivery method for {names[b]}, too."),
            ([vans[a], vans[c], vans[b]], "Own van is of a seller of whom nothing is in the cart."),
            ([vans[a], second, vans[b]], "Choose one delivery method for each seller."),
            ([vans[a], vans[b], 1], "Choose one delivery method for each seller."),
        ):
            told = await chosen(*ids)
            assert (told["__typename"], told["errorCode"], told["message"]) == (
                "IneligibleShippingMethodError",
                "INELIGIBLE_SHIPPING_METHOD_ERROR",
                why,
            )
        assert (await chosen(999_999))["__typename"] == "IneligibleShippingMethodError"
        assert await chosen(vans[a], vans[b]) == {"__typename": "Order", "shippingWithTax": 600}
        assert await chosen(second, 1) == {"__typename": "Order", "shippingWithTax": 900}
        # As the contract's sample has it.
        assert await chosen(1, 2) == {"__typename": "Order", "shippingWithTax": 1500}


async def test_a_method_goes_with_its_seller_and_checkout_says_who_is_left(demo: Scope) -> None:
    buyer, ((a, _), (b, vb)), cart = await a_mixed_cart(demo)
    van = await own_delivery(demo, a, 300)
    await choose_shipping(buyer, [van, 1])
    alone = await remove_line(buyer, cart.lines[0].id)
    assert [way.method_id for way in alone.shipping] == [1] and alone.shipping_minor == 500

    buyer, ((a, _), (b, vb)), cart = await a_mixed_cart(demo)
    await choose_shipping(buyer, [van, 1])
    alone = await remove_line(buyer, cart.lines[1].id)
    # Nobody needs the market's any more, and nobody pays for it.
    assert [way.method_id for way in alone.shipping] == [van] and alone.total_minor == alone.goods_minor + 300
    only_shipping = await find_cart(
        Buyer(demo, "app", customer_id=buyer.customer_id, wants=frozenset({"shipping"}))
    )
    assert only_shipping and [way.method_id for way in only_shipping.shipping] == [van]
    await choose_shipping(buyer, [van])
    await add_to_cart(buyer, vb, 1)
    with pytest.raises(IllegalTransition, match=r"Choose a delivery method for .*, too"):
        await pay(buyer, "standard-payment")
    await choose_shipping(buyer, [van, 1])
    cart_now = await find_cart(buyer)
    assert cart_now
    await remove_line(buyer, next(line.id for line in cart_now.lines if line.seller_id == b))
    order = await pay(buyer, "standard-payment")
    assert order.shipping_minor == 300 and [way.method_id for way in order.shipping] == [van]


async def test_who_only_brings_by_themselves_leaves_others_to_be_fetched(demo: Scope) -> None:
    buyer, ((a, _), _), _ = await a_mixed_cart(demo)
    van = await own_delivery(demo, a, 300)
    await execute("DELETE FROM shipping_method WHERE kind = 'flat' AND seller_id IS NULL")
    clear_caches()
    assert [[way.id for way in choice] for choice in await ways_to_deliver(buyer)] == [[van]]
    await choose_shipping(buyer, [van])
    order = await pay(buyer, "standard-payment")
    assert order.shipping_minor == 300


async def test_a_chat_is_offered_choices_that_bring_the_whole_cart(demo: Scope) -> None:
    buyer, ((a, _), (b, _)), _ = await a_mixed_cart(demo)
    dear, cheap = await own_delivery(demo, a, 900), await own_delivery(demo, a, 300)

    async def offered() -> list[list[int]]:
        return [[way.id for way in choice] for choice in await ways_to_deliver(buyer)]

    assert await offered() == [[1], [2], [cheap, 1]]
    bike = await own_delivery(demo, b, 200)
    assert await offered() == [[1], [2], [cheap, bike]]
    for choice in await offered():
        await choose_shipping(buyer, choice)
    alone = await a_buyer(demo)
    await add_to_cart(alone, (await variants_of_sellers(demo, 1))[0][1], 1)
    assert [[way.id for way in choice] for choice in await ways_to_deliver(alone)] == [
        [1],
        [2],
        [dear],
        [cheap],
    ]
