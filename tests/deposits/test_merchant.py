"""What a merchant may do with a balance, and what is refused with a clear word."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clock import now
from core.db import execute, fetch, transaction
from core.errors import (
    DomainError,
    IdempotencyConflict,
    IllegalTransition,
    InsufficientFunds,
    InvalidInput,
    NotFound,
    PaymentFailed,
    PaymentPending,
)
from models import Platform
from services.cards import card_of
from services.deposits.authorizing import expire_authorizations
from services.deposits.cancelling import cancel_order, settlement, what_cancelling_does
from services.deposits.merchant import (
    authorize_payment,
    collect_payment,
    payment_status,
    remove_payment_method,
    update_due_date,
    void_authorization,
)
from services.orders import get_order
from services.tenants import scope_by_code
from tests.deposits.hands import an_option, buy, charges_of, in_days, the_book_explains_what_is_owed
from tests.services.helpers import a_buyer, a_variant, stock_of

START = 100_000


@pytest.fixture
async def sold(demo):
    """An order of 425.00 with its deposit of 127.50 paid from a card with 1,000.00."""
    variant = await a_variant(demo, pieces=10)
    option = await an_option(demo, variant)
    buyer = await a_buyer(demo, balance_minor=START, pin=True)
    order = await buy(buyer, variant, option)
    assert (order.total_minor, order.due_now_minor, order.state) == (42_500, 12_750, "PaymentAuthorized")
    yield buyer, order, variant
    await the_book_explains_what_is_owed()


async def card(buyer) -> int:
    return (await card_of(buyer.scope, buyer.customer_id)).balance_minor


async def test_what_is_collected_in_parts_completes_the_order(demo, sold):
    buyer, order, _ = sold
    await collect_payment(demo, order.id, amount_minor=10_000, currency="GHS")
    assert (await get_order(demo, order_id=order.id)).outstanding_minor == 19_750
    await collect_payment(demo, order.id)
    done = await get_order(demo, order_id=order.id)
    assert (done.state, done.outstanding_minor, await card(buyer)) == ("PaymentSettled", 0, START - 42_500)


async def test_nothing_is_collected_twice_nor_more_than_is_owed(demo, sold):
    _, order, _ = sold
    with pytest.raises(InvalidInput) as more:
        await collect_payment(demo, order.id, amount_minor=29_751)
    assert more.value.field == "amount" and "GHS 297.50" in more.value.message
    for amount in (0, -1):
        with pytest.raises(InvalidInput):
            await collect_payment(demo, order.id, amount_minor=amount)
    with pytest.raises(InvalidInput):
        await collect_payment(demo, order.id, amount_minor=1, currency="NGN")
    await collect_payment(demo, order.id)
    with pytest.raises(InvalidInput) as again:
        await collect_payment(demo, order.id)
    assert again.value.field == "id"


async def test_the_same_key_collects_once_and_another_input_under_it_is_refused(demo, sold):
    buyer, order, _ = sold
    first = await collect_payment(demo, order.id, amount_minor=100, idempotency_key="k")
    assert await collect_payment(demo, order.id, amount_minor=100, idempotency_key="k") == first
    assert await card(buyer) == START - 12_750 - 100
    with pytest.raises(IdempotencyConflict):
        await collect_payment(demo, order.id, amount_minor=200, idempotency_key="k")


async def test_ten_collections_at_once_take_the_balance_once(demo, sold):
    buyer, order, _ = sold
    done = await asyncio.gather(*(collect_payment(demo, order.id) for _ in range(10)), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in done) == 1
    assert all(isinstance(each, DomainError) for each in done if isinstance(each, BaseException))
    assert await card(buyer) == START - 42_500


async def test_what_is_set_aside_is_held_on_the_card_and_collected_first(demo, sold):
    buyer, order, _ = sold
    status = await authorize_payment(demo, order.id, amount_minor=20_000)
    assert status == await payment_status(demo, order.id) and status.reference
    assert await card(buyer) == START - 12_750 - 20_000
    with pytest.raises(PaymentPending):
        await authorize_payment(demo, order.id)
    await collect_payment(demo, order.id, amount_minor=5_000)
    assert await card(buyer) == START - 12_750 - 20_000
    await the_book_explains_what_is_owed()
    await void_authorization(demo, order.id)
    assert await card(buyer) == START - 12_750 - 5_000
    with pytest.raises(InvalidInput):
        await void_authorization(demo, order.id)


async def test_a_collection_beyond_what_is_set_aside_takes_the_rest_from_the_card(demo, sold):
    buyer, order, _ = sold
    await authorize_payment(demo, order.id, amount_minor=5_000)
    await collect_payment(demo, order.id)
    assert await card(buyer) == START - 42_500
    assert [row["state"] for row in await fetch("SELECT state FROM payment_authorization")] == ["Collected"]


async def test_what_is_set_aside_too_long_is_let_go(demo, sold):
    buyer, order, _ = sold
    await authorize_payment(demo, order.id)
    await execute("UPDATE payment_authorization SET expires_at = $1", now())
    assert await expire_authorizations() == 1 and await expire_authorizations() == 0
    assert await card(buyer) == START - 12_750


async def test_an_empty_card_is_said_to_be_empty_and_nothing_moves(demo, sold):
    _, order, _ = sold
    await collect_payment(demo, order.id, amount_minor=29_000)
    await execute("UPDATE ledger_account SET balance_minor = 0 WHERE kind = 'card'")
    for call in (collect_payment(demo, order.id), authorize_payment(demo, order.id)):
        with pytest.raises(InsufficientFunds):
            await call
    await execute("UPDATE ledger_account SET balance_minor = $1 WHERE kind = 'card'", START - 12_750 - 29_000)
    assert (await get_order(demo, order_id=order.id)).outstanding_minor == 750


async def test_without_a_stored_method_a_merchant_collects_nothing(demo, sold):
    _, order, _ = sold
    await authorize_payment(demo, order.id)
    with pytest.raises(InvalidInput):
        await remove_payment_method(demo, order.id)
    await void_authorization(demo, order.id)
    await remove_payment_method(demo, order.id)
    for call in (collect_payment(demo, order.id), authorize_payment(demo, order.id)):
        with pytest.raises(PaymentFailed):
            await call
    with pytest.raises(InvalidInput):
        await remove_payment_method(demo, order.id)


async def test_a_due_date_moves_with_its_notices_and_only_into_the_future(demo, sold):
    _, order, _ = sold
    to = in_days(60)
    assert await update_due_date(demo, order.id, to) == to
    [charge] = await charges_of(order.id)
    assert charge["step"] == 0 and str(charge["next_step_at"])[:16] == str(to - timedelta(days=7))[:16]
    for wrong in (now(), in_days(-1), in_days(365 * 6)):
        with pytest.raises(InvalidInput) as refused:
            await update_due_date(demo, order.id, wrong)
        assert refused.value.field == "date"


async def test_another_platform_sees_and_moves_nothing(demo, sold):
    _, order, _ = sold
    stranger = await scope_by_code("kasuwa", "test")
    for call in (
        payment_status(stranger, order.id),
        collect_payment(stranger, order.id),
        authorize_payment(stranger, order.id),
        void_authorization(stranger, order.id),
        remove_payment_method(stranger, order.id),
        update_due_date(stranger, order.id, in_days(5)),
        cancel_order(stranger, order.uid),
    ):
        with pytest.raises(NotFound):
            await call


async def test_an_order_called_off_gives_all_back_and_owes_nothing(demo, sold):
    buyer, order, variant = sold
    before = await stock_of(variant)
    await authorize_payment(demo, order.id)
    promised = await what_cancelling_does(demo, buyer.customer_id, order.uid)
    done = await cancel_order(demo, order.uid, customer_id=buyer.customer_id)
    assert done == promised and (done.returned_minor, done.kept_minor) == (12_750, 0)
    assert await card(buyer) == START and await stock_of(variant) == (before[0] + 1, before[1])
    assert (await get_order(demo, order_id=order.id)).state == "Cancelled"
    with pytest.raises(IllegalTransition):
        await cancel_order(demo, order.uid)
    with pytest.raises(InvalidInput):
        await collect_payment(demo, order.id)


async def test_what_was_paid_beyond_the_deposit_goes_back_also_where_the_deposit_is_kept(demo, sold):
    buyer, order, _ = sold
    await collect_payment(demo, order.id)
    done = await cancel_order(replace(demo, deposit_policy="keep"), order.uid, customer_id=buyer.customer_id)
    assert (done.returned_minor, done.kept_minor, done.forgiven_minor) == (29_750, 12_750, 0)
    assert await card(buyer) == START - 12_750


@pytest.mark.parametrize(("policy", "ppm", "kept"), [("keep", 0, 12_750), ("part", 333_333, 4_250)])
async def test_a_platform_may_keep_a_deposit_or_a_part_of_it(demo, sold, policy, ppm, kept):
    buyer, order, _ = sold
    await Platform.filter(id=demo.platform_id).update(deposit_policy=policy, deposit_kept_ppm=ppm)
    scope = replace(demo, deposit_policy=policy, deposit_kept_ppm=ppm)
    done = await cancel_order(scope, order.uid, customer_id=buyer.customer_id)
    assert (done.kept_minor, done.returned_minor) == (kept, 12_750 - kept)
    assert await card(buyer) == START - kept


def test_what_is_kept_and_returned_is_what_was_paid():
    for paid in range(0, 1000, 7):
        for ppm in (0, 1, 499_999, 500_000, 999_999, 1_000_000):
            done = settlement(paid, 500, 5, "part", ppm)
            assert done.returned_minor + done.kept_minor == paid and 0 <= done.kept_minor <= 500


async def test_nobody_calls_off_anothers_order(demo, sold):
    _, order, _ = sold
    stranger = await a_buyer(demo)
    with pytest.raises(NotFound):
        await cancel_order(demo, order.uid, customer_id=stranger.customer_id)
    async with transaction():
        assert (await get_order(demo, order_id=order.id)).state == "PaymentAuthorized"
