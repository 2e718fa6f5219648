"""Twins, clients and a receiver of webhooks, over real HTTP on free ports."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from monnify_helpers import KEYS, Stub
from monnify_helpers import TIMEOUT_S as MONNIFY_TIMEOUT_S
from stored_helpers import StoredCard, stored_at_monnify, stored_at_paystack
from twin_helpers import SETTINGS, TIMEOUT_S, Receiver, StartTwins, Twins, served

from providers.africastalking import AfricasTalking
from providers.africastalking_airtime import AfricasTalkingAirtime
from providers.monnify import Monnify
from providers.paystack import Paystack
from providers.terminal_africa import TerminalAfrica
from providers.twins.app import create_twins
from providers.vtpass import VTpass
from tests.ports import unused_port


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("POST", "/{anywhere:.*}", receiver.take)
    async with served(app, unused_port()) as receiver.url:
        yield receiver


@pytest.fixture
async def start_twins() -> AsyncIterator[StartTwins]:
    """Starts twins with some settings changed; stops them at the end of the test."""
    async with AsyncExitStack() as stack:

        async def start(**changes: Any) -> Twins:
            port = unused_port()
            settings = replace(SETTINGS, **({"public_url": f"http://127.0.0.1:{port}"} | changes))
            url = await stack.enter_async_context(served(create_twins(settings), port))
            return Twins(url, await stack.enter_async_context(aiohttp.ClientSession()))

        yield start


@pytest.fixture
async def twins(start_twins: StartTwins, receiver: Receiver) -> Twins:
    return await start_twins(hooks_url=receiver.url)


@pytest.fixture
async def paystack(twins: Twins) -> AsyncIterator[Paystack]:
    client = Paystack(f"{twins.url}/paystack", "sk_test_demo", TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture
async def monnify(twins: Twins) -> AsyncIterator[Monnify]:
    client = Monnify(f"{twins.url}/monnify", *KEYS, MONNIFY_TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture(params=["paystack", "monnify"])
async def card(
    request: pytest.FixtureRequest, paystack: Paystack, monnify: Monnify, twins: Twins
) -> StoredCard:
    """A card that was paid with once at a gateway, at each in turn."""
    if request.param == "paystack":
        return await stored_at_paystack(paystack, twins)
    return await stored_at_monnify(monnify, twins)


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    stub = Stub()
    app = web.Application()
    app.router.add_route("*", "/{anywhere:.*}", stub.take)
    async with served(app, unused_port()) as stub.url:
        yield stub


@pytest.fixture
async def stubbed(stub: Stub) -> AsyncIterator[Monnify]:
    """A client of the stub."""
    client = Monnify(stub.url, *KEYS, MONNIFY_TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture
async def sms(twins: Twins) -> AsyncIterator[AfricasTalking]:
    client = AfricasTalking(f"{twins.url}/africastalking", "sandbox", "atsk_demo", TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture
async def terminal(twins: Twins) -> AsyncIterator[TerminalAfrica]:
    client = TerminalAfrica(f"{twins.url}/terminal/v1", "sk_test_terminal_demo", TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture
async def vtpass(twins: Twins, receiver: Receiver) -> AsyncIterator[VTpass]:
    receiver.says = '{"response": "success"}'
    client = VTpass(f"{twins.url}/vtpass", "vt_api_demo", "vt_public_demo", "vt_secret_demo", TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture
async def patient(twins: Twins) -> AsyncIterator[VTpass]:
    """A client that waits as long as many purchases at once may take."""
    client = VTpass(f"{twins.url}/vtpass", "vt_api_demo", "vt_public_demo", "vt_secret_demo", 30)
    yield client
    await client.close()


@pytest.fixture
async def airtime(twins: Twins) -> AsyncIterator[AfricasTalkingAirtime]:
    client = AfricasTalkingAirtime(f"{twins.url}/africastalking", "sandbox", "atsk_demo", TIMEOUT_S)
    yield client
    await client.close()
