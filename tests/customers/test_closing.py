"""An account is closed once nothing is under way: what is held of the person is given out, then erased, and the book stays."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from tortoise import Tortoise

from core import clock
from core.db import execute, fetch
from core.errors import AccountLocked, Forbidden, IllegalTransition, NotFound
from models import (
    AccountClosing,
    AuditEntry,
    Biller,
    BillPurchase,
    Customer,
    Order,
    OutboundMessage,
    Payment,
    PaymentMethod,
    ScheduledCharge,
)
from services.accounts.customers import customer_by_phone
from services.accounts.directory import correct_customer
from services.accounts.signup import create_customer
from services.accounts.standing import check_standing
from services.customers.closing import close_customer, closing_of, export_link
from services.customers.holding import HELD
from services.customers.leaving import work_closing
from services.customers.locking import lock_customer, unlock_customer
from services.files import read
from services.payments.refunding import open_refund
from services.payments.settling import lock_payment, settle
from services.sellers.files import open_link
from services.tenants import Scope
from tests.customers.hands import MARKS, STATED, everything_stored, somebody
from tests.sellers.hands import a_desk, the_book_is_right
from tests.services.helpers import a_customer, give_money
from workers.jobs import drain

# Tables that name a customer, an order or a conversation, and hold nothing of the person beside that.
APART = {"seller_order", "seller_refund", "fulfillment", "order_milestone"}


async def closed(settings, scope: Scope) -> tuple[Customer, int]:
    customer, order = await somebody(scope)
    await close_customer(await a_desk(scope), customer.id, "They asked for it")
    await OutboundMessage.all().update(next_attempt_at=None)
    for _ in range(3):
        await drain(settings)
    return customer, order.id


async def test_every_table_that_names_a_person_says_what_becomes_of_it(market):
    known = {held.table for held in HELD} | APART
    for model in Tortoise.apps["models"].values():
        for name in model._meta.fk_fields | model._meta.o2o_fields:
            points_at = model._meta.fields_map[name].related_model._meta.db_table
            if points_at in ("customer", "conversation", "customer_order", "support_thread"):
                assert model._meta.db_table in known, (model._meta.db_table, name)


async def test_what_is_held_is_given_out_and_then_nothing_says_who_it_was(market, demo):
    before = await everything_stored_of(demo)
    customer, order_id = await closed(market, demo)
    closing = await AccountClosing.get(customer_id=customer.id)
    assert (closing.state, closing.file_bytes is not None) == ("Erased", True)

    export = zipfile.ZipFile(io.BytesIO(await read(closing.file_key) or b""))
    given = {name: export.read(name).decode() for name in export.namelist()}
    told = "".join(given.values())
    assert all(mark in told for mark in ("Zuleikha", "zuleikha@", "Quarcoo Lane", customer.phone))
    # Whose the number is that they only stated, nobody knows.
    assert "For Zuleikha" not in told
    assert "hash" not in told and "secret" not in told
    assert json.loads(given["customer.json"])[0]["full_name"] == "Zuleikha Mensah"
    assert json.loads(given["posting.json"])[0]["amount_minor"] > 0

    left = await everything_stored()
    assert [mark for mark in (*MARKS, STATED, customer.phone, "zuleikha_m") if mark in left] == []
    assert before["entries"] < (await everything_stored_of(demo))["entries"]
    order = await Order.get(id=order_id)
    assert (order.state, order.total_minor > 0, order.customer_id) == ("Delivered", True, customer.id)
    await the_book_is_right()


async def everything_stored_of(scope: Scope) -> dict[str, int]:
    rows = await fetch("SELECT COUNT(*) AS n FROM journal_entry WHERE platform_id = $1", scope.platform_id)
    return {"entries": rows[0]["n"]}


async def test_the_number_registers_anew_and_begins_with_nothing(market, demo):
    customer, _ = await closed(market, demo)
    assert await customer_by_phone(demo, customer.phone) is None
    anew = await create_customer(demo, phone=customer.phone)
    assert anew.id != customer.id
    desk = await a_desk(demo)
    assert await closing_of(desk, anew.id) is None


async def test_the_file_is_for_who_may_have_it_is_noted_and_goes_after_thirty_days(market, demo):
    customer, _ = await closed(market, demo)
    with pytest.raises(Forbidden):
        await export_link(await a_desk(demo, "support"), customer.id)
    desk = await a_desk(demo, "desk")
    file = await open_link(await export_link(desk, customer.id))
    assert (file.mime, file.name) == ("application/zip", f"customer-{customer.id}.zip")
    assert await AuditEntry.filter(act="exported", noun="customer", noun_id=customer.id).count() == 1
    key = (await AccountClosing.get(customer_id=customer.id)).file_key

    clock.travel(timedelta(days=30, minutes=1))
    await drain(market)
    assert await read(key) is None
    assert (await AccountClosing.get(customer_id=customer.id)).state == "Done"
    with pytest.raises(NotFound):
        await export_link(desk, customer.id)


async def test_it_is_refused_while_money_or_goods_are_on_their_way_and_says_what_to_do(market, demo):
    customer = await a_customer(demo, pin=True)
    desk, own = await a_desk(demo), await owed_things(demo, customer)
    with pytest.raises(IllegalTransition) as refused:
        await close_customer(desk, customer.id, "They asked for it")
    for words in own:
        assert words in refused.value.message
    assert (await Customer.get(id=customer.id)).closed_at is None
    assert await AccountClosing.all().count() == 0


async def owed_things(scope: Scope, customer: Customer) -> list[str]:
    """One of everything that is in the way; what is said of each."""
    own = {"platform_id": scope.platform_id, "environment": scope.environment, "customer_id": customer.id}
    await give_money(scope, customer.id, 1500)
    order = await Order.create(
        **own,
        code="MK000000001",
        state="Shipped",
        active=False,
        currency="GHS",
        channel="app",
        total_minor=900,
    )
    await ScheduledCharge.create(
        **own, order_id=order.id, currency="GHS", amount_minor=300, due_at=clock.now()
    )
    method = await PaymentMethod.get(
        platform_id=scope.platform_id, environment=scope.environment, code="shopping-card"
    )
    paid = await Payment.create(
        **own,
        purpose="order",
        order_id=order.id,
        method_id=method.id,
        state="Settled",
        amount_minor=700,
        currency="GHS",
    )
    await Payment.create(
        **own, purpose="card", method_id=method.id, state="Pending", amount_minor=500, currency="GHS"
    )
    await open_refund(scope, {"id": paid.id, "amount_minor": 700}, reason="late payment", amount_minor=200)
    biller = await Biller.filter(platform_id=scope.platform_id, environment=scope.environment).first()
    assert biller is not None
    await BillPurchase.create(
        **own, biller_id=biller.id, reference="b-1", amount_minor=100, currency="GHS", phone="", state="Unknown",
        expires_at=clock.now(),
    )  # fmt: skip
    return [
        "There is GHS 15.00 on the card",
        "GHS 3.00 of order MK000000001 is owed",
        "A payment of GHS 5.00",
        "A refund of GHS 2.00",
        "The bill b-1 of GHS 1.00",
        "Order MK000000001 (GHS 9.00) has not been handed over",
    ]


async def test_closing_again_tells_how_it_stands_and_a_killed_worker_goes_on_where_it_was(market, demo):
    customer, _ = await somebody(demo)
    desk = await a_desk(demo)
    first = await close_customer(desk, customer.id, "They asked for it")
    assert (await close_customer(desk, customer.id, "Again")).id == first.id
    await OutboundMessage.all().update(next_attempt_at=None)

    # Killed after the file was written and before it was said so.
    (claimed,) = await AccountClosing.claim()
    lost = await AccountClosing.get(id=claimed.id)
    lost.lease = "another's"
    await work_closing(claimed)
    await work_closing(lost)
    assert (await AccountClosing.get(id=first.id)).state == "Exported"
    for _ in range(3):
        await drain(market)
    view = await closing_of(desk, customer.id)
    assert view is not None and view.state == "Erased" and view.reason == "They asked for it"
    assert await AuditEntry.filter(act="closed", noun="customer").count() == 1


async def test_who_must_be_told_is_told_before_their_number_is_forgotten(market, demo):
    customer, _ = await somebody(demo)
    await close_customer(await a_desk(demo), customer.id, "They asked for it")
    message = await OutboundMessage.get(template="account_closed")
    assert message.to == "zuleikha@example.test"
    await execute("UPDATE outbound_message SET next_attempt_at = $1", clock.now() + timedelta(hours=1))
    await drain(market)
    assert (await AccountClosing.get(customer_id=customer.id)).state == "Exported"
    # Not for ever.
    await execute("UPDATE outbound_message SET next_attempt_at = $1", clock.now() + timedelta(days=9))
    clock.travel(timedelta(hours=24, minutes=1))
    await drain(market)
    assert (await AccountClosing.get(customer_id=customer.id)).state == "Erased"


async def test_money_that_comes_for_a_closed_account_all_the_same_is_sent_back(market, demo):
    customer, _ = await closed(market, demo)
    method = await PaymentMethod.get(
        platform_id=demo.platform_id, environment=demo.environment, code="mobile-money"
    )
    late = await Payment.create(
        platform_id=demo.platform_id, environment=demo.environment, customer_id=customer.id, purpose="card",
        method_id=method.id, state="Declined", amount_minor=500, currency="GHS",
    )  # fmt: skip
    await settle(late.id)
    assert (await fetch("SELECT reason, amount_minor FROM refund"))[-1] == {
        "reason": "account closed",
        "amount_minor": 500,
    }
    assert (await lock_payment(late.id))["state"] == "Settled"
    card = await fetch("SELECT balance_minor FROM ledger_account WHERE customer_id = $1", customer.id)
    assert card[0]["balance_minor"] == 0
    await the_book_is_right()


async def test_a_closed_account_stays_closed(market, demo):
    customer, _ = await closed(market, demo)
    desk = await a_desk(demo)
    for act in (
        lock_customer(desk, customer.id, "x"),
        unlock_customer(desk, customer.id),
        correct_customer(desk, customer.id, {"first_name": "Ama"}),
    ):
        with pytest.raises(IllegalTransition):
            await act
    with pytest.raises(AccountLocked):
        await check_standing(customer.id)
