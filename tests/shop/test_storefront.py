"""A storefront that selects all that the public ones do, from its first page to the parcel at the door."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from core.cache import clear_caches
from core.db import execute
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.sellers.hands import own_delivery, variants_of_sellers
from tests.shop.account_hands import token_for
from tests.shop.conftest import Phone
from tests.shop.contract import surface
from tests.shop.selecting import Seen, operation
from tests.shop.test_story import pay_on_page

EMAIL, NEW_EMAIL = "ama@storefront.test", "ama.mensah@storefront.test"
PERSON = {"title": "Dr", "firstName": "Ama", "lastName": "Mensah", "phoneNumber": "0246215478"}
PLACE = {
    "fullName": "Ama Mensah",
    "company": "Parts Ltd",
    "streetLine1": "123 james town",
    "streetLine2": "gate 4",
    "city": "Accra",
    "province": "Greater Accra",
    "postalCode": "GA-183",
    "countryCode": "GH",
    "phoneNumber": "0246215478",
}
USUAL = {"defaultShippingAddress": True, "defaultBillingAddress": True}
FOCUS = "mutation($id: ID!) { updateAsset(input: {id: $id, focalPoint: {x: 0.5, y: 0.25}}) { id } }"
FIND = (
    "query($c: String!) { orders(options: {filter: {code: {eq: $c}}}) { items { lines { id quantity } } } }"
)
SEND = """mutation($lines: [OrderLineInput!]!) { addFulfillmentToOrder(input: {lines: $lines, handler: {code:
  "manual-fulfillment", arguments: [{name: "method", value: "van"}, {name: "trackingCode", value: "KV-7"}]}}) {
  ... on Fulfillment { id } } }"""


class Storefront:
    """Asks with every field of the surface selected, and believes no answer that isn't as the surface says."""

    def __init__(self, phone: Phone, desk: DeskHands, variant: str) -> None:
        self.phone, self.desk = phone, desk
        self.variant = variant  # of a seller with a van, and taxed as all is
        self.world = phone.world
        self.seen = Seen(surface())

    async def ask(self, name: str, **variables: Any) -> Any:
        """What a field of Query or Mutation answers, which isn't a refusal."""
        data = await self.phone.ask(operation(surface(), name, variables), **variables)
        self.seen.read(name, data[name])
        assert "errorCode" not in (data[name] or {}), data[name]
        return data[name]


@pytest.fixture
async def shop(phone: Phone) -> AsyncIterator[Storefront]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        desk = DeskHands(phone.world, browser)
        await desk.log_in()
        scope = await scope_by_code("demo", "test")
        await execute("UPDATE platform SET tax_basis_points = 1500 WHERE id = $1", scope.platform_id)
        clear_caches()
        (seller, variant), _ = await variants_of_sellers(scope, 2)
        await own_delivery(scope, seller, 300)
        await execute("UPDATE stock_level SET on_hand = 50 WHERE variant_id = $1", variant)
        yield Storefront(phone, desk, str(variant))


async def look_around(shop: Storefront) -> None:
    """The pages before anybody has signed in."""
    for name in ("activeChannel", "availableCountries"):
        await shop.ask(name)
    assert await shop.ask("activeCustomer") is None
    assert await shop.ask("activeOrder") is None
    shelves = await shop.ask("collections", options={"take": 3, "topLevelOnly": True})
    below = await shop.ask("collection", id=shelves["items"][0]["children"][0]["id"])
    assert below["parent"]["slug"] == shelves["items"][0]["slug"]
    assert [each["slug"] for each in below["breadcrumbs"]] == [below["parent"]["slug"], below["slug"]]
    facets = await shop.ask("facets", options={"take": 10})
    found = await shop.ask("search", input={"term": "caliper", "groupByProduct": True, "take": 3})
    assert found["facetValues"] and found["items"]
    await shop.desk.ask(FOCUS, id=found["items"][0]["productAsset"]["id"])
    apart = {"term": "caliper", "groupByProduct": False, "sort": {"price": "ASC"}, "take": 3}
    assert "value" in (await shop.ask("search", input=apart))["items"][0]["priceWithTax"]
    shown = await shop.ask("product", slug=found["items"][0]["slug"])
    assert await shop.ask("product", id=shown["id"]) == shown
    assert {value["facet"]["code"] for value in shown["facetValues"]} <= {f["code"] for f in facets["items"]}


async def sign_up(shop: Storefront) -> None:
    """An account, by the mails that it brings."""
    given = {"emailAddress": EMAIL, "password": "a-good-password", **PERSON}
    await shop.ask("registerCustomerAccount", input=given)
    await shop.ask("verifyCustomerAccount", token=await token_for(shop.world, EMAIL))
    await shop.ask("logout")
    await shop.ask("login", username=EMAIL, password="a-good-password", rememberMe=True)
    await shop.ask(
        "updateCustomerPassword", currentPassword="a-good-password", newPassword="a-better-password"
    )
    await shop.ask("requestPasswordReset", emailAddress=EMAIL)
    await shop.ask("resetPassword", token=await token_for(shop.world, EMAIL), password="the-best-password")
    native = {"username": EMAIL, "password": "the-best-password"}
    await shop.ask("authenticate", input={"native": native})
    await shop.ask(
        "requestUpdateCustomerEmailAddress", password="the-best-password", newEmailAddress=NEW_EMAIL
    )
    await shop.ask("updateCustomerEmailAddress", token=await token_for(shop.world, NEW_EMAIL))
    assert (await shop.ask("updateCustomer", input=PERSON))["emailAddress"] == NEW_EMAIL


async def keep_addresses(shop: Storefront) -> None:
    """One that stays and one that goes."""
    kept = await shop.ask("createCustomerAddress", input=PLACE | USUAL)
    await shop.ask("updateCustomerAddress", input={"id": kept["id"], "city": "Tema"})
    gone = await shop.ask("createCustomerAddress", input=PLACE)
    await shop.ask("deleteCustomerAddress", id=gone["id"])
    assert [each["id"] for each in (await shop.ask("activeCustomer"))["addresses"]] == [kept["id"]]


async def begin_as_a_guest(shop: Storefront) -> None:
    """What a guest can't pay with is said."""
    cart = await shop.ask("addItemToOrder", productVariantId=shop.variant, quantity=1)
    assert not all(each["isEligible"] for each in await shop.ask("eligiblePaymentMethods"))
    await shop.ask("removeOrderLine", orderLineId=cart["lines"][0]["id"])


async def fill_the_cart(shop: Storefront) -> None:
    """Two things go in, one comes out, and a coupon takes a tenth off."""
    found = await shop.ask("search", input={"term": "caliper", "take": 1})
    other = (await shop.ask("product", id=found["items"][0]["productId"]))["variants"][0]["id"]
    await shop.ask("addItemToOrder", productVariantId=shop.variant, quantity=1)
    cart = await shop.ask("addItemToOrder", productVariantId=other, quantity=1)
    first, second = (line["id"] for line in cart["lines"])
    await shop.ask("removeOrderLine", orderLineId=second)
    await shop.ask("adjustOrderLine", orderLineId=first, quantity=3)
    await shop.ask("applyCouponCode", couponCode="AKWAABA10")
    assert (await shop.ask("removeCouponCode", couponCode="AKWAABA10"))["couponCodes"] == []
    cart = await shop.ask("applyCouponCode", couponCode="AKWAABA10")
    assert cart["couponCodes"] == ["AKWAABA10"]


async def check_out(shop: Storefront) -> str:
    """The order's code."""
    await shop.ask("setOrderShippingAddress", input=PLACE)
    await shop.ask("setOrderBillingAddress", input=PLACE)
    van = (await shop.ask("eligibleShippingMethods"))[-1]
    assert van["metadata"]["seller"]["name"]
    await shop.ask("setOrderShippingMethod", shippingMethodId=[van["id"]])
    assert "ArrangingPayment" in await shop.ask("nextOrderStates")
    await shop.ask("transitionOrderToState", state="ArrangingPayment")
    assert await shop.ask("eligiblePaymentMethods")
    cart = await shop.ask("activeOrder")
    given = {"method": "connected-payment-method", "metadata": {}}
    paying = await shop.ask("addPaymentToOrder", input=given)
    await pay_on_page(shop.phone, paying["payments"][0]["metadata"]["public"]["paymentUrl"])
    code = str(paying["code"])

    async def paid() -> bool:
        return bool((await shop.ask("orderByCode", code=code))["state"] == "PaymentSettled")

    await shop.world.until(paid)
    assert paying["totalWithTax"] == cart["totalWithTax"]
    return code


async def send_it(shop: Storefront, code: str) -> None:
    (order,) = (await shop.desk.ask(FIND, c=code))["orders"]["items"]
    lines = [{"orderLineId": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
    assert (await shop.desk.ask(SEND, lines=lines))["addFulfillmentToOrder"]["id"]


async def test_a_customer_buys_and_every_field_is_answered(shop: Storefront) -> None:
    await look_around(shop)
    await begin_as_a_guest(shop)
    await sign_up(shop)
    await keep_addresses(shop)
    await fill_the_cart(shop)
    code = await check_out(shop)
    await send_it(shop, code)
    shown = await shop.ask("orderByCode", code=code)
    assert [each["trackingCode"] for each in shown["fulfillments"]] == ["KV-7"]
    assert (await shop.ask("activeCustomer"))["orders"]["totalItems"] == 1
    assert shop.seen.unseen() == ["Mutation.setCustomerForOrder"]


async def test_a_guest_buys(shop: Storefront) -> None:
    await fill_the_cart(shop)
    named = {"emailAddress": EMAIL, **PERSON}
    assert (await shop.ask("setCustomerForOrder", input=named))["customer"]["emailAddress"] == EMAIL
    code = await check_out(shop)
    assert (await shop.ask("orderByCode", code=code))["customer"]["user"] is None
