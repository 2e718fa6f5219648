"""The same thing many times at once over REST: done once, never for nothing, and nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from core.db import fetch, fetch_one
from models import Customer
from services.accounts.pins import MAX_TRIES
from tests.conftest import World
from tests.rest.hands import PIN, Rest
from tests.rest.test_checkout import BACK, listing, on_page
from tests.services.bill_hands import balance
from tests.services.helpers import stock_of

CART, CARD = "/api/customer/cart", "/api/checkout/shopping-card"
AIRTIME, FUND = "/api/billspayment/airtime/purchase", "/api/transaction/fund-shopping-card"
Answer = tuple[int, dict[str, Any]]


@pytest.fixture
async def app(world: World) -> AsyncIterator[Rest]:
    async with Rest(world) as app:
        yield app


async def at_once(*calls: Awaitable[Answer]) -> list[Answer]:
    return await asyncio.gather(*calls)


async def test_one_key_ten_times_at_once_checks_out_once(app: Rest) -> None:
    await app.become("+233240000001", balance="50000")
    body = await by_card(app, 2)
    answers = await at_once(*(app.ask("POST", CARD, body, key="tap") for _ in range(10)))
    assert alike(answers)["orderStatus"] == "Completed"
    assert len(await fetch("SELECT id FROM payment")) == 1
    assert len(await fetch("SELECT id FROM customer_order WHERE state = 'PaymentSettled'")) == 1
    assert await balance(app.customer_id) == 5_000_000 - minor(body["totalAmount"])
    assert (await stock_of(app.variant_id))[0] == 48


async def test_one_key_ten_times_at_once_buys_airtime_once(world: World, app: Rest) -> None:
    await app.become("+233240000001", balance="100")
    body = await airtime(app)
    answers = await at_once(*(app.ask("POST", AIRTIME, body, key="tap") for _ in range(10)))
    assert {status for status, _ in answers} == {200}
    assert len({told["data"]["transactionReference"] for _, told in answers}) == 1
    assert len(await fetch("SELECT id FROM bill_purchase")) == 1
    assert await balance(app.customer_id) == 10_000 - 500
    await world.drain()
    again = await app.data("POST", AIRTIME, body, key="tap")
    assert again["transactionReference"] == answers[0][1]["data"]["transactionReference"]
    assert await balance(app.customer_id) == 10_000 - 500


@pytest.mark.parametrize("path", [FUND, "/api/checkout/payment-gateway"])
async def test_one_key_ten_times_at_once_opens_one_page(app: Rest, path: str) -> None:
    await app.become("+233240000001")
    body = await on_page(app, await app.a_product(), 2)
    if path == FUND:
        body = {"amount": 50, "callbackUrl": BACK}
    answers = await at_once(*(app.ask("POST", path, body, key="tap") for _ in range(10)))
    assert alike(answers)["transactionReference"]
    assert len(await fetch("SELECT id FROM payment")) == 1
    assert len(await fetch("SELECT id FROM payment_attempt")) == 1


@pytest.mark.parametrize("keyed", [True, False])
async def test_with_money_for_one_of_ten_checkouts_one_is_paid(app: Rest, keyed: bool) -> None:
    await app.become("+233240000001")
    body = await by_card(app, 1)
    await app.gift(str(body["totalAmount"]))
    answers = await at_once(
        *(app.ask("POST", CARD, body, key=f"tap {n}" if keyed else None) for n in range(10))
    )
    assert statuses(answers) == {200: 1, 402: 9}
    assert await balance(app.customer_id) == 0
    assert len(await fetch("SELECT id FROM payment WHERE state = 'Settled'")) == 1
    assert await stock_of(app.variant_id) == (49, 0)


async def test_with_money_for_one_of_ten_bills_one_is_bought(world: World, app: Rest) -> None:
    await app.become("+233240000001", balance="5")
    body = await airtime(app)
    answers = await at_once(*(app.ask("POST", AIRTIME, body, key=f"tap {n}") for n in range(10)))
    assert statuses(answers) == {200: 1, 402: 9}
    assert await balance(app.customer_id) == 0
    assert len(await fetch("SELECT id FROM bill_purchase")) == 1


async def test_the_card_pays_at_two_doors_at_once_for_what_is_on_it(app: Rest) -> None:
    await app.become("+233240000001")
    body = await by_card(app, 1)
    await app.gift(str(body["totalAmount"] + 4))
    bill = await airtime(app)
    answers = await at_once(
        *(app.ask("POST", CARD, body, key=f"a {n}") for n in range(5)),
        *(app.ask("POST", AIRTIME, bill, key=f"b {n}") for n in range(5)),
    )
    assert set(statuses(answers)) == {200, 402}
    spent = sum(row["amount_minor"] for row in await fetch("SELECT amount_minor FROM payment"))
    spent += sum(row["amount_minor"] for row in await fetch("SELECT amount_minor FROM bill_purchase"))
    assert await balance(app.customer_id) == minor(body["totalAmount"]) + 400 - spent >= 0


async def test_twenty_customers_at_once_get_the_last_five_pieces(world: World) -> None:
    async with AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(Rest(world)) for _ in range(20)]
        for number, app in enumerate(apps):
            await app.become(f"+2332400001{number:02}", balance="50000")
        body = await by_card(apps[0], 1, pieces=5)
        answers = await at_once(*(app.ask("POST", CARD, body, key="tap") for app in apps))
    assert statuses(answers) == {200: 5, 409: 15}
    assert await stock_of(apps[0].variant_id) == (0, 0)
    paid = await fetch("SELECT id FROM customer_order WHERE state = 'PaymentSettled'")
    assert len(paid) == len(await fetch("SELECT id FROM payment WHERE state = 'Settled'")) == 5
    for (status, _), app in zip(answers, apps, strict=True):
        price = minor(body["totalAmount"]) if status == 200 else 0
        assert await balance(app.customer_id) == 5_000_000 - price


@pytest.mark.parametrize("begun", ["never", "and taken along"])
async def test_a_guests_first_items_at_once_share_one_cart(world: World, app: Rest, begun: str) -> None:
    [first, second] = await app.products(2)
    guest = {"quantity": 1, "sessionId": "twice-at-once"}
    if begun != "never":
        # The name is known, and the cart it named is a customer's now.
        await app.data("POST", f"{CART}/add", {"productId": first, **guest})
        async with Rest(world) as other:
            await other.become("+233240000001")
            await other.data("POST", f"{CART}/transfer-session", sessionId=guest["sessionId"])
    answers = await at_once(
        *(app.ask("POST", f"{CART}/add", {"productId": each, **guest}) for each in (first, second) * 3)
    )
    assert statuses(answers) == {200: 6}
    items = await app.data("GET", f"{CART}/items", sessionId=guest["sessionId"])
    assert {item["productId"]: item["quantity"] for item in items} == {first: 3, second: 3}
    assert {told["data"]["id"] for _, told in answers} == {item["id"] for item in items}
    active = await fetch_one(
        "SELECT COUNT(*) AS n FROM customer_order WHERE customer_id IS NULL AND state = 'AddingItems'"
    )
    assert active == {"n": 1}


async def test_one_guests_cart_goes_to_one_of_two_customers(world: World, app: Rest) -> None:
    product = await app.a_product()
    for turn in range(3):
        name = f"wanted-by-two-{turn}"
        await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 3, "sessionId": name})
        async with Rest(world) as one, Rest(world) as two:
            for number, each in enumerate((one, two)):
                await each.become(f"+23324000{turn}00{number}")
            # One of them has a cart already, which it then joins.
            if turn == 1:
                await one.data("POST", f"{CART}/add", {"productId": product, "quantity": 1})
            answers = await at_once(
                *(each.ask("POST", f"{CART}/transfer-session", sessionId=name) for each in (one, two) * 3)
            )
            assert statuses(answers) == {200: 6}
            counts = sorted([await each.data("GET", f"{CART}/count") for each in (one, two)])
        assert counts in ([0, 3], [1, 3]), counts
        assert await app.data("GET", f"{CART}/count", sessionId=name) == 0


@pytest.mark.parametrize("path", [CARD, AIRTIME, "/api/customerprofile/update-transaction-pin"])
async def test_fifty_wrong_pins_at_once_lock_it_at_five(app: Rest, path: str) -> None:
    await app.become("+233240000001", balance="50000")
    if path == CARD:
        body, method, field = await by_card(app, 1), "POST", "transactionPin"
    elif path == AIRTIME:
        body, method, field = await airtime(app), "POST", "transactionPin"
    else:
        body, method, field = {"newTransactionPin": "2222"}, "PUT", "currentTransactionPin"
    wrong = [f"{n:04}" for n in range(5000, 5050)]
    answers = await at_once(*(app.ask(method, path, {**body, field: pin}) for pin in wrong))
    assert statuses(answers) == {403: 50}
    locked = [told["message"] for _, told in answers if "locked" in told["message"]]
    assert len(locked) == 50 - MAX_TRIES + 1
    for _ in range(3):
        assert "locked" in await app.refused(403, method, path, {**body, field: PIN})
    assert (await Customer.get(id=app.customer_id)).pin_tries == MAX_TRIES
    assert await balance(app.customer_id) == 5_000_000


async def by_card(app: Rest, quantity: int, pieces: int = 50) -> dict[str, Any]:
    return {**await listing(app, await app.a_product(pieces=pieces), quantity), "transactionPin": PIN}


async def airtime(app: Rest) -> dict[str, Any]:
    [service, *_] = await app.data("GET", "/api/billspayment/services/airtime")
    bill = {"amount": 5, "phoneNumber": "+233244777009", "transactionPin": PIN}
    return {"airtimeServiceId": service["id"], **bill}


def statuses(answers: list[Answer]) -> dict[int, int]:
    return dict(Counter(status for status, _ in answers))


def alike(answers: list[Answer]) -> dict[str, Any]:
    """The data of answers that must all be the same."""
    assert statuses(answers) == {200: len(answers)}, answers
    data: dict[str, Any] = answers[0][1]["data"]
    assert all(told["data"] == data for _, told in answers), answers
    return data


def minor(amount: float) -> int:
    return round(amount * 100)
