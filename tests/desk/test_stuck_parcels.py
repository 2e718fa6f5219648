"""A parcel that no carrier takes is seen to on its order's page: booked at another rate, or carried by hand, and never both."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from core.clock import now
from core.db import execute, fetch
from models import AuditEntry, Fulfillment
from services.fulfillment.making import fulfil, lines_left
from services.tenants import scope_by_code
from tests.browsers import in_a_browser
from tests.desk.conftest import Chrome, Visitor
from tests.sellers.hands import a_desk
from tests.services.test_shipments import Parcel, a_parcel

if TYPE_CHECKING:
    from tests.conftest import World

AsRole = Callable[..., Awaitable[Visitor]]
RATE = re.compile(r'name="rate_id" value="([0-9]+)"')


async def refused(world: "World") -> Parcel:
    """A parcel that the delivery service has refused to book so far."""
    parcel = await a_parcel(world, silent=True)
    await world.twin("/control/fail", provider="terminal", call="pickup", mode="decline", times=100)
    await parcel.until("Drafted")
    await parcel.hurry()
    assert (await parcel.row()).reason
    return parcel


async def mended(world: "World") -> None:
    await world.twin("/control/reset")


async def test_another_rate_is_asked_for_and_booked_once(world: "World", as_role: AsRole) -> None:
    parcel = await refused(world)
    desk, page = await as_role("desk", "kasuwa"), f"/admin/orders/{parcel.order_id}"
    assert "No carrier takes the parcel: Insufficient wallet balance" in await desk.get(page)
    shown = await desk.act(page, "ask_carriers")
    rates = RATE.findall(shown)
    assert rates and "Offers of carriers" in shown
    await desk.act(page, "book_at", rate_id="1")
    assert desk.status == 404, "what its buyer was offered is no offer for this"
    await mended(world)
    shown = await desk.act(page, "book_at", rate_id=rates[-1])
    assert "Carrier chosen" in shown
    row = await parcel.until("Confirmed")
    assert row.rate_id == int(rates[-1]) and row.reason == ""
    assert (await parcel.at_the_carriers())["charges"] == 1
    await desk.act(page, "book_at", rate_id=rates[0])
    assert desk.status == 404, "it is booked"
    assert await AuditEntry.exists(act="rebooked", noun="shipment", noun_id=row.id)


async def test_what_is_carried_by_hand_is_booked_no_more(world: "World", as_role: AsRole) -> None:
    parcel = await refused(world)
    desk, page = await as_role("desk", "kasuwa"), f"/admin/orders/{parcel.order_id}"
    await desk.act(page, "carry")
    assert desk.status == 400 and (await parcel.row()).state == "Drafted"
    shown = await desk.act(page, "carry", carrier="Yaw's van", tracking_code="VAN-7")
    assert "Carried by Yaw's van, without the delivery service" in shown and "VAN-7" in shown
    await mended(world)
    await parcel.hurry()
    row = await parcel.row()
    assert (row.state, row.next_attempt_at) == ("Cancelled", None)
    assert (await parcel.at_the_carriers())["charges"] == 0
    sent = await Fulfillment.get(order_id=parcel.order_id)
    assert (sent.state, sent.method, sent.tracking_code) == ("Pending", "Yaw's van", "VAN-7")
    await desk.act(page, "carry", carrier="Another")
    assert desk.status == 404 and await Fulfillment.filter(order_id=parcel.order_id).count() == 1
    await desk.act(page, "move", fulfillment_id=sent.id, state="Shipped")
    assert (await parcel.order()).state == "Shipped"


async def test_what_was_sent_in_parcels_of_their_own_is_booked_no_more(world: "World") -> None:
    parcel = await refused(world)
    desk = await a_desk(await scope_by_code("kasuwa", "test"))
    await fulfil(desk, {line.id: line.left for line in (await lines_left(parcel.order_id)).values()})
    await mended(world)
    await parcel.hurry()
    row = await parcel.row()
    assert (row.state, row.next_attempt_at) == ("Cancelled", None)
    assert row.reason == "Everything in it was sent without the delivery service."
    assert (await parcel.at_the_carriers())["charges"] == 0


async def test_what_one_of_them_did_not_send_is_left_to_the_carrier(world: "World") -> None:
    parcel = await refused(world)
    await execute("UPDATE order_line SET quantity = quantity + 1 WHERE order_id = $1", parcel.order_id)
    desk = await a_desk(await scope_by_code("kasuwa", "test"))
    await fulfil(desk, dict.fromkeys(await lines_left(parcel.order_id), 1))
    await mended(world)
    await parcel.until("Confirmed")
    assert (await parcel.at_the_carriers())["charges"] == 1


async def test_a_booking_whose_answer_was_lost_is_found_before_it_is_carried_by_hand(
    world: "World", as_role: AsRole
) -> None:
    parcel = await a_parcel(world, silent=True)
    row = await parcel.until("Confirmed")
    # As if the worker had died before it wrote that the carrier took it.
    await execute("UPDATE shipment SET state = 'Drafted' WHERE id = $1", row.id)
    desk, page = await as_role("desk", "kasuwa"), f"/admin/orders/{parcel.order_id}"
    assert "A carrier has the parcel after all" in await desk.act(page, "carry", carrier="Yaw's van")
    assert desk.status == 400 and not await Fulfillment.exists(order_id=parcel.order_id)
    await parcel.until("Confirmed")
    assert (await parcel.at_the_carriers())["charges"] == 1


async def test_nobody_sees_to_it_while_a_worker_books_it(world: "World", as_role: AsRole) -> None:
    parcel = await refused(world)
    row = await parcel.row()
    await execute(
        "UPDATE shipment SET lease = 'w', leased_until = $2 WHERE id = $1", row.id, now() + timedelta(hours=1)
    )
    desk, page = await as_role("desk", "kasuwa"), f"/admin/orders/{parcel.order_id}"
    for act, fields in {"ask_carriers": {}, "carry": {"carrier": "X"}, "book_at": {"rate_id": "1"}}.items():
        assert "being booked at this moment" in await desk.act(page, act, **fields)
        assert desk.status == 400
    assert (await parcel.row()).lease == "w"


async def test_what_a_carrier_called_off_is_booked_anew(world: "World", as_role: AsRole) -> None:
    parcel = await a_parcel(world, silent=True)
    await parcel.until("Confirmed")
    await parcel.move("canceled")
    before = await parcel.until("Cancelled")
    desk, page = await as_role("owner", "kasuwa"), f"/admin/orders/{parcel.order_id}"
    assert "The carrier called the parcel off" in await desk.get(page)
    rates = RATE.findall(await desk.act(page, "ask_carriers"))
    assert (await parcel.row()).next_attempt_at is None
    await desk.act(page, "book_at", rate_id=rates[0])
    row = await parcel.until("Confirmed")
    assert row.provider_id != before.provider_id
    assert len(await fetch("SELECT id FROM shipment WHERE order_id = $1", parcel.order_id)) == 1


@in_a_browser
async def test_the_order_of_a_stuck_parcel_has_no_fault_in_a_browser(world: "World", chrome: Chrome) -> None:
    parcel = await refused(world)
    await chrome.sign_in_as("desk", "kasuwa")
    await chrome.open(f"/admin/orders/{parcel.order_id}")
    await chrome.page.get_by_role("button", name="Ask carriers for rates").click()
    await chrome.page.get_by_role("button", name="Ask carriers again").wait_for()
    await chrome.faultless()
    await chrome.keep("order-stuck")
