"""An order over several sellers splits at placing: whose is what, in the book and at the shop's door."""

from core.db import execute, fetch
from services.carts import add_to_cart, set_line_quantity
from services.checkout import choose_shipping, pay
from services.deposits.cancelling import cancel_order
from services.orders import get_order
from services.payments.settling import settle
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.deposits.hands import an_option, buy
from tests.sellers.hands import (
    buy_of,
    charge_commission,
    own_delivery,
    sums,
    the_book_is_right,
    variants_of_sellers,
)
from tests.services.helpers import a_buyer
from tests.stories.hands import App

SELLER_ORDERS = """sellerOrders { id code type state seller { id name } totalWithTax subTotalWithTax shippingWithTax
  totalQuantity lines { id quantity } shippingLines { priceWithTax } aggregateOrder { id code }
  taxSummary { taxTotal } payments { id } }"""


async def test_each_seller_has_their_part_and_the_market_its_commission(demo: Scope) -> None:
    (a, va), (b, vb) = await variants_of_sellers(demo, 2)
    await charge_commission(demo, 100_000, **{f"s{b}": 25_000})
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, va, vb, pieces=3)
    goods = {line.seller_id: line.total_minor for line in order.lines}
    kept = {a: (goods[a] + 5) // 10, b: (goods[b] * 25 + 500) // 1000}
    owed = {seller: goods[seller] - kept[seller] for seller in goods}

    rows = await fetch(
        "SELECT * FROM seller_order WHERE order_id = $1 ORDER BY id",
        order.id,
    )
    assert [row["code"] for row in rows] == [f"{order.code}-1", f"{order.code}-2"]
    assert {row["seller_id"]: row["payable_minor"] for row in rows} == owed
    assert {row["seller_id"]: row["commission_ppm"] for row in rows} == {a: 100_000, b: 25_000}
    assert await sums(demo) == {
        "sales": order.total_minor,
        "shared": -order.total_minor,
        f"payable:{a}": owed[a],
        f"payable:{b}": owed[b],
        "commission": sum(kept.values()),
        "delivery": 500,
    }
    await the_book_is_right()


async def test_a_rate_that_changes_later_changes_no_order(demo: Scope) -> None:
    ((_, variant),) = await variants_of_sellers(demo, 1)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    await charge_commission(demo, 100_000)
    first = await buy_of(buyer, variant)
    await charge_commission(demo, 200_000)
    second = await buy_of(buyer, variant)
    rows = await fetch("SELECT order_id, commission_minor FROM seller_order")
    kept = {row["order_id"]: row["commission_minor"] for row in rows}
    assert kept[second.id] == 2 * kept[first.id] > 0


async def test_an_order_that_is_called_off_whole_leaves_nothing(demo: Scope) -> None:
    ((_, variant),) = await variants_of_sellers(demo, 1)
    await charge_commission(demo, 77_777)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy(buyer, variant, await an_option(demo, variant))
    assert (await sums(demo))["sales"] == order.total_minor
    await cancel_order(demo, order.uid)
    assert await sums(demo) == {}
    await the_book_is_right()


async def test_the_shop_shows_whose_part_is_what(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    (a, va), (b, vb) = await variants_of_sellers(scope, 2)
    van = await own_delivery(scope, b, 700)
    async with App(world) as app:
        for variant in (va, vb):
            await app.ask(
                f"mutation {{ addItemToOrder(productVariantId: {variant}, quantity: 2) {{ ... on Order {{ id type }} }} }}"
            )
        offered = (await app.ask("{ eligibleShippingMethods { id metadata } }"))["eligibleShippingMethods"]
        assert [each["id"] for each in offered] == ["1", "2", str(van)]
        assert [each["metadata"] and each["metadata"]["seller"]["id"] for each in offered] == [
            None,
            None,
            str(b),
        ]
        chosen = await app.ask(
            f'mutation {{ setOrderShippingMethod(shippingMethodId: ["1", "{van}"]) {{ ... on Order {{ shippingWithTax '
            "lines { shippingLine { priceWithTax seller { id } } } } } }"
        )
        assert chosen["setOrderShippingMethod"] == {
            "shippingWithTax": 1200,
            "lines": [
                {"shippingLine": {"priceWithTax": 500, "seller": None}},
                {"shippingLine": {"priceWithTax": 700, "seller": {"id": str(b)}}},
            ],
        }
        paid = await app.ask(
            'mutation { addPaymentToOrder(input: {method: "standard-payment", metadata: {}}) { ... on Order '
            f"{{ id code type totalWithTax shippingWithTax lines {{ id }} {SELLER_ORDERS} }} }} }}"
        )
    whole = paid["addPaymentToOrder"]
    first, second = whole["sellerOrders"]
    assert (whole["type"], first["type"], second["type"]) == ("Aggregate", "Seller", "Seller")
    assert (first["code"], second["code"]) == (whole["code"] + "-1", whole["code"] + "-2")
    assert [first["seller"]["id"], second["seller"]["id"]] == [str(a), str(b)]
    assert first["aggregateOrder"] == {"id": whole["id"], "code": whole["code"]}
    assert (first["shippingWithTax"], second["shippingWithTax"]) == (0, 700)
    assert second["shippingLines"] == [{"priceWithTax": 700}]
    assert first["totalWithTax"] + second["totalWithTax"] + 500 == whole["totalWithTax"]
    assert [line["id"] for part in (first, second) for line in part["lines"]] == [
        line["id"] for line in whole["lines"]
    ]
    assert first["payments"] == [] and first["state"] == "PaymentSettled"
    assert (await sums(scope))["delivery"] == 500


async def test_an_order_of_one_seller_has_one_part(demo: Scope) -> None:
    ((seller, variant),) = await variants_of_sellers(demo, 1)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    placed = await buy_of(buyer, variant)
    order = await get_order(demo, order_id=placed.id, wants=frozenset({"sellers"}))
    assert order and [part.seller_id for part in order.sellers] == [seller]


async def test_the_parts_are_those_of_what_was_agreed_whatever_the_shelf_says_then(world: World) -> None:
    """A page that is paid later books the prices of when it was opened."""
    scope = await scope_by_code("demo", "test")
    (_, va), (_, vb) = await variants_of_sellers(scope, 2)
    buyer = await a_buyer(scope, balance_minor=0)
    for variant in (va, vb):
        await add_to_cart(buyer, variant, 1)
    cart = await choose_shipping(buyer, [1])
    await set_line_quantity(buyer, cart.lines[0].id, 2)
    order = await pay(buyer, "connected-payment-method")
    await execute("UPDATE variant SET price_minor = price_minor * 3")
    await settle(order.payments[-1].id)
    rows = await fetch("SELECT goods_minor FROM seller_order WHERE order_id = $1 ORDER BY id", order.id)
    assert [row["goods_minor"] for row in rows] == [line.total_minor for line in order.lines]
    assert (await sums(scope))["sales"] == order.total_minor
