"""Ways of delivery at the desk: the market's and a seller's own; and the ways to pay."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, CookieJar

from models import AuditEntry, Platform, ShippingMethod
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, new_seller
from tests.shop.conftest import Phone

if TYPE_CHECKING:
    from tests.conftest import World

FIELDS = """id code name description fulfillmentHandlerCode seller { name } createdAt languageCode
  checker { code args { name value } } calculator { code args { name value } } translations { name }"""
CREATE = f"mutation($i: CreateShippingMethodInput!) {{ createShippingMethod(input: $i) {{ {FIELDS} }} }}"
UPDATE = f"mutation($i: UpdateShippingMethodInput!) {{ updateShippingMethod(input: $i) {{ {FIELDS} }} }}"
DELETE = "mutation($id: ID!) { deleteShippingMethod(id: $id) { result message } }"
LIST = "query($o: ShippingMethodListOptions) { shippingMethods(options: $o) { totalItems items { id code seller { name } } } }"
ONE = "query($id: ID!) { shippingMethod(id: $id) { code } }"
OFFERED = "{ eligibleShippingMethods { code priceWithTax } }"


def van(**changed: Any) -> dict[str, Any]:
    return {
        "code": "own-van",
        "fulfillmentHandler": "manual-fulfillment",
        "checker": operation("default-shipping-eligibility-checker", orderMinimum="0"),
        "calculator": operation("default-shipping-calculator", rate="700", includesTax="auto", taxRate="0"),
        "translations": [{"languageCode": "en", "name": "Own van", "description": "Tomorrow"}],
    } | changed


def operation(code: str, **args: str) -> dict[str, Any]:
    return {"code": code, "arguments": [{"name": name, "value": value} for name, value in args.items()]}


async def test_the_market_offers_another_way_and_takes_it_back(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    made = (await desk.ask(CREATE, i=van()))["createShippingMethod"]
    assert (made["name"], made["description"], made["seller"]) == ("Own van", "Tomorrow", None)
    assert {"name": "rate", "value": "700"} in made["calculator"]["args"]
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        shopper = Phone(world, session)
        await shopper.ask('mutation { addItemToOrder(productVariantId: "1", quantity: 1) { __typename } }')
        offered = (await shopper.ask(OFFERED))["eligibleShippingMethods"]
        assert {"code": "own-van", "priceWithTax": 700} in offered
        dearer = {"id": made["id"], "calculator": operation("default-shipping-calculator", rate="900")}
        changed = (await desk.ask(UPDATE, i=dearer))["updateShippingMethod"]
        assert {"name": "rate", "value": "900"} in changed["calculator"]["args"] and changed[
            "name"
        ] == "Own van"
        offered = (await shopper.ask(OFFERED))["eligibleShippingMethods"]
        assert {"code": "own-van", "priceWithTax": 900} in offered
        chosen = await shopper.ask(
            f'mutation {{ setOrderShippingMethod(shippingMethodId: ["{made["id"]}"]) {{ __typename }} }}'
        )
        assert chosen["setOrderShippingMethod"] == {"__typename": "Order"}
        assert (await desk.ask(DELETE, id=made["id"]))["deleteShippingMethod"]["result"] == "DELETED"
        offered = (await shopper.ask(OFFERED))["eligibleShippingMethods"]
        assert "own-van" not in {each["code"] for each in offered}
        # The cart that chose it keeps it, and the desk can say what it was.
        kept = (await shopper.ask("{ activeOrder { id shippingWithTax } }"))["activeOrder"]
        assert kept["shippingWithTax"] == 900
        of_order = f'{{ order(id: "{kept["id"]}") {{ shippingLines {{ shippingMethod {{ {FIELDS} }} }} }} }}'
        (line,) = (await desk.ask(of_order))["order"]["shippingLines"]
        assert line["shippingMethod"]["code"] == "own-van" and line["shippingMethod"]["createdAt"]
    assert (await desk.ask(ONE, id=made["id"]))["shippingMethod"] is None
    assert (await desk.ask(DELETE, id=made["id"]))["deleteShippingMethod"]["result"] == "NOT_DELETED"
    acts = await AuditEntry.filter(noun="shippingMethod").order_by("id").values_list("act", flat=True)
    assert acts == ["created", "updated", "deleted"]


async def test_a_seller_brings_their_own_goods(
    desk: DeskHands, desks: Callable[[], DeskHands], world: "World"
) -> None:
    await desk.log_in()
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    made = (await ama.ask(CREATE, i=van(sellerId="1")))["createShippingMethod"]
    assert made["seller"] == {"name": "Ama Parts"}
    assert [each["code"] for each in (await ama.ask(LIST))["shippingMethods"]["items"]] == ["own-van"]
    assert (await kofi.ask(LIST))["shippingMethods"]["totalItems"] == 0
    assert (await kofi.ask(ONE, id=made["id"]))["shippingMethod"] is None
    assert await kofi.refused(UPDATE, i={"id": made["id"], "code": "mine"}) == "NOT_FOUND"
    assert (await kofi.ask(DELETE, id=made["id"]))["deleteShippingMethod"]["result"] == "NOT_DELETED"
    # Nor may a seller touch the market's.
    (standard,) = (await desk.ask(LIST, o={"filter": {"code": {"eq": "standard-shipping"}}}))[
        "shippingMethods"
    ]["items"]
    assert await ama.refused(UPDATE, i={"id": standard["id"], "code": "mine"}) == "NOT_FOUND"
    product = (await ama.ask(SAMPLE))["createProduct"]["id"]
    (variant,) = (await ama.ask(f'{{ product(id: "{product}") {{ variants {{ id }} }} }}'))["product"][
        "variants"
    ]
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        shopper = Phone(world, session)
        await shopper.ask(
            f'mutation {{ addItemToOrder(productVariantId: "{variant["id"]}", quantity: 1) {{ __typename }} }}'
        )
        offered = {each["code"] for each in (await shopper.ask(OFFERED))["eligibleShippingMethods"]}
        assert "own-van" in offered
    listed = await desk.ask(LIST, o={"sort": {"code": "DESC"}, "filter": {"sellerId": {"isNull": False}}})
    assert [each["seller"] for each in listed["shippingMethods"]["items"]] == [{"name": "Ama Parts"}]


async def test_what_is_not_real_here_is_refused_and_so_is_what_belongs_to_others(desk: DeskHands) -> None:
    await desk.log_in()
    for wrong, code in (
        ({"fulfillmentHandler": "drone"}, "INVALID_INPUT"),
        ({"calculator": operation("by-weight", rate="1")}, "INVALID_INPUT"),
        ({"calculator": operation("default-shipping-calculator")}, "INVALID_INPUT"),
        ({"calculator": operation("default-shipping-calculator", rate="-1")}, "INVALID_INPUT"),
        ({"calculator": operation("default-shipping-calculator", rate="much")}, "INVALID_INPUT"),
        ({"calculator": operation("default-shipping-calculator", rate="1", taxRate="20")}, "INVALID_INPUT"),
        ({"calculator": operation("default-shipping-calculator", rate="1", includesTax="exclude")}, "INVALID_INPUT"),
        ({"checker": operation("default-shipping-eligibility-checker", orderMinimum="5000")}, "INVALID_INPUT"),
        ({"code": "standard-shipping"}, "INVALID_INPUT"),
        ({"code": " "}, "INVALID_INPUT"),
        ({"translations": []}, "INVALID_INPUT"),
        ({"sellerId": "99999999999999999999"}, "NOT_FOUND"),
    ):  # fmt: skip
        assert await desk.refused(CREATE, i=van(**wrong)) == code, wrong
    kasuwa = await Platform.get(code="kasuwa")
    abroad = await ShippingMethod.filter(platform_id=kasuwa.id, kind="flat").first()
    assert abroad is not None
    assert (await desk.ask(ONE, id=str(abroad.id)))["shippingMethod"] is None
    assert await desk.refused(UPDATE, i={"id": str(abroad.id), "code": "mine"}) == "NOT_FOUND"
    assert (await desk.ask(DELETE, id=str(abroad.id)))["deleteShippingMethod"]["result"] == "NOT_DELETED"


async def test_the_ways_to_pay_are_told(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    asked = """{ paymentMethods(options: {sort: {code: ASC}, filter: {code: {contains: "card"}}}) {
      totalItems items { id code enabled handler { code args { name } } } } }"""
    told = (await desk.ask(asked))["paymentMethods"]
    assert told["totalItems"] == 1 and told["items"][0]["handler"] == {"code": "card", "args": []}
    one = f'{{ paymentMethod(id: "{told["items"][0]["id"]}") {{ code }} }}'
    assert (await desk.ask(one))["paymentMethod"] == {"code": "shopping-card"}
    assert (await desk.ask('{ paymentMethod(id: "0") { code } }'))["paymentMethod"] is None
    ama = await new_seller(desks, "Ama Parts")
    assert await ama.refused(asked) == "FORBIDDEN"
