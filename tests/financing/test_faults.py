"""The lender fails in every way: nothing is asked twice under two names, nothing is lost, and nobody is believed unasked."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from core import clock
from core.db import fetch
from models import ExternalEvent, FinancingRequest
from tests.conftest import World
from tests.financing.conftest import Dealer
from tests.financing.hands import AMA, a_seat, application, apply, approved, at_the_lender, decided, in_state
from tests.races.workers import wait_for

MODES = ["timeout_before", "timeout_after", "error_500_before", "error_500_after", "garbage"]


async def fails(world: World, call: str, mode: str, **more: object) -> None:
    await world.twin("/control/fail", provider="lender", call=call, mode=mode, **more)


async def is_asked(world: World) -> bool:
    """Whether the lender has been called."""
    async with world.http.session.get(f"{world.twins}/control/state") as answer:
        return "lender" in (await answer.json())["most_in_flight"]


async def time_passes(world: World) -> None:
    """Let what went wrong go wrong, and the pause after it be over."""
    await world.drain()
    clock.travel(timedelta(seconds=10))


@pytest.mark.parametrize("mode", MODES)
async def test_a_loan_goes_through_whatever_call_fails(world: World, dealer: Dealer, mode: str) -> None:
    await fails(world, "apply", mode)
    await fails(world, "standing", mode)
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, order["id"])
    await time_passes(world)
    order = await decided(dealer, order["id"])
    assert len(order["application"]["loan"]["options"]) == 3
    await world.twin("/control/reset")
    for call in ("accept", "fulfil", "withdraw"):
        await fails(world, call, mode)
    offer = order["application"]["loan"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    await time_passes(world)
    order = await in_state(dealer, order["id"], "Accepted")
    await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    await time_passes(world)
    await world.drain()
    assert (await at_the_lender(world, order))["status"] == "fulfilled"
    await dealer.done("cancelOrder", "CancelOrderInput", orderId=order["id"])
    await time_passes(world)
    await world.drain()
    assert (await at_the_lender(world, order))["status"] == "withdrawn"
    assert not await FinancingRequest.filter(next_attempt_at__isnull=False).exists()


async def test_a_decision_of_which_no_notice_comes_is_found_by_asking(world: World, dealer: Dealer) -> None:
    await fails(world, "application.updated", "no_webhook")
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, order["id"])
    await time_passes(world)
    await decided(dealer, order["id"])
    assert not await ExternalEvent.filter(provider="lender").exists()


@pytest.mark.parametrize("mode", ["duplicate_webhook", "forged_webhook", "late_webhook"])
async def test_notices_that_come_twice_forged_or_late_change_nothing(
    world: World, dealer: Dealer, mode: str
) -> None:
    await fails(world, "application.updated", mode, delay_s=0.3)
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, order["id"])
    order = await decided(dealer, order["id"])
    assert await world.until(lambda: ExternalEvent.filter(provider="lender", done_at__isnull=False).exists())
    assert await ExternalEvent.filter(provider="lender").count() == 1
    assert await dealer.order(order["id"]) == order


async def test_only_signed_notices_are_taken_and_none_is_believed(world: World, dealer: Dealer) -> None:
    order = await approved(dealer, taxIDLast4="0003")
    reference = order["application"]["loan"]["id"]
    mine = ExternalEvent.filter(provider="lender", event_id__startswith="mine-")

    async def post(body: bytes, secret: str) -> int:
        signature = hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()
        headers = {"x-lender-signature": signature, "Content-Type": "application/json"}
        async with world.http.post("/webhooks/lender", data=body, headers=headers) as answer:
            return answer.status

    event = {"id": "mine-1", "event": "application.updated", "reference": reference, "approved_amount": 10**9}
    body = json.dumps(event).encode()
    assert [await post(body, secret) for secret in ("wrong", "sk_test_demo", "")] == [403, 403, 403]
    for broken in (b"", b"[]", b'"x"', b"{"):
        assert await post(broken, "lender-demo") == 403
    assert await mine.count() == 0
    assert (
        await post(json.dumps({**event, "id": "mine-2", "reference": "of nobody"}).encode(), "lender-demo")
        == 200
    )
    unknown = {**event, "id": "mine-3", "reference": "00000000-0000-7000-8000-000000000000"}
    assert await post(json.dumps(unknown).encode(), "lender-demo") == 200
    for _ in range(2):
        assert await post(body, "lender-demo") == 200
    await world.drain()
    assert await mine.order_by("id").values_list("event_id", flat=True) == ["mine-3", "mine-1"]
    assert (await dealer.order(order["id"])) == order


async def test_an_unreachable_lender_is_asked_when_it_is_back(world: World, dealer: Dealer) -> None:
    await fails(world, "*", "timeout_before", times=3)
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, order["id"])
    for _ in range(3):
        await time_passes(world)
        assert (await dealer.order(order["id"]))["application"]["loan"]["status"] == "Submitted"
    await decided(dealer, order["id"])


async def test_called_off_while_the_lender_is_being_asked(world: World, dealer: Dealer) -> None:
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await fails(world, "apply", "slow", delay_s=1.0)
    await apply(dealer, order["id"])
    asking = asyncio.create_task(world.drain())
    await wait_for(lambda: is_asked(world))
    order = await dealer.done("cancelOrder", "CancelOrderInput", orderId=order["id"])
    await asking
    await world.drain()
    assert (await dealer.order(order["id"]))["application"]["loan"]["status"] == "Withdrawn"
    assert (await at_the_lender(world, order))["status"] == "withdrawn"


async def test_what_the_lender_does_not_take_is_declined(world: World, dealer: Dealer) -> None:
    order = await approved(dealer)
    # An offer that it doesn't know any more.
    await fails(world, "accept", "garbage")
    async with world.http.session.post(f"{world.twins}/control/reset?everything=1") as answer:
        assert answer.status == 200
    offer = order["application"]["loan"]["options"][0]["id"]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer)
    order = await in_state(dealer, order["id"], "Open")
    loan = order["application"]["loan"]
    assert (loan["status"], loan["reasonCode"]) == ("Declined", "not_found")
    # And one that it turned down after it had approved: it says so, and is asked.
    await apply(dealer, order["id"])
    order = await decided(dealer, order["id"])
    headers = {"Authorization": "Bearer lk_test_demo"}
    url = f"{world.twins}/lender/v1/applications/{order['application']['loan']['id']}/withdrawal"
    async with world.http.session.post(url, headers=headers, json={}) as answer:
        assert (await answer.json())["status"] == "withdrawn"
    await FinancingRequest.filter(state="Approved").update(next_attempt_at=clock.now())
    await decided(dealer, order["id"], state="Declined")


async def test_without_a_lender_nobody_applies(dealer: Dealer, monkeypatch: pytest.MonkeyPatch) -> None:
    order = await dealer.create(customer=AMA)

    def none(*_: object) -> None:
        raise LookupError("no lender")

    monkeypatch.setattr("providers.registry.Registry.lender", none)
    said = await dealer.refused(
        "applyForFinancing", "ApplyForFinancingInput", **application(order["id"], amount="100")
    )
    assert said == [("FatalError", "There is no lender here.")]
    assert await fetch("SELECT id FROM financing_request") == []
