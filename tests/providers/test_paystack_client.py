"""The Paystack client against the twin: pages, wallets, refunds and refusals."""

import pytest
from twin_helpers import PAYMENT, TIMEOUT_S, WALLET, eventually, paid, settled

from providers.errors import ProviderRefused
from providers.paystack import Paystack


async def test_a_page_that_is_paid_settles_and_sends_the_customer_back(paystack, twins):
    redirect = await paystack.initialize(reference="page-1", **PAYMENT)
    assert (await paystack.verify("page-1")).state == "pending"
    answer = await twins.press(redirect.payment_url, "pay")
    assert answer.status == 303
    assert answer.headers["Location"] == "http://shop.example/done?order=7&trxref=page-1&reference=page-1"
    charge = await paystack.verify("page-1")
    assert (charge.state, charge.amount_minor, charge.currency) == ("succeeded", 12_050, "GHS")
    assert charge.fees_minor == 235
    assert charge.paid_at.utcoffset().total_seconds() == 0
    assert charge.authorization.reusable and charge.authorization.email == "ama@example.com"


async def test_pay_pressed_twice_charges_once_and_tells_once(paystack, twins, receiver):
    redirect = await paystack.initialize(reference="twice", **PAYMENT)
    for _ in range(2):
        assert (await twins.press(redirect.payment_url, "pay")).status == 303
    await twins.press(redirect.payment_url, "decline")
    await receiver.wait_for(1)
    assert await twins.charges("twice") == 1
    assert (await paystack.verify("twice")).state == "succeeded"
    assert len(receiver.got) == 1


async def test_a_declined_page_fails_and_can_not_be_paid_after(paystack, twins):
    redirect = await paystack.initialize(reference="no", **PAYMENT)
    assert (await twins.press(redirect.payment_url, "decline")).status == 303
    await twins.press(redirect.payment_url, "pay")
    assert (await paystack.verify("no")).state == "failed"
    assert await twins.charges("no") == 0


@pytest.mark.parametrize(
    "callback",
    [
        "javascript:alert(1)",
        "javascript://shop.example/%0aalert(1)",
        "ftp://shop.example/",
        "data:text/html,x",
        "/local",
        "http://[",
        "",
    ],
)
async def test_only_a_web_address_is_redirected_to(paystack, twins, callback):
    redirect = await paystack.initialize(reference="odd", **PAYMENT | {"callback_url": callback})
    answer = await twins.press(redirect.payment_url, "pay")
    assert answer.status == 200 and "Paid" in await answer.text()


async def test_the_page_escapes_what_it_shows(start_twins):
    twins = await start_twins(paystack_secrets={"<script>alert(1)</script>": "sk_test_x"})
    paystack = Paystack(f"{twins.url}/paystack", "sk_test_x")
    redirect = await paystack.initialize(reference="esc", **PAYMENT | {"email": "<b>@example.com"})
    page = await (await twins.session.get(redirect.payment_url)).text()
    await paystack.close()
    assert "<script>" not in page and "<b>" not in page
    assert "GHS 120.50" in page


async def test_a_reference_nobody_knows_is_absent(paystack):
    assert (await paystack.verify("never-seen")).state == "absent"


@pytest.mark.parametrize("reference", ["../refund", "..", "a/b", "a b", "", "ä", "x" * 101])
async def test_a_reference_that_is_none_never_reaches_a_path(paystack, reference):
    with pytest.raises(ProviderRefused) as refusal:
        await paystack.verify(reference)
    assert refusal.value.code == "invalid_reference"


async def test_a_reference_is_used_once(paystack, twins):
    await paid(paystack, "one")
    with pytest.raises(ProviderRefused) as refusal:
        await paystack.charge_mobile_money(reference="one", phone="+233551234987", **WALLET)
    assert refusal.value.code == "duplicate_reference"
    assert await twins.charges("one") == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 9}, "amount_below_minimum"),
        ({"amount_minor": 0}, "invalid_params"),
        ({"amount_minor": -500}, "invalid_params"),
        ({"currency": "NGN", "amount_minor": 4999}, "amount_below_minimum"),
        ({"currency": "XXX"}, "unsupported_currency"),
        ({"email": "nobody"}, "invalid_params"),
    ],
)
async def test_what_paystack_refuses_is_a_definite_no(paystack, change, code):
    with pytest.raises(ProviderRefused) as refusal:
        await paystack.initialize(reference="bad", **PAYMENT | change)
    assert refusal.value.code == code
    assert (await paystack.verify("bad")).state == "absent"


async def test_a_wrong_key_is_refused_and_accounts_are_apart(start_twins):
    twins = await start_twins(paystack_secrets={"One": "sk_test_1", "Two": "sk_test_2"})
    one, two, stranger = (Paystack(f"{twins.url}/paystack", f"sk_test_{n}", TIMEOUT_S) for n in (1, 2, 3))
    await one.initialize(reference="mine", **PAYMENT)
    assert (await two.verify("mine")).state == "absent"
    with pytest.raises(ProviderRefused) as refusal:
        await stranger.verify("mine")
    assert refusal.value.code == "invalid_Key"
    for client in (one, two, stranger):
        await client.close()


async def test_a_wallet_is_asked_and_approves(paystack, twins):
    charge = await paystack.charge_mobile_money(reference="momo", phone="+233551234987", **WALLET)
    assert (charge.state, charge.needs_otp) == ("pending", False)
    assert charge.instruction
    done = await settled(paystack, "momo")
    assert (done.state, done.amount_minor, done.authorization.channel) == ("succeeded", 2500, "mobile_money")
    assert await twins.charges("momo") == 1


@pytest.mark.parametrize("phone", ["+233551230001", "+233551230002"])
async def test_a_wallet_that_does_not_pay_fails_and_may_be_tried_again(paystack, twins, phone):
    await paystack.charge_mobile_money(reference="poor", phone=phone, **WALLET)
    charge = await settled(paystack, "poor")
    assert (charge.state, charge.retryable) == ("failed", True)
    assert charge.reason
    assert await twins.charges("poor") == 0


@pytest.mark.parametrize(("otp", "state"), [("123456", "succeeded"), ("000000", "failed")])
async def test_a_wallet_that_asks_for_a_code_goes_on_with_it(start_twins, otp, state):
    twins = await start_twins(expire_after_s=60)
    paystack = Paystack(f"{twins.url}/paystack", "sk_test_demo", TIMEOUT_S)
    charge = await paystack.charge_mobile_money(reference="otp", phone="+233551230004", **WALLET)
    assert (charge.state, charge.needs_otp) == ("pending", True)
    await paystack.submit_otp(reference="otp", otp=otp)
    assert (await settled(paystack, "otp")).state == state
    await paystack.close()


async def test_a_refund_in_parts_until_nothing_is_left(paystack):
    charge = await paid(paystack, "sale")
    refund = {"reference": "sale", "currency": "GHS", "reason": "returned"}
    first = await paystack.refund(refund_reference="rf-1", amount_minor=1000, **refund)
    assert (first.state, first.amount_minor) == ("pending", 1000)
    with pytest.raises(ProviderRefused):
        await paystack.refund(refund_reference="rf-2", amount_minor=1501, **refund)
    second = await paystack.refund(refund_reference="rf-3", amount_minor=1500, **refund)
    with pytest.raises(ProviderRefused) as refusal:
        await paystack.refund(refund_reference="rf-4", amount_minor=1, **refund)
    assert refusal.value.code == "transaction_reversed"

    async def both_done() -> bool:
        states = [(await paystack.refund_status(each.provider_id)).state for each in (first, second)]
        return states == ["succeeded", "succeeded"]

    await eventually(both_done)
    assert (await paystack.verify("sale")).state == "reversed"
    found = await paystack.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-3")
    assert found.provider_id == second.provider_id
    absent = await paystack.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-2")
    assert absent.state == "absent"


async def test_a_refund_that_fails_leaves_the_money_to_be_refunded(paystack, twins):
    await paid(paystack, "sale")
    await twins.fail(provider="paystack", call="refund", mode="decline")
    refund = {"reference": "sale", "amount_minor": 2500, "currency": "GHS", "reason": ""}
    failing = await paystack.refund(refund_reference="rf-1", **refund)

    async def has_failed() -> bool:
        return (await paystack.refund_status(failing.provider_id)).state == "failed"

    await eventually(has_failed)
    assert (await paystack.verify("sale")).state == "succeeded"
    assert (await paystack.refund(refund_reference="rf-2", **refund)).state == "pending"


async def test_what_was_never_paid_is_not_refunded(paystack):
    await paystack.initialize(reference="open", **PAYMENT)
    for reference in ("open", "unheard"):
        with pytest.raises(ProviderRefused):
            await paystack.refund(
                reference=reference, refund_reference="rf", amount_minor=100, currency="GHS", reason=""
            )
