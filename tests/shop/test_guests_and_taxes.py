"""Buying without an account, and what prices contain of tax, at the shop's door."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from core.cache import clear_caches
from core.db import execute
from services.pricing import contained_tax, net
from services.taxes import create_tax_category, create_tax_rate, tax_variant
from services.tenants import Scope
from tests.services.helpers import a_variant
from tests.shop.conftest import Phone
from tests.shop.promoting import a_promotion
from tests.shop.test_promotions import ADD, active, apply, filled, pay

GUEST = """mutation { setCustomerForOrder(input: {title: "Ms", firstName: "Ama", lastName: "Mensah",
  phoneNumber: "0246215478", emailAddress: "Ama@Buyer.test", customFields: {shirt: "M"}}) { __typename ... on Order {
  customer { id firstName lastName emailAddress phoneNumber title user { id } orders { totalItems } } } } }"""
SEEN = (
    "query($c: String!) { orderByCode(code: $c) { code customer { emailAddress } shippingAddress { city } } }"
)


async def test_a_guest_buys_and_looks_the_order_up_for_two_hours(
    phones: Callable[[], Phone], demo: Scope
) -> None:
    phone, elsewhere = phones(), phones()
    await filled(phone, demo)
    named = (await phone.ask(GUEST))["setCustomerForOrder"]
    customer = named["customer"]
    assert (customer["firstName"], customer["lastName"], customer["title"]) == ("Ama", "Mensah", "Ms")
    assert (customer["emailAddress"], customer["phoneNumber"]) == ("ama@buyer.test", "+233246215478")
    assert (customer["user"], customer["orders"]) == (None, {"totalItems": 0})
    code = (await active(phone))["code"]
    # A cart is nobody else's to see.
    assert (await elsewhere.ask(SEEN, c=code))["orderByCode"] is None
    assert (await pay(phone))["state"] == "PaymentSettled"
    await phone.world.drain()
    assert code in (await phone.world.outbox("+233246215478"))[0]["text"]
    found = (await elsewhere.ask(SEEN, c=code))["orderByCode"]
    assert found["customer"] == {"emailAddress": "ama@buyer.test"}
    clock.travel(timedelta(hours=2, minutes=1))
    assert (await elsewhere.ask(SEEN, c=code))["orderByCode"] is None
    assert (await phone.ask(SEEN, c=code))["orderByCode"]["code"] == code


async def test_looks_at_others_orders_are_counted(phones: Callable[[], Phone], demo: Scope) -> None:
    stranger = await filled(phones(), demo)
    for number in range(40):
        await stranger.ask(SEEN, c=f"MK{number:09}")
    assert (await stranger.refused(SEEN, c="MK000000041"))["extensions"]["code"] == "TOO_MANY_TRIES"


async def test_a_guest_with_an_address_only_gets_the_receipt_by_mail(phone: Phone, demo: Scope) -> None:
    await filled(phone, demo)
    say = """mutation { setCustomerForOrder(input: {firstName: "Kofi", lastName: "B", emailAddress: "kofi@buyer.test"}) {
        __typename } }"""
    assert (await phone.ask(say))["setCustomerForOrder"]["__typename"] == "Order"
    code = (await pay(phone))["code"]
    await phone.world.drain()
    assert code in (await phone.world.outbox("kofi@buyer.test"))[0]["text"]


async def test_what_an_app_keeps_and_takes_back(phone: Phone, demo: Scope) -> None:
    await filled(phone, demo)
    keep = "mutation($f: JSON) { setOrderCustomFields(input: {customFields: $f}) { ... on Order { customFields } } }"
    kept = await phone.ask(keep, f={"gift": {"to": "Esi"}})
    assert kept["setOrderCustomFields"] == {"customFields": {"gift": {"to": "Esi"}}}
    for wrong in ("text", [1], {"much": "x" * 3000}):
        assert (await phone.refused(keep, f=wrong))["extensions"]["code"] == "INVALID_INPUT"
    address = """mutation { setOrderShippingAddress(input: {streetLine1: "1", city: "Accra", countryCode: "GH"}) {
        ... on Order { shippingAddress { city } customFields } } }"""
    written = (await phone.ask(address))["setOrderShippingAddress"]
    assert written == {"shippingAddress": {"city": "Accra"}, "customFields": {"gift": {"to": "Esi"}}}
    unset = "mutation { unsetOrderShippingAddress { ... on Order { shippingAddress { city } } } }"
    assert (await phone.ask(unset))["unsetOrderShippingAddress"] == {"shippingAddress": None}
    empty = "mutation { removeAllOrderLines { ... on Order { lines { id } totalQuantity } } }"
    assert (await phone.ask(empty))["removeAllOrderLines"] == {"lines": [], "totalQuantity": 0}


async def test_the_history_tells_the_way_of_an_order(phone: Phone, demo: Scope) -> None:
    await filled(phone, demo)
    code = (await pay(phone))["code"]
    query = """query($c: String!, $o: HistoryEntryListOptions) { orderByCode(code: $c) {
        history(options: $o) { totalItems items { type data createdAt } } } }"""
    history = (await phone.ask(query, c=code))["orderByCode"]["history"]
    steps = [(each["type"], each["data"]) for each in history["items"]]
    assert steps == [
        ("ORDER_STATE_TRANSITION", {"from": "AddingItems", "to": "ArrangingPayment"}),
        ("ORDER_STATE_TRANSITION", {"from": "ArrangingPayment", "to": "PaymentSettled"}),
    ]
    page = (await phone.ask(query, c=code, o={"skip": 1, "take": 1}))["orderByCode"]["history"]
    assert page["totalItems"] == 2 and page["items"] == history["items"][1:]


@pytest.mark.parametrize("coupon", [False, True], ids=["at full price", "with a coupon"])
async def test_each_rate_is_summed_and_fields_without_tax_agree(
    phone: Phone, demo: Scope, coupon: bool
) -> None:
    await execute("UPDATE platform SET tax_basis_points = 1500 WHERE id = $1", demo.platform_id)
    clear_caches()
    await a_promotion(demo, "order_percentage_discount", discount=7, coupon_code="SEVEN")
    await filled(phone, demo, price=3_333, pieces=3)
    variant = await a_variant(demo, pieces=50)
    other = variant + 1
    await execute("UPDATE variant SET price_minor = 999 WHERE id = $1", other)
    await execute("UPDATE stock_level SET on_hand = 9 WHERE variant_id = $1", other)
    books = await create_tax_category(demo, "Books")
    await create_tax_rate(demo, books, "Reduced", 500)
    await tax_variant(demo, other, books)
    await phone.ask(ADD, v=other, n=1)
    cart = await apply(phone, "SEVEN") if coupon else await active(phone)
    assert [line["taxRate"] for line in cart["lines"]] == [15, 5]
    for line, rate in zip(cart["lines"], (1500, 500), strict=True):
        for name in ("unitPrice", "linePrice", "discountedLinePrice", "proratedLinePrice"):
            assert line[name] == net(line[f"{name}WithTax"], rate)
        assert line["lineTax"] == contained_tax(line["proratedLinePriceWithTax"], rate)
        assert line["linePrice"] + sum(d["amount"] for d in line["discounts"]) == line["proratedLinePrice"]
    assert cart["subTotal"] == sum(line["proratedLinePrice"] for line in cart["lines"])
    assert cart["subTotalWithTax"] == sum(line["proratedLinePriceWithTax"] for line in cart["lines"])
    assert cart["total"] == cart["subTotal"] + cart["shipping"]
    assert cart["totalWithTax"] == cart["subTotalWithTax"] + cart["shippingWithTax"]
    assert [each["taxRate"] for each in cart["taxSummary"]] == [15, 5]
    assert sum(each["taxBase"] for each in cart["taxSummary"]) == cart["total"]
    assert sum(each["taxTotal"] for each in cart["taxSummary"]) == cart["totalWithTax"] - cart["total"]
    paid = await pay(phone)
    await execute("UPDATE tax_rate SET basis_points = 0")
    await execute("UPDATE platform SET tax_basis_points = 0")
    clear_caches()
    again = await phone.ask(
        "query($c: String!) { orderByCode(code: $c) { taxSummary { taxRate taxBase taxTotal } total } }",
        c=paid["code"],
    )
    assert again["orderByCode"] == {"taxSummary": cart["taxSummary"], "total": cart["total"]}


async def test_the_shelf_shows_prices_without_the_tax_they_contain(phone: Phone, demo: Scope) -> None:
    await execute("UPDATE platform SET tax_basis_points = 1500 WHERE id = $1", demo.platform_id)
    clear_caches()
    found = await phone.ask(
        """{ products(options: {take: 3}) { items { variants { price priceWithTax } } }
        search(input: {term: "brake", take: 3}) { items {
          price { ... on PriceRange { min max } } priceWithTax { ... on PriceRange { min max } } } } }"""
    )
    for product in found["products"]["items"]:
        for variant in product["variants"]:
            assert variant["price"] == net(variant["priceWithTax"], 1500) < variant["priceWithTax"]
    for hit in found["search"]["items"]:
        assert hit["price"] == {name: net(price, 1500) for name, price in hit["priceWithTax"].items()}
