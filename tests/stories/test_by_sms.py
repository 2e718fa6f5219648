"""One person, one cart: begun on a call, seen and paid by text messages alone."""

from core.db import fetch
from services.tenants import scope_by_code
from tests.conftest import World
from tests.services.helpers import give_money
from tests.stories.hands import Call, Texts
from tests.stories.test_one_cart import sign_up

AMA = "+233241234567"


async def test_a_cart_begun_by_ussd_is_seen_and_paid_by_sms(world: World) -> None:
    call, texts = Call(world, AMA), Texts(world, AMA)
    await sign_up(world, call)
    [ama] = await fetch("SELECT id FROM customer WHERE phone = $1", AMA)
    await give_money(await scope_by_code("demo", "test"), ama["id"], 200_000)
    await call.dial("1", "1", "brake pads corolla", "1", "1", "2")

    assert (await texts.text("crat")).startswith("Cart: 2 pieces")
    for typed in ("1", "1", "Accra", "12 Ring Road", "1"):
        await texts.text(typed)
    assert (await texts.text("1", id="pay")).startswith("Your PIN, to pay GHS ")
    # What the network delivers again asks for nothing twice, and is no PIN.
    assert await texts.text("1", id="pay") == ""
    assert (await texts.text("1234", id="pin")).startswith("Paid GHS ")
    assert await texts.text("1234", id="pin") == ""

    assert [row["state"] for row in await fetch("SELECT state FROM customer_order")] == ["PaymentSettled"]
    assert await fetch("SELECT count(*) AS n FROM payment WHERE state = 'Settled'") == [{"n": 1}]
    receipts = [message for message in await world.outbox(AMA) if "is paid" in message["text"]]
    assert len(receipts) == 1
    assert "empty" in await texts.text("CART")
    assert "empty" in (await call.dial("2"))
