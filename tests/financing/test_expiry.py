"""Nothing waits for ever: approvals lapse, sessions pass by, and the lender is told."""

from datetime import timedelta

from core import clock
from models import FinancingApplication
from services.financing.sessions import LIFETIME
from tests.conftest import World
from tests.financing.conftest import Dealer
from tests.financing.hands import AMA, accepted, apply, approved, at_the_lender, decided, in_state
from tests.financing.test_page import Visitor, visitor
from tests.test_pay_page import plain

__all__ = ["visitor"]


async def test_a_session_that_nobody_came_back_for_passes_by(
    world: World, dealer: Dealer, visitor: Visitor
) -> None:
    order, untouched = await accepted(dealer), await dealer.create(customer=AMA)
    clock.travel(LIFETIME - timedelta(hours=1))
    young = await dealer.create(customer=AMA)
    await world.drain()
    assert (await dealer.order(order["id"]))["status"] == "Accepted"
    clock.travel(timedelta(hours=2))
    await world.drain()
    for order_id, status in ((order["id"], "Expired"), (untouched["id"], "Expired"), (young["id"], "Open")):
        assert (await dealer.order(order_id))["status"] == status
    order = await dealer.order(order["id"])
    assert order["application"]["loan"]["status"] == "Expired"
    assert (await at_the_lender(world, order))["status"] == "withdrawn"
    for name, of, given in (
        ("checkoutOrder", "CheckoutOrderInput", {}),
        ("updateOrderItems", "UpdateOrderItemsInput", {"items": []}),
        ("cancelOrder", "CancelOrderInput", {}),
    ):
        said = await dealer.refused(name, of, **{"orderId": order["id"], **given})
        assert said[0][0] == "BadRequest"
    html = await visitor.see(order["applyUrl"])
    assert "The time for this is over." in plain(html) and "<form" not in html


async def test_what_is_over_is_not_taken_before_a_worker_has_seen_it(dealer: Dealer) -> None:
    order, stands = await approved(dealer), await accepted(dealer)
    offer = order["application"]["loan"]["options"][0]["id"]
    clock.travel(timedelta(days=14, minutes=1))
    said = await dealer.refused("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    assert said == [("BadRequest", "That offer is not open any more.")]
    clock.travel(LIFETIME)
    for name, of, order_id in (
        ("acceptOffer", "AcceptOfferInput", order["id"]),
        ("checkoutOrder", "CheckoutOrderInput", stands["id"]),
    ):
        given = {"offerId": offer} if name == "acceptOffer" else {}
        said = await dealer.refused(name, of, orderId=order_id, **given)
        assert said[0][0] == "BadRequest"


async def test_an_approval_lapses_and_another_may_be_asked_for(world: World, dealer: Dealer) -> None:
    order = await approved(dealer)
    clock.travel(timedelta(days=14, minutes=1))
    order = await decided(dealer, order["id"], state="Expired")
    assert order["status"] == "Open"
    await world.drain()
    assert (await at_the_lender(world, order))["status"] == "withdrawn"
    await apply(dealer, order["id"])
    order = await decided(dealer, order["id"])
    offer = order["application"]["loan"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    await in_state(dealer, order["id"], "Accepted")


async def test_what_was_checked_out_does_not_pass_by(world: World, dealer: Dealer) -> None:
    order = await accepted(dealer)
    await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    clock.travel(2 * LIFETIME)
    await world.drain()
    assert (await dealer.order(order["id"]))["status"] == "CheckedOut"
    assert await FinancingApplication.filter(state="Expired").count() == 0
