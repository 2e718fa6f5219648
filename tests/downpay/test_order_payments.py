"""The document's requests about the payment of orders, on a real balance of a real order."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.clock import now
from services.cards import card_of
from services.ledger import balance_of
from services.orders.views import OrderView
from services.purchase_options.offers import options_by_product
from services.tenants import scope_by_code
from tests.deposits.hands import buy, charges_of, the_book_explains_what_is_owed
from tests.downpay.conftest import Merchant
from tests.purchase_options.hands import variants_of
from tests.services.helpers import a_buyer

TURBO = 546
PAYING = ("orderAuthorizePayment", "orderCollectPayment", "orderCollectPartialPayment")
HUNDRED = {"amount": "100.00", "currencyCode": "GHS"}


@pytest.fixture
async def order(merchant: Merchant) -> OrderView:
    """A turbocharger, bought with 30% now from a shopping card that holds enough for the rest."""
    scope = await merchant.scope()
    buyer = await a_buyer(scope, balance_minor=1_000_000, pin=True)
    option = (await options_by_product(scope, [TURBO]))[TURBO][0]
    return await buy(buyer, (await variants_of(TURBO))[0], option.id)


async def card_balance(order: OrderView) -> int:
    """What is left on the buyer's shopping card, in minor units."""
    assert order.customer_id is not None
    scope = await scope_by_code("demo", "test")
    return await balance_of((await card_of(scope, order.customer_id)).account)


async def owed(order: OrderView) -> int:
    return sum(c["amount_minor"] - c["collected_minor"] for c in await charges_of(order.id))


async def test_the_order_is_one_of_its_group_s(merchant: Merchant, order: OrderView) -> None:
    groups = (await merchant.query("purchaseOptionGroups"))["nodes"]
    turbo = next(group for group in groups if group["merchantCode"] == "turbo-deposit")
    assert [each["id"] for each in turbo["orders"]["nodes"]] == [str(order.id)]


async def test_the_balance_is_collected_in_parts_and_then_whole(merchant: Merchant, order: OrderView) -> None:
    before, balance = await card_balance(order), await owed(order)
    part = await merchant.done("orderCollectPartialPayment", id=order.id, amount=HUNDRED)
    status = part["orderPaymentStatus"]
    assert status["orderId"] == str(order.id) and status["paymentReferenceId"]
    assert datetime.fromisoformat(status["createdAt"]) <= datetime.fromisoformat(status["updatedAt"])
    assert (await owed(order), await card_balance(order)) == (balance - 10_000, before - 10_000)
    rest = await merchant.done("orderCollectPayment", id=str(order.id))
    assert rest["orderPaymentStatus"]["paymentReferenceId"] != status["paymentReferenceId"]
    assert (await owed(order), await card_balance(order)) == (0, before - balance)
    assert await merchant.refused("orderCollectPayment", id=order.id) == [["id"]]
    await the_book_explains_what_is_owed()


async def test_money_is_set_aside_and_given_back(merchant: Merchant, order: OrderView) -> None:
    before = await card_balance(order)
    aside = await merchant.done("orderAuthorizePayment", id=order.id, amount=HUNDRED)
    assert aside["orderPaymentStatus"]["orderId"] == str(order.id)
    assert await card_balance(order) == before - 10_000
    assert await merchant.refused("orderAuthorizePayment", id=order.id) == [["id"]]
    assert await merchant.refused("orderRemovePaymentMethod", id=order.id) == [["id"]]
    assert (await merchant.done("orderVoidAuthorization", id=order.id))["orderId"] == str(order.id)
    assert await card_balance(order) == before
    assert await merchant.refused("orderVoidAuthorization", id=order.id) == [["id"]]
    await the_book_explains_what_is_owed()


async def test_all_that_is_owed_is_set_aside_where_no_amount_is_said(
    merchant: Merchant, order: OrderView
) -> None:
    before, balance = await card_balance(order), await owed(order)
    await merchant.done("orderAuthorizePayment", id=order.id)
    assert await card_balance(order) == before - balance


async def test_the_due_date_is_moved(merchant: Merchant, order: OrderView) -> None:
    later = (now() + timedelta(days=90)).replace(microsecond=0)
    payload = await merchant.done("orderUpdateDueDate", id=order.id, date=later.isoformat())
    assert payload["orderId"] == str(order.id)
    assert datetime.fromisoformat(payload["paymentDueDate"]) == later
    for wrong in ("2020-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert await merchant.refused("orderUpdateDueDate", id=order.id, date=wrong) == [["date"]]


async def test_without_a_stored_method_nothing_is_collected(merchant: Merchant, order: OrderView) -> None:
    assert (await merchant.done("orderRemovePaymentMethod", id=order.id))["orderId"] == str(order.id)
    assert await merchant.refused("orderRemovePaymentMethod", id=order.id) == [["id"]]
    payload = await merchant.mutate("orderCollectPayment", id=order.id)
    assert payload["errors"][0]["field"] == ["id"]
    assert payload["orderPaymentStatus"]["paymentReferenceId"]


async def test_a_repetition_under_one_key_collects_once(merchant: Merchant, order: OrderView) -> None:
    balance = await owed(order)
    merchant.headers["Idempotency-Key"] = "tap-1"
    first = await merchant.done("orderCollectPartialPayment", id=order.id, amount=HUNDRED)
    again = await merchant.done("orderCollectPartialPayment", id=order.id, amount=HUNDRED)
    assert first == again and await owed(order) == balance - 10_000
    other = {"amount": "50.00", "currencyCode": "GHS"}
    assert await merchant.refused("orderCollectPartialPayment", id=order.id, amount=other) == [None]
    assert await owed(order) == balance - 10_000


@pytest.mark.parametrize(
    ("amount", "currency", "path"),
    [
        ("1000000.00", "GHS", ["amount"]),
        ("0", "GHS", ["amount"]),
        ("100.00", "USD", ["amount"]),
        ("100", "XXX", ["amount"]),
        *((wrong, "GHS", ["amount", "amount"]) for wrong in ("-5", "abc", "", "1.005", "1e3", "٥", "9" * 30, "NaN")),
    ],
    ids=range(12),
)  # fmt: skip
async def test_an_amount_that_can_not_be_taken(
    merchant: Merchant, order: OrderView, amount: str, currency: str, path: list[str]
) -> None:
    before = await owed(order)
    money = {"amount": amount, "currencyCode": currency}
    for name in ("orderCollectPartialPayment", "orderAuthorizePayment"):
        payload = await merchant.mutate(name, id=order.id, amount=money)
        assert [error["field"] for error in payload["errors"]] == [path]
        assert payload["orderPaymentStatus"]["orderId"] == str(order.id)
    assert await owed(order) == before


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "9" * 40, "", 2**31], ids=range(6))
async def test_an_order_that_there_is_not(merchant: Merchant, wrong: Any) -> None:
    began = now()
    for name in PAYING:
        given = {"amount": HUNDRED} if name == "orderCollectPartialPayment" else {}
        payload = await merchant.mutate(name, id=wrong, **given)
        assert [error["field"] for error in payload["errors"]] == [["id"]]
        status = payload["orderPaymentStatus"]
        assert (status["orderId"], status["paymentReferenceId"]) == (str(wrong), "")
        assert datetime.fromisoformat(status["createdAt"]) >= began
    later = (now() + timedelta(days=9)).isoformat()
    assert await merchant.refused("orderUpdateDueDate", id=wrong, date=later) == [["id"]]
    assert await merchant.refused("orderVoidAuthorization", id=wrong) == [["id"]]
    assert await merchant.refused("orderRemovePaymentMethod", id=wrong) == [["id"]]


async def test_another_merchant_s_orders_are_as_unknown_as_none(stranger: Merchant, order: OrderView) -> None:
    before = (await owed(order), await card_balance(order))
    for name in PAYING:
        given = {"amount": HUNDRED | {"currencyCode": "NGN"}} if name == "orderCollectPartialPayment" else {}
        payload = await stranger.mutate(name, id=order.id, **given)
        assert [error["field"] for error in payload["errors"]] == [["id"]]
        assert payload["orderPaymentStatus"]["paymentReferenceId"] == ""
    later = (now() + timedelta(days=9)).isoformat()
    assert await stranger.refused("orderUpdateDueDate", id=order.id, date=later) == [["id"]]
    assert await stranger.refused("orderVoidAuthorization", id=order.id) == [["id"]]
    assert await stranger.refused("orderRemovePaymentMethod", id=order.id) == [["id"]]
    assert (await owed(order), await card_balance(order)) == before
