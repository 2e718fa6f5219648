"""What Monnify alone does with card tokens: whence they come, what their answers say, and that nothing ends them."""

import pytest
from aiohttp import web
from monnify_helpers import NAIRA, STATUS, enveloped, paid
from stored_helpers import MONNIFY_CARD, StoredCard, pay_by_card, stored_at_monnify

from providers.errors import ProviderRefused, ProviderUnknown

CARD = {"cardToken": "MNFY_1", "last4": "1111", "reusable": True, "supportsTokenization": True}
OWNER = {"customer": {"email": "ada@example.com"}}
CHARGE = {
    "reference": "r",
    "amount_minor": 1_000_010,
    "currency": "NGN",
    "code": "MNFY_1",
    "email": "ada@example.com",
    "unattended": True,
    "metadata": {"order": "7"},
}


@pytest.fixture
async def card(monnify, twins) -> StoredCard:
    return await stored_at_monnify(monnify, twins)


@pytest.mark.parametrize("number", [MONNIFY_CARD, "5060995994247093"])
async def test_a_card_picked_on_the_page_pays_all_and_is_stored(monnify, twins, number):
    charge = await pay_by_card(monnify, twins, "page", number)
    assert (charge.state, charge.amount_minor) == ("succeeded", 1_205_075)
    assert charge.authorization.last4 == number[-4:] and charge.authorization.reusable


async def test_a_card_picked_on_the_page_can_be_one_that_is_declined(monnify, twins):
    charge = await pay_by_card(monnify, twins, "page", "4111111111111110")
    assert (charge.state, charge.reason, charge.retryable) == ("failed", "Declined", True)
    assert charge.authorization is None and await twins.charges("page") == 0


async def test_a_transfer_stores_nothing(monnify, twins):
    assert (await paid(monnify, twins, "transfer")).authorization is None
    assert (await twins.get("/control/card"))["cards"] == []


async def test_the_page_offers_cards_and_a_transfer_and_takes_no_others(monnify, twins):
    redirect = await monnify.initialize(reference="page", **NAIRA)
    shown = await (await twins.session.get(redirect.payment_url)).text()
    assert MONNIFY_CARD in shown and "bank transfer" in shown
    form = {"outcome": "pay", "card": "4084084084084081"}
    assert (await twins.session.post(redirect.payment_url, data=form)).status == 400


async def test_nothing_ends_a_token_at_monnify(card):
    await card.gateway.forget_stored(code=card.authorization.code, email=card.authorization.email)
    assert (await card.charge("still")).state == "succeeded"


async def test_an_unattended_charge_is_made_at_once(card):
    assert (await card.charge("now", unattended=True)).state == "succeeded"


async def test_no_token_is_challenged(card):
    await card.behave("challenge", status=409)
    assert (await card.charge("yes")).payment_url == ""


async def test_a_charge_is_sent_with_its_decimals_the_contract_and_the_key(stub, stubbed):
    stub.says = lambda: enveloped(STATUS)
    await stubbed.charge_stored(**CHARGE)
    assert b'"amount":10000.10,' in stub.got[-1][1]
    sent = stub.json()
    assert (sent["apiKey"], sent["contractCode"]) == ("MK_TEST_demo", "demo-contract")
    assert (sent["cardToken"], sent["customerEmail"], sent["metaData"]) == (
        "MNFY_1",
        "ada@example.com",
        {"order": "7"},
    )


@pytest.mark.parametrize(
    ("card", "product", "reusable"),
    [
        ({}, "WEB_SDK", True),
        ({"reusable": False}, "WEB_SDK", False),
        ({"supportsTokenization": False}, "WEB_SDK", False),
        ({"supportsTokenization": None}, "WEB_SDK", True),
        ({"supportsTokenization": False}, "API_NOTIFICATION", True),
        ({"reusable": False, "supportsTokenization": False}, "API_NOTIFICATION", False),
    ],
)
async def test_a_card_can_be_charged_again_where_monnify_says_so_of_its_first_charge(
    stub, stubbed, card, product, reusable
):
    said = {"cardDetails": CARD | card, "product": {"type": product, "reference": "r"}}
    stub.says = lambda: enveloped(STATUS | OWNER | said)
    assert (await stubbed.verify("r")).authorization.reusable is reusable


def failed(words: str) -> web.Response:
    body = STATUS | {"paymentStatus": "FAILED", "amountPaid": "0.00"}
    return web.json_response({"requestSuccessful": True, "responseMessage": words, "responseBody": body})


@pytest.mark.parametrize(
    ("words", "reason", "retryable"),
    [
        ("success", "", True),
        ("Insufficient funds", "Insufficient funds", True),
        ("Card has expired", "Card has expired", False),
    ],
)
async def test_the_words_around_a_failed_charge_say_whether_to_try_again(
    stub, stubbed, words, reason, retryable
):
    stub.says = lambda: failed(words)
    for charge in (await stubbed.charge_stored(**CHARGE), await stubbed.verify("r")):
        assert (charge.state, charge.reason, charge.retryable) == ("failed", reason, retryable)


def refused(status: int, **body: object) -> web.Response:
    return web.json_response({"requestSuccessful": False} | body, status=status)


@pytest.mark.parametrize("code", ["99", 99, "404", None])
async def test_a_404_in_monnifys_form_means_that_the_token_is_unknown(stub, stubbed, code):
    stub.says = lambda: refused(404, responseMessage="No such card", responseCode=code)
    with pytest.raises(ProviderRefused) as refusal:
        await stubbed.charge_stored(**CHARGE)
    assert (refusal.value.code, refusal.value.retryable) == ("token_unknown", False)


async def test_a_404_in_another_form_says_nothing_of_the_token(stub, stubbed):
    stub.says = lambda: web.Response(status=404, text="<html>no such page</html>")
    with pytest.raises(ProviderRefused) as refusal:
        await stubbed.charge_stored(**CHARGE)
    assert refusal.value.code == "http_404"


@pytest.mark.parametrize("body", [None, [], "PAID", {}])
async def test_an_answer_that_can_not_be_read_is_unknown(stub, stubbed, body):
    stub.says = lambda: enveloped(body)
    with pytest.raises(ProviderUnknown):
        await stubbed.charge_stored(**CHARGE)
