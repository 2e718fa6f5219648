"""What the tests of the chat share: twins beside the open market, and a telephone."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from chat_helpers import Phone

from core.settings import Settings
from providers.registry import twin_settings
from providers.twins.app import create_twins


@pytest_asyncio.fixture
async def twins(market: Settings) -> AsyncIterator[str]:
    """The twins of the open market; their address."""
    runner = web.AppRunner(create_twins(twin_settings(market)), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, market.host, market.twins_port).start()
    yield market.twins_base_url
    await runner.cleanup()


@pytest_asyncio.fixture
async def phone(market: Settings) -> Phone:
    return Phone(market)
