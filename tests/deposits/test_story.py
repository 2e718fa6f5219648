"""Months of one order: bought with 30 %, declined twice, another card, a part by SMS, a later date, and all of it back."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from core import clock
from core.clock import now
from core.db import execute, fetch_one
from core.errors import PaymentFailed, PaymentPending
from services.accounts.customers import choose_language
from services.cards import card_of
from services.deposits.cancelling import cancel_order
from services.deposits.merchant import collect_payment, update_due_date
from services.deposits.paying import Which, pay_balance
from services.deposits.statements import movements_of
from services.orders import get_order
from services.tenants import scope_by_code
from tests.conftest import World
from tests.deposits.hands import an_option, buy, in_days, the_book_explains_what_is_owed
from tests.services.helpers import a_buyer, a_variant
from tests.stories.hands import Texts


async def press(url: str, **fields: str) -> None:
    async with ClientSession() as client, client.post(url, data={"outcome": "pay", **fields}) as answer:
        assert answer.status < 400


async def days_pass(world: World, days: float) -> None:
    clock.travel(timedelta(days=days))
    await world.drain()


async def come_to_rest(world: World, order_id: int) -> None:
    """Until no payment of the order is under way."""

    async def settled() -> bool:
        due = (
            "UPDATE payment_attempt SET next_attempt_at = $1 WHERE next_attempt_at > $1 AND state <> 'Failed'"
        )
        await execute(due, now())
        open_one = await fetch_one(
            "SELECT id FROM payment WHERE order_id = $1 AND state IN ('Created', 'Pending')", order_id
        )
        return open_one is None

    await world.until(settled)
    await world.drain()


async def behave(world: World, email: str, how: str) -> None:
    url = f"{world.twins}/control/card"
    async with ClientSession() as client, client.get(url, params={"email": email}) as answer:
        cards = (await answer.json())["cards"]
    await world.twin("/control/card", authorization_code=cards[-1]["authorization_code"], behaviour=how)


@pytest.fixture
async def bought(world: World) -> Any:
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    option = await an_option(scope, variant)
    buyer = await a_buyer(scope, balance_minor=6_000, pin=True)
    order = await buy(buyer, variant, option, "connected-payment-method")
    await press(order.payments[0].payment_url or "")
    await come_to_rest(world, order.id)
    phone = await fetch_one("SELECT phone FROM customer WHERE id = $1", buyer.customer_id)
    assert phone
    return scope, buyer, order, phone["phone"]


async def test_months_of_a_deposit(world: World, bought: Any) -> None:
    scope, buyer, order, phone = bought
    placed = await get_order(scope, order_id=order.id)
    assert placed and (placed.state, placed.outstanding_minor) == ("PaymentAuthorized", 29_750)
    assert "GHS 127.50 is paid. GHS 297.50 is due from" in (await world.outbox(phone))[0]["text"]

    await days_pass(world, 23.1)
    assert "will be taken from your Visa 4081" in (await world.outbox(phone))[0]["text"]
    email = f"customer-{buyer.customer_id}@payer.makola.market"
    await behave(world, email, "insufficient_funds")
    for day in (7, 1):
        await days_pass(world, day)
        await come_to_rest(world, order.id)
        assert "could not be taken: Insufficient" in (await world.outbox(phone))[0]["text"]
        await the_book_explains_what_is_owed()

    # Another card pays a part and is kept for the rest.
    paid = await pay_balance(
        buyer, Which(order_id=order.id), "connected-payment-method", amount_minor=10_000, keep=True
    )
    await press(paid.payment_url or "", card="507850785078507812")
    await come_to_rest(world, order.id)
    now_by = await fetch_one(
        "SELECT s.label FROM customer_order o JOIN stored_method s ON s.id = o.stored_method_id WHERE o.id = $1",
        order.id,
    )
    assert now_by and "7812" in now_by["label"]

    texting = Texts(world, phone)
    assert "GHS 50.00 for MK" in await texting.text("PAY 50")
    for typed in ("1", "1"):
        shown = await texting.text(typed)
    assert "Your PIN" in shown
    assert "GHS 50.00" in await texting.text("1234")
    assert (await card_of(scope, buyer.customer_id)).balance_minor == 1_000

    await choose_language(scope, buyer.customer_id, "fr")
    await update_due_date(scope, order.id, in_days(20))
    await days_pass(world, 19.5)
    assert "seront pris de" in (await world.outbox(phone))[0]["text"]
    left = await get_order(scope, order_id=order.id)
    assert left and left.outstanding_minor == 14_750
    await days_pass(world, 1)
    await come_to_rest(world, order.id)
    done = await get_order(scope, order_id=order.id)
    assert done and (done.state, done.outstanding_minor) == ("PaymentSettled", 0)
    assert "La commande est entièrement payée. Merci!" in (await world.outbox(phone))[0]["text"]
    await the_book_explains_what_is_owed()

    back = await cancel_order(scope, order.uid, customer_id=buyer.customer_id)
    assert back.returned_minor == 42_500

    async def refunded() -> bool:
        await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at > $1", now())
        row = await fetch_one("SELECT COUNT(*) AS n FROM refund WHERE state NOT IN ('Done', 'OnCard')")
        return bool(row and row["n"] == 0)

    await world.until(refunded)
    await the_book_explains_what_is_owed()
    assert (await card_of(scope, buyer.customer_id)).balance_minor == 6_000
    words = [each.words for each in await movements_of(scope, buyer.customer_id, order.uid)]
    assert (
        words[0].startswith("You bought order")
        and words[1] == "You paid GHS 127.50 at checkout (Pay online)."
    )
    assert sum("did not go through: Insufficient" in each for each in words) == 2
    assert "GHS 147.50 was taken because it was due (Pay online)." in words
    assert any(each.startswith("The order was called off") for each in words)


@pytest.mark.parametrize("mode", ["timeout_before", "timeout_after", "error_500_after", "garbage"])
async def test_a_collection_whose_outcome_is_unknown_is_not_tried_again_until_it_is_known(
    world: World, bought: Any, mode: str
) -> None:
    scope, _, order, _ = bought
    await world.twin("/control/fail", provider="paystack", call="charge_authorization", mode=mode)
    status = await collect_payment(scope, order.id, amount_minor=5_000)
    assert status.reference
    with pytest.raises(PaymentPending):
        await collect_payment(scope, order.id)
    await come_to_rest(world, order.id)
    async with ClientSession() as client:
        answer = await client.get(f"{world.twins}/control/state", params={"reference": status.reference})
        assert (await answer.json())["charges"] == 1
    after = await get_order(scope, order_id=order.id)
    assert after and after.outstanding_minor == 24_750
    await the_book_explains_what_is_owed()


async def test_a_replay_of_a_declined_collection_is_told_of_the_decline_again_and_of_nothing_newer(
    world: World, bought: Any
) -> None:
    scope, buyer, order, _ = bought
    email = f"customer-{buyer.customer_id}@payer.makola.market"
    await behave(world, email, "insufficient_funds")
    for _ in range(2):
        with pytest.raises(PaymentFailed) as declined:
            await collect_payment(scope, order.id, amount_minor=5_000, idempotency_key="declined")
        assert "nsufficient" in declined.value.message
    assert (await fetch_one("SELECT COUNT(*) AS n FROM payment WHERE purpose = 'balance'")) == {"n": 1}
    await behave(world, email, "ok")
    first = await collect_payment(scope, order.id, amount_minor=5_000, idempotency_key="first")
    await collect_payment(scope, order.id, amount_minor=6_000, idempotency_key="second")
    await come_to_rest(world, order.id)
    again = await collect_payment(scope, order.id, amount_minor=5_000, idempotency_key="first")
    assert again.reference == first.reference
    after = await get_order(scope, order_id=order.id)
    assert after and after.outstanding_minor == 29_750 - 11_000
