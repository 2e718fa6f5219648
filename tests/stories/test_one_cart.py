"""One person, one cart: begun on a feature phone, seen in the app, paid in Telegram."""

from core.db import fetch
from services.tenants import scope_by_code
from tests.conftest import World
from tests.services.helpers import a_variant
from tests.stories.hands import App, Call, Chat

AMA = "+233241234567"
CART = "{ activeOrder { code state totalQuantity totalWithTax lines { quantity productVariant { id } } } }"


async def sign_up(world: World, call: Call) -> None:
    await call.dial("5", "1")
    await call.type("Ama Mensah")
    assert (await call.type("1234", "1234")).startswith("CON Your PIN is set.")


async def test_a_cart_begun_by_ussd_is_finished_in_telegram(world):
    call, chat = Call(world, AMA), Chat(world, 77)
    await sign_up(world, call)
    await call.dial("1", "1", "brake pads corolla", "1", "1", "2")
    assert (await call.dial("2")).startswith("CON Cart: 2 pieces")

    await chat.do(text="/start")
    await chat.do(press="Cart")
    assert "2 pieces" in await chat.do(contact=AMA)

    await chat.do(press="Check out")
    await chat.do(press="Standard Shipping 5.00")
    await chat.do(text="Accra")
    await chat.do(text="12 Ring Road")
    await chat.do(press="Mobile money")
    for step in ("This number", "MTN", "Pay"):
        buttons = await buttons_of(world, 77)
        wanted = next((label for label in buttons if step in label or AMA[-7:] in label), None)
        if wanted:
            await chat.do(press=wanted)

    async def paid() -> bool:
        rows = await fetch("SELECT state FROM customer_order")
        return [row["state"] for row in rows] == ["PaymentSettled"]

    await world.until(paid)
    await world.drain()
    assert any("is paid" in message["text"] for message in await world.outbox(AMA))
    assert "empty" in (await call.dial("2"))


async def buttons_of(world: World, chat_id: int) -> list[str]:
    from aiohttp import ClientSession

    url = f"{world.twins}/telegram/control/chat"
    async with ClientSession() as client, client.get(url, params={"chat_id": chat_id}) as answer:
        said = [message for message in (await answer.json())["messages"] if message["from"] == "bot"]
    return [label for row in said[-1].get("buttons", ()) for label in row]


async def test_a_cart_begun_by_ussd_is_seen_and_paid_in_the_app(world):
    async with App(world) as app:
        start = 'mutation { initiateAccountCreation(input: {phone: "0241234567", password: "secret-1"}) { success } }'
        await app.ask(start)
        verify = "mutation($o: String!) { verifyOtp(input: {otp: $o}) { token } }"
        token = (await app.ask(verify, o=await world.code_for(AMA)))["verifyOtp"]["token"]
        app.headers["Authorization"] = f"Bearer {token}"
        await app.ask(
            'mutation { completeAccountCreation(input: {fullName: "Ama Mensah", city: "Accra", street: "1", gps: "2"}) '
            "{ token } }"
        )
        app.headers.clear()
        await app.sign_in("0241234567", "secret-1")

        call = Call(world, AMA)
        await call.dial("1", "1", "brake pads corolla", "1", "1", "2")
        seen = (await app.ask(CART))["activeOrder"]
        assert (seen["state"], seen["totalQuantity"]) == ("AddingItems", 2)

        variant = await a_variant(await scope_by_code("demo", "test"), pieces=50)
        await app.ask(
            "mutation($v: ID!) { addItemToOrder(productVariantId: $v, quantity: 1) { ... on Order { id } } }",
            v=str(variant),
        )
        assert (await call.dial("2")).startswith("CON Cart: 3 pieces")
        await app.ask('mutation { setOrderShippingMethod(shippingMethodId: ["1"]) { ... on Order { id } } }')
        paid = await app.ask(
            'mutation { addPaymentToOrder(input: {method: "standard-payment", metadata: {}}) '
            "{ __typename ... on Order { state code } } }"
        )
        assert paid["addPaymentToOrder"]["state"] == "PaymentSettled"
        assert "empty" in (await call.dial("2"))
        assert paid["addPaymentToOrder"]["code"] in await call.dial("3", "1")


async def test_a_guests_cart_is_theirs_after_signing_in(world):
    async with App(world) as app, App(world) as other:
        await app.ask(
            'mutation { addItemToOrder(productVariantId: "56", quantity: 2) { ... on Order { id } } }'
        )
        await app.ask(
            'mutation { initiateAccountCreation(input: {phone: "0241234567", password: "secret-1"}) { success } }'
        )
        verify = "mutation($o: String!) { verifyOtp(input: {otp: $o}) { token } }"
        await app.ask(verify, o=await world.code_for(AMA))
        await app.ask(
            'mutation { customLogin(input: {identifier: "0241234567", password: "secret-1"}) { token } }'
        )
        assert (await app.ask(CART))["activeOrder"]["totalQuantity"] == 2
        await other.sign_in("0241234567", "secret-1")
        assert (await other.ask(CART))["activeOrder"]["totalQuantity"] == 2
