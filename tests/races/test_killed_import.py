"""Workers that are killed in the middle of a file lose none of its rows and take in none twice."""

import random
import signal

import pytest

from core.db import fetch_one
from services.imports.listing import show_import
from services.tenants import scope_by_code
from tests.conftest import World
from tests.databases import DATABASE_URL
from tests.imports.hands import a_desk, contents, hand_in, products, taken_in, told
from tests.races.workers import wait_for, worker

pytestmark = pytest.mark.skipif(
    not DATABASE_URL, reason="the embedded worker lives inside the API's process: there is none to kill"
)

COUNTED = (
    "SELECT (SELECT COUNT(*) FROM product WHERE slug LIKE 'part-%') AS products, "
    "(SELECT COUNT(*) FROM variant WHERE sku LIKE 'PRT-%') AS variants, "
    "(SELECT COUNT(*) FROM stock_level s JOIN variant v ON v.id = s.variant_id WHERE v.sku LIKE 'PRT-%') AS stock, "
    "(SELECT COUNT(*) FROM fitment f JOIN product p ON p.id = f.product_id WHERE p.slug LIKE 'part-%') AS cars, "
    "(SELECT COUNT(*) FROM search_entry e JOIN product p ON p.id = e.product_id WHERE p.slug LIKE 'part-%') AS found"
)


async def test_an_import_is_whole_wherever_its_worker_is_killed(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    desk = await a_desk(scope)
    first = 0
    # Its commits are the claim, the first 250 rows, the other 50, and the end.
    for commit in (1, 2, 3):
        run = await hand_in(desk, products(300, first))
        first += 300

        async def ended(run: int = run) -> bool:
            return not (await show_import(desk, run)).open

        async with worker(world.settings, "tests.races.dying_worker", str(commit)) as mortal:

            async def dead_or_done(process=mortal, ended=ended) -> bool:  # type: ignore[no-untyped-def]
                return process.returncode is not None or await ended()

            await wait_for(dead_or_done)
            assert mortal.returncode == -signal.SIGKILL
        async with worker(world.settings):
            await wait_for(ended)
        assert told(await show_import(desk, run)) == ("Done", 300, 0, 0, 0)
        counted = await fetch_one(COUNTED)
        assert counted == dict.fromkeys(counted, first)


async def test_workers_that_are_killed_at_random_take_in_every_row_once(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    desk = await a_desk(scope)
    run = await hand_in(desk, products(4_000))
    chance = random.Random(7)

    async def ended() -> bool:
        return not (await show_import(desk, run)).open

    # Where they die is drawn in rows and all of them die at once: a machine of any speed sees as many deaths. Half of
    # the rows are left then, for who looks late.
    for least in (chance.randrange(1, 1_000), chance.randrange(1_000, 2_000)):

        async def taken(least: int = least) -> bool:
            return (await show_import(desk, run)).done >= least

        async with worker(world.settings) as first, worker(world.settings) as second:
            await wait_for(taken)
            first.kill()
            second.kill()
        assert not await ended()
    async with worker(world.settings), worker(world.settings):
        await wait_for(ended)
    assert told(await show_import(desk, run)) == ("Done", 4_000, 0, 0, 0)
    counted = await fetch_one(COUNTED)
    assert counted == dict.fromkeys(counted, 4_000)
    before = await contents(scope)
    again = await taken_in(world.settings, desk, products(4_000))
    assert told(again) == ("Done", 0, 0, 4_000, 0) and await contents(scope) == before
