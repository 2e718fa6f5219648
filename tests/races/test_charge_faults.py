"""Balances due at once, by workers that are killed, at a gateway that fails in every way: each is taken once or waits."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import ClientSession
from redis.asyncio import Redis

from core.clock import now
from core.db import execute, fetch, fetch_one
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.databases import DATABASE_URL
from tests.deposits.hands import sum_of, the_book_explains_what_is_owed
from tests.deposits.many import (
    AMOUNT_MINOR,
    FIRST,
    keep_cards_at_the_twin,
    kind_of,
    many_due,
    number_of,
    on_card,
    waits_for_owner,
)
from tests.races.workers import worker

# `make faults-charges` asks for many more than the suite.
BALANCES = int(os.environ.get("FAULTS_CHARGES", "600")) if DATABASE_URL else 120
WORKERS = 3
# A worker lives for three times as long, of which starting takes it some seconds.
KILLED_EVERY_S = 4.0
KILLED = max(5, BALANCES // 800)
FLUSHED_AFTER = (1, KILLED - 2)
PATIENCE_S = max(180.0, BALANCES / 10)
SHARE = 0.03
CALLS: tuple[dict[str, Any], ...] = (
    {"call": "charge_authorization", "mode": "decline"},
    {"call": "charge", "mode": "decline"},
    {"call": "verify", "mode": "decline"},
    {"mode": "timeout_before", "delay_s": 0.02},
    {"mode": "timeout_after", "delay_s": 0.02},
    {"mode": "error_500_before"},
    {"mode": "error_500_after"},
    {"mode": "garbage"},
    {"mode": "slow", "delay_s": 0.2},
)
NOTICES = ("duplicate_webhook", "late_webhook", "forged_webhook", "no_webhook")
OPEN = "SELECT order_id FROM payment WHERE state IN ('Created', 'Pending')"


async def test_every_balance_is_taken_once_or_waits_whatever_fails(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    keep_cards_at_the_twin(world.settings, BALANCES)
    await spoil(world)
    await many_due(scope, BALANCES)
    async with workers(world) as kill:
        await under_fire(world, kill)
        await world.twin("/control/reset")
        await until(world, lambda: at_rest(world, scope))
    await each_was_taken_once_or_waits()
    await the_book_explains_what_is_owed()
    await the_cards_hold_what_was_left()
    totals = await told(world, "totals", prefix="mk-")
    assert totals["charged_more"] == 0
    assert totals["amount_minor"].get("GHS", 0) == -await sum_of(scope, "gateway:paystack")


async def spoil(world: World) -> None:
    """The gateway fails about every fourth call, and spoils four of ten notices."""
    for rule in CALLS:
        await world.twin("/control/fail", provider="paystack", fraction=SHARE, **rule)
    for mode in NOTICES:
        how = {"call": "charge.success", "mode": mode, "fraction": 0.1, "delay_s": 0.5}
        await world.twin("/control/fail", provider="paystack", **how)


@asynccontextmanager
async def workers(world: World) -> AsyncIterator[Any]:
    """Three real workers, and a hand that kills the oldest and starts another. The embedded market has none to kill."""
    if not DATABASE_URL:
        yield None
        return
    async with AsyncExitStack() as stack:

        async def start() -> asyncio.subprocess.Process:
            return await stack.enter_async_context(worker(world.settings))

        running = [await start() for _ in range(WORKERS)]

        async def kill() -> None:
            oldest = running.pop(0)
            oldest.kill()
            assert await oldest.wait() == -signal.SIGKILL
            running.append(await start())

        yield kill


async def under_fire(world: World, kill: Any) -> None:
    """Work, while workers die and Redis forgets, until every balance was begun."""
    for killed in range(KILLED if kill else 0):
        await asyncio.sleep(KILLED_EVERY_S)
        await kill()
        if killed in FLUSHED_AFTER:
            async with Redis.from_url(world.settings.redis_url) as redis:
                await redis.flushdb()
    await until(world, nothing_to_begin)


async def nothing_to_begin() -> bool:
    due = await fetch_one(
        "SELECT (SELECT COUNT(*) FROM scheduled_charge WHERE next_step_at <= $1) "
        "+ (SELECT COUNT(*) FROM payment_attempt WHERE state = 'Stored') AS n",
        now(),
    )
    return due is not None and due["n"] == 0


async def at_rest(world: World, scope: Scope) -> bool:
    """Nothing is due and nothing unknown, but what waits for its owner; and the gateway's account is what it says."""
    moving = await fetch(
        "SELECT a.state, p.order_id FROM payment_attempt a JOIN payment p ON p.id = a.payment_id "
        "WHERE a.state IN ('Stored', 'Unknown', 'Waiting') OR a.leased_until > $1",
        now(),
    )
    rests = all(row["state"] == "Waiting" and waits_for_owner(number_of(row["order_id"])) for row in moving)
    if not rests or not await nothing_to_begin():
        return False
    totals = await told(world, "totals", prefix="mk-")
    return bool(totals["amount_minor"].get("GHS", 0) == -await sum_of(scope, "gateway:paystack"))


async def until(world: World, holds: Any) -> None:
    """Hurry what waits for its time, and work on where no worker runs, until `holds()`."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while not await holds():
        assert asyncio.get_running_loop().time() < end, f"it never came to rest: {await standing()}"
        await execute(
            "UPDATE payment_attempt SET next_attempt_at = $1 WHERE next_attempt_at > $1 AND lease IS NULL "
            "AND payment_url IS NULL",
            now(),
        )
        if DATABASE_URL:
            await asyncio.sleep(0.5)
        else:
            await world.drain()
            await asyncio.sleep(0.05)


async def standing() -> list[Any]:
    """What attempts and charges there are, for whoever has to find out why they don't rest."""
    attempts = "SELECT state, kind, reason, MAX(attempts) AS most, COUNT(*) AS n FROM payment_attempt GROUP BY 1, 2, 3"
    charges = (
        "SELECT state, reason, COUNT(*) AS n, COUNT(next_step_at) AS due FROM scheduled_charge GROUP BY 1, 2"
    )
    return [*await fetch(attempts), *await fetch(charges)]


async def told(world: World, what: str, **query: str) -> Any:
    async with (
        ClientSession() as client,
        client.get(f"{world.twins}/control/{what}", params=query) as answer,
    ):
        return await answer.json()


async def each_was_taken_once_or_waits() -> None:
    """Every charge stands where its kind allows, with its reason; and an order was never paid twice."""
    charges = await fetch(
        "SELECT c.order_id, c.state, c.next_step_at, c.reason, c.amount_minor, c.collected_minor, o.state AS order_state, "
        f"o.stored_method_id, CASE WHEN o.id IN ({OPEN}) THEN 1 ELSE 0 END AS under_way "
        "FROM scheduled_charge c JOIN customer_order o ON o.id = c.order_id"
    )
    found: Counter[tuple[str, str]] = Counter()
    for charge in charges:
        number = number_of(charge["order_id"])
        kind = kind_of(number)
        stands = charge["state"]
        if stands == "Paid":
            assert charge["order_state"] == "PaymentSettled" and not charge["under_way"], charge
        elif stands == "Waiting" and charge["next_step_at"] is None:
            stands = "under way"
            assert charge["under_way"] and waits_for_owner(number), charge
        else:
            assert stands in ("Waiting", "Overdue") and not charge["under_way"], charge
            assert (charge["next_step_at"] is None) == (stands == "Overdue"), charge
            assert bool(charge["reason"]) == bool(kind), charge
            assert not charge["collected_minor"], charge
        found[kind, stands] += 1
    assert {stands for kind, stands in found if kind == "card"} == {"Paid"}, found
    assert "Paid" not in {stands for kind, stands in found if kind in ("poor", "")}, found
    assert found["stored", "Paid"] and found["stored", "under way"] and found["mobile_money", "Paid"], found
    assert {stands for _, stands in found} == {"Paid", "Waiting", "Overdue", "under way"}, found
    twice = await fetch(
        "SELECT order_id FROM payment WHERE purpose = 'balance' AND state = 'Settled' "
        "GROUP BY order_id HAVING COUNT(*) > 1 OR SUM(amount_minor) <> $1",
        AMOUNT_MINOR,
    )
    assert not twice
    unpaid = await fetch(
        "SELECT c.id FROM scheduled_charge c JOIN payment p ON p.order_id = c.order_id AND p.state = 'Settled' "
        "WHERE c.state <> 'Paid'"
    )
    assert not unpaid, "what was paid is not owed any more"


async def the_cards_hold_what_was_left() -> None:
    for row in await fetch(
        "SELECT customer_id, balance_minor FROM ledger_account WHERE customer_id >= $1", FIRST
    ):
        number = number_of(row["customer_id"])
        taken = AMOUNT_MINOR if kind_of(number) == "card" else 0
        assert row["balance_minor"] == on_card(number) - taken, row
