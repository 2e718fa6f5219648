"""Orders are read with all their fields, by whoever may, at a cost that doesn't grow with their number."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.clock import now
from core.db import execute, fetch, fetch_one
from services.deposits.paying import Which, pay_balance
from services.orders import placed
from services.orders.views import OrderView
from services.tenants import Scope, scope_by_code
from tests.services.helpers import PIN
from tests.stories.test_statements import statements  # noqa: F401 - a fixture
from tests.xorder.conftest import Hands, Somebody, somebody, staff_with_role
from tests.xorder.contract import fragments, selection

WHOLE = f"query($id: String) {{ order(id: $id) {selection('CustomerOrderType')} }} {fragments()}"
PAGE = """query($after: String, $first: Int, $filter: String, $sort: String, $user: String) {
  orders(after: $after, first: $first, filter: $filter, sort: $sort, userId: $user) {
    totalCount items { number } edges { cursor node { number } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""
NAMED = "query($n: String, $u: String) { order(number: $n, userId: $u) { id number } }"


async def numbers(hands: Hands, **asked: Any) -> list[str]:
    page = (await hands.ask(PAGE, **asked))["orders"]
    assert [edge["node"]["number"] for edge in page["edges"]] == [each["number"] for each in page["items"]]
    return [each["number"] for each in page["items"]]


async def paid_in_part(customer: Somebody, order: OrderView, amount_minor: int) -> None:
    await pay_balance(
        customer.buyer, Which(uid=order.uid), "shopping-card", amount_minor=amount_minor, pin=PIN
    )


async def test_every_field_of_an_order_is_shown(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    await paid_in_part(customer, order, 5_000)
    shown = (await customer.hands.ask(WHOLE, id=str(order.uid)))["order"]
    assert (shown["number"], shown["id"], shown["shoppingCartId"]) == (
        order.code,
        str(order.uid),
        str(order.uid),
    )
    assert (shown["customerId"], shown["customerName"]) == (customer.uid, "Ama Mensah")
    assert (shown["status"], shown["isApproved"], shown["isCancelled"]) == ("New", False, False)
    money = shown["total"]
    assert (money["amount"], money["formattedAmount"]) == (
        order.total_minor / 100,
        f"GH₵{order.total_minor / 100:,.2f}",
    )
    assert money["currency"]["code"] == "GHS"
    (line,) = shown["items"]
    assert (line["quantity"], line["sku"], line["id"]) == (2, order.lines[0].sku, str(order.lines[0].uid))
    assert line["vendor"]["name"] and line["product"]["slug"] == order.lines[0].product_slug
    (shipment,) = shown["shipments"]
    assert (shipment["status"], shipment["items"][0]["quantity"]) == ("New", 2)
    (payment,) = shown["inPayments"]
    assert (payment["status"], payment["sum"]["amount"], payment["orderId"]) == ("Paid", 50, shown["id"])
    assert payment["transactions"][0]["isProcessed"] is True
    codes = [each["code"] for each in shown["availablePaymentMethods"]]
    assert codes == [
        "connected-payment-method",
        "shopping-card",
        "mobile-money",
        "standard-payment",
        "by-hand",
    ]


async def test_the_sums_of_an_order_add_up_with_tax_and_without(customer: Somebody) -> None:
    customer.scope = replace(customer.scope, tax_basis_points=1_500)
    order = await customer.orders_on_account()
    names = "subTotal subTotalWithTax shippingSubTotal shippingSubTotalWithTax taxTotal discountTotal discountTotalWithTax total"
    asked = " ".join(f"{name} {{ amount }}" for name in names.split())
    shown = (
        await customer.hands.ask(f"query($i: String) {{ order(id: $i) {{ {asked} }} }}", i=str(order.uid))
    )["order"]
    minor = {name: round(amount["amount"] * 100) for name, amount in shown.items()}
    assert (
        minor["total"]
        == minor["subTotal"] + minor["shippingSubTotal"] + minor["taxTotal"] - minor["discountTotal"]
    )
    assert (
        minor["total"]
        == minor["subTotalWithTax"] + minor["shippingSubTotalWithTax"] - minor["discountTotalWithTax"]
    )
    assert minor["taxTotal"] > 0


async def test_money_is_written_as_the_culture_writes_it(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    ask = "query($i: String, $c: String) { order(id: $i, cultureName: $c) { total { formattedAmount currency { cultureName symbol } } } }"
    german = (await customer.hands.ask(ask, i=str(order.uid), c="de-DE"))["order"]["total"]
    assert german["formattedAmount"].endswith("\xa0GHS") and "," in german["formattedAmount"]
    assert german["currency"] == {"cultureName": "de-DE", "symbol": "GHS"}
    for nonsense in ("xx-XX-nope", "é", "e" * 50):
        told = await customer.hands.refused(ask, i=str(order.uid), c=nonsense)
        assert (told["code"], told["field"]) == ("InvalidInput", "cultureName")


@pytest.mark.parametrize(
    "field",
    [
        "orders { totalCount }",
        'order(number: "MK1") { id }',
        "payments { totalCount }",
        "orderStatuses { items { key } }",
    ],
)
async def test_whoever_is_not_known_is_unauthorized(hands: Callable[[str | None], Hands], field: str) -> None:
    for token in (None, "nonsense", "a.b.c", "x" * 3000):
        told = await hands(token).refused(f"{{ {field} }}")
        assert told["code"] == "Unauthorized" and told["message"]


async def test_a_token_of_one_shop_is_none_with_the_key_of_another(customer: Somebody) -> None:
    customer.hands.headers["x-api-key"] = "mk_test_demo"
    await customer.hands.ask("{ orders { totalCount } }")
    customer.hands.headers["x-api-key"] = "ks_test_demo"
    assert (await customer.hands.refused("{ orders { totalCount } }"))["code"] == "Unauthorized"


async def test_each_sees_what_is_theirs(
    customer: Somebody, desk: Hands, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    order = await customer.orders_on_account()
    other = await somebody(hands, scope)
    kasuwa = await scope_by_code("kasuwa", "test")
    strangers = [
        other.hands,
        (await somebody(hands, kasuwa)).hands,
        await staff_with_role(hands, kasuwa, "owner"),
    ]
    for stranger in strangers:
        assert (await stranger.ask(NAMED, n=order.code))["order"] is None
        assert (await stranger.ask(WHOLE, id=str(order.uid)))["order"] is None
        assert await numbers(stranger) == []
        assert (await stranger.ask("{ payments { totalCount } }"))["payments"]["totalCount"] == 0
    assert (await other.hands.refused(PAGE, user=customer.uid))["code"] == "Forbidden"
    assert (await other.hands.refused(NAMED, n=order.code, u=customer.uid))["code"] == "Forbidden"
    for mine in (customer.hands, desk):
        assert (await mine.ask(NAMED, n=order.code, u=customer.uid))["order"]["id"] == str(order.uid)
        assert await numbers(mine, user=customer.uid) == [order.code]
    assert await numbers(desk, user=other.uid) == []
    assert (await desk.refused(PAGE, user=str(order.uid)))["code"] == "NotFound"
    assert (await desk.refused(PAGE, user="nobody"))["field"] == "userId"


async def test_a_role_without_orders_sees_none(hands: Callable[[str | None], Hands], scope: Scope) -> None:
    keeper = await staff_with_role(hands, scope, "catalogue")
    for field in ("orders { totalCount }", "payments { totalCount }", 'order(number: "MK1") { id }'):
        assert (await keeper.refused(f"{{ {field} }}"))["code"] == "Forbidden"


async def test_a_seller_sees_their_part_of_an_order(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    from services.carts import add_to_cart

    mine = await fetch_one(
        "SELECT v.id, p.seller_id FROM variant v JOIN product p ON p.id = v.product_id WHERE v.id = 46"
    )
    assert mine
    others = await fetch_one(
        "SELECT v.id FROM variant v JOIN product p ON p.id = v.product_id WHERE p.seller_id <> $1 AND p.platform_id = $2 LIMIT 1",
        mine["seller_id"],
        scope.platform_id,
    )
    assert others
    await add_to_cart(customer.buyer, others["id"], 1)
    order = await customer.orders_on_account(46, 1)
    await paid_in_part(customer, order, 1_000)
    seller = await staff_with_role(hands, scope, "seller", mine["seller_id"])
    shown = (await seller.ask(WHOLE, id=str(order.uid)))["order"]
    assert [line["sku"] for line in shown["items"]] == [
        each.sku for each in order.lines if each.variant_id == 46
    ]
    assert shown["inPayments"] == [] and shown["total"]["amount"] < order.total_minor / 100
    assert (
        shown["subTotalWithTax"]["amount"]
        == next(each.total_minor for each in order.lines if each.variant_id == 46) / 100
    )
    nobody = await staff_with_role(hands, scope, "seller", await _seller_without_orders(order))
    assert (await nobody.ask(WHOLE, id=str(order.uid)))["order"] is None


async def _seller_without_orders(order: OrderView) -> int:
    row = await fetch_one(
        "SELECT id FROM seller WHERE platform_id = 1 AND id NOT IN (SELECT seller_id FROM order_line WHERE order_id = $1) LIMIT 1",
        order.id,
    )
    assert row
    return int(row["id"])


async def test_a_filter_narrows_and_a_sort_orders(customer: Somebody, desk: Hands) -> None:
    small = await customer.orders_on_account(46, 1)
    large = await customer.orders_on_account(47, 3)
    await execute("UPDATE customer_order SET desk_status = 'Approved' WHERE id = $1", large.id)
    await execute(
        "UPDATE customer_order SET placed_at = $2 WHERE id = $1", small.id, now() - timedelta(days=400)
    )
    year = (now() - timedelta(days=30)).date().isoformat()
    between = (small.total_minor + large.total_minor) / 200
    for asked, found in (
        ('status:"New"', [small]),
        ("status:Approved,New", [large, small]),
        ("!status:approved", [small]),
        ('status:"Payment required"', []),
        (f"number:{large.code}", [large]),
        (f"createddate:[{year} TO]", [large]),
        (f"createddate:(TO {year}]", [small]),
        (f"!createddate:[TO {year})", [large]),
        (f"total:({between} TO {large.total_minor / 100}]", [large]),
        (f"total:({between} TO {large.total_minor / 100})", []),
        (f"total:[TO {between}),[{between} TO]", [large, small]),
        (f"total:{small.total_minor / 100}", [small]),
        ("customername:Mensah", [large, small]),
        (f'"{large.code[2:]}"', [large]),
        ("mensah status:New", [small]),
        (f'mensah, "{small.code}"', [small]),
        (f"number:{small.code} OR status:Approved", [large, small]),
        (f"number:{small.code} AND status:Approved", []),
        (f"status:New,Approved AND (number:{small.code} OR total:[{between} TO])", [large, small]),
        # A row of phrases binds closest, and OR closer than AND.
        (f"status:New total:[{between} TO] OR status:Approved", [large]),
        (f"status:New OR status:Approved AND number:{small.code}", [small]),
        (f"status:New OR (status:Approved AND number:{small.code})", [small]),
        (f"(status:New OR status:Approved) number:{large.code}", [large]),
        (f"((!status:New)) OR number:{small.code} mensah", [large, small]),
        (f"total:[TO],[{between} TO]", [large, small]),
        ("!total:[TO]", []),
        (f"!total:{small.total_minor / 100},1", [large]),
        (f'customerid:"{customer.uid}" currency:GHS', [large, small]),
        ("", [large, small]),
    ):
        assert await numbers(desk, filter=asked) == [each.code for each in found], asked
    assert await numbers(desk, sort="total:asc") == [small.code, large.code]
    assert await numbers(desk, sort="createdDate:asc;total:desc") == [small.code, large.code]
    assert await numbers(desk, sort="status;number:desc") == [large.code, small.code]


@pytest.mark.parametrize(
    "nonsense",
    ["status:", "total:[1 TO", "total:[1 2]", "nothing:1", "status:Open", "total:abc", 'createddate:"soon"', "status:[a TO b]",
     '"open', "total:1,[2 TO 3]", "!word", "a:b:c", "total:1.005", "x" * 2001,
     "AND", "status:New OR", "OR status:New", "status:New OR OR status:New", "word OR status:New", "(status:New", "status:New)", "()",
     "!(status:New)", "(status:New)number:1", "(" * 6 + "status:New" + ")" * 6, "(" * 1999, "total:[5]", "total:1 TO 5", "status:New, Approved",
     r'number:"\a"', 'number:"a\tb"', " OR ".join(["total:[1 TO 2]"] * 51)],
)  # fmt: skip
async def test_a_filter_that_can_t_be_read_is_told(customer: Somebody, nonsense: str) -> None:
    told = await customer.hands.refused(PAGE, filter=nonsense)
    assert (told["code"], told["field"]) == ("InvalidInput", "filter")


async def test_a_page_or_sort_that_is_none_is_told(customer: Somebody) -> None:
    for asked in (
        {"first": -1},
        {"after": "-1"},
        {"after": "b"},
        {"after": "1" * 20},
        {"sort": "colour"},
        {"sort": "total:up"},
    ):
        told = await customer.hands.refused(PAGE, **asked)
        assert (told["code"], told["field"]) == ("InvalidInput", next(iter(asked)))


async def test_facets_count_what_the_filter_leaves(customer: Somebody, desk: Hands) -> None:
    small = await customer.orders_on_account(46, 1)
    large = await customer.orders_on_account(47, 3)
    middle = (small.total_minor + large.total_minor) / 200
    ask = f"""query($facet: String) {{ orders(facet: $facet, filter: "currency:GHS") {{
      term_facets {selection("TermFacet")} range_facets {selection("RangeFacet")} filter_facets {{ name label count order facetType }} }} }}"""
    shown = (await desk.ask(ask, facet=f"status total:[0 TO {middle}),[{middle} TO]"))["orders"]
    (term,), (ranges,) = shown["term_facets"], shown["range_facets"]
    assert [(each["term"], each["count"]) for each in term["terms"]] == [("New", 2)]
    assert [(each["count"], each["max"]) for each in ranges["ranges"]] == [
        (1, small.total_minor / 100),
        (1, large.total_minor / 100),
    ]
    (term,) = (await desk.ask(ask.replace("currency:GHS", "status:new,approved"), facet="status"))["orders"][
        "term_facets"
    ]
    assert [(each["term"], each["isSelected"]) for each in term["terms"]] == [("New", True)]
    chosen = ask.replace("currency:GHS", f"total:[{middle} TO]")
    (ranges,) = (await desk.ask(chosen, facet=f"total:[0 TO {middle}),[{middle} TO]"))["orders"][
        "range_facets"
    ]
    assert [each["isSelected"] for each in ranges["ranges"]] == [False, True]
    filters = (
        await desk.ask(ask, facet=f'status:New !status:New number:"{small.code}" createddate:[2024-01-01 TO]')
    )["orders"]["filter_facets"]
    assert [(each["name"], each["count"]) for each in filters] == [
        ("status:New", 2),
        ("!status:New", 0),
        (f'number:"{small.code}"', 1),
        ("createddate:[2024-01-01 TO]", 2),
    ]
    for nonsense in ("colour", "colour:red", "status:Open", "status OR currency", "(status) total:[a TO]"):
        assert (await desk.refused(ask, facet=nonsense))["field"] == "facet"


@pytest.fixture
def often_marked(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Lists of a dozen are as long as lists of a thousand."""
    monkeypatch.setattr(placed, "EVERY", 3)
    yield 3


async def test_any_page_of_a_long_list_is_found(
    customer: Somebody, desk: Hands, scope: Scope, often_marked: int
) -> None:
    codes = await many_orders(customer, 23)
    newest = codes[::-1]
    for hands in (desk, customer.hands):
        for after in range(24):
            assert await numbers(hands, after=str(after), first=4) == newest[after : after + 4]
            assert (
                await numbers(hands, after=str(after), first=4, sort="createdDate:asc")
                == codes[after : after + 4]
            )
        page = (await hands.ask(PAGE, after="19", first=4))["orders"]
        assert page["totalCount"] == 23
        assert page["pageInfo"] == {
            "startCursor": "19",
            "endCursor": "23",
            "hasNextPage": False,
            "hasPreviousPage": True,
        }
    marks = await fetch("SELECT list, position FROM order_milestone ORDER BY list, position")
    assert {row["list"] for row in marks} == {f"customer:{customer.customer.id}", "platform:1:test"}
    assert [row["position"] for row in marks if row["list"] == "platform:1:test"] == [3, 6, 9, 12, 15, 18, 21]
    more = [*codes, *(await many_orders(customer, 5, days=0.5))]
    for after in range(0, 29, 2):
        assert await numbers(desk, after=str(after), first=3) == more[::-1][after : after + 3]


async def many_orders(customer: Somebody, number: int, days: float = 100) -> list[str]:
    """Copies of an order, placed one after the other; their numbers, the oldest first."""
    model = await customer.orders_on_account(46, 1)
    copies = [model.code]
    start = now() - timedelta(days=days)
    await execute("UPDATE customer_order SET placed_at = $2 WHERE id = $1", model.id, start)
    columns = (
        "created_at, updated_at, platform_id, environment, state, active, customer_id, currency, channel, quantity, subtotal_minor, "
        "shipping_minor, tax_minor, total_minor, deferred_minor"
    )
    from core.ids import new_uid

    for n in range(1, number):
        code = f"{model.code[:-3]}X{n:02}{int(days)}"[:20]
        await execute(
            f"INSERT INTO customer_order (uid, code, placed_at, {columns}) SELECT $2, $3, $4, {columns} FROM customer_order WHERE id = $1",
            model.id,
            new_uid(),
            code,
            start + timedelta(minutes=n),
        )
        copies.append(code)
    return copies


async def test_a_page_takes_as_many_statements_however_many_orders_it_has(
    customer: Somebody,
    desk: Hands,
    statements: list[str],  # noqa: F811
) -> None:
    everything = selection("CustomerOrderType", deepest=3)
    ask = (
        f"{{ orders(first: %(n)s) {{ items {everything} }} "
        f"payments(first: %(n)s) {{ items {{ number order {{ number items {{ sku }} }} }} }} }} {fragments()}"
    )
    # Goods of different sellers, since what is shown twice is read once anyhow.
    goods = await fetch(
        "SELECT MIN(v.id) AS id FROM variant v JOIN product p ON p.id = v.product_id WHERE p.platform_id = 1 "
        "AND p.category_id IS NOT NULL GROUP BY p.seller_id ORDER BY 1 LIMIT 3"
    )
    for row in goods:
        order = await customer.orders_on_account(row["id"], 1)
        await paid_in_part(customer, order, 1_000)
    await desk.ask(ask % {"n": 3})  # so that what is remembered is
    taken = []
    for first in (1, 3):
        statements.clear()
        await desk.ask(ask % {"n": first})
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 26, "\n".join(statements)


async def test_a_browser_is_shown_the_explorer(hands: Callable[[str | None], Hands]) -> None:
    asking = hands(None)
    async with asking.session.get(
        f"{asking.world.settings.base_url}/xorder/graphql", headers={"Accept": "text/html"}
    ) as answer:
        assert "X-Order API" in await answer.text()
    async with asking.session.get(asking.world.settings.base_url) as answer:
        assert 'href="/xorder/graphql"' in await answer.text()


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "total:[0 TO 1000000]"},
        {"filter": "subtotalwithtax:[0 TO 1000000]"},
        {"sort": "total:desc"},
        {"facet": "total:[0 TO 1000000]"},
        {"facet": "discounttotalwithtax:[0 TO 1000000]"},
    ],
)
async def test_a_seller_finds_nothing_out_about_the_whole_order(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope, desk: Hands, asked: dict[str, str]
) -> None:
    order = await customer.orders_on_account()
    page = "query($filter: String, $sort: String, $facet: String) { orders(filter: $filter, sort: $sort, facet: $facet) { totalCount } }"
    assert (await desk.ask(page, **asked))["orders"]["totalCount"] == 1
    seller = await staff_with_role(hands, scope, "seller", order.lines[0].seller_id)
    assert (await seller.ask(page))["orders"]["totalCount"] == 1
    assert (await seller.refused(page, **asked))["code"] == "InvalidInput"
