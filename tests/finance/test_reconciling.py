"""Settlements of providers held against the book: what fits, what differs, what only they or only we have."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from core import clock
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound, OrderRefusal
from models import AuditEntry, PaymentAttempt, PaymentMethod, Reconciliation, SettlementLine
from services.buyers import Buyer
from services.checkout import pay
from services.finance.reconciliations import list_lines, list_reconciliations, show_reconciliation
from services.finance.reconciling import (
    begin_settlement,
    look_for_settlements,
    reconcile_again,
    upload_settlement,
)
from services.finance.uploads import read_file
from services.listing import Listing
from services.orders import get_order
from services.staff import Desk
from services.tenants import Scope, scope_by_code
from tests.sellers.hands import a_desk
from tests.services.helpers import a_buyer, a_variant, fill_cart
from tests.services.test_payments import press

if TYPE_CHECKING:
    from tests.conftest import World


async def paid(world: "World", scope: Scope, method: str = "connected-payment-method") -> tuple[str, int]:
    """An order paid on the provider's page; the reference and the amount."""
    buyer: Buyer = await a_buyer(scope)
    await fill_cart(buyer, await a_variant(scope, pieces=9), 1)
    order = await pay(buyer, method)
    await press(order.payments[0].payment_url or "")

    async def settled() -> bool:
        await PaymentAttempt.filter(next_attempt_at__not_isnull=True).update(next_attempt_at=now())
        current = await get_order(scope, order_id=order.id)
        return current is not None and current.state == "PaymentSettled"

    await world.until(settled)
    attempt = await PaymentAttempt.get(payment_id=order.payments[0].id)
    return attempt.reference, order.payments[0].amount_minor


async def settle(world: "World") -> list[dict[str, Any]]:
    async with ClientSession() as client, client.post(f"{world.twins}/control/settle") as answer:
        told: list[dict[str, Any]] = await answer.json()
        return told


async def results(desk: Desk, reconciliation_id: int) -> dict[str, str]:
    lines, _ = await list_lines(desk, reconciliation_id, "", Listing(take=100))
    return {line.reference: line.result for line in lines}


async def test_what_paystack_paid_out_is_matched_line_by_line(world: "World") -> None:
    demo, kasuwa = await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "test")
    desk = await a_desk(demo, "finance")
    (first, amount), (second, _), (third, _) = [await paid(world, demo) for _ in range(3)]
    (foreign, _) = await paid(world, kasuwa)
    # Our row of the first says another amount, that of the second says that nothing came.
    attempt = await PaymentAttempt.get(reference=first)
    await PaymentAttempt.filter(id=attempt.id).update(received_minor=amount - 1)
    await PaymentAttempt.filter(reference=second).update(state="Failed")
    assert await look_for_settlements(desk, "paystack") == 0  # nothing was paid out yet
    await settle(world)
    # One in cedis; what the same account took in naira is another shop's.
    assert await look_for_settlements(desk, "paystack") == 1
    assert await look_for_settlements(desk, "paystack") == 0
    await world.drain()
    ((found,), total) = await list_reconciliations(desk, Listing())
    assert (total, found.state, found.lines, found.elsewhere) == (1, "Done", 3, 0)
    assert (found.matched, found.differing, found.missing_here, found.missing_there) == (1, 1, 1, 0)
    assert found.gross_minor == 3 * amount and found.net_minor == found.gross_minor - (found.fees_minor or 0)
    assert await results(desk, found.id) == {first: "Differs", second: "MissingHere", third: "Matched"}
    (line,), _ = await list_lines(desk, found.id, "MissingHere", Listing())
    assert line.why.startswith("Our payment") and line.order_code and line.reference != foreign
    # What was wrong is put right, and looked at again.
    await PaymentAttempt.filter(id=attempt.id).update(received_minor=0)
    await PaymentAttempt.filter(reference=second).update(state="Succeeded")
    await reconcile_again(desk, found.id)
    with pytest.raises(OrderRefusal):
        await reconcile_again(desk, found.id)
    await world.drain()
    found = await show_reconciliation(desk, found.id)
    assert (found.state, found.lines, found.matched, found.differing + found.missing_here) == (
        "Done",
        3,
        3,
        0,
    )
    acts = await AuditEntry.filter(noun="reconciliation").order_by("id").values_list("act", flat=True)
    assert acts == ["created", "repeated"]


async def test_lines_of_another_shop_on_the_same_account_are_neither_kept_nor_shown(world: "World") -> None:
    demo, kasuwa = await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "test")
    ours, amount = await paid(world, demo)
    theirs, _ = await paid(world, kasuwa)
    desk = await a_desk(demo)
    file = f"Reference,Amount\n{ours},{amount / 100:.2f}\n{theirs},5.00\nmk-nobodys,7.00\n"
    made = await upload_settlement(desk, "paystack", "both.csv", file.encode())
    await world.drain()
    found = await show_reconciliation(desk, made)
    assert (found.lines, found.elsewhere, found.matched, found.missing_here) == (2, 1, 1, 1)
    assert await results(desk, made) == {ours: "Matched", "mk-nobodys": "MissingHere"}
    assert not await SettlementLine.filter(reference=theirs).exists()
    other = await a_desk(kasuwa)
    with pytest.raises(NotFound):
        await show_reconciliation(other, made)
    assert await list_lines(other, made, "", Listing()) == ([], 0)
    with pytest.raises(NotFound):
        await reconcile_again(other, made)


async def test_what_we_took_and_no_settlement_has_is_missing_there(world: "World") -> None:
    demo = await scope_by_code("demo", "test")
    desk = await a_desk(demo)
    references, start = [], now()
    for _ in range(3):
        references.append((await paid(world, demo))[0])
        clock.travel(timedelta(minutes=10))
    first, middle, last = references
    amount = (await PaymentAttempt.get(reference=first).select_related("payment")).payment.amount_minor / 100
    lines = [(first, start), (last, start + timedelta(minutes=25))]
    file = "Reference,Amount,Paid at\n" + "".join(f"{r},{amount:.2f},{at.isoformat()}\n" for r, at in lines)
    made = await upload_settlement(desk, "paystack", "two of three.csv", file.encode())
    await world.drain()
    found = await show_reconciliation(desk, made)
    assert (found.matched, found.missing_there) == (2, 1)
    assert await results(desk, made) == {first: "Matched", last: "Matched", middle: "MissingThere"}
    # Once another settlement has it, it is missing no more.
    await upload_settlement(
        desk, "paystack", "the third.csv", f"Reference,Amount\n{middle},{amount:.2f}\n".encode()
    )
    await world.drain()
    await reconcile_again(desk, made)
    await world.drain()
    assert (await show_reconciliation(desk, made)).missing_there == 0


async def test_monnifys_notice_begins_a_reconciliation_by_itself(world: "World") -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    desk = await a_desk(kasuwa)
    reference, _amount = await paid(world, kasuwa, "monnify")
    told = [each for each in await settle(world) if each["business"] == "Kasuwa Demo"]

    async def done() -> Any:
        found, _ = await list_reconciliations(desk, Listing())
        return found if found and found[0].state == "Done" else None

    ((found),) = await world.until(done)
    assert (found.provider, found.name) == ("monnify", told[0]["reference"])
    assert (found.lines, found.matched) == (1, 1)
    assert await results(desk, found.id) == {reference: "Matched"}
    with pytest.raises(InvalidInput):
        await look_for_settlements(desk, "monnify")
    assert await begin_settlement(desk, "monnify", told[0]["reference"]) == found.id


async def test_a_settlement_that_nobody_knows_fails_and_one_that_cant_be_asked_for_waits(
    world: "World",
) -> None:
    demo = await scope_by_code("demo", "test")
    desk = await a_desk(demo)
    unknown = await begin_settlement(desk, "paystack", "424242")
    await world.drain()
    found = await show_reconciliation(desk, unknown)
    assert (found.state, bool(found.why)) == ("Failed", True)
    reference, _ = await paid(world, demo)
    (told,) = await settle(world)
    await world.twin("/control/fail", provider="paystack", call="settled", mode="error_500_before", times=2)
    waiting = await begin_settlement(desk, "paystack", str(told["id"]))
    await world.drain()
    assert (await show_reconciliation(desk, waiting)).state == "Stored"
    await world.twin("/control/reset")
    await Reconciliation.filter(id=waiting).update(next_attempt_at=now())
    await world.drain()
    assert await results(desk, waiting) == {reference: "Matched"}


async def test_a_large_file_is_worked_through_in_parts_from_wherever_it_stopped(world: "World") -> None:
    demo = await scope_by_code("demo", "test")
    desk = await a_desk(demo)
    file = "reference;amount\n" + "".join(f"mk-{n};1.00\n" for n in range(1700))
    made = await upload_settlement(desk, "paystack", "large.csv", file.encode())
    from services.finance.working import work_reconciliation

    (row,) = await Reconciliation.claim(row_id=made)
    await work_reconciliation(row)
    found = await show_reconciliation(desk, made)
    assert (found.state, found.lines, found.looked_up) == ("Matching", 1700, 500)
    # A worker that was killed leaves its lease behind; who lost theirs writes nothing.
    (row,) = await Reconciliation.claim(row_id=made)
    clock.travel(timedelta(seconds=30))
    (other,) = await Reconciliation.claim(row_id=made)
    await asyncio.gather(work_reconciliation(row), work_reconciliation(other))
    await world.drain()
    found = await show_reconciliation(desk, made)
    assert (found.state, found.looked_up, found.missing_here) == ("Done", 1700, 1700)


async def test_only_who_may_reconciles_and_only_what_the_shop_uses(demo: Scope) -> None:
    with pytest.raises(Forbidden):
        await begin_settlement(await a_desk(demo, "desk"), "paystack", "1")
    with pytest.raises(Forbidden):
        await list_reconciliations(await a_desk(demo, "support"), Listing())
    desk = await a_desk(demo)
    assert not await PaymentMethod.filter(platform_id=demo.platform_id, provider="monnify").exists()
    for wrong in ("monnify", "nobody"):
        with pytest.raises(InvalidInput):
            await upload_settlement(desk, wrong, "x.csv", b"reference,amount\na,1\n")
    await upload_settlement(desk, "paystack", "x.csv", b"reference,amount\na,1\n")
    with pytest.raises(InvalidInput):
        await upload_settlement(desk, "paystack", "x.csv", b"reference,amount\na,1\n")


def test_files_of_both_providers_dashboards_are_read() -> None:
    paystack = '\ufeffReference,Amount Paid,Currency,Paystack Fees,Transaction Date\r\nmk-1,"1,234.50",GHS,24.07,2026-11-25T10:00:00.000Z\r\nmk-2,5.00,USD,0.1,2026-11-25\r\n'
    (line,) = read_file(paystack.encode(), "GHS")
    assert (line.reference, line.amount_minor, line.fees_minor) == ("mk-1", 123_450, 2_407)
    assert line.paid_at is not None and line.paid_at.isoformat() == "2026-11-25T10:00:00+00:00"
    monnify = "Transaction Reference;Payment Reference;Amount;Paid On\nMNFY|1;mk-3;NGN 100.00;25/11/2026 02:26:02 PM\nMNFY|2;mk-4;-40;\n"
    charge, refund = read_file(monnify.encode(), "NGN")
    assert (charge.reference, charge.kind, charge.amount_minor) == ("mk-3", "charge", 10_000)
    assert charge.paid_at is not None and charge.paid_at.hour == 14
    assert (refund.reference, refund.kind, refund.amount_minor) == ("mk-4", "refund", 4_000)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "reference is missing"),
        (b"amount\n1\n", "reference is missing"),
        (b"reference,amount\n", "no line"),
        (b"reference,amount\n,1\n", "Row 2"),
        (b"reference,amount\na,1\nb,x\n", "Row 3"),
        (b"reference,amount\na,1.234\n", "Row 2"),
        (b"reference,amount,date\na,1,soon\n", "Row 2"),
        (b"reference,amount,date\na,1,0001-01-01T00:00:00+14:00\n", "Row 2"),
        (b"reference,amount\na,1\na,1\n", "2 times"),
        (b"reference,amount\n\xff\xfe,1\n", "UTF-8"),
        (b"reference,amount,currency\na,1,USD\n", "no line"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (b"reference,amount\n" + b"a,1\n" * 50_001, "50000 lines"),
        (b"reference,amount\n" + b"a" * 101 + b",1\n", "Row 2"),
    ],
    ids=range(14),
)
def test_a_file_that_cant_be_read_is_refused_with_the_row_at_fault(file: bytes, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_file(file, "GHS")
    assert said in refused.value.message and refused.value.field == "file"
