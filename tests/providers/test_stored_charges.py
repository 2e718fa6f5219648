"""Charging a stored card at either gateway's twin: what succeeds, what is declined, and what nobody knows at once."""

import asyncio
from collections import Counter

import pytest
from monnify_helpers import KEYS
from stored_helpers import StoredCard
from twin_helpers import TIMEOUT_S

from providers.errors import ProviderRefused, ProviderUnknown
from providers.monnify import Monnify
from providers.paystack import Paystack
from tests.ports import unused_port

DECLINES = [
    ("insufficient_funds", "Insufficient funds", True),
    ("do_not_honor", "Do not honor", True),
    ("expired", "Expired card", False),
    ("stolen", "Stolen card", False),
]


async def test_a_card_that_was_paid_with_is_told_with_all_that_charges_it_again(card):
    found = card.authorization
    assert found.code and found.reusable and found.channel == "card"
    assert found.email == ("ama@example.com" if card.provider == "paystack" else "ada@example.com")
    assert found.brand.lower() == "visa" and len(found.last4) == 4
    assert found.exp_month == "12" and found.exp_year


async def test_a_stored_card_is_charged_at_once_with_the_exact_amount(card):
    charge = await card.charge("again", amount_minor=25_057)
    assert (charge.state, charge.amount_minor, charge.currency) == ("succeeded", 25_057, card.currency)
    assert charge.provider_id and charge.paid_at and charge.fees_minor
    assert (charge.authorization.code, charge.authorization.reusable) == (card.authorization.code, True)
    assert await card.gateway.verify("again") == charge
    assert await card.twins.charges("again") == 1


@pytest.mark.parametrize(("behaviour", "words", "retryable"), DECLINES)
async def test_a_decline_is_a_failed_charge_that_says_whether_to_try_again(card, behaviour, words, retryable):
    await card.behave(behaviour)
    for charge in (await card.charge("no"), await card.gateway.verify("no")):
        assert (charge.state, charge.reason, charge.retryable) == ("failed", words, retryable)
    assert await card.twins.charges("no") == 0
    await card.behave("ok")
    assert (await card.charge("yes")).state == "succeeded"


async def test_a_decline_by_the_script_is_a_failed_charge_worth_another_try(card):
    await card.fail("decline")
    charge = await card.charge("no")
    assert (charge.state, charge.retryable) == ("failed", True)
    assert (await card.charge("yes")).state == "succeeded"


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("timeout_before", "absent"),
        ("error_500_before", "absent"),
        ("timeout_after", "succeeded"),
        ("error_500_after", "succeeded"),
        ("garbage", "succeeded"),
    ],
)
async def test_no_usable_answer_is_unknown_and_verify_tells_what_happened(card, mode, state):
    await card.fail(mode)
    with pytest.raises(ProviderUnknown):
        await card.charge("maybe")
    assert (await card.settled("maybe")).state == state
    assert await card.twins.charges("maybe") == (1 if state == "succeeded" else 0)


async def test_a_decline_whose_answer_is_lost_is_told_by_verify(card):
    await card.behave("expired")
    await card.fail("timeout_after")
    with pytest.raises(ProviderUnknown):
        await card.charge("maybe")
    charge = await card.gateway.verify("maybe")
    assert (charge.state, charge.retryable) == ("failed", False)


async def test_a_reference_is_charged_once_also_after_a_lost_answer(card):
    await card.fail("timeout_after")
    with pytest.raises(ProviderUnknown):
        await card.charge("one")
    for _ in range(2):
        with pytest.raises(ProviderRefused) as refusal:
            await card.charge("one")
        assert refusal.value.code == "duplicate_reference"
    assert await card.twins.charges("one") == 1


@pytest.mark.parametrize("code", ["AUTH_nobody", "MNFY_NOBODY", "", "' OR 1=1"])
async def test_a_code_that_nobody_knows_is_a_definite_no(card, code):
    with pytest.raises(ProviderRefused) as refusal:
        await card.charge("unknown", code=code)
    assert (refusal.value.code, refusal.value.retryable) == ("token_unknown", False)
    assert (await card.gateway.verify("unknown")).state == "absent"


async def test_a_card_is_charged_with_the_email_of_its_first_charge_only(card):
    with pytest.raises(ProviderRefused) as refusal:
        await card.charge("others", email="somebody@example.com")
    assert not refusal.value.retryable
    assert (await card.gateway.verify("others")).state == "absent"


@pytest.mark.parametrize("change", [{"amount_minor": 9}, {"amount_minor": -500}, {"currency": "XXX"}])
async def test_what_is_no_amount_is_a_definite_no(card, change):
    with pytest.raises(ProviderRefused):
        await card.charge("bad", **change)
    assert (await card.gateway.verify("bad")).state == "absent"


async def test_a_card_of_one_gateway_is_unknown_at_the_other(card, paystack, monnify):
    other = monnify if card.provider == "paystack" else paystack
    details = {"amount_minor": 25_050, "currency": "NGN", "email": card.authorization.email}
    with pytest.raises(ProviderRefused) as refusal:
        await other.charge_stored(
            reference="crossed", code=card.authorization.code, unattended=False, metadata={}, **details
        )
    assert refusal.value.code == "token_unknown"


async def test_a_charge_sends_a_signed_webhook_and_a_decline_sends_none(card, receiver):
    await receiver.wait_for(1)
    await card.behave("insufficient_funds")
    await card.charge("no")
    await card.behave("ok")
    await card.charge("yes")
    headers, body = (await receiver.wait_for(2))[-1]
    event = card.gateway.verify_webhook(headers, body)
    assert (event.kind, event.reference) == ("charge", "yes")
    assert card.gateway.verify_webhook(headers, body + b" ") is None
    assert len(receiver.got) == 2


async def test_a_forged_webhook_of_a_charge_is_seen_through(card, receiver):
    await receiver.wait_for(1)
    await card.twins.fail(provider=card.provider, mode="forged_webhook")
    await card.charge("yes")
    forged, genuine = [card.gateway.verify_webhook(*each) for each in (await receiver.wait_for(3))[1:]]
    assert forged is None and genuine.reference == "yes"


async def test_a_charge_whose_webhook_never_comes_is_told_by_verify(card, receiver):
    await receiver.wait_for(1)
    await card.twins.fail(provider=card.provider, mode="no_webhook")
    await card.charge("silent")
    assert (await card.gateway.verify("silent")).state == "succeeded"
    assert len(receiver.got) == 1


@pytest.fixture
async def patient(card: StoredCard) -> StoredCard:
    """The card, charged by a client that waits as long as many charges at once may take."""
    gateway = (
        Paystack(f"{card.twins.url}/paystack", "sk_test_demo", 60)
        if card.provider == "paystack"
        else Monnify(f"{card.twins.url}/monnify", *KEYS, 60)
    )
    card.gateway = gateway
    yield card
    await gateway.close()


async def test_five_hundred_charges_are_in_flight_at_once(patient):
    await patient.fail("slow", times=500, delay_s=4)
    charges = await asyncio.gather(*(patient.charge(f"many-{number}") for number in range(500)))
    assert {charge.state for charge in charges} == {"succeeded"}
    totals = await patient.twins.get("/control/totals", prefix="many-")
    # A pool of a hundred connections would hold the others back.
    state = await patient.twins.get("/control/state")
    assert state["most_in_flight"][patient.provider] > 150
    assert (totals["charged_once"], totals["charged_more"]) == (500, 0)


async def test_nothing_is_charged_twice_where_many_charges_fail_in_many_ways(patient):
    for seed, mode in enumerate(("error_500_before", "error_500_after", "garbage", "decline")):
        await patient.fail(mode, fraction=0.2, seed=seed)

    async def charged(reference: str) -> str:
        try:
            return (await patient.charge(reference)).state
        except ProviderUnknown:
            return (await patient.gateway.verify(reference)).state

    states = Counter(await asyncio.gather(*(charged(f"run-{number}") for number in range(200))))
    totals = await patient.twins.get("/control/totals", prefix="run-")
    assert set(states) == {"succeeded", "failed", "absent"}
    assert totals == {
        "references": 200 - states["absent"],
        "never_charged": states["failed"],
        "charged_once": states["succeeded"],
        "charged_more": 0,
        "charges": states["succeeded"],
        "amount_minor": {patient.currency: 25_050 * states["succeeded"]},
    }


async def test_totals_count_what_begins_with_the_prefix_and_nothing_else(card):
    for reference in ("a-1", "a-2", "ab", "b-1"):
        await card.charge(reference)
    for prefix, count in (("a-", 2), ("a", 3), ("c", 0), ("a%", 0), ("_", 0)):
        totals = await card.twins.get("/control/totals", prefix=prefix)
        assert totals["charged_once"] == totals["references"] == count


async def test_a_stored_card_is_shown_and_turned_by_its_code_alone(card):
    email = card.authorization.email
    [shown] = (await card.twins.get("/control/card", email=email))["cards"]
    assert (shown["authorization_code"], shown["behaviour"]) == (card.authorization.code, "ok")
    await card.behave("explode", status=400)
    await card.twins.session.post(f"{card.twins.url}/control/reset", params={"everything": "1"})
    assert (await card.twins.get("/control/card"))["cards"] == []
    await card.behave("ok", status=404)


async def test_where_nobody_listens_nothing_was_charged(card):
    gone = Paystack(f"http://127.0.0.1:{unused_port()}", "sk_test_demo", TIMEOUT_S)
    card.gateway = gone
    with pytest.raises(ProviderRefused) as refusal:
        await card.charge("nowhere")
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    await gone.close()
