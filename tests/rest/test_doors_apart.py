"""What opens one door opens no more at another: tokens, cookies and names of guests between REST and the shop API."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, CookieJar

from core.db import fetch
from services.accounts.passwords import set_password
from services.tenants import scope_by_key
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, KASUWA_KEY, Rest
from tests.shop.conftest import Phone
from tests.shop.test_tokens import LOGIN, ME

CART = "/api/customer/cart"
ACTIVE = "{ activeOrder { uid totalQuantity } }"
ADD = "mutation($v: ID!) { addItemToOrder(productVariantId: $v, quantity: 1) { __typename ... on Order { uid } } }"
NUMBER, PASSWORD, NAME = "+233246000001", "SecurePass123", "my-cart-93ab2e"


@pytest.fixture
async def app(world: World) -> AsyncIterator[Rest]:
    """A customer of Makola Demo with two pieces in the cart."""
    async with Rest(world) as app:
        await app.become(NUMBER)
        await set_password(await scope_by_key(app.key), app.customer_id, PASSWORD)
        login = {"emailOrPhone": NUMBER, "password": PASSWORD}
        app.token = (await app.data("POST", "/api/customer/login", login))["token"]
        await app.data("POST", f"{CART}/add", {"productId": await app.a_product(), "quantity": 2})
        yield app


@pytest.fixture
async def phone(world: World) -> AsyncIterator[Phone]:
    """A visitor of the shop API."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Phone(world, session)


async def test_a_rest_token_is_its_customers_in_the_shop_api_and_nobodys_on_another_platform(
    app: Rest, phone: Phone
) -> None:
    for header in ({"Authorization": f"Bearer {app.token}"}, {"vendure-auth-token": app.token or ""}):
        phone.session.cookie_jar.clear()
        phone.headers = {"x-api-key": DEMO_KEY, **header}
        assert (await phone.ask(ACTIVE))["activeOrder"]["totalQuantity"] == 2
        phone.headers["x-api-key"] = KASUWA_KEY
        for query in (ME, ACTIVE, ADD):
            refused = await phone.refused(query, **({"v": str(app.variant_id)} if query is ADD else {}))
            assert refused["extensions"]["code"] == "NOT_SIGNED_IN"
    assert len(await fetch("SELECT id FROM customer_order")) == 1


async def test_a_session_of_the_shop_api_is_none_at_rest(app: Rest, phone: Phone) -> None:
    token = (await phone.ask(LOGIN, i=NUMBER, p=PASSWORD))["customLogin"]["token"]
    cookies = {cookie.key: cookie.value for cookie in phone.session.cookie_jar}
    assert cookies
    async with ClientSession(cookies=cookies, cookie_jar=CookieJar(unsafe=True)) as browser:
        base, key = app.world.settings.base_url, {"x-api-key": DEMO_KEY}
        for value in cookies.values():
            for headers in (
                {},
                {"Authorization": f"Bearer {value}"},
                {"vendure-auth-token": value},
                {"Cookie": f"session={value}; token={token}"},
            ):
                async with browser.get(f"{base}{CART}/count", headers=key | headers) as answer:
                    assert answer.status == 401
            url = f"{base}{CART}/count?sessionId={value}"
            async with browser.get(url, headers=key) as answer:
                assert (await answer.json())["data"] == 0
    # Its token is one everywhere, until the session ends.
    app.token = token
    assert await app.data("GET", f"{CART}/count") == 2
    await phone.ask("mutation { logout { success } }")
    await app.refused(401, "GET", f"{CART}/count")


async def test_who_knows_a_guests_name_gets_no_session_of_the_shop_api_by_it(app: Rest, phone: Phone) -> None:
    app.token = None
    await app.data(
        "POST", f"{CART}/add", {"productId": await app.a_product(), "quantity": 3, "sessionId": NAME}
    )
    scope = await scope_by_key(DEMO_KEY)
    for name in (NAME, f"named:{scope.platform_id}:test:{NAME}"):
        for key in (DEMO_KEY, KASUWA_KEY):
            phone.session.cookie_jar.clear()
            phone.headers = {"x-api-key": key, "vendure-auth-token": name}
            assert (await phone.ask(ACTIVE))["activeOrder"] is None
        phone.headers["x-api-key"] = DEMO_KEY
        # Nor does signing in there bring it along.
        await phone.ask(LOGIN, i=NUMBER, p=PASSWORD)
        assert (await phone.ask(ACTIVE))["activeOrder"]["totalQuantity"] == 2
    assert await app.data("GET", f"{CART}/count", sessionId=NAME) == 3


async def test_a_guest_of_the_shop_api_is_none_at_rest(app: Rest, phone: Phone) -> None:
    app.token = None
    await phone.ask(ADD, v=str(app.variant_id))
    names = [cookie.value for cookie in phone.session.cookie_jar]
    assert names
    for name in names:
        assert await app.data("GET", f"{CART}/count", sessionId=name) == 0
    assert (await phone.ask(ACTIVE))["activeOrder"]["totalQuantity"] == 1
