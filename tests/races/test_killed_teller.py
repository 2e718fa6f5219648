"""A worker that is killed while it tells a merchant's server leaves nothing untold, and tells no event under two ids."""

import signal

import pytest

from models import WebhookDelivery
from services.outgoing import announce
from services.outgoing.endpoints import create_endpoint
from services.tenants import Scope
from tests.conftest import World
from tests.databases import DATABASE_URL
from tests.outgoing.receiver import receiving
from tests.races.workers import wait_for, worker
from tests.sellers.hands import a_desk

pytestmark = pytest.mark.skipif(
    not DATABASE_URL, reason="the embedded worker lives inside the API's process: there is none to kill"
)


async def test_an_event_is_told_wherever_its_worker_is_killed(world: World, demo: Scope) -> None:
    async with receiving() as receiver:
        await create_endpoint(await a_desk(demo), url=receiver.url, topics=["*"])
        killed_at = 0
        for commit in range(1, 20):
            await announce(demo, "order.paid", commit, data={"n": commit})

            async def done() -> bool:
                return not await WebhookDelivery.filter(state="Waiting").exists()

            async with worker(world.settings, "tests.races.dying_worker", str(commit)) as first:

                async def dead_or_done(process=first, done=done) -> bool:
                    return process.returncode is not None or await done()

                await wait_for(dead_or_done)
                killed = first.returncode == -signal.SIGKILL
            if not killed:
                break
            killed_at += 1
            async with worker(world.settings):
                await wait_for(done)
        assert killed_at >= 2, "after its claim, and before or after the post"
        told = {got.told["data"]["n"]: got.id for got in receiver.got}
        assert set(told) == set(range(1, killed_at + 2))
        assert len({got.id for got in receiver.got}) == len(told)
        assert await WebhookDelivery.filter(state="Delivered").count() == len(told)
