"""What Paystack alone does with stored cards: queues them, has customers confirm, deactivates, limits."""

from typing import Any

import pytest
from aiohttp import web
from stored_helpers import PAYSTACK_CARD, StoredCard, pay_by_card, stored_at_paystack
from twin_helpers import PAYMENT, TIMEOUT_S, served

from providers.errors import ProviderRefused, ProviderUnknown
from providers.paystack import Paystack
from tests.ports import unused_port

POOR, DECLINED, SECOND = "4084080000670037", "4084080000005408", "507850785078507812"


@pytest.fixture
async def card(paystack, twins) -> StoredCard:
    return await stored_at_paystack(paystack, twins)


@pytest.mark.parametrize("number", [PAYSTACK_CARD, SECOND])
async def test_a_card_picked_on_the_page_pays_and_is_stored_with_its_numbers(paystack, twins, number):
    paid = await pay_by_card(paystack, twins, "page", number)
    assert (paid.state, paid.authorization.last4) == ("succeeded", number[-4:])
    assert paid.authorization.reusable and paid.authorization.signature


@pytest.mark.parametrize(("number", "words"), [(POOR, "Insufficient funds"), (DECLINED, "Declined")])
async def test_a_card_picked_on_the_page_can_be_one_that_is_declined(paystack, twins, number, words):
    paid = await pay_by_card(paystack, twins, "page", number)
    assert (paid.state, paid.reason, paid.retryable, paid.authorization) == ("failed", words, True, None)
    assert await twins.charges("page") == 0
    assert (await twins.get("/control/card"))["cards"] == []


async def test_the_page_offers_the_test_cards_and_takes_no_others(paystack, twins):
    redirect = await paystack.initialize(reference="page", **PAYMENT)
    shown = await (await twins.session.get(redirect.payment_url)).text()
    assert all(number in shown for number in (PAYSTACK_CARD, POOR, DECLINED))
    form = {"outcome": "pay", "card": "4000000000000000"}
    assert (await twins.session.post(redirect.payment_url, data=form)).status == 400
    assert (await paystack.verify("page")).state == "pending"


async def test_a_card_has_one_code_for_each_email_and_business(start_twins):
    twins = await start_twins(paystack_secrets={"One": "sk_test_1", "Two": "sk_test_2"})
    one, two = (Paystack(f"{twins.url}/paystack", f"sk_test_{n}", TIMEOUT_S) for n in (1, 2))
    payers = [(one, "ama@example.com"), (one, "kofi@example.com"), (one, "ama@example.com")]
    codes = []
    for number, (client, email) in enumerate([*payers, (two, "ama@example.com")]):
        paid = await pay_by_card(client, twins, f"p-{number}", PAYSTACK_CARD, email=email)
        codes.append(paid.authorization.code)
    assert codes[0] == codes[2] and len(set(codes)) == 3
    details: dict[str, Any] = {"amount_minor": 500, "currency": "GHS", "unattended": False, "metadata": {}}
    with pytest.raises(ProviderRefused) as refusal:
        await two.charge_stored(reference="x", code=codes[0], email="ama@example.com", **details)
    assert refusal.value.code == "token_unknown"
    await one.close()
    await two.close()


async def test_an_unattended_charge_is_queued_then_told_by_verify_and_webhook(card, receiver):
    await receiver.wait_for(1)
    charge = await card.charge("later", unattended=True)
    assert (charge.state, charge.amount_minor) == ("pending", 25_050)
    assert (await card.settled("later")).state == "succeeded"
    event = card.gateway.verify_webhook(*(await receiver.wait_for(2))[-1])
    assert event.reference == "later"
    assert await card.twins.charges("later") == 1


async def test_a_queued_charge_that_is_declined_fails_without_a_webhook(card, receiver):
    await receiver.wait_for(1)
    await card.behave("expired")
    assert (await card.charge("later", unattended=True)).state == "pending"
    charge = await card.settled("later")
    assert (charge.state, charge.reason, charge.retryable) == ("failed", "Expired card", False)
    await card.behave("ok")
    await card.charge("after")
    assert card.gateway.verify_webhook(*(await receiver.wait_for(2))[-1]).reference == "after"


@pytest.mark.parametrize("mode", ["timeout_after", "error_500_after", "garbage"])
async def test_a_queued_charge_whose_answer_is_lost_settles_once(card, mode):
    await card.fail(mode)
    with pytest.raises(ProviderUnknown):
        await card.charge("later", unattended=True)
    assert (await card.settled("later")).state == "succeeded"
    assert await card.twins.charges("later") == 1


@pytest.mark.parametrize("unattended", [False, True])
async def test_a_challenged_charge_waits_for_its_customer_and_succeeds_once(card, receiver, unattended):
    await receiver.wait_for(1)
    await card.behave("challenge")
    charge = await card.charge("asked", unattended=unattended)
    assert (charge.state, charge.amount_minor, charge.currency) == ("pending", 25_050, "GHS")
    assert charge.payment_url.startswith(card.twins.url)
    assert (await card.gateway.verify("asked")).state == "pending"
    shown = await (await card.twins.session.get(charge.payment_url)).text()
    assert "GHS 250.50" in shown and POOR not in shown
    for _ in range(2):
        await card.twins.press(charge.payment_url, "pay")
    assert (await card.gateway.verify("asked")).state == "succeeded"
    assert await card.twins.charges("asked") == 1
    assert card.gateway.verify_webhook(*(await receiver.wait_for(2))[-1]).reference == "asked"
    assert (await card.charge("after")).state == "succeeded"


async def test_a_challenge_that_the_customer_declines_fails_and_comes_again(card):
    await card.behave("challenge")
    charge = await card.charge("asked")
    await card.twins.press(charge.payment_url, "decline")
    failed = await card.gateway.verify("asked")
    assert (failed.state, failed.retryable) == ("failed", True)
    await card.twins.press(charge.payment_url, "pay")
    assert await card.twins.charges("asked") == 0
    assert (await card.charge("again")).payment_url


async def test_a_challenge_whose_answer_is_lost_is_pending(card):
    await card.behave("challenge")
    await card.fail("timeout_after")
    with pytest.raises(ProviderUnknown):
        await card.charge("asked")
    assert (await card.gateway.verify("asked")).state == "pending"


async def test_what_is_forgotten_is_never_charged_again(card):
    kept = card.authorization
    for _ in range(2):
        await card.gateway.forget_stored(code=kept.code, email=kept.email)
    with pytest.raises(ProviderRefused) as refusal:
        await card.charge("gone")
    assert (refusal.value.code, refusal.value.retryable) == ("token_unknown", False)
    assert (await card.gateway.verify("gone")).state == "absent"


async def test_what_was_forgotten_can_be_charged_after_it_was_paid_with_again(card):
    await card.gateway.forget_stored(code=card.authorization.code, email=card.authorization.email)
    paid = await pay_by_card(card.gateway, card.twins, "second", PAYSTACK_CARD)
    assert (await card.charge("yes", code=paid.authorization.code)).state == "succeeded"


@pytest.mark.parametrize("mode", ["timeout_before", "timeout_after", "error_500_after"])
async def test_to_forget_without_an_answer_is_unknown_and_may_be_asked_again(card, mode):
    await card.twins.fail(provider="paystack", call="deactivate", mode=mode)
    forgotten = {"code": card.authorization.code, "email": card.authorization.email}
    with pytest.raises(ProviderUnknown):
        await card.gateway.forget_stored(**forgotten)
    await card.gateway.forget_stored(**forgotten)
    with pytest.raises(ProviderRefused):
        await card.charge("gone")


async def test_a_declined_wish_to_forget_is_refused(card):
    await card.twins.fail(provider="paystack", call="deactivate", mode="decline")
    with pytest.raises(ProviderRefused):
        await card.gateway.forget_stored(code=card.authorization.code, email=card.authorization.email)
    assert (await card.charge("still")).state == "succeeded"


SAID = [
    ("Authorization code does not exist or has been deactivated", "token_unknown", False),
    ("Email does not match Authorization code. Please confirm", "token_unknown", False),
    ("This authorization is not reusable", "token_unknown", False),
    ("Charge attempt cannot be fulfilled until 90 minutes", "card_limited", True),
    ("Duplicate Transaction Reference", "duplicate_reference", False),
    ("Something else", "http_400", False),
]


async def answered(status: int, body: Any) -> Any:
    """What the client makes of an answer to a charge."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("POST", "/transaction/charge_authorization", answer)
    async with served(app, unused_port()) as url:
        client = Paystack(url, "sk_test_x", TIMEOUT_S)
        details = {"code": "AUTH_1", "email": "a@example.com", "unattended": False, "metadata": {}}
        try:
            return await client.charge_stored(reference="r", amount_minor=500, currency="GHS", **details)
        finally:
            await client.close()


@pytest.mark.parametrize(("message", "code", "retryable"), SAID)
async def test_a_refusal_without_a_code_is_known_by_its_words(message, code, retryable):
    with pytest.raises(ProviderRefused) as refusal:
        await answered(400, {"status": False, "message": message})
    assert (refusal.value.code, refusal.value.retryable) == (code, retryable)


@pytest.mark.parametrize("status", ["queued", "processing", "pending", "ongoing"])
async def test_what_is_under_way_is_pending(status):
    data = {"reference": "r", "status": status, "amount": 500, "currency": "GHS"}
    assert (await answered(200, {"status": True, "data": data})).state == "pending"


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"paused": True},
        {"paused": True, "reference": "another", "authorization_url": "https://x.example/"},
        {"paused": True, "reference": "r", "authorization_url": "javascript:alert(1)"},
        {"paused": False, "reference": "r", "authorization_url": "https://x.example/"},
        {"reference": "another", "status": "success"},
        {"reference": "r", "status": "explained"},
    ],
)
async def test_an_answer_that_can_not_be_read_is_unknown(data):
    with pytest.raises(ProviderUnknown):
        await answered(200, {"status": True, "data": data})
