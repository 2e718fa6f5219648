"""Bills in the long run: what comes late, what is taken back, what nobody ever answers, and who pays for it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.clock import now
from core.errors import InsufficientFunds, InvalidInput, NotFound, PaymentFailed, Unavailable
from models import Biller, BillPlan, BillPurchase
from providers.bills import BillResult
from providers.registry import registry
from services.bills import (
    PurchaseView,
    Wanted,
    billers_of,
    buy_bill,
    find_purchase,
    plans_of,
    repeat_last,
)
from services.bills.booking import deliver, give_back
from services.bills.naming import period_of, plan_slug
from services.bills.working import bill_request
from services.seeding import seed_demo
from services.tenants import scope_by_code
from tests.services.bill_hands import balance, due_now, sold, the_book_is_right
from tests.services.helpers import PIN, a_customer

START, PRICE = 1_000_000, 100_000
LINE = "+2348012345678"
DAY = timedelta(hours=25)


class Desk:
    """A customer of Kasuwa with 10,000 naira, who buys MTN airtime for 1,000."""

    def __init__(self, world: Any, scope: Any, customer_id: int) -> None:
        self.world, self.scope, self.customer_id = world, scope, customer_id

    async def buy(self, **more: Any) -> PurchaseView:
        [mtn, *_] = await billers_of(self.scope, "airtime")
        wanted = Wanted(kind="airtime", service=mtn.uid, amount_minor=PRICE, number=LINE)
        return await buy_bill(self.scope, self.customer_id, wanted, pin=PIN, **more)

    async def look(self, bought: PurchaseView) -> BillPurchase:
        return await find_purchase(self.scope, self.customer_id, bought.reference)

    async def work(self) -> None:
        await due_now()
        await self.world.drain()

    async def fail(self, call: str, mode: str, **more: Any) -> None:
        await self.world.twin("/control/fail", provider="vtpass", call=call, mode=mode, delay_s=0, **more)

    async def notice(self, bought: PurchaseView) -> None:
        """The biller says that something changed, and the worker looks."""
        body = {"type": "transaction-update", "data": {"requestId": bought.reference, "at": str(now())}}
        answer = await self.world.http.post("/webhooks/vtpass/demo-secret", json=body)
        assert answer.status == 200
        await self.world.drain()


@pytest.fixture
async def desk(world):
    scope = await scope_by_code("kasuwa", "test")
    customer = await a_customer(scope, balance_minor=START, pin=True)
    return Desk(world, scope, customer.id)


async def test_who_never_answers_is_given_up_and_the_money_goes_back(desk):
    await desk.fail("pay", "timeout_before")
    await desk.fail("requery", "error_500_before", times=1000)
    bought = await desk.buy()
    assert bought.state == "Unknown" and await balance(desk.customer_id) == START - PRICE
    for _ in range(5):
        await desk.work()
    assert (await desk.look(bought)).state == "Unknown"
    clock.travel(DAY)
    await desk.world.drain()
    given_up = await desk.look(bought)
    assert (given_up.state, given_up.next_attempt_at is not None) == ("Reversed", True)
    assert await balance(desk.customer_id) == START
    await desk.world.drain()
    await the_book_is_right(desk.scope, biller__vtpass=0)


async def test_a_late_success_is_our_loss_and_never_charged_again(desk):
    await desk.fail("pay", "timeout_after")
    await desk.fail("requery", "garbage", times=1000)
    bought = await desk.buy()
    clock.travel(DAY)
    await desk.world.drain()
    assert (await desk.look(bought)).state == "Reversed"
    await desk.world.twin("/control/reset")
    clock.travel(timedelta(minutes=11))
    await desk.world.drain()
    assert (await desk.look(bought)).state == "Delivered"
    assert await balance(desk.customer_id) == START
    assert (await sold(desk.world, bought.reference))["delivered"] == 1
    await the_book_is_right(desk.scope, biller__vtpass=PRICE, bill_losses=-PRICE)
    # And when the biller takes that back, it is ours again, not the customer's twice.
    await desk.fail("requery", "decline", code=40)
    await desk.notice(bought)
    assert (await desk.look(bought)).state == "Reversed"
    assert await balance(desk.customer_id) == START
    await the_book_is_right(desk.scope, biller__vtpass=0, bill_losses=0)
    await desk.notice(bought)
    assert (await desk.look(bought)).state == "Delivered"
    await the_book_is_right(desk.scope, biller__vtpass=PRICE, bill_losses=-PRICE)


async def test_what_failed_and_is_delivered_after_all_is_our_loss(desk):
    await desk.world.twin("/control/fail", provider="vtpass", call="pay", mode="late_success", delay_s=0.3)
    with pytest.raises(PaymentFailed):
        await desk.buy(key="k1")
    assert await balance(desk.customer_id) == START

    async def late() -> bool:
        return await BillPurchase.exists(state="Delivered")

    # The biller's own notice says where to look.
    await desk.world.until(late)
    await the_book_is_right(desk.scope, biller__vtpass=PRICE, bill_losses=-PRICE)


async def test_what_the_biller_takes_back_goes_back_to_the_customer(desk):
    bought = await desk.buy()
    assert bought.state == "Delivered"
    await desk.fail("requery", "decline", code=40)
    await desk.fail("requery", "error_500_before")
    await desk.notice(bought)
    if (await desk.look(bought)).state == "Delivered":
        # The first question got no answer, so it is asked again.
        await desk.work()
    assert (await desk.look(bought)).state == "Reversed"
    assert await balance(desk.customer_id) == START
    await the_book_is_right(desk.scope, biller__vtpass=0)
    with pytest.raises(NotFound):
        await repeat_last(desk.scope, desk.customer_id, pin=PIN)


async def test_a_notice_without_news_changes_nothing(desk):
    bought = await desk.buy()
    await desk.notice(bought)
    found = await desk.look(bought)
    assert (found.state, found.next_attempt_at) == ("Delivered", None)
    await the_book_is_right(desk.scope, biller__vtpass=PRICE)


async def test_what_was_never_bought_is_not_bought_after_its_time(desk):
    await desk.fail("pay", "timeout_before")
    bought = await desk.buy()
    waiting = await desk.buy(at_once=False)
    clock.travel(DAY)
    await desk.work()
    for each in (bought, waiting):
        found = await desk.look(each)
        assert found.state == "Failed"
    clock.travel(timedelta(minutes=11))
    await desk.world.drain()
    assert (await desk.look(bought)).next_attempt_at is None
    assert (await sold(desk.world))["delivered"] == 0 and await balance(desk.customer_id) == START
    await the_book_is_right(desk.scope, biller__vtpass=0)


async def test_what_was_given_back_is_watched_for_two_days_and_no_longer(desk):
    await desk.fail("pay", "decline", code=16)
    with pytest.raises(PaymentFailed):
        await desk.buy()
    looks = 0
    while (row := await BillPurchase.get()).next_attempt_at is not None:
        clock.travel(row.next_attempt_at - now() + timedelta(seconds=1))
        await desk.world.drain()
        looks += 1
    assert 8 <= looks <= 20 and now() - row.done_at > timedelta(hours=48)
    await the_book_is_right(desk.scope, biller__vtpass=0)


async def test_a_worker_buys_what_nobody_waits_for(desk):
    bought = await desk.buy(at_once=False, key="k1")
    assert (bought.state, bought.outcome) == ("Stored", "pending")
    await desk.world.drain()
    assert (await desk.buy(at_once=False, key="k1")).state == "Delivered"
    assert (await sold(desk.world))["delivered"] == 1


async def test_a_request_that_dies_leaves_its_purchase_to_the_worker(desk):
    bought = await desk.buy(at_once=False)
    # As if the request had claimed it, bought, and died before it could write that down.
    [held] = await BillPurchase.claim()
    await held.fetch_related("biller", "plan")
    await registry().bills("vtpass", "test").buy(bill_request(held))
    await desk.world.drain()
    assert (await desk.look(bought)).state == "Stored"
    clock.travel(timedelta(seconds=9))
    await desk.world.drain()
    assert (await desk.look(bought)).state == "Delivered"
    assert (await sold(desk.world))["delivered"] == 1
    # And who lost the lease writes nothing any more.
    await give_back(held, "Failed", "Too late.")
    await deliver(held, BillResult(state="delivered", reference=held.reference))
    await the_book_is_right(desk.scope, biller__vtpass=PRICE)
    assert await balance(desk.customer_id) == START - PRICE


async def test_a_card_pays_for_as_many_as_it_can_however_many_ask_at_a_time(desk):
    answers = await asyncio.gather(*(desk.buy() for _ in range(14)), return_exceptions=True)
    poor = [each for each in answers if isinstance(each, InsufficientFunds)]
    assert len(poor) == 4 and await balance(desk.customer_id) == 0
    assert (await sold(desk.world))["delivered"] == 10
    await the_book_is_right(desk.scope, biller__vtpass=START)


async def test_a_key_that_comes_many_times_at_once_buys_once(desk):
    answers = await asyncio.gather(*(desk.buy(key="k1") for _ in range(8)))
    assert len({each.reference for each in answers}) == 1
    assert {each.outcome for each in answers} <= {"success", "pending"}
    assert (await sold(desk.world))["delivered"] == 1 and await balance(desk.customer_id) == START - PRICE


async def test_a_changed_price_is_not_repeated_in_silence(desk):
    [mtn, *_] = await billers_of(desk.scope, "data")
    plan = next(each for each in await plans_of(mtn) if each.slug == "mtn-1gb-monthly")
    wanted = Wanted(
        kind="data", service=mtn.uid, amount_minor=plan.amount_minor or 0, number=LINE, plan=plan.slug
    )
    await buy_bill(desk.scope, desk.customer_id, wanted, pin=PIN)
    await BillPlan.filter(id=plan.id).update(amount_minor=60_000)
    with pytest.raises(InvalidInput) as refused:
        await repeat_last(desk.scope, desk.customer_id, pin=PIN)
    assert refused.value.field == "amount"


async def test_without_the_providers_keys_nothing_is_sold_and_nothing_charged(desk, monkeypatch):
    monkeypatch.setattr(type(registry()), "bills", missing)
    with pytest.raises(Unavailable):
        await desk.buy()
    assert await balance(desk.customer_id) == START


def missing(*_: Any) -> Any:
    raise LookupError("no keys")


async def test_a_plan_keeps_its_slug_and_a_gone_one_is_not_sold(desk):
    [mtn, *_] = await billers_of(desk.scope, "data")
    first = {plan.code: plan.slug for plan in await plans_of(mtn)}
    await BillPlan.create(biller_id=mtn.id, code="gone", slug="mtn-gone", name="Gone", amount_minor=PRICE)
    await BillPlan.filter(biller_id=mtn.id, slug="mtn-1gb-monthly").update(amount_minor=1, name="Old")
    clock.travel(DAY)
    [mtn, *_] = await billers_of(desk.scope, "data")
    listed = {plan.code: plan for plan in await plans_of(mtn)}
    assert {code: plan.slug for code, plan in listed.items()} == first
    assert listed["mtn-1gb-monthly"].amount_minor == 50_000
    wanted = Wanted(kind="data", service=mtn.uid, amount_minor=PRICE, number=LINE, plan="mtn-gone")
    with pytest.raises(InvalidInput):
        await buy_bill(desk.scope, desk.customer_id, wanted, pin=PIN)


async def test_seeding_again_adds_the_billers_that_are_missing(market):
    await Biller.filter(kind="cable").delete()
    mtn = await Biller.filter(slug="mtndata").first()
    await seed_demo(market)
    await seed_demo(market)
    kasuwa, demo = await scope_by_code("kasuwa", "test"), await scope_by_code("demo", "test")
    assert [each.number for each in await billers_of(kasuwa, "cable")] == [301, 302, 303, 304]
    assert (await billers_of(kasuwa, "data"))[0].uid == mtn.uid
    assert [each.name for each in await billers_of(demo, "airtime")] == ["MTN", "Telecel", "AT"]


@pytest.mark.parametrize(
    ("name", "period", "slug"),
    [
        ("1GB Monthly", "Monthly", "mtn-1gb-monthly"),
        ("N1000 1.5GB - 30 days", "Monthly", "mtn-n1000-1-5gb-30-days"),
        ("N100 100MB - 24 hrs", "Daily", "mtn-n100-100mb-24-hrs"),
        ("MTN N300 350MB - 7 days", "Weekly", "mtn-n300-350mb-7-days"),
        ("1GB 1 Day + 1.5mins", "Daily", "mtn-1gb-1-day-1-5mins"),
        ("MTN 6GB Weekly Plan", "Weekly", "mtn-6gb-weekly-plan"),
        ("75GB - 60 days", "Monthly", "mtn-75gb-60-days"),
        ("Xtravalue 300", "Monthly", "mtn-xtravalue-300"),
    ],
)
def test_a_bundles_period_and_slug_are_read_from_its_name(name, period, slug):
    biller = Biller(kind="data", name="MTNData", slug="mtndata")
    assert period_of(biller, name) == period
    assert plan_slug(biller, name, set()) == slug
    assert plan_slug(biller, name, {slug}) == f"{slug}-2"
