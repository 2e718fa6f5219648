"""The merchant's own systems hear of each state, by signed posts."""

from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.financing.conftest import Dealer
from tests.financing.hands import AMA, a_seat, accepted, apply, decided
from tests.financing.test_store import delivered
from tests.outgoing.conftest import desk, desks, receiver
from tests.outgoing.receiver import Receiver, is_signed
from tests.outgoing.test_story import an_endpoint

__all__ = ["desk", "desks", "receiver"]


async def test_each_state_is_told_signed_and_once(
    world: World, dealer: Dealer, desk: DeskHands, receiver: Receiver
) -> None:
    _, secret = await an_endpoint(desk, receiver.url, "financing.*")
    order = await accepted(dealer)
    order = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    assert await delivered(dealer, orderId=order["id"]) == []
    other = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, other["id"], taxIDLast4="0001")
    await decided(dealer, other["id"], state="Declined")
    await dealer.done("cancelOrder", "CancelOrderInput", orderId=other["id"])
    await world.drain()
    assert all(is_signed(got, secret) for got in receiver.got)
    told = [got.told for got in receiver.got]

    def of(order_id: str) -> list[str]:
        return sorted(
            each["type"].removeprefix("financing.")
            for each in told
            if each["data"]["financing"]["order_id"] == order_id
        )

    assert of(order["id"]) == sorted(
        ["created", "applied", "approved", "accepted", "checked_out", "delivered"]
    )
    assert of(other["id"]) == sorted(["created", "applied", "declined", "cancelled"])
    approval = next(each["data"]["financing"] for each in told if each["type"] == "financing.approved")
    assert approval == {
        "order_id": order["id"], "currency": "GHS", "application": "loan", "approved_minor": 60_002,
    }  # fmt: skip
    checkout = next(each["data"]["financing"] for each in told if each["type"] == "financing.checked_out")
    assert (checkout["order"], checkout["instalments"]) == (order["orderCode"], 3)
    assert "+233" not in str(told) and "Mensah" not in str(told)
