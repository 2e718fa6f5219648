"""What the Monnify client sends, and what it makes of every answer that Monnify may give."""

import orjson
import pytest
from aiohttp import web
from monnify_helpers import NAIRA, STATUS, enveloped

from providers.errors import ProviderRefused, ProviderUnknown


async def test_an_amount_is_sent_with_its_decimals_and_the_contract(stub, stubbed):
    stub.says = lambda: enveloped({"paymentReference": "r", "checkoutUrl": "https://pay.example/x"})
    await stubbed.initialize(reference="r", **NAIRA | {"amount_minor": 1_000_010})
    assert b'"amount":10000.10,' in stub.got[-1][1]
    sent = stub.json()
    assert (sent["contractCode"], sent["currencyCode"]) == ("demo-contract", "NGN")
    assert sent["redirectUrl"] == "http://shop.example/done?order=7"
    assert stub.logins == ["MK_TEST_demo:monnify-demo"]


@pytest.mark.parametrize("written", ['"1100.07"', "1100.07", '"1100.070"'])
async def test_an_amount_is_read_from_a_number_and_from_a_text(stub, stubbed, written):
    stub.says = lambda: paying(written)
    assert (await stubbed.verify("r")).amount_minor == 110_007


@pytest.mark.parametrize("written", ['"1,100.07"', '"1100.075"', "1e400", '"NaN"', '"10:00"', "true"])
async def test_an_amount_that_is_no_kobo_is_neither_rounded_nor_guessed(stub, stubbed, written):
    stub.says = lambda: paying(written)
    with pytest.raises(ProviderUnknown):
        await stubbed.verify("r")


def paying(written: str) -> web.Response:
    return enveloped_raw(orjson.dumps(STATUS | {"amountPaid": orjson.Fragment(written)}))


def enveloped_raw(body: bytes) -> web.Response:
    return web.Response(body=b'{"requestSuccessful": true, "responseBody": %s}' % body)


@pytest.mark.parametrize(
    ("status", "amount", "state"),
    [
        ("PAID", "20.05", "succeeded"),
        ("OVERPAID", "20.05", "succeeded"),
        ("PARTIALLY_PAID", "20.05", "succeeded"),
        ("PENDING", "0.00", "pending"),
        ("PENDING", None, "pending"),
        ("EXPIRED", "0.00", "failed"),
        ("FAILED", None, "failed"),
        ("CANCELLED", "0.00", "failed"),
        ("ABANDONED", "0.00", "failed"),
        ("REVERSED", "20.05", "reversed"),
    ],
)
async def test_every_documented_status_has_its_meaning(stub, stubbed, status, amount, state):
    stub.says = lambda: enveloped(STATUS | {"paymentStatus": status, "amountPaid": amount})
    assert (await stubbed.verify("r")).state == state


@pytest.mark.parametrize(
    "odd",
    [
        {"paymentStatus": "SOMETHING"},
        {"paymentStatus": "FAILED"},
        {"paymentStatus": "PAID", "amountPaid": "0.00"},
        {"paymentStatus": "PAID", "amountPaid": None},
        {"paymentReference": "another"},
        {"transactionReference": None},
    ],
)
async def test_an_answer_that_contradicts_itself_is_unknown(stub, stubbed, odd):
    stub.says = lambda: enveloped(STATUS | odd)
    with pytest.raises(ProviderUnknown):
        await stubbed.verify("r")


async def test_a_card_can_be_told_apart_and_charged_again_with_its_email(stub, stubbed):
    card = {"cardToken": "MNFY_1", "last4": "1111", "expMonth": 9, "expYear": "30", "reusable": True}
    stub.says = lambda: enveloped(STATUS | {"cardDetails": card, "customer": {"email": "ada@example.com"}})
    found = (await stubbed.verify("r")).authorization
    assert (found.code, found.email, found.last4, found.exp_month) == (
        "MNFY_1",
        "ada@example.com",
        "1111",
        "9",
    )
    assert found.reusable and found.channel == "card"


async def test_no_envelope_is_no_answer_and_a_no_inside_a_200_is_a_no(stub, stubbed):
    stub.says = lambda: web.json_response({"hello": "world"})
    with pytest.raises(ProviderUnknown):
        await stubbed.verify("r")
    stub.says = lambda: web.json_response(
        {"requestSuccessful": False, "responseMessage": "Duplicate payment reference", "responseCode": "99"}
    )
    with pytest.raises(ProviderRefused) as refusal:
        await stubbed.initialize(reference="r", **NAIRA)
    assert refusal.value.code == "duplicate_reference"
