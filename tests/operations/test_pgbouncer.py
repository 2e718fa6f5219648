"""Behind a real PgBouncer in transaction mode people buy at once, on fewer connections than there are of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_app
from core.settings import Settings
from providers.twins.app import create_twins
from services import ledger
from services.checkout import pay
from services.doctor.database import look_at_pool
from services.orders import get_order
from services.tenants import scope_by_code
from tests.conftest import World, quick_twins
from tests.databases import DATABASE_URL, POOLER
from tests.operations.pgbouncers import PROGRAM, PgBouncer, pgbouncer
from tests.operations.test_doctor import a_case
from tests.services.helpers import a_buyer, a_variant, fill_cart, stock_of

pytestmark = pytest.mark.skipif(
    not (DATABASE_URL and PROGRAM) or bool(POOLER),
    reason="PostgreSQL and PgBouncer are needed, and nothing between yet",
)
BUYERS, SERVER_CONNECTIONS, OURS = 16, 3, 12


@pytest_asyncio.fixture
async def bouncer(settings: Settings, tmp_path) -> AsyncIterator[PgBouncer]:
    async with pgbouncer(settings.database_url, tmp_path, SERVER_CONNECTIONS) as found:
        yield found


@pytest_asyncio.fixture
async def behind(settings: Settings, bouncer: PgBouncer) -> AsyncIterator[World]:
    """The market with a pool that is larger than PgBouncer's."""
    changed = settings.model_copy(
        update={
            "database_url": bouncer.through(settings.database_url),
            "database_pooler": bouncer.pooler,
            "database_pool": OURS,
        }
    )
    # Values that were worked out before are those of the old address.
    changed = Settings(_env_file=None, **changed.model_dump())
    twins = web.AppRunner(create_twins(quick_twins(changed)), access_log=None, shutdown_timeout=0.2)
    await twins.setup()
    await web.TCPSite(twins, changed.host, changed.twins_port).start()
    client = TestClient(TestServer(await create_app(changed), port=changed.port))
    await client.start_server()
    try:
        yield World(changed, client, changed.twins_base_url)
    finally:
        await client.close()
        await twins.cleanup()


async def test_people_check_out_and_dial_at_once(behind: World):
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=BUYERS - 2)

    async def buys() -> int | None:
        buyer = await a_buyer(scope)
        await fill_cart(buyer, variant, 1)
        try:
            return (await pay(buyer, "mobile-money", phone="0244000001", network="mtn")).id
        except Exception as refusal:
            assert type(refusal).__name__ == "InsufficientStock"
            return None

    async def dials(number: int) -> list[str]:
        said = []
        for step, typed in enumerate(("", "1", "1*2", "1*2*0")):
            form = {
                "sessionId": f"call-{number}",
                "phoneNumber": f"+23324000{number:04}",
                "serviceCode": "*920*44#",
                "networkCode": "62001",
                "text": typed,
            }
            path = f"/channels/ussd/africastalking/{behind.settings.hook_secret}"
            async with behind.http.post(path, data=form) as answer:
                assert answer.status == 200, step
                said.append(await answer.text())
        return said

    orders, calls = await asyncio.gather(
        asyncio.gather(*(buys() for _ in range(BUYERS))), asyncio.gather(*(dials(n) for n in range(BUYERS)))
    )
    bought = [order for order in orders if order is not None]
    assert len(bought) == BUYERS - 2
    assert all(screen.startswith(("CON ", "END ")) for call in calls for screen in call)
    assert len({call[0] for call in calls}) == 1

    async def all_paid() -> bool:
        return all([(await get_order(scope, order_id=each)).state == "PaymentSettled" for each in bought])

    await behind.until(all_paid)
    assert await stock_of(variant) == (0, 0)
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_the_doctor_sees_it_and_whether_it_follows_statements(behind: World, bouncer: PgBouncer):
    found = {each.about: each for each in await look_at_pool(a_case(behind.settings))}
    assert found["pooler"].verdict == "fine" and found["pooler"].found == "PgBouncer"
    assert found["connections"].verdict == "fine"
    unsaid = {
        each.about: each for each in await look_at_pool(a_case(behind.settings, database_pooler="none"))
    }
    assert unsaid["pooler"].verdict == "wrong"
