"""Taking balances from many shopping cards at once: the book, the charges and the orders in a handful of statements."""

from collections.abc import Sequence
from typing import Any

from core.clock import now
from core.db import Row, as_given, execute, fetch, for_update, given, placeholders
from core.ids import new_uid
from services.delivery.shipments import open_shipment
from services.deposits.notices import paid_from_card
from services.deposits.opening import open_payments
from services.deposits.tries import Try
from services.fulfillment.following import catch_up_paid
from services.ledger import Account, shared_account
from services.notifications.queue import queue_messages
from services.orders.telling import TOLD, tell_of_orders
from services.tenants import scope_by_id


async def take_from_cards(tries: Sequence[Try]) -> list[Try]:
    """Take what is due of each order from its customer's card, in the caller's transaction; those that could not pay.

    Of a card that several orders fall due on only the first is taken here, and the others with the next batch, since
    one statement can change a balance once.
    """
    first = list({each.charges[0]["account_id"]: each for each in reversed(tries)}.values())
    if not first:
        return []
    left = await _take(first)
    paid = [each for each in first if each.charges[0]["account_id"] in left]
    if paid:
        entries = await _book(paid)
        await _post(paid, entries, left)
        await _count(paid)
        await queue_messages([message for each in paid if (message := paid_from_card(each))])
    return [each for each in first if each.charges[0]["account_id"] not in left]


async def _take(tries: Sequence[Try]) -> dict[int, int]:
    """Take the amounts from the cards that hold them: what is left on each, by account.

    Cards are locked in the order of their ids, as everywhere.
    """
    rows = [{"id": each.charges[0]["account_id"], "amount": each.amount_minor} for each in tries]
    wanted = given("$1", id="bigint", amount="bigint")
    lock = for_update() and " FOR UPDATE OF a"
    changed = await fetch(
        f"WITH locked AS (SELECT a.id, given.amount FROM ledger_account a JOIN {wanted} ON given.id = a.id "
        f"ORDER BY a.id{lock}) "
        "UPDATE ledger_account SET balance_minor = balance_minor - locked.amount FROM locked "
        "WHERE ledger_account.id = locked.id AND balance_minor >= locked.amount "
        "RETURNING ledger_account.id AS id, balance_minor",
        as_given(rows),
    )
    return {row["id"]: row["balance_minor"] for row in changed}


async def _book(tries: Sequence[Try]) -> dict[int, int]:
    """Write payments and journal entries: the entry's id for each order."""
    payment_of = await open_payments(tries, "Settled")
    entries = await fetch(
        "INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative, payment_id) "
        "SELECT given.uid, $2, $2, given.platform_id, given.environment, given.key, 'balance_payment', given.narrative, "
        "given.payment_id FROM "
        + given(
            "$1",
            uid="uuid",
            platform_id="bigint",
            environment="text",
            key="text",
            narrative="text",
            payment_id="bigint",
        )
        + " RETURNING id, payment_id",
        as_given([_entry(each, payment_of[each.order_id]) for each in tries]),
        now(),
    )
    entry_of = {row["payment_id"]: row["id"] for row in entries}
    return {order_id: entry_of[payment_id] for order_id, payment_id in payment_of.items()}


async def _post(tries: Sequence[Try], entries: dict[int, int], left: dict[int, int]) -> None:
    """Write both sides of each entry: out of the card, towards what its customer owes."""
    rows: list[Row] = []
    owed_to: dict[Any, Account] = {}
    for each in tries:
        charge, amount = each.charges[0], each.amount_minor
        whose = (charge["platform_id"], charge["environment"])
        if whose not in owed_to:
            # Asked once a batch: what a transaction has found is remembered only after it.
            owed_to[whose] = await shared_account(await scope_by_id(*whose), "receivable", "receivable")
        owed, card = owed_to[whose], charge["account_id"]
        side = {"entry_id": entries[each.order_id], "currency": charge["currency"]}
        rows.append({**side, "account_id": card, "amount": -amount, "balance": left[card]})
        rows.append({**side, "account_id": owed.id, "amount": amount, "balance": None})
    columns = {
        "entry_id": "bigint",
        "currency": "text",
        "account_id": "bigint",
        "amount": "bigint",
        "balance": "bigint",
    }
    await execute(
        "INSERT INTO posting (entry_id, currency, account_id, amount_minor, balance_after_minor) "
        "SELECT given.entry_id, given.currency, given.account_id, given.amount, given.balance "
        f"FROM {given('$1', **columns)}",
        as_given(rows),
    )


async def _count(tries: Sequence[Try]) -> None:
    """Count what was taken towards the charges, and complete the orders of which nothing is owed any more."""
    at = now()
    ids = [charge["id"] for each in tries for charge in each.charges]
    await execute(
        "UPDATE scheduled_charge SET collected_minor = amount_minor, state = 'Paid', next_step_at = NULL, reason = '', "
        f"updated_at = $1 WHERE id IN ({placeholders(ids, 2)})",
        at,
        *ids,
    )
    events = [_event(each.order_id, "balance_paid", each.amount_minor) for each in tries]
    complete = [each.order_id for each in tries if each.completes]
    if complete:
        moved = await fetch(
            "UPDATE customer_order SET state = 'PaymentSettled', updated_at = $1 "
            f"WHERE state = 'PaymentAuthorized' AND id IN ({placeholders(complete, 2)}) RETURNING {TOLD}",
            at,
            *complete,
        )
        await tell_of_orders(moved, "PaymentAuthorized")
        events += [_event(order_id, "state", 0) for order_id in complete]
    await _record(events)
    await _send(tries, complete)
    if complete:
        await catch_up_paid(complete)


async def _record(events: Sequence[Row]) -> None:
    await execute(
        "INSERT INTO order_event (order_id, kind, data, at) SELECT given.order_id, given.kind, given.data, $2 "
        f"FROM {given('$1', order_id='bigint', kind='text', data='jsonb')}",
        as_given(events),
        now(),
    )


async def _send(tries: Sequence[Try], complete: Sequence[int]) -> None:
    """Let the parcels go that waited for their orders to be paid."""
    if not complete:
        return
    rows = await fetch(
        f"SELECT order_id FROM shipping_line WHERE rate_id IS NOT NULL AND order_id IN ({placeholders(complete)})",
        *complete,
    )
    charges = {each.order_id: each.charges[0] for each in tries}
    for row in rows:
        charge = charges[row["order_id"]]
        await open_shipment(await scope_by_id(charge["platform_id"], charge["environment"]), row["order_id"])


def _entry(each: Try, payment_id: int) -> Row:
    charge = each.charges[0]
    return {
        "uid": new_uid(),
        "platform_id": charge["platform_id"],
        "environment": charge["environment"],
        "key": f"payment:{payment_id}",
        "narrative": f"Balance of order {charge['code']}",
        "payment_id": payment_id,
    }


def _event(order_id: int, kind: str, amount_minor: int) -> Row:
    data = (
        {"of": "PaymentAuthorized", "to": "PaymentSettled"}
        if kind == "state"
        else {"amount": amount_minor, "by": "schedule"}
    )
    return {"order_id": order_id, "kind": kind, "data": data}
