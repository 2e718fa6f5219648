"""What a biller delivered counts for one purchase, whatever notices and answers say, and in whatever order they come."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from core import clock
from core.db import execute
from models import BillPurchase
from providers.africastalking_airtime import AfricasTalkingAirtime
from providers.bills import BillResult
from providers.registry import registry
from services.bills import Wanted, billers_of, buy_bill, notices
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.services.bill_hands import balance, due_now, sold, the_book_is_right
from tests.services.helpers import PIN, a_customer

START, PRICE = 1_000_000, 100_000
LINES = {"demo": "+233241234567", "kasuwa": "+2348012345678"}
HOOK = "/webhooks/africastalking/demo-secret"
DAY = timedelta(hours=25)


async def a_shop(code: str) -> tuple[Scope, int]:
    scope = await scope_by_code(code, "test")
    return scope, (await a_customer(scope, balance_minor=START, pin=True)).id


async def buy(scope: Scope, customer_id: int) -> BillPurchase:
    """Airtime for the same line and amount each time."""
    [mtn, *_] = await billers_of(scope, "airtime")
    wanted = Wanted(kind="airtime", service=mtn.uid, amount_minor=PRICE, number=LINES[scope.code])
    bought = await buy_bill(scope, customer_id, wanted, pin=PIN)
    return await BillPurchase.get(id=bought.id)


async def work(world: World) -> None:
    await due_now()
    await world.drain()


def notice_of(id: str, line: str) -> dict[str, str]:
    value = f"GHS {PRICE // 100}.0000"
    return {"requestId": id, "status": "Success", "phoneNumber": line, "value": value, "discount": "GHS 0.6"}


async def test_a_notice_that_overtakes_its_answer_is_counted_once(world, monkeypatch):
    scope, customer_id = await a_shop("demo")
    await world.twin("/control/fail", provider="africastalking", call="airtime", mode="timeout_before")
    lost = await buy(scope, customer_id)
    assert (lost.state, lost.provider_id) == ("Unknown", "")
    answered = AfricasTalkingAirtime.buy

    async def overtaken(self: Any, request: Any) -> BillResult:
        result = await answered(self, request)
        told = await world.http.post(HOOK, data=notice_of(result.provider_id, request.phone))
        assert told.status == 200
        return result

    monkeypatch.setattr(AfricasTalkingAirtime, "buy", overtaken)
    bought = await buy(scope, customer_id)
    monkeypatch.undo()
    await lost.refresh_from_db()
    # The notice names a line and an amount alone, so it went to whoever waited longest.
    assert lost.provider_id and (bought.state, bought.provider_id) == ("Unknown", "")

    async def delivered() -> bool:
        await work(world)
        return await BillPurchase.exists(id=lost.id, state="Delivered")

    await world.until(delivered)
    await bought.refresh_from_db()
    assert bought.state in ("Unknown", "Pending") and (await sold(world))["delivered"] == 1
    clock.travel(DAY)
    await work(world)
    await bought.refresh_from_db()
    assert bought.state == "Reversed" and await balance(customer_id) == START - PRICE
    await the_book_is_right(scope, biller__africastalking=PRICE)


@pytest.mark.parametrize("state", ["Unknown", "Reversed"])
async def test_an_answer_with_anothers_delivery_is_not_believed(world, monkeypatch, state):
    scope, customer_id = await a_shop("kasuwa")
    mine = await buy(scope, customer_id)
    assert mine.state == "Delivered" and mine.provider_id
    await world.twin("/control/fail", provider="vtpass", call="pay", mode="timeout_before", delay_s=0)
    await world.twin(
        "/control/fail", provider="vtpass", call="requery", mode="error_500_before", times=99, delay_s=0
    )
    other = await buy(scope, customer_id)
    if state == "Reversed":
        clock.travel(DAY)
        await work(world)
    await other.refresh_from_db()
    assert other.state == state

    async def confused(self: Any, request: Any) -> BillResult:
        return BillResult(state="delivered", reference=request.reference, provider_id=mine.provider_id)

    monkeypatch.setattr(type(registry().bills("vtpass", "test")), "requery", confused)
    with capture_logs() as logs:
        await work(world)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["a delivery counted already"]
    await other.refresh_from_db()
    assert (other.state, other.provider_id, other.lease) == (state, "", None) and other.next_attempt_at
    held = START - PRICE * (1 if state == "Reversed" else 2)
    assert await balance(customer_id) == held


async def test_an_id_that_a_worker_writes_down_meanwhile_is_that_purchases(world, monkeypatch):
    scope, customer_id = await a_shop("demo")
    await world.twin(
        "/control/fail", provider="africastalking", call="airtime", mode="timeout_before", times=2
    )
    older, newer = await buy(scope, customer_id), await buy(scope, customer_id)
    known = notices._known

    async def too_early(*asked: Any) -> Any:
        monkeypatch.setattr(notices, "_known", known)
        return None

    await execute("UPDATE bill_purchase SET provider_id = 'ATQid_1' WHERE id = $1", newer.id)
    monkeypatch.setattr(notices, "_known", too_early)
    told = await world.http.post(HOOK, data=notice_of("ATQid_1", older.phone))
    assert told.status == 200
    await older.refresh_from_db()
    assert older.provider_id == ""
