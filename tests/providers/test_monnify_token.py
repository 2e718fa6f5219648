"""Monnify's bearer token: one login for everybody, in time, and again only where it has to be."""

import asyncio
from datetime import timedelta

import pytest
from monnify_helpers import KEYS, NAIRA, TIMEOUT_S, login, page
from twin_helpers import SETTINGS, served

from core import clock
from providers.errors import ProviderRefused, ProviderUnknown
from providers.monnify import Monnify
from providers.twins.app import create_twins
from tests.ports import unused_port


async def test_many_calls_at_once_share_one_login(stub, stubbed):
    charges = await asyncio.gather(*(stubbed.verify("r") for _ in range(20)))
    assert {charge.state for charge in charges} == {"succeeded"}
    assert len(stub.logins) == 1
    assert {token for token, _ in stub.got} == {"t1"}


async def test_a_token_is_renewed_shortly_before_it_ends(stub, stubbed):
    await stubbed.verify("r")
    clock.travel(timedelta(seconds=3500))
    await stubbed.verify("r")
    assert [token for token, _ in stub.got] == ["t1", "t1"]
    clock.travel(timedelta(seconds=50))
    await stubbed.verify("r")
    assert [token for token, _ in stub.got] == ["t1", "t1", "t2"]


async def test_a_token_that_ended_early_is_renewed_once_for_all_who_were_turned_away(stub, stubbed):
    await stubbed.verify("r")
    stub.good = {"t2"}
    charges = await asyncio.gather(*(stubbed.verify("r") for _ in range(20)))
    assert {charge.state for charge in charges} == {"succeeded"}
    assert len(stub.logins) == 2


async def test_a_new_token_that_is_refused_too_is_a_no_and_not_a_loop(stub, stubbed):
    stub.good = set()
    with pytest.raises(ProviderRefused) as refusal:
        await stubbed.initialize(reference="r", **NAIRA)
    assert refusal.value.code == "unauthorized"
    assert [token for token, _ in stub.got] == ["t1", "t2"]


async def test_a_login_without_an_answer_is_a_no_since_nothing_was_asked(stub, stubbed):
    async def never() -> None:
        await asyncio.sleep(TIMEOUT_S * 1.5)

    stub.before_login = never
    with pytest.raises(ProviderRefused) as refusal:
        await stubbed.initialize(reference="r", **NAIRA)
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    assert not stub.got


async def test_a_login_and_its_call_share_the_time_of_one(twins, monnify):
    """Each of them alone would be in time."""
    await twins.fail(provider="monnify", call="login", mode="slow", delay_s=TIMEOUT_S / 3)
    await twins.fail(provider="monnify", call="initialize", mode="slow", delay_s=TIMEOUT_S * 5 / 6)
    with pytest.raises(ProviderUnknown):
        await page(monnify, "slow")


async def test_who_waits_for_the_login_of_another_waits_no_longer_than_for_a_call(stub, stubbed):
    async def never() -> None:
        await asyncio.sleep(TIMEOUT_S * 1.5)

    stub.before_login = never
    ends = await asyncio.gather(*(stubbed.verify("r") for _ in range(5)), return_exceptions=True)
    assert {type(end) for end in ends} <= {ProviderRefused, ProviderUnknown}
    stub.before_login = None
    assert (await stubbed.verify("r")).state == "succeeded"


async def test_a_caller_that_goes_away_in_the_middle_of_a_login_holds_nobody_up(stub, stubbed):
    begun = asyncio.Event()

    async def begin() -> None:
        begun.set()
        await asyncio.sleep(TIMEOUT_S * 1.5)

    stub.before_login = begin
    gone = asyncio.create_task(stubbed.verify("r"))
    await begun.wait()
    stub.before_login = None
    gone.cancel()
    assert (await stubbed.verify("r")).state == "succeeded"


async def test_the_twin_ends_a_token_after_an_hour(twins):
    path = f"{twins.url}/monnify/api/v2/merchant/transactions/query?paymentReference=x"
    given = await login(twins)
    headers = {"Authorization": f"Bearer {given['accessToken']}"}
    assert given["expiresIn"] == 3600
    assert (await twins.session.get(path, headers=headers)).status == 404
    clock.travel(timedelta(hours=1))
    async with twins.session.get(path, headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]) == (401, "invalid_token")


async def test_a_twin_that_forgot_a_token_is_asked_for_another():
    port = unused_port()
    monnify = Monnify(f"http://127.0.0.1:{port}/monnify", *KEYS, TIMEOUT_S)
    for reference in ("before", "after"):
        async with served(create_twins(SETTINGS), port):
            await page(monnify, reference)
            await monnify.close()
