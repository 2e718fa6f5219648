"""Naira at Monnify: a bank transfer pays once and in full, or a person is asked to look."""

import hashlib
import hmac

import orjson
import pytest
from aiohttp import ClientSession

from core.clock import now
from core.db import execute, fetch, fetch_one
from models import PaymentMethod
from services import ledger
from services.buyers import Buyer
from services.cards import card_of
from services.checkout import pay
from services.orders import get_order
from services.payments.funding import fund_card
from services.tenants import scope_by_code
from tests.services.helpers import a_buyer, a_variant, fill_cart


@pytest.fixture
async def buyer(world) -> Buyer:
    """Somebody at Kasuwa Demo, where naira are paid through Monnify."""
    scope = await scope_by_code("kasuwa", "test")
    await PaymentMethod.create(
        platform_id=scope.platform_id,
        environment="test",
        code="transfer",
        name="Bank transfer",
        kind="gateway",
        provider="monnify",
        position=9,
    )
    return await a_buyer(scope)


async def transfer(url: str, naira: str = "") -> None:
    form = {"outcome": "pay", "amount": naira}
    async with ClientSession() as client, client.post(url, data=form, allow_redirects=False) as answer:
        assert answer.status in (200, 303)


async def balance(buyer: Buyer) -> int:
    return (await card_of(buyer.scope, buyer.customer_id)).balance_minor


async def the_book_is_right() -> None:
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_a_transfer_pays_by_its_webhook_alone(world, buyer):
    payment = await fund_card(buyer, 500_050, method_code="transfer")
    await transfer(payment.payment_url)

    async def funded() -> bool:
        return await balance(buyer) > 0

    await world.until(funded)
    assert await balance(buyer) == 500_050
    [event] = await fetch("SELECT provider, kind, reference FROM external_event")
    assert event == {"provider": "monnify", "kind": "charge", "reference": payment.reference}
    await the_book_is_right()


async def test_a_transfer_in_parts_pays_when_all_of_it_came_and_not_before(world, buyer):
    payment = await fund_card(buyer, 500_050, method_code="transfer")
    await transfer(payment.payment_url, "5000")

    async def looked_at() -> bool:
        row = await fetch_one("SELECT state FROM payment_attempt")
        return row["state"] == "Unknown"

    await world.until(looked_at)
    await execute("UPDATE payment_attempt SET next_attempt_at = $1", now())
    await world.drain()
    assert await balance(buyer) == 0
    attempt = await fetch_one("SELECT state, next_attempt_at FROM payment_attempt")
    assert attempt["state"] == "Unknown" and attempt["next_attempt_at"]

    await transfer(payment.payment_url, "0.50")

    async def funded() -> bool:
        return await balance(buyer) > 0

    await world.until(funded)
    assert await balance(buyer) == 500_050
    await the_book_is_right()


async def test_more_than_was_asked_is_neither_booked_nor_forgotten(world, buyer):
    payment = await fund_card(buyer, 500_000, method_code="transfer")
    await transfer(payment.payment_url, "50000")

    async def looked_at() -> bool:
        row = await fetch_one("SELECT state FROM payment_attempt")
        return row["state"] == "Unknown"

    await world.until(looked_at)
    attempt = await fetch_one("SELECT next_attempt_at FROM payment_attempt")
    assert attempt["next_attempt_at"] and await balance(buyer) == 0
    assert not await fetch("SELECT id FROM journal_entry")


async def test_a_forged_webhook_is_refused_and_nothing_is_stored(world):
    body = orjson.dumps({"eventType": "SUCCESSFUL_TRANSACTION", "eventData": {"paymentReference": "mk-x"}})
    for key in ("another", "sk_test_demo"):
        signature = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
        answer = await world.http.post(
            "/webhooks/monnify", data=body, headers={"monnify-signature": signature}
        )
        assert answer.status == 403
    assert (await world.http.post("/webhooks/monnify", data=b"\xff")).status == 403
    assert (await world.http.post("/webhooks/nobody", data=body)).status == 404
    assert not await fetch("SELECT id FROM external_event")


async def test_money_that_came_for_an_order_already_paid_goes_back(world, buyer):
    variant = await a_variant(buyer.scope, pieces=10)
    await fill_cart(buyer, variant, 1)
    order = await pay(buyer, "transfer")
    await pay(buyer, "standard-payment")
    await transfer(order.payments[0].payment_url)

    async def sent_back() -> bool:
        await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())
        return [row["state"] for row in await fetch("SELECT state FROM refund")] == ["Done"]

    await world.until(sent_back)
    assert (await get_order(buyer.scope, order_id=order.id)).state == "PaymentSettled"
    await the_book_is_right()
