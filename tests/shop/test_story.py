"""What the contract's samples lead to: from the home screen to the receipt."""

from collections.abc import Callable

import pytest

from tests.shop.conftest import Phone
from tests.shop.contract import sample

START, COMPLETE = sample("initiateAccountCreation"), sample("completeAccountCreation")
LOGIN = sample("customLogin").replace("securePass", "securePassword")
HOME, SEARCH, PRODUCT = sample("products"), sample("search"), sample("product")
ADD_TWO, BILLING = sample("addItemToOrder"), sample("setOrderBillingAddress")
ELIGIBLE, ASSIGN = sample("eligibleShippingMethods"), sample("setOrderShippingMethod")
PAY = sample("addPaymentToOrder")
ORDER = """
query($code: String!) { orderByCode(code: $code) { id uid code state active totalWithTax orderPlacedAt
  lines { linePriceWithTax } shippingWithTax payments { method state amount metadata } } }
"""


def verify(otp: str, extra: str = "") -> str:
    return f'mutation {{ verifyOtp(input: {{ otp: "{otp}"{extra} }}) {{ token }} }}'


async def signed_up(phone: Phone) -> str:
    """Sign up as the document shows; the token."""
    assert await phone.ask(START) == {
        "initiateAccountCreation": {"success": True, "message": "OTP sent successfully"}
    }
    code = await phone.world.code_for("+233246215478")
    token = (await phone.ask(verify(code)))["verifyOtp"]["token"]
    phone.headers["Authorization"] = f"Bearer {token}"
    done = (await phone.ask(COMPLETE))["completeAccountCreation"]
    assert done["user"]["phone"] == "+233246215478"
    phone.headers["Authorization"] = f"Bearer {done['token']}"
    return str(done["token"])


async def test_the_home_screen_shows_products_and_shelves(phone: Phone) -> None:
    home = await phone.ask(HOME)
    assert len(home["products"]["items"]) == 100
    shelves = home["collections"]["items"]
    assert all(
        len(s["productVariants"]["items"]) == min(20, s["productVariants"]["totalItems"]) for s in shelves
    )
    preview = home["products"]["items"][0]["assets"][0]["preview"]
    assert preview.startswith(f"{phone.world.settings.base_url}/assets/")
    async with phone.session.get(preview) as picture:
        assert picture.content_type.startswith("image/")


async def test_a_search_and_the_page_of_a_product(phone: Phone) -> None:
    found = (await phone.ask(SEARCH))["search"]
    assert found["totalItems"] >= len(found["items"]) > 0
    assert all(0 < item["price"]["min"] <= item["price"]["max"] for item in found["items"])
    assert found["collections"][0]["count"] > 0
    product = (await phone.ask(PRODUCT))["product"]
    assert product["variants"][0]["price"] > 0
    assert isinstance(product["customFields"]["Year"], int)


@pytest.mark.parametrize(
    ("sort", "field"),
    [("price: ASC", "price"), ("price: DESC", "price"), ("name: ASC", "name"), ("name: DESC", "name")],
)
async def test_results_come_in_the_order_asked_for(phone: Phone, sort: str, field: str) -> None:
    query = f"""{{ search(input: {{term: "", take: 50, sort: {{{sort}}}}}) {{
        items {{ productName price {{ ... on PriceRange {{ min }} }} }} }} }}"""
    items = (await phone.ask(query))["search"]["items"]
    keys = [item["price"]["min"] if field == "price" else item["productName"].lower() for item in items]
    assert keys == sorted(keys, reverse="DESC" in sort)


async def test_an_account_is_made_and_signed_in_to(phones: Callable[[], Phone]) -> None:
    phone = phones()
    await signed_up(phone)
    me = (await phone.ask("{ activeCustomer { firstName lastName phoneNumber user { identifier } } }"))[
        "activeCustomer"
    ]
    assert (me["firstName"], me["lastName"]) == ("Sam", "Kafui")
    elsewhere = phones()
    there = (await elsewhere.ask(LOGIN))["customLogin"]
    assert there["user"]["fullName"] == "Sam Kafui"
    assert there["user"]["email"] is None
    by_token = phones()
    by_token.headers["Authorization"] = f"Bearer {there['token']}"
    assert (await by_token.ask("{ activeCustomer { id } }"))["activeCustomer"]["id"] == there["user"]["id"]
    assert await elsewhere.ask("mutation { logout { success } }") == {"logout": {"success": True}}
    assert await elsewhere.ask("{ activeCustomer { id } }") == {"activeCustomer": None}


async def test_a_code_fits_the_session_or_number_it_was_sent_for_and_no_other(
    phones: Callable[[], Phone],
) -> None:
    mine, stranger = phones(), phones()
    await mine.ask(START)
    code = await mine.world.code_for("+233246215478")
    assert (await stranger.refused(verify(code)))["extensions"]["code"] == "CODE_INVALID"
    await stranger.ask(START.replace("0246215478", "0246215479"))
    assert (await stranger.refused(verify(code)))["extensions"]["code"] == "CODE_INVALID"
    assert (await stranger.refused(COMPLETE))["extensions"]["code"] == "NOT_SIGNED_IN"
    token = (await phones().ask(verify(code, ', phone: "0246215478"')))["verifyOtp"]["token"]
    assert token.count(".") == 2
    assert (await mine.refused(verify(code)))["extensions"]["code"] == "CODE_EXPIRED"


async def test_two_items_of_a_first_request_share_one_order(phone: Phone) -> None:
    added = await phone.ask(ADD_TWO)
    assert added["addItemToOrder"]["__typename"] == added["add2"]["__typename"] == "Order"
    assert added["addItemToOrder"]["id"] == added["add2"]["id"]
    cart = (await phone.ask("{ activeOrder { id totalQuantity } }"))["activeOrder"]
    assert cart == {"id": added["add2"]["id"], "totalQuantity": 2}


async def test_a_guest_may_carry_the_token_in_a_header(phones: Callable[[], Phone]) -> None:
    world = phones().world
    async with world.http.post("/shop-api", json={"query": ADD_TWO}) as answer:
        token = answer.headers["vendure-auth-token"]
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    for headers in ({"vendure-auth-token": token}, {"Authorization": f"Bearer {token}"}):
        other = phones()
        other.headers.update(headers)
        assert (await other.ask("{ activeOrder { totalQuantity } }"))["activeOrder"] == {"totalQuantity": 2}


async def test_an_order_is_paid_on_the_providers_page(phone: Phone) -> None:
    await phone.ask(ADD_TWO)
    await signed_up(phone)
    cart = (await phone.ask("{ activeOrder { id code totalQuantity } }"))["activeOrder"]
    assert cart["totalQuantity"] == 2
    assert (await phone.ask(BILLING))["setOrderBillingAddress"] == {"id": cart["id"]}
    methods = (await phone.ask(ELIGIBLE))["eligibleShippingMethods"]
    assert [m["name"] for m in methods[:2]] == ["Standard Shipping", "Express Shipping"]
    assert (await phone.ask(ASSIGN))["setOrderShippingMethod"] == {"id": cart["id"]}
    assert (await phone.ask(PAY))["addPaymentToOrder"] == {"id": cart["id"]}
    order = (await phone.ask(ORDER, code=cart["code"]))["orderByCode"]
    assert order["state"] == "ArrangingPayment"
    assert (
        order["totalWithTax"]
        == sum(ln["linePriceWithTax"] for ln in order["lines"]) + order["shippingWithTax"]
    )
    await pay_on_page(phone, order["payments"][0]["metadata"]["public"]["paymentUrl"])

    async def settled() -> bool:
        found = (await phone.ask(ORDER, code=cart["code"]))["orderByCode"]
        return bool(found["state"] == "PaymentSettled" and found["orderPlacedAt"])

    await phone.world.until(settled)
    assert (await phone.ask("{ activeOrder { id } }"))["activeOrder"] is None
    mine = (await phone.ask("{ activeCustomer { orders { totalItems items { code state } } } }"))[
        "activeCustomer"
    ]
    assert mine["orders"] == {"totalItems": 1, "items": [{"code": cart["code"], "state": "PaymentSettled"}]}

    async def receipt() -> bool:
        return any(cart["code"] in message["text"] for message in await phone.world.outbox("+233246215478"))

    await phone.world.until(receipt)


async def pay_on_page(phone: Phone, url: str) -> None:
    """Press Pay on the provider's page, and don't come back."""
    async with phone.session.post(url, data={"outcome": "pay"}, allow_redirects=False) as answer:
        assert answer.status < 400


async def test_nobody_sees_anothers_order(phones: Callable[[], Phone]) -> None:
    mine, stranger = phones(), phones()
    order_id = (await mine.ask(ADD_TWO))["add2"]["id"]
    code = (await mine.ask("{ activeOrder { code } }"))["activeOrder"]["code"]
    both = "query($id: ID!, $code: String!) { order(id: $id) { id } orderByCode(code: $code) { id } }"
    assert await stranger.ask(both, id=order_id, code=code) == {"order": None, "orderByCode": None}
    await signed_up(stranger)
    assert await stranger.ask(both, id=order_id, code=code) == {"order": None, "orderByCode": None}
    assert await mine.ask(both, id=order_id, code=code) == {
        "order": {"id": order_id},
        "orderByCode": {"id": order_id},
    }


async def test_platforms_are_apart(phones: Callable[[], Phone]) -> None:
    demo, kasuwa = phones(), phones()
    kasuwa.headers["x-api-key"] = "ks_test_demo"
    channel = (await kasuwa.ask("{ activeChannel { code currencyCode pricesIncludeTax } }"))["activeChannel"]
    assert channel == {"code": "kasuwa", "currencyCode": "NGN", "pricesIncludeTax": True}
    variant = (await demo.ask("{ products(options: {take: 1}) { items { id variants { id } } } }"))[
        "products"
    ]["items"][0]
    add = f'mutation {{ addItemToOrder(productVariantId: "{variant["variants"][0]["id"]}", quantity: 1) {{ __typename }} }}'
    assert (await kasuwa.refused(add))["extensions"]["code"] == "NOT_FOUND"
    assert await kasuwa.ask(f"{{ product(id: {variant['id']}) {{ id }} }}") == {"product": None}
    kasuwa.headers["x-api-key"] = "wrong"
    status, _ = await kasuwa.send({"query": "{ activeChannel { code } }"})
    assert status == 401
