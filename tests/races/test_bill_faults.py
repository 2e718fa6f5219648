"""Bills at a biller that fails a third of its answers, by workers that are killed: each is bought once or paid back."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from core.clock import now
from core.db import execute, fetch
from core.errors import PaymentFailed
from models import BillPurchase
from services.bills import Wanted, billers_of, buy_bill, plans_of
from services.tenants import scope_by_code
from tests.conftest import World
from tests.databases import DATABASE_URL
from tests.races.workers import worker
from tests.services.bill_hands import balance, due_now, sold, the_book_is_right
from tests.services.helpers import PIN, a_customer

# `make faults-bills` asks for more than the suite.
BILLS = int(os.environ.get("FAULTS_BILLS", "600")) if DATABASE_URL else 200
CUSTOMERS = 10
START = 100_000_000
BUYERS_AT_ONCE = 8
# Each worker kills itself at one of its commits, in the midst of whatever it has claimed.
DEADLY_COMMITS = (5, 23, 47, 68, 91, 112, 137, 158, 173, 199)
LATE_S = 0.5
# Nobody waits as long but on a machine that has much else to do.
PATIENCE_S = 300
CALLS: tuple[dict[str, Any], ...] = (
    {"call": "pay", "mode": "decline"},
    {"call": "pay", "mode": "decline", "code": 83},
    {"call": "requery", "mode": "decline"},
    {"mode": "timeout_before", "delay_s": 0.02},
    {"mode": "timeout_after", "delay_s": 0.02},
    {"mode": "error_500_before"},
    {"mode": "error_500_after"},
    {"mode": "garbage"},
    {"mode": "slow", "delay_s": 0.05},
    {"call": "pay", "mode": "pending", "delay_s": LATE_S},
    {"call": "pay", "mode": "reversed", "delay_s": LATE_S},
    {"call": "pay", "mode": "late_success", "delay_s": LATE_S},
)
NOTICES = ("duplicate_webhook", "late_webhook", "forged_webhook", "no_webhook")
# Of eleven kinds a call to /pay meets one in about thirty of a hundred cases.
SHARE = 0.032


async def test_every_bill_is_bought_once_or_paid_back_whatever_fails(world: World) -> None:
    scope = await scope_by_code("kasuwa", "test")
    customers = [await a_customer(scope, balance_minor=START, pin=True) for _ in range(CUSTOMERS)]
    [mtn, *_], [disco, *_] = await billers_of(scope, "airtime"), await billers_of(scope, "electricity")
    await plans_of(disco)
    await spoil(world)
    turn = asyncio.Semaphore(BUYERS_AT_ONCE)

    async def buy(number: int) -> None:
        airtime = Wanted(
            kind="airtime",
            service=mtn.uid,
            amount_minor=10_000 + number,
            number=f"+23480{number + 30_000_000:08}",
        )
        power = Wanted(
            kind="electricity",
            service=disco.uid,
            amount_minor=20_000 + number,
            number=f"{number + 10**10}",
            plan="ekedc-prepaid",
        )
        # Half is bought by who asks for it, half by a worker; some send the same twice.
        buying = [
            buy_bill(
                scope,
                customers[number % CUSTOMERS].id,
                power if number % 3 == 0 else airtime,
                pin=PIN,
                key=f"bill {number}",
                at_once=number % 2 == 0,
            )
            for _ in range(2 if number % 10 == 0 else 1)
        ]
        async with turn:
            for answer in await asyncio.gather(*buying, return_exceptions=True):
                assert not isinstance(answer, BaseException) or isinstance(answer, PaymentFailed), answer

    async with workers(world):
        await asyncio.gather(*(buy(number) for number in range(BILLS)))
        await until(world, all_are_known, "lease IS NULL AND state IN ('Pending', 'Unknown')")
        await world.twin("/control/reset")
        # The last that looked failed may become late successes until then.
        await asyncio.sleep(LATE_S)
        await until(world, lambda: as_the_twin_says(world), "lease IS NULL")

    assert len({each.reference for each in await BillPurchase.all()}) == BILLS
    kinds = Counter(row["kind"] for row in await fetch("SELECT kind FROM journal_entry"))
    states = Counter(row["state"] for row in await fetch("SELECT state FROM bill_purchase"))
    assert sum(states.values()) == BILLS and set(states) == {"Delivered", "Failed", "Reversed"}
    assert kinds["bill_payment"] == BILLS and kinds["bill_loss"] > 0
    assert kinds["bill_refund"] == states["Failed"] + states["Reversed"] + kinds["bill_loss"]
    delivered = await BillPurchase.filter(state="Delivered")
    returned = {row["key"] for row in await fetch("SELECT key FROM journal_entry WHERE kind = 'bill_refund'")}
    lost = [each for each in delivered if f"bill:{each.id}:returned" in returned]
    await the_book_is_right(
        scope,
        biller__vtpass=sum(each.amount_minor for each in delivered),
        bill_losses=-sum(each.amount_minor for each in lost),
    )
    for customer in customers:
        paid = [each for each in delivered if each.customer_id == customer.id and each not in lost]
        assert await balance(customer.id) == START - sum(each.amount_minor for each in paid)
    power = [each for each in delivered if each.account]
    assert power and all(each.token for each in power)
    told = await fetch("SELECT COUNT(*) AS n FROM outbound_message WHERE template LIKE 'bill_%'")
    assert told[0]["n"] == BILLS


async def spoil(world: World) -> None:
    for rule in CALLS:
        await world.twin("/control/fail", provider="vtpass", fraction=SHARE, **rule)
    for mode in NOTICES:
        how = {"call": "transaction-update", "mode": mode, "fraction": 0.1, "delay_s": LATE_S}
        await world.twin("/control/fail", provider="vtpass", **how)


@asynccontextmanager
async def workers(world: World) -> AsyncIterator[None]:
    """Two workers that die five times each, and then live. The embedded market has none to kill."""
    if not DATABASE_URL:
        yield
        return

    async def work(deadly: tuple[int, ...]) -> None:
        for commits in deadly:
            async with worker(world.settings, "tests.races.dying_worker", str(commits)) as doomed:
                assert await doomed.wait() == -signal.SIGKILL
        # One that lives would leave too little for the other to die of.
        await all_died.wait()
        async with worker(world.settings):
            await over.wait()

    async def work_twice() -> None:
        async with asyncio.TaskGroup() as pair:
            pair.create_task(work(DEADLY_COMMITS[::2]))
            pair.create_task(work(DEADLY_COMMITS[1::2]))

    over, all_died = asyncio.Event(), asyncio.Barrier(2)
    working = asyncio.create_task(work_twice())
    try:
        yield
        over.set()
        # Fails here where a worker did not die that had to.
        await asyncio.wait_for(working, timeout=PATIENCE_S)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def until(world: World, holds: Any, which: str) -> None:
    """Hurry the rows `which`, and work on where no worker runs, until `holds()`."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while not await holds():
        assert asyncio.get_running_loop().time() < end, "it never came to pass"
        if DATABASE_URL:
            hurry = f"UPDATE bill_purchase SET next_attempt_at = $1 WHERE next_attempt_at > $1 AND {which}"
            await execute(hurry, now())
            await asyncio.sleep(0.5)
        else:
            await due_now()
            await world.drain()


async def all_are_known() -> bool:
    return not await BillPurchase.filter(state__in=["Stored", "Pending", "Unknown"]).exists()


async def as_the_twin_says(world: World) -> bool:
    """Whether what is delivered here was delivered there, once, and nothing else was."""
    purchases = await BillPurchase.all()
    if (await sold(world))["delivered"] != sum(each.state == "Delivered" for each in purchases):
        return False
    async with ClientSession() as client:
        for each in purchases:
            answer = await client.get(f"{world.twins}/control/state", params={"reference": each.reference})
            delivered = (await answer.json())["bills"]["delivered"]
            assert delivered <= 1, each.reference
            if delivered != (each.state == "Delivered"):
                return False
    return True
