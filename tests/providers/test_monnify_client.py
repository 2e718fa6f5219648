"""The Monnify client against the twin: pages, exact amounts, refunds, refusals."""

from datetime import timedelta

import pytest
from monnify_helpers import KEYS, TIMEOUT_S, login, page, paid, refunded, transfer
from yarl import URL

from core import clock
from providers.errors import ProviderRefused
from providers.monnify import Monnify
from providers.twins.settings import MonnifyAccount


async def test_a_page_that_is_paid_settles_and_sends_the_customer_back(monnify, twins):
    url = await page(monnify, "page-1")
    assert (await monnify.verify("page-1")).state == "pending"
    answer = await twins.press(url, "pay")
    charge = await monnify.verify("page-1")
    assert answer.status == 303
    back = answer.headers["Location"]
    assert back.startswith("http://shop.example/done?order=7&paymentReference=page-1&")
    assert (charge.state, charge.amount_minor, charge.currency) == ("succeeded", 1_205_075, "NGN")
    assert charge.provider_id.startswith("MNFY|")
    assert charge.fees_minor == 18_076
    assert abs(charge.paid_at - clock.now()) < timedelta(minutes=1)


async def test_pay_pressed_twice_charges_once_and_tells_once(monnify, twins, receiver):
    url = await page(monnify, "twice")
    for _ in range(2):
        assert (await twins.press(url, "pay")).status == 303
    await twins.press(url, "decline")
    await receiver.wait_for(1)
    assert await twins.charges("twice") == 1
    assert (await monnify.verify("twice")).state == "succeeded"
    assert len(receiver.got) == 1


async def test_a_declined_page_fails_and_can_not_be_paid_after(monnify, twins):
    url = await page(monnify, "no")
    assert (await twins.press(url, "decline")).status == 303
    await twins.press(url, "pay")
    charge = await monnify.verify("no")
    assert (charge.state, charge.amount_minor, charge.retryable) == ("failed", 0, True)
    assert await twins.charges("no") == 0


async def test_a_page_is_good_for_forty_minutes(monnify, twins):
    url = await page(monnify, "late")
    clock.travel(timedelta(minutes=41))
    await twins.press(url, "pay")
    charge = await monnify.verify("late")
    assert (charge.state, charge.reason) == ("failed", "It was not paid in time.")
    assert await twins.charges("late") == 0


async def test_what_is_paid_in_part_is_told_as_what_it_is_until_all_of_it_came(monnify, twins):
    url = await page(monnify, "parts")
    await transfer(twins, url, "2050.7")
    charge = await monnify.verify("parts")
    assert (charge.state, charge.amount_minor) == ("succeeded", 205_070)
    await twins.press(url, "pay")
    assert (await monnify.verify("parts")).amount_minor == 1_205_075


async def test_what_is_overpaid_is_told_as_what_it_is(monnify, twins):
    await transfer(twins, await page(monnify, "more"), "12050.76")
    charge = await monnify.verify("more")
    assert (charge.state, charge.amount_minor) == ("succeeded", 1_205_076)


@pytest.mark.parametrize("minor", [2_000, 2_001, 2_010, 110_007, 1_999_999, 99_999_999_999_999])
async def test_an_amount_is_the_same_kobo_on_both_sides(monnify, twins, minor):
    charge = await paid(monnify, twins, "exact", amount_minor=minor)
    assert charge.amount_minor == minor
    assert (await twins.get("/control/state", reference="exact"))["transactions"][0]["amount"] == minor


@pytest.mark.parametrize("callback", ["javascript:alert(1)", "data:text/html,x", "/local", "http://[", ""])
async def test_only_a_web_address_is_redirected_to(monnify, twins, callback):
    answer = await twins.press(await page(monnify, "odd", callback_url=callback), "pay")
    assert answer.status == 200 and "Paid" in await answer.text()


async def test_the_page_escapes_what_it_shows_and_offers_another_amount(start_twins):
    account = MonnifyAccount("<script>alert(1)</script>", "MK_TEST_x", "x", "c")
    twins = await start_twins(monnify_accounts=(account,))
    monnify = Monnify(f"{twins.url}/monnify", "MK_TEST_x", "x", "c", TIMEOUT_S)
    url = await page(monnify, "esc", email="<b>@example.com")
    shown = await (await twins.session.get(url)).text()
    await monnify.close()
    assert "<script>" not in shown and "<b>" not in shown
    assert "NGN 12,050.75" in shown and 'value="12050.75"' in shown


@pytest.mark.parametrize("naira", ["0", "-5", "1.005", "much"])
async def test_what_is_no_amount_is_not_transferred(monnify, twins, naira):
    url = await page(monnify, "odd")
    answer = await twins.session.post(url, data={"outcome": "pay", "amount": naira})
    assert answer.status == 400
    assert (await monnify.verify("odd")).state == "pending"


async def test_mobile_money_and_codes_are_not_to_be_had(monnify):
    wallet = {"amount_minor": 5_000, "currency": "NGN", "email": "a@example.com", "phone": "+2348030000000"}
    for call in (
        monnify.charge_mobile_money(reference="momo", network="mtn", **wallet),
        monnify.submit_otp(reference="momo", otp="1"),
    ):
        with pytest.raises(ProviderRefused) as refusal:
            await call
        assert refusal.value.code == "unsupported"


@pytest.mark.parametrize(
    "reference", ["never-seen", "a&paymentReference=known", "known ", "../x", "ä", "a|b%7C"]
)
async def test_a_reference_nobody_knows_is_absent(monnify, reference):
    await page(monnify, "known")
    assert (await monnify.verify(reference)).state == "absent"


async def test_a_reference_is_used_once(monnify, twins):
    await paid(monnify, twins, "one")
    with pytest.raises(ProviderRefused) as refusal:
        await page(monnify, "one")
    assert refusal.value.code == "duplicate_reference"
    assert await twins.charges("one") == 1


@pytest.mark.parametrize(
    "change", [{"amount_minor": 1_999}, {"amount_minor": -500}, {"currency": "GHS"}, {"email": "nobody"}]
)
async def test_what_monnify_refuses_is_a_definite_no(monnify, change):
    with pytest.raises(ProviderRefused):
        await page(monnify, "bad", **change)
    assert (await monnify.verify("bad")).state == "absent"


@pytest.mark.parametrize("wrong", range(3))
async def test_wrong_keys_and_contracts_are_refused(twins, wrong):
    keys = [("another" if place == wrong else key) for place, key in enumerate(KEYS)]
    stranger = Monnify(f"{twins.url}/monnify", *keys, TIMEOUT_S)
    with pytest.raises(ProviderRefused) as refusal:
        await page(stranger, "mine")
    assert refusal.value.code == ("http_422" if wrong == 2 else "unauthorized")
    await stranger.close()


async def test_accounts_are_apart(start_twins):
    accounts = tuple(MonnifyAccount(f"Shop {n}", f"MK_TEST_{n}", f"secret-{n}", f"c{n}") for n in (1, 2))
    twins = await start_twins(monnify_accounts=accounts)
    one, two = (
        Monnify(f"{twins.url}/monnify", each.api_key, each.secret_key, each.contract_code, TIMEOUT_S)
        for each in accounts
    )
    await page(one, "mine")
    assert (await two.verify("mine")).state == "absent"
    assert await page(two, "mine")
    await one.close()
    await two.close()


@pytest.mark.parametrize("path", ["/api/v2/transactions/nobody", "/api/v1/refunds/x", "/nothing"])
async def test_nothing_is_told_without_a_token(twins, path):
    for headers in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic TUtf"}):
        assert (await twins.session.get(f"{twins.url}/monnify{path}", headers=headers)).status == 401


async def test_a_refund_in_parts_until_nothing_is_left(monnify, twins):
    charge = await paid(monnify, twins, "sale")
    refund = {"reference": "sale", "currency": "NGN", "reason": "the customer returned it, and it was whole"}
    first = await monnify.refund(refund_reference="rf-1", amount_minor=1_000_075, **refund)
    assert (first.state, first.amount_minor, first.provider_id) == ("pending", 1_000_075, "rf-1")
    refusals = {}
    for name, amount in (("rf-1", 20_000), ("rf-2", 205_001), ("rf-3", 9_999)):
        with pytest.raises(ProviderRefused) as refusal:
            await monnify.refund(refund_reference=name, amount_minor=amount, **refund)
        refusals[name] = refusal.value.code
    assert refusals == {"rf-1": "duplicate_reference", "rf-2": "R12", "rf-3": "R4"}
    await monnify.refund(refund_reference="rf-4", amount_minor=205_000, **refund)
    for name in ("rf-1", "rf-4"):
        await refunded(monnify, name, "succeeded")
    found = await monnify.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-4")
    assert (found.amount_minor, found.currency) == (205_000, "NGN")
    absent = await monnify.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-2")
    assert absent.state == "absent"


async def refusal_of_refund(monnify: Monnify, reference: str) -> str:
    with pytest.raises(ProviderRefused) as refusal:
        await monnify.refund(
            reference=reference, refund_reference="rf", amount_minor=20_000, currency="NGN", reason=""
        )
    return refusal.value.code


async def test_what_was_never_paid_is_not_refunded(monnify):
    await page(monnify, "open")
    assert await refusal_of_refund(monnify, "open") == "R2"
    assert await refusal_of_refund(monnify, "unheard") == "transaction_not_found"


async def test_a_card_pays_without_a_transfer_and_is_not_refunded(monnify, twins):
    """In Monnify's own words: the client leaves the choice of a method to the customer."""
    url = f"{twins.url}/monnify/api/v1"
    body = {"amount": "50.00", "currencyCode": "NGN", "contractCode": KEYS[2], "paymentMethods": ["CARD"]}
    body |= {"customerEmail": "ada@example.com", "paymentReference": "card"}
    bearer = {"Authorization": f"Bearer {(await login(twins))['accessToken']}"}
    path = f"{url}/merchant/transactions/init-transaction"
    async with twins.session.post(path, json=body, headers=bearer) as answer:
        await twins.press((await answer.json())["responseBody"]["checkoutUrl"], "pay")
    charge = await monnify.verify("card")
    assert (charge.state, charge.authorization.last4, charge.authorization.reusable) == (
        "succeeded",
        "1111",
        True,
    )
    assert await refusal_of_refund(monnify, "card") == "R2"
    name = charge.provider_id.replace("|", "%7C")
    status = URL(f"{twins.url}/monnify/api/v2/transactions/{name}", encoded=True)
    async with twins.session.get(status, headers=bearer) as answer:
        assert (await answer.json())["responseBody"]["paymentReference"] == "card"


@pytest.mark.parametrize("reference", ["../auth", "..", "a/b", "a b", "", "ä", "x" * 101])
async def test_a_refund_reference_that_is_none_never_reaches_a_path(monnify, reference):
    with pytest.raises(ProviderRefused) as refusal:
        await monnify.refund_status(reference)
    assert refusal.value.code == "invalid_reference"
