"""What the tests of the chat share: twins beside the open market, and a telephone."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from chat_helpers import Phone, at_work

from bot.channels.sms import add_sms_routes
from bot.channels.telegram.routes import add_telegram_routes
from bot.channels.ussd import add_ussd_routes
from core.keys import SETTINGS
from core.settings import Settings
from providers.twins.app import create_twins
from tests.conftest import quick_twins


@pytest_asyncio.fixture
async def twins(market: Settings) -> AsyncIterator[str]:
    """The twins of the open market; their address."""
    runner = web.AppRunner(create_twins(quick_twins(market)), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, market.host, market.twins_port).start()
    yield market.twins_base_url
    await runner.cleanup()


@pytest_asyncio.fixture
async def doors(market: Settings, twins: str) -> AsyncIterator[str]:
    """The chat's own addresses where the twins look for them; their beginning."""
    app = web.Application()
    app[SETTINGS] = market
    for add in (add_ussd_routes, add_sms_routes, add_telegram_routes):
        add(app)
    async with TestServer(app, port=market.port) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest_asyncio.fixture
async def worker(market: Settings) -> AsyncIterator[None]:
    """Somebody who does what is due, all the time."""
    async with at_work(market):
        yield


@pytest_asyncio.fixture
async def phone(market: Settings) -> Phone:
    return Phone(market)
