"""Months of one session: applied for on the page, approved, accepted, and paid over three instalments as they fall due."""

import re
from datetime import timedelta

from core import clock
from core.clock import now
from core.db import execute, fetch_one
from models import Order, ScheduledCharge
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.financing.conftest import Dealer
from tests.financing.hands import AMA, a_seat, decided, in_state
from tests.financing.test_page import FORM, Visitor, visitor
from tests.rest.paying import at_the_page
from tests.test_pay_page import plain, press_pay

__all__ = ["visitor"]

PHONE = "+233241234567"


async def a_month_passes(world: World) -> None:
    clock.travel(timedelta(days=31))
    await world.drain()


async def charges(order: Order) -> list[tuple[str, int, int]]:
    found = await ScheduledCharge.filter(order_id=order.id).order_by("due_at")
    return [(each.state, each.amount_minor, each.collected_minor) for each in found]


async def pay(world: World, visitor: Visitor, link: str, amount: str) -> str:
    """What the page says after that much was paid at the gateway."""
    back = await at_the_page(await press_pay(visitor.session, link, amount), pay=True)
    text = plain(await visitor.see(back))
    await execute("UPDATE payment_attempt SET next_attempt_at = $1 WHERE next_attempt_at > $1", now())
    await world.drain()
    return text


async def test_a_session_from_the_page_to_the_last_instalment(
    world: World, dealer: Dealer, visitor: Visitor
) -> None:
    # The merchant knows the items; the customer says who they are.
    session = await dealer.create(items=[await a_seat()])
    assert (await visitor.post(session["applyUrl"], **FORM))[0] == 303
    await decided(dealer, session["id"])
    offer = re.search(r'name="offer" value="([0-9a-f-]+)"', await visitor.see(session["applyUrl"]))
    assert offer and (await visitor.post(session["applyUrl"], act="accept", offer=offer[1]))[0] == 303
    await in_state(dealer, session["id"], "Accepted")
    session = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=session["id"])
    order = await Order.get(code=session["orderCode"])
    assert await charges(order) == [("Waiting", 20_001, 0), ("Waiting", 20_001, 0), ("Waiting", 20_000, 0)]
    await world.drain()
    assert "GHS 200.01" in (await world.outbox(PHONE))[0]["text"]

    # A month on the first part is due. Nothing is taken by itself: the text has the link, and the page takes it.
    await a_month_passes(world)
    text = (await world.outbox(PHONE))[0]["text"]
    found = re.search(r"https?://\S+/pay/[A-Z0-9]+-[0-9a-f]+", text)
    assert found and order.code in text, text
    link = found[0]
    assert "Still owed GHS 600.02" in plain(await visitor.see(link))
    assert "Thank you, GHS 200.01 is paid." in await pay(world, visitor, link, "200.01")
    assert [state for state, *_ in await charges(order)] == ["Paid", "Waiting", "Waiting"]
    await the_book_explains_what_is_owed()

    # The second is paid in two parts, one of them early.
    await pay(world, visitor, link, "50")
    assert (await charges(order))[1] == ("Waiting", 20_001, 5_000)
    await a_month_passes(world)
    await pay(world, visitor, link, "150.01")
    assert [state for state, *_ in await charges(order)] == ["Paid", "Paid", "Waiting"]

    # The last is forgotten until it is overdue, and paid then.
    await a_month_passes(world)
    for _ in range(4):
        clock.travel(timedelta(days=5))
        await world.drain()
    assert [state for state, *_ in await charges(order)] == ["Paid", "Paid", "Overdue"]
    text = await pay(world, visitor, link, "")
    assert "Nothing is owed" in text
    order = await Order.get(id=order.id)
    assert order.state == "PaymentSettled"
    assert sum(collected for *_, collected in await charges(order)) == order.total_minor == 60_002
    await the_book_explains_what_is_owed()
    paid = await fetch_one(
        "SELECT CAST(SUM(amount_minor) AS BIGINT) AS n FROM payment WHERE order_id = $1 AND state = 'Settled'",
        order.id,
    )
    assert paid == {"n": 60_002}
    assert (await dealer.order(session["id"]))["status"] == "CheckedOut"
    html = await visitor.see(session["applyUrl"])
    assert f"/pay/{order.code}-" in html and AMA["lastName"] not in html
