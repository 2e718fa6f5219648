"""Taking, leaving and passing by at once: a session ends one way, and makes at most one order."""

import asyncio

from core.db import execute, fetch
from services.financing.ending import expire_sessions
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.financing.conftest import Dealer
from tests.financing.hands import accepted, approved, in_state


async def test_of_many_acceptances_one_offer_is_taken(dealer: Dealer) -> None:
    order = await approved(dealer)
    offers = [each["id"] for each in order["application"]["loan"]["options"]]
    answers = await asyncio.gather(
        *(
            dealer.mutate("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
            for offer in offers * 3
        )
    )
    told = {error["__typename"] for answer in answers for error in answer["orderErrors"]}
    assert "FatalError" not in told
    order = await in_state(dealer, order["id"], "Accepted")
    assert [each["accepted"] for each in order["application"]["loan"]["options"]].count(True) == 1


async def test_checked_out_and_called_off_at_once(world: World, dealer: Dealer) -> None:
    order = await accepted(dealer)
    answers = await asyncio.gather(
        *(dealer.mutate("checkoutOrder", "CheckoutOrderInput", orderId=order["id"]) for _ in range(3)),
        *(dealer.mutate("cancelOrder", "CancelOrderInput", orderId=order["id"]) for _ in range(2)),
    )
    assert "FatalError" not in str(answers)
    assert (await dealer.order(order["id"]))["status"] == "Cancelled"
    made = await fetch("SELECT state FROM customer_order WHERE channel = 'financing'")
    assert [row["state"] for row in made] in ([], ["Cancelled"])
    owed = await fetch("SELECT id FROM scheduled_charge WHERE state <> 'Cancelled'")
    assert owed == []
    await the_book_explains_what_is_owed()
    await world.drain()


async def test_checked_out_at_the_end_of_its_time(world: World, dealer: Dealer) -> None:
    order = await accepted(dealer)

    async def time_is_up() -> None:
        await execute("UPDATE financing_application SET expires_at = created_at")
        await expire_sessions()

    answers = await asyncio.gather(
        *(dealer.mutate("checkoutOrder", "CheckoutOrderInput", orderId=order["id"]) for _ in range(3)),
        time_is_up(),
    )
    assert "FatalError" not in str(answers)
    made = await fetch("SELECT state FROM customer_order WHERE channel = 'financing'")
    status = (await dealer.order(order["id"]))["status"]
    assert (status, len(made)) in (("CheckedOut", 1), ("Expired", 0))
    await the_book_explains_what_is_owed()
    await world.drain()
