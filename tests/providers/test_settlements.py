"""What the gateways pay out: the clients against the twins, whose settlements are made of what they took."""

from datetime import timedelta

import orjson
import pytest
from monnify_helpers import page as monnify_page
from monnify_helpers import paid as monnify_paid
from monnify_helpers import transfer
from twin_helpers import PAYMENT

from core import clock
from providers.errors import ProviderRefused, ProviderUnknown
from providers.monnify_settlements import settled_page as of_monnify
from providers.paystack_settlements import read_settlements, settled_page


async def paystack_paid(paystack, twins, reference, **changes):
    redirect = await paystack.initialize(reference=reference, **PAYMENT | changes)
    await twins.press(redirect.payment_url, "pay")


async def settle(twins):
    async with twins.session.post(f"{twins.url}/control/settle") as answer:
        return await answer.json()


async def test_what_paystack_took_today_is_paid_out_tomorrow_by_currency(paystack, twins):
    await paystack_paid(paystack, twins, "one")
    await paystack_paid(paystack, twins, "two")
    await paystack_paid(paystack, twins, "naira", currency="NGN", amount_minor=500_000)
    listed, more = await paystack.settlements(page=1)
    assert ({each.state for each in listed}, more) == ({"pending"}, False)
    clock.travel(timedelta(days=1))
    await paystack_paid(paystack, twins, "tomorrow")
    listed, _ = await paystack.settlements(page=1)
    paid = {each.currency: each for each in listed if each.state == "paid"}
    assert (len(listed), set(paid)) == (3, {"GHS", "NGN"})
    cedis = paid["GHS"]
    assert (cedis.gross_minor, cedis.fees_minor, cedis.net_minor) == (24_100, 470, 23_630)
    assert cedis.settled_at is not None
    page = await paystack.settled(cedis.id, page=1)
    assert ([each.reference for each in page.charges], page.more) == (["two", "one"], False)
    assert {(each.amount_minor, each.fees_minor, each.currency) for each in page.charges} == {
        (12_050, 235, "GHS")
    }
    assert page.charges[0].provider_id == (await paystack.verify("two")).provider_id


async def test_a_large_settlement_comes_page_by_page(paystack, twins):
    for number in range(120):
        await paystack_paid(paystack, twins, f"many-{number}")
    (told,) = await settle(twins)
    first = await paystack.settled(str(told["id"]), page=1)
    second = await paystack.settled(str(told["id"]), page=2)
    assert (len(first.charges), first.more, len(second.charges), second.more) == (100, True, 20, False)
    assert len({each.reference for each in (*first.charges, *second.charges)}) == 120


async def test_an_unknown_settlement_has_nothing_in_it(paystack, monnify):
    assert (await paystack.settled("17", page=1)).charges == []
    assert (await monnify.settled("LB8HG1PNZT4ATJGZXQBY", page=1)).charges == []
    with pytest.raises(ProviderRefused):
        await paystack.settled("../balance", page=1)


async def test_monnify_tells_of_a_settlement_and_lists_what_it_is_made_of(monnify, twins, receiver):
    await monnify_paid(monnify, twins, "one")
    url = await monnify_page(monnify, "two")
    await transfer(twins, url, "5000.00")
    await receiver.wait_for(2)
    (told,) = await settle(twins)
    await receiver.wait_for(3)
    headers, body = receiver.got[-1]
    event = monnify.verify_webhook(headers, body)
    assert (event.kind, event.reference) == ("settlement", told["reference"])
    assert orjson.loads(body)["eventData"]["transactionsCount"] == 2
    page = await monnify.settled(told["reference"], page=1)
    assert [(each.reference, each.amount_minor) for each in page.charges] == [
        ("two", 500_000),
        ("one", 1_205_075),
    ]
    assert page.charges[1].fees_minor == 18_076
    with pytest.raises(ProviderRefused) as refused:
        await monnify.settlements(page=1)
    assert refused.value.code == "unsupported"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"status": True, "data": {}},
        {"status": True, "data": [], "meta": {}},
        {"status": True, "data": [{"id": 1, "status": "odd"}], "meta": {"page": 1, "pageCount": 1}},
        {"status": False, "data": [], "meta": {"page": 1, "pageCount": 1}},
    ],
)
def test_what_cant_be_read_is_unknown(answer):
    with pytest.raises(ProviderUnknown):
        read_settlements(answer)
    if "odd" not in str(answer):
        with pytest.raises(ProviderUnknown):
            settled_page(answer)
    with pytest.raises(ProviderUnknown):
        of_monnify(answer, 1)
