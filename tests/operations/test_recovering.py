"""After a restore the book agrees with what providers have moved, however often it is asked."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from core.clock import now
from core.db import execute, fetch, fetch_one
from core.errors import InvalidInput
from models import Payment, PaymentAttempt
from providers.movements import Movement
from providers.registry import registry
from services import ledger
from services.checkout import pay
from services.orders import get_order
from services.payments.refunding import open_refund
from services.recovery import read_statement, recover
from services.recovery.waking import wake_open_work
from services.tenants import scope_by_code
from tests.conftest import World
from tests.services.helpers import a_buyer, a_variant, fill_cart

CHARGED = {"phone": "0244000001", "network": "mtn"}


@pytest_asyncio.fixture
async def world(world: World) -> World:
    """Nobody pays by Monnify, which lists nothing: a recovery without its statement is never complete."""
    await execute("UPDATE payment_method SET provider = 'paystack' WHERE provider = 'monnify'")
    return world


async def test_a_gateway_that_lists_nothing_is_named_until_its_statement_is_given(world: World):
    await execute("UPDATE payment_method SET provider = 'monnify' WHERE kind = 'gateway'")
    assert list((await recover(now(), "test")).silent) == ["monnify"]
    assert (await recover(now(), "test", nothing_at=["monnify"])).silent == {}
    text = "kind,provider,reference,amount,currency\ncharge,monnify,mk-1,10.00,GHS\n"
    assert (await recover(now(), "test", statement=read_statement(text))).silent == {}


async def at_the_twin(world: World) -> dict[str, int]:
    """What Paystack's twin has taken and given back, minor units of cedis."""
    async with ClientSession() as client, client.get(f"{world.twins}/control/state") as answer:
        known = [
            each for each in (await answer.json())["transactions"] if each["reference"].startswith("mk-")
        ]
    charges = sum(each["amount"] * each["charges"] for each in known)
    return {"charged": charges, "refunded": sum(each["refunded"] for each in known)}


async def in_the_book(account: str = "gateway:paystack") -> int:
    row = await fetch_one(
        "SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) AS minor FROM posting p "
        "JOIN ledger_account a ON a.id = p.account_id WHERE a.code = $1",
        account,
    )
    return int(row["minor"]) if row else 0


async def agrees(world: World) -> bool:
    twin = await at_the_twin(world)
    return -(await in_the_book()) == twin["charged"] - twin["refunded"]


async def bought(world: World, scope: Any, variant: Any, *, paid: bool = True) -> int:
    buyer = await a_buyer(scope)
    await fill_cart(buyer, variant, 1)
    order = await pay(buyer, "mobile-money", **CHARGED)

    async def done() -> bool:
        return (await get_order(scope, order_id=order.id)).state == "PaymentSettled"

    if paid:
        await world.until(done)
    return order.id


async def forget(order_id: int) -> None:
    """As a backup that was taken before: the payment and everything that hangs on it has never been."""
    payments = [row["id"] for row in await fetch("SELECT id FROM payment WHERE order_id = $1", order_id)]
    for payment in payments:
        entries = [
            row["id"] for row in await fetch("SELECT id FROM journal_entry WHERE payment_id = $1", payment)
        ]
        for entry in entries:
            await execute("DELETE FROM posting WHERE entry_id = $1", entry)
            await execute("DELETE FROM journal_entry WHERE id = $1", entry)
        await execute("DELETE FROM refund WHERE payment_id = $1", payment)
        await execute("DELETE FROM payment_attempt WHERE payment_id = $1", payment)
        await execute("DELETE FROM payment WHERE id = $1", payment)


async def test_a_charge_that_the_backup_does_not_know_is_booked_once_and_can_go_back(world: World):
    scope = await scope_by_code("demo", "test")
    since = now() - timedelta(minutes=5)
    variant = await a_variant(scope, pieces=10)
    await bought(world, scope, variant)
    lost = await bought(world, scope, variant)
    await forget(lost)
    assert not await agrees(world)

    first = await recover(since, "test")
    assert sorted(each.verdict for each in first.found) == ["booked", "known"]
    assert await agrees(world)
    assert await in_the_book("unclaimed") > 0
    again = await recover(since, "test")
    assert [each.verdict for each in again.found] == ["known", "known"] and again.complete

    back = await recover(since, "test", send_back=True)
    assert len(back.sent_back) == 1
    assert (await recover(since, "test", send_back=True)).sent_back == []

    async def settled() -> bool:
        return (await recover(since, "test", send_back=True)).complete and await in_the_book("unclaimed") == 0

    await world.until(settled)
    assert await agrees(world)
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_a_refund_that_went_out_after_the_backup_is_looked_for_and_not_sent_again(world: World):
    scope = await scope_by_code("demo", "test")
    since = now() - timedelta(minutes=5)
    order = await bought(world, scope, await a_variant(scope, pieces=10))
    payment = await fetch_one("SELECT id, amount_minor, customer_id FROM payment WHERE order_id = $1", order)
    assert payment is not None
    await open_refund(scope, payment, reason="given back", amount_minor=500)
    await ledger.post(
        scope,
        key="given back",
        kind="test",
        narrative="Waits",
        sides=[
            (await ledger.shared_account(scope, "sales", "sales"), -500),
            (await ledger.shared_account(scope, "suspense", "suspense"), 500),
        ],
    )
    # It went out, and the backup is from before anybody asked.
    stored = await fetch_one("SELECT id, uid FROM refund")
    attempt = await PaymentAttempt.get(payment_id=payment["id"])
    assert stored is not None
    await (
        registry()
        .payments("paystack", "test")
        .refund(
            reference=attempt.reference,
            refund_reference=str(stored["uid"]),
            amount_minor=500,
            currency="GHS",
            reason="given back",
        )
    )
    await recover(since, "test")

    async def done() -> bool:
        row = await fetch_one("SELECT state FROM refund")
        return bool(row and row["state"] == "Done")

    await world.until(done)
    assert (await at_the_twin(world))["refunded"] == 500
    assert await agrees(world)
    assert (await recover(since, "test")).complete


async def test_a_payment_that_failed_before_the_backup_and_was_paid_after_it_is_found(world: World):
    scope = await scope_by_code("demo", "test")
    since = now() - timedelta(minutes=5)
    order = await bought(world, scope, await a_variant(scope, pieces=10))
    (payment,) = await fetch("SELECT id FROM payment WHERE order_id = $1", order)
    entries = await fetch("SELECT id FROM journal_entry WHERE payment_id = $1", payment["id"])
    for entry in entries:
        await execute("DELETE FROM posting WHERE entry_id = $1", entry["id"])
        await execute("DELETE FROM journal_entry WHERE id = $1", entry["id"])
    await Payment.filter(id=payment["id"]).update(state="Declined", settled_at=None)
    await PaymentAttempt.filter(payment_id=payment["id"]).update(state="Failed", next_attempt_at=None)

    assert [each.verdict for each in (await recover(since, "test")).found] == ["asked"]
    await world.until(lambda: agrees(world))
    assert (await recover(since, "test")).complete


async def test_what_was_open_is_asked_about_before_it_is_done_again(world: World):
    scope = await scope_by_code("demo", "test")
    order = await bought(world, scope, await a_variant(scope, pieces=10), paid=False)
    before = await PaymentAttempt.get(payment__order_id=order)
    assert await wake_open_work() > 0
    after = await PaymentAttempt.get(id=before.id)
    assert after.attempts == before.attempts + 1 and after.lease is None

    async def done() -> bool:
        return (await get_order(scope, order_id=order)).state == "PaymentSettled"

    await world.until(done)
    assert await agrees(world)


async def test_a_provider_that_does_not_answer_leaves_the_recovery_incomplete(world: World):
    await world.twin(
        "/control/fail", provider="paystack", call="list_transactions", mode="error_500_before", times=4
    )
    done = await recover(now() - timedelta(hours=1), "test")
    assert not done.complete and "paystack" in done.silent


async def test_a_long_list_is_read_to_its_end(world: World):
    gateway = registry().payments("paystack", "test")
    for number in range(103):
        await gateway.charge_mobile_money(
            reference=f"mk-{number:03}", amount_minor=1000, currency="GHS", email="a@shop.example",
            phone="+233244000001", network="mtn",
        )  # fmt: skip

    async def all_taken() -> bool:
        found = [each async for each in gateway.movements(now() - timedelta(hours=1))]
        return len({each.reference for each in found}) == 103

    await world.until(all_taken)


async def test_a_statement_stands_for_a_biller_that_lists_nothing(world: World):
    text = "kind,provider,reference,amount,currency\nbill,vtpass,20261126abc,1250.00,NGN\n"
    for _ in range(2):
        done = await recover(now(), "test", statement=read_statement(text))
        assert [each.platform for each in done.found] == ["kasuwa"]
    assert await in_the_book("biller:vtpass") == 125_000
    assert await in_the_book("bill_losses") == -125_000


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind,provider,reference,amount,currency\nloan,vtpass,r,1,NGN\n", "line 2"),
        ("kind,provider,reference,amount,currency\nbill,vtpass,,1,NGN\n", "line 2"),
        ("kind,provider,reference,amount,currency\nbill,vtpass,r,-1,NGN\n", "line 2"),
        ("kind,provider,reference,amount,currency\nbill,vtpass,r,many,NGN\n", "line 2"),
        ("kind,provider,reference,amount,currency\nrefund,paystack,r,1,GHS\n", "line 2"),
        ("kind,provider,reference,amount,currency\nbill,vtpass\n", "line 2"),
        ("kind,provider\nbill,vtpass\n", "statement"),
    ],
)
def test_a_statement_with_a_wrong_line_is_refused_whole(text, line):
    with pytest.raises(InvalidInput) as refusal:
        read_statement(text)
    assert refusal.value.field == line


def test_a_statement_is_read_to_the_minor_unit():
    text = "kind,provider,reference,amount,currency,provider_id\nrefund,monnify,r1,0.05,NGN,77\n"
    assert read_statement(text) == [Movement("refund", "monnify", "r1", 5, "NGN", "77")]
