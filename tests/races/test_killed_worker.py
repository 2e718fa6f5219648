"""A worker killed in the middle loses nothing and charges nothing twice; another one finishes its work."""

import signal

import pytest
from aiohttp import ClientSession

from core.db import fetch, fetch_one
from services import ledger
from services.checkout import pay
from services.orders import get_order
from services.tenants import scope_by_code
from tests.conftest import World
from tests.databases import DATABASE_URL
from tests.races.workers import wait_for, worker
from tests.services.helpers import a_buyer, a_variant, fill_cart, stock_of

pytestmark = pytest.mark.skipif(
    not DATABASE_URL, reason="the embedded worker lives inside the API's process: there is none to kill"
)


async def charges(world: World, reference: str) -> int:
    async with ClientSession() as client:
        answer = await client.get(f"{world.twins}/control/state", params={"reference": reference})
        return (await answer.json())["charges"]


async def test_a_checkout_is_paid_exactly_once_wherever_its_worker_is_killed(world):
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=1000)
    killed_at = 0
    for commit in range(1, 40):
        buyer = await a_buyer(scope)
        await fill_cart(buyer, variant, 1)
        order = await pay(buyer, "mobile-money", phone="0244000001", network="mtn")

        async def done(order_id=order.id, customer_id=buyer.customer_id) -> bool:
            current = await get_order(scope, order_id=order_id)
            told = await fetch_one(
                'SELECT COUNT(*) AS n FROM outbound_message m JOIN customer c ON c.phone = m."to" '
                "WHERE c.id = $1 AND m.state IN ('Sent', 'Delivered')",
                customer_id,
            )
            return current.state == "PaymentSettled" and told["n"] > 0

        async with worker(world.settings, "tests.races.dying_worker", str(commit)) as first:

            async def dead_or_done(process=first, done=done) -> bool:
                return process.returncode is not None or await done()

            await wait_for(dead_or_done)
            killed = first.returncode == -signal.SIGKILL
        if killed:
            killed_at += 1
            async with worker(world.settings):
                await wait_for(done)
        assert await charges(world, order.payments[0].reference) == 1
        if not killed:
            break
    assert killed_at >= 4, "the worker was killed at each of its commits"
    assert await stock_of(variant) == (1000 - killed_at - 1, 0)
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_a_wiped_redis_loses_no_work(world):
    from redis.asyncio import Redis

    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope)
    await fill_cart(buyer, variant, 1)
    order = await pay(buyer, "mobile-money", phone="0244000001", network="mtn")
    redis = Redis.from_url(world.settings.redis_url)
    await redis.flushdb()
    await redis.aclose()

    async def paid() -> bool:
        return (await get_order(scope, order_id=order.id)).state == "PaymentSettled"

    async with worker(world.settings):
        await wait_for(paid)
    assert len(await fetch("SELECT id FROM payment WHERE state = 'Settled'")) == 1
