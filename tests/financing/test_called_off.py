"""An order that the desk calls off ends the session it came of, and the lender is told, whatever is in the way."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.db import execute
from models import FinancingApplication, FinancingRequest, Order
from services.fulfillment.making import move_fulfillment
from services.orders.acting import call_off
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.financing.conftest import Dealer
from tests.financing.hands import a_parcel, accepted, approved, at_the_lender, checked_out, in_state, the_desk
from tests.financing.test_page import Visitor, visitor

__all__ = ["visitor"]

ONLY_THE_SHOP = "An offer was accepted, so only the shop can call this off now. Please ask them."


async def the_lender_knows(world: World, dealer: Dealer, session: Any) -> None:
    """The session is over, and its lender and the book know it."""
    session = await dealer.order(session["id"])
    assert (session["status"], session["application"]["loan"]["status"]) == ("Cancelled", "Withdrawn")
    assert (await at_the_lender(world, session))["status"] == "withdrawn"
    assert not await FinancingRequest.filter(next_attempt_at__isnull=False).exists()
    await the_book_explains_what_is_owed()


async def test_what_the_desk_calls_off_before_the_lender_heard_of_it_is_only_given_up(
    world: World, dealer: Dealer
) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    await call_off(await the_desk(), order.id, "changed their mind")
    await world.drain()
    await the_lender_knows(world, dealer, session)


async def test_what_came_back_and_is_called_off_then_is_told(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    await world.drain()
    order = await Order.get(code=session["orderCode"])
    parcel = await a_parcel(order)
    await move_fulfillment(await the_desk(), parcel, "Cancelled")
    await call_off(await the_desk(), order.id, "refused at the door")
    await world.drain()
    await the_lender_knows(world, dealer, session)


async def test_what_was_delivered_and_is_called_off_is_told_too(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    await world.drain()
    order = await Order.get(code=session["orderCode"])
    await FinancingApplication.filter(order_id=order.id).update(state="Delivered", delivered_at=clock.now())
    await call_off(await the_desk(), order.id, "brought back")
    await world.drain()
    await the_lender_knows(world, dealer, session)


@pytest.mark.parametrize("mode", ["timeout_before", "timeout_after", "error_500_before", "garbage"])
async def test_a_lender_that_is_away_is_told_when_it_is_back(world: World, dealer: Dealer, mode: str) -> None:
    session = await checked_out(dealer)
    await world.drain()
    order = await Order.get(code=session["orderCode"])
    await world.twin("/control/fail", provider="lender", call="withdraw", mode=mode, times=3)
    await call_off(await the_desk(), order.id, "")
    for _ in range(3):
        await world.drain()
        assert (await dealer.order(session["id"]))["status"] == "Cancelled"
        assert await FinancingRequest.filter(state="Withdrawn", next_attempt_at__isnull=False).exists()
        clock.travel(timedelta(minutes=1))
    await world.drain()
    await the_lender_knows(world, dealer, session)


async def test_called_off_while_the_lender_is_told_of_the_order(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    held = (await FinancingRequest.claim())[0]
    await call_off(await the_desk(), order.id, "")
    # Whoever holds the row ends their turn as if nothing had happened meanwhile.
    await held.release(retry_in=None)
    await world.drain()
    await the_lender_knows(world, dealer, session)


async def test_a_job_that_is_lost_is_found_again(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    await world.drain()
    order = await Order.get(code=session["orderCode"])
    await call_off(await the_desk(), order.id, "")
    # A worker that was killed in its turn: its lease runs out.
    await execute(
        "UPDATE financing_request SET lease = 'gone', leased_until = $1", clock.now() + timedelta(seconds=8)
    )
    await world.drain()
    clock.travel(timedelta(seconds=9))
    await world.drain()
    await the_lender_knows(world, dealer, session)


async def test_the_shop_s_own_key_calls_off_what_no_offer_was_accepted_for(
    world: World, dealer: Dealer, app: Dealer
) -> None:
    open_one, applied = await app.create(), await approved(dealer)
    for session in (open_one, applied):
        done = await app.done("cancelOrder", "CancelOrderInput", orderId=session["id"])
        assert done["status"] == "Cancelled"
    await world.drain()
    assert (await at_the_lender(world, applied))["status"] == "withdrawn"


async def test_what_was_accepted_or_bought_is_called_off_with_a_dealer_s_keys_alone(
    world: World, dealer: Dealer, app: Dealer, stranger: Dealer
) -> None:
    for make, status in ((accepted, "Accepted"), (checked_out, "CheckedOut")):
        session = await make(dealer)
        said = await app.refused("cancelOrder", "CancelOrderInput", orderId=session["id"])
        assert said == [("UnauthorizedError", ONLY_THE_SHOP)]
        said = await stranger.refused("cancelOrder", "CancelOrderInput", orderId=session["id"])
        assert said[0][0] == "OrderNotFound"
        assert (await dealer.order(session["id"]))["status"] == status
        done = await dealer.done("cancelOrder", "CancelOrderInput", orderId=session["id"])
        assert done["status"] == "Cancelled"
        # Asked for once more, it is as it was.
        assert (await app.done("cancelOrder", "CancelOrderInput", orderId=session["id"]))[
            "status"
        ] == "Cancelled"
    await world.drain()
    await the_book_explains_what_is_owed()


async def test_a_page_that_was_left_open_calls_no_accepted_session_off(
    dealer: Dealer, visitor: Visitor
) -> None:
    session = await approved(dealer)
    html = await visitor.see(session["applyUrl"])
    mark = html.partition('name="mark" value="')[2].partition('"')[0]
    offer = session["application"]["loan"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=session["id"], offerId=offer)
    await in_state(dealer, session["id"], "Accepted")
    status, text = await visitor.post(session["applyUrl"], act="cancel", mark=mark)
    assert status == 403 and ONLY_THE_SHOP in text
    assert (await dealer.order(session["id"]))["status"] == "Accepted"
