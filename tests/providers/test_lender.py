"""The lender's client against its twin: decisions, offers, acceptance, every failure on command, and signed notices."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from twin_helpers import TIMEOUT_S, Receiver, StartTwins, Twins, eventually, served

from core import clock
from core.settings import Settings
from providers.errors import ProviderRefused, ProviderUnknown
from providers.lender import SIGNATURE, Lender
from providers.lending import Borrower, LendingItem, LendingRequest
from providers.registry import Registry
from tests.ports import unused_port

KEY, SECRET = "lk_test_demo", "lender-demo"
ASKED = LendingRequest(
    reference="0198c0de-0000-7000-8000-000000000001",
    kind="loan",
    currency="GHS",
    amount_minor=60_002,
    income_minor=200_000,
    consented_at=datetime(2026, 11, 26, tzinfo=UTC),
    borrower=Borrower("Ama", "Mensah", "+233241234567"),
    items=(LendingItem("Seat", 2, 30_001),),
)


@pytest.fixture
async def twins(start_twins: StartTwins, receiver: Receiver) -> Twins:
    """A lender that decides at once."""
    return await start_twins(hooks_url=receiver.url, lender_after_s=0)


@pytest.fixture
async def slow(start_twins: StartTwins, receiver: Receiver) -> Twins:
    """A lender that decides a little later, and says so."""
    return await start_twins(hooks_url=receiver.url, lender_after_s=0.05)


@pytest.fixture
async def lender(twins: Twins) -> AsyncIterator[Lender]:
    client = Lender(f"{twins.url}/lender", KEY, SECRET, TIMEOUT_S)
    yield client
    await client.close()


@pytest.fixture
async def slow_lender(slow: Twins) -> AsyncIterator[Lender]:
    client = Lender(f"{slow.url}/lender", KEY, SECRET, TIMEOUT_S)
    yield client
    await client.close()


def with_tax_id(end: str, **changes: Any) -> LendingRequest:
    return replace(ASKED, borrower=replace(ASKED.borrower, tax_id_last4=end), **changes)


async def test_a_loan_is_approved_accepted_and_fulfilled(lender: Lender) -> None:
    approved = await lender.apply(ASKED)
    assert (approved.state, approved.approved_minor) == ("approved", 60_002)
    assert [(each.product, each.months, each.minimum_minor) for each in approved.offers] == [
        (103, 3, 0), (106, 6, 10_000), (112, 12, 50_000),
    ]  # fmt: skip
    assert approved.approved_until and approved.approved_until > clock.now() + timedelta(days=13)
    assert approved.display_id.startswith("LN-") and approved.lender_reference
    # Each of it twice: what it asks for is done once.
    assert await lender.apply(ASKED) == approved
    for _ in range(2):
        assert (await lender.accept(ASKED.reference, 103, 60_002)).state == "accepted"
    for _ in range(2):
        assert (await lender.fulfil(ASKED.reference, "MK1", 60_002)).state == "fulfilled"
    assert (await lender.standing(ASKED.reference)).state == "fulfilled"
    assert (await lender.withdraw(ASKED.reference)).state == "withdrawn"


async def test_the_scripted_ends_of_a_tax_id(lender: Lender) -> None:
    declined = await lender.apply(with_tax_id("0001"))
    assert (declined.state, declined.reason_code, declined.offers) == ("declined", "credit_history", ())
    more = await lender.apply(with_tax_id("0002", reference="reference-2"))
    assert (more.state, more.reason_code) == ("information_needed", "proof_of_income")
    assert (await lender.inform("reference-2", "I drive a taxi.")).state == "approved"
    half = await lender.apply(with_tax_id("0003", reference="reference-3"))
    assert half.approved_minor == 30_001
    gone = await lender.apply(with_tax_id("0005", reference="reference-5"))
    assert gone.state == "approved"
    taken_back = await lender.accept("reference-5", 103, 60_002)
    assert (taken_back.state, taken_back.reason_code) == ("declined", "offer_withdrawn")
    poor = await lender.apply(replace(ASKED, reference="reference-6", income_minor=100))
    assert (poor.state, poor.reason_code) == ("declined", "income_too_low")
    lease = await lender.apply(replace(ASKED, reference="reference-7", kind="lease"))
    assert [each.months for each in lease.offers] == [6, 12]


async def test_what_the_lender_doesn_t_know_is_absent(lender: Lender) -> None:
    assert (await lender.standing("reference-9")).state == "absent"
    assert (await lender.withdraw("reference-9")).state == "absent"
    with pytest.raises(ProviderRefused) as refused:
        await lender.accept("reference-9", 103, 1)
    assert (refused.value.code, refused.value.retryable) == ("not_found", False)


async def test_what_was_not_offered_is_not_taken(lender: Lender) -> None:
    await lender.apply(ASKED)
    for product, amount in ((999, 60_002), (103, 60_003), (112, 49_999)):
        with pytest.raises(ProviderRefused) as refused:
            await lender.accept(ASKED.reference, product, amount)
        assert refused.value.code == "no_such_offer"
    with pytest.raises(ProviderRefused) as refused:
        await lender.fulfil(ASKED.reference, "MK1", 1)
    assert refused.value.code == "not_accepted"


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("timeout_before", "absent"),
        ("error_500_before", "absent"),
        ("timeout_after", "approved"),
        ("error_500_after", "approved"),
        ("garbage", "approved"),
    ],
)
async def test_no_usable_answer_is_unknown_and_the_standing_tells(
    lender: Lender, twins: Twins, mode: str, state: str
) -> None:
    await twins.fail(provider="lender", call="apply", mode=mode)
    with pytest.raises(ProviderUnknown):
        await lender.apply(ASKED)
    assert (await lender.standing(ASKED.reference)).state == state
    assert (await lender.apply(ASKED)).state == "approved"


@pytest.mark.parametrize("call", ["accept", "fulfil", "withdraw", "inform"])
@pytest.mark.parametrize("mode", ["timeout_after", "error_500_before", "garbage"])
async def test_every_other_call_may_be_made_again(lender: Lender, twins: Twins, call: str, mode: str) -> None:
    await lender.apply(with_tax_id("0002" if call == "inform" else ""))
    if call == "fulfil":
        await lender.accept(ASKED.reference, 103, 60_002)
    calls = {
        "accept": lambda: lender.accept(ASKED.reference, 103, 60_002),
        "fulfil": lambda: lender.fulfil(ASKED.reference, "MK1", 60_002),
        "withdraw": lambda: lender.withdraw(ASKED.reference),
        "inform": lambda: lender.inform(ASKED.reference, "I drive a taxi."),
    }
    after = {"accept": "accepted", "fulfil": "fulfilled", "withdraw": "withdrawn", "inform": "approved"}
    await twins.fail(provider="lender", call=call, mode=mode)
    with pytest.raises(ProviderUnknown):
        await calls[call]()
    assert (await calls[call]()).state == after[call]


async def test_a_slow_answer_within_the_time_limit_is_an_answer(lender: Lender, twins: Twins) -> None:
    await twins.fail(provider="lender", call="apply", mode="slow", delay_s=0.2)
    assert (await lender.apply(ASKED)).state == "approved"


async def test_on_command_the_lender_says_no(lender: Lender, twins: Twins) -> None:
    await twins.fail(provider="lender", call="apply", mode="decline")
    assert (await lender.apply(ASKED)).reason_code == "declined_on_command"
    await twins.fail(provider="lender", call="standing", mode="decline")
    with pytest.raises(ProviderRefused):
        await lender.standing(ASKED.reference)


async def test_a_wrong_key_opens_nothing(twins: Twins) -> None:
    wrong = Lender(f"{twins.url}/lender", "lk_wrong", SECRET, TIMEOUT_S)
    for call in (wrong.prove(), wrong.apply(ASKED), wrong.standing(ASKED.reference)):
        with pytest.raises(ProviderRefused) as refused:
            await call
        assert refused.value.code == "unauthorized"
    await wrong.close()


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"status": "approved"}, [], "approved",
        {"id": "1", "reference": "another", "status": "declined"},
        {"id": "1", "reference": ASKED.reference, "status": "maybe"},
        {"id": "1", "reference": ASKED.reference, "status": "approved"},
        {"id": "1", "reference": ASKED.reference, "status": "approved", "approved_amount": 5,
         "offers": [{"product": 1, "amount": 5, "months": 0}]},
        {"id": "1", "reference": ASKED.reference, "status": "approved", "approved_amount": 5,
         "offers": [{"product": 1, "amount": 5, "months": 3}] * 2},
        {"id": "1", "reference": ASKED.reference, "status": "approved", "approved_amount": -5,
         "offers": [{"product": 1, "amount": 5, "months": 3}]},
    ],
)  # fmt: skip
async def test_an_answer_that_makes_no_sense_is_none(answer: Any) -> None:
    async def answers(_: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_route("*", "/{anywhere:.*}", answers)
    async with served(app, unused_port()) as url:
        client = Lender(url, KEY, SECRET, TIMEOUT_S)
        with pytest.raises(ProviderUnknown):
            await client.apply(ASKED)
        await client.close()


async def test_a_later_decision_is_told_signed_until_it_is_taken(
    slow_lender: Lender, receiver: Receiver
) -> None:
    receiver.answers = [500, 503]
    assert (await slow_lender.apply(ASKED)).state == "in_review"
    got = await receiver.wait_for(3)
    notices = [slow_lender.verify_webhook(headers, body) for headers, body in got]
    assert {notice.reference for notice in notices if notice} == {ASKED.reference} and None not in notices
    assert len({notice.event_id for notice in notices if notice}) == 1
    assert receiver.paths[0] == "/webhooks/lender"
    assert (await slow_lender.standing(ASKED.reference)).state == "approved"


async def test_forged_and_broken_notices_are_none(
    slow_lender: Lender, slow: Twins, receiver: Receiver
) -> None:
    await slow.fail(provider="lender", call="application.updated", mode="forged_webhook")
    await slow_lender.apply(ASKED)
    forged, genuine = await receiver.wait_for(2)
    assert slow_lender.verify_webhook(*forged) is None and slow_lender.verify_webhook(*genuine)
    assert slow_lender.verify_webhook(genuine[0], genuine[1] + b" ") is None
    assert slow_lender.verify_webhook({}, genuine[1]) is None
    for body in (
        b"",
        b"no json",
        b"[]",
        b'"x"',
        b"{}",
        b'{"id": 1, "reference": 2}',
        b'{"id": "", "reference": ""}',
    ):
        signed = {SIGNATURE: hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest()}
        assert slow_lender.verify_webhook(signed, body) is None


@pytest.mark.parametrize(("mode", "notices"), [("duplicate_webhook", 2), ("no_webhook", 0)])
async def test_notices_come_twice_or_never(
    slow_lender: Lender, slow: Twins, receiver: Receiver, mode: str, notices: int
) -> None:
    await slow.fail(provider="lender", call="application.updated", mode=mode)
    await slow_lender.apply(ASKED)

    async def decided() -> bool:
        return (await slow_lender.standing(ASKED.reference)).state == "approved"

    await eventually(decided)
    if notices:
        got = await receiver.wait_for(notices)
        assert len({json.loads(body)["id"] for _, body in got}) == 1
    else:
        assert receiver.got == []


async def test_a_twin_remembers_over_a_restart(start_twins: StartTwins, tmp_path: Any) -> None:
    twins = await start_twins(data_dir=tmp_path, lender_after_s=600)
    client = Lender(f"{twins.url}/lender", KEY, SECRET, TIMEOUT_S)
    await client.apply(ASKED)
    await client.close()
    again = await start_twins(data_dir=tmp_path, lender_after_s=600)
    client = Lender(f"{again.url}/lender", KEY, SECRET, TIMEOUT_S)
    assert (await client.standing(ASKED.reference)).state == "in_review"
    clock.travel(timedelta(seconds=601))
    assert (await client.standing(ASKED.reference)).state == "approved"
    await client.close()
    async with ClientSession() as session, session.post(f"{again.url}/control/reset?everything=1") as answer:
        assert answer.status == 200
    client = Lender(f"{again.url}/lender", KEY, SECRET, TIMEOUT_S)
    assert (await client.standing(ASKED.reference)).state == "absent"
    await client.close()


async def test_live_without_keys_has_no_lender() -> None:
    registry = Registry(Settings(_env_file=None))
    assert isinstance(registry.lender("test"), Lender)
    with pytest.raises(LookupError):
        registry.lender("live")
    assert registry.accounts("live")["lender"] is None
    live = Registry(
        Settings(
            _env_file=None, lender_url="https://l.example", lender_api_key="k", lender_webhook_secret="s"
        )
    )
    assert live.lender("live") is live.lender("live")
    await registry.close()
    await live.close()
