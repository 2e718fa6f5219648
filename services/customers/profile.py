"""A customer as staff see them on one page: who they are, where they are reached, what is on their card, and what they did."""

from dataclasses import dataclass
from datetime import datetime

from core.db import fetch, fetch_one
from models import Address, Customer
from services.accounts.addresses import addresses_of
from services.accounts.customers import get_customer
from services.cards import StatementLine, statement
from services.paging import page
from services.staff import Desk, check_may
from services.values import as_time


@dataclass(frozen=True, slots=True)
class ChannelView:
    """Where a customer is known. `doubt` says why whoever is there must prove themselves first, "" where they needn't."""

    id: int
    channel: str
    address: str
    name: str
    doubt: str
    last_seen_at: datetime | None
    blocked_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """`balance_minor` is on the card, in minor units of `currency`; `orders` are those that were placed or cancelled;
    `thread_id` is the question to staff that is still open.
    """

    customer: Customer
    has_password: bool
    has_pin: bool
    card_number: str
    balance_minor: int
    currency: str
    orders: int
    bills: int
    thread_id: int | None
    channels: list[ChannelView]
    addresses: list[Address]


@dataclass(frozen=True, slots=True)
class BillLine:
    """A bill in a list of staff's; `number` is the line, meter or smart card, `amount_minor` in minor units."""

    id: int
    reference: str
    biller: str
    kind: str
    number: str
    state: str
    amount_minor: int
    currency: str
    created_at: datetime


async def profile_of(desk: Desk, customer_id: int) -> ProfileView:
    """Four statements. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadCustomer")
    customer = await get_customer(desk.scope, customer_id)
    counted = await fetch_one(
        "SELECT a.number, a.balance_minor, a.currency, (SELECT COUNT(*) FROM customer_order o WHERE o.customer_id = $1 "
        "AND NOT o.active AND o.state <> 'AddingItems') AS orders, "
        "(SELECT COUNT(*) FROM bill_purchase b WHERE b.customer_id = $1) AS bills, "
        "(SELECT MAX(t.id) FROM support_thread t JOIN conversation c ON c.id = t.conversation_id "
        "WHERE c.customer_id = $1 AND t.state <> 'Closed') AS thread_id "
        "FROM customer k LEFT JOIN ledger_account a ON a.customer_id = k.id AND a.kind = 'card' AND a.currency = $2 "
        "WHERE k.id = $1",
        customer_id,
        desk.scope.currency,
    )
    assert counted is not None
    return ProfileView(
        customer,
        customer.password_hash is not None,
        customer.pin_hash is not None,
        counted["number"] or "",
        counted["balance_minor"] or 0,
        desk.scope.currency,
        counted["orders"],
        counted["bills"],
        counted["thread_id"],
        await _channels_of(desk, customer_id),
        await addresses_of(desk.scope, customer_id),
    )


async def _channels_of(desk: Desk, customer_id: int) -> list[ChannelView]:
    rows = await fetch(
        "SELECT id, channel, external_id AS address, name, doubt, last_seen_at, blocked_at FROM channel_identity "
        "WHERE platform_id = $1 AND environment = $2 AND customer_id = $3 ORDER BY id",
        desk.scope.platform_id,
        desk.scope.environment,
        customer_id,
    )
    times = ("last_seen_at", "blocked_at")
    return [
        ChannelView(**{**row, **{name: row[name] and as_time(row[name]) for name in times}}) for row in rows
    ]


async def card_at_desk(desk: Desk, customer_id: int, *, skip: int = 0, take: int = 20) -> list[StatementLine]:
    """A page of a card's movements, newest first. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadCustomer")
    limit, offset = page(skip, take)
    return await statement(desk.scope, customer_id, skip=offset, take=limit)


async def bills_at_desk(desk: Desk, customer_id: int, *, skip: int = 0, take: int = 20) -> list[BillLine]:
    """A page of what a customer bought of billers, newest first. Raises `Forbidden`."""
    check_may(desk, "ReadCustomer")
    limit, offset = page(skip, take)
    rows = await fetch(
        "SELECT b.id, b.reference, s.name AS biller, s.kind, CASE b.account WHEN '' THEN b.phone ELSE b.account END "
        "AS number, b.state, b.amount_minor, b.currency, b.created_at FROM bill_purchase b JOIN biller s "
        "ON s.id = b.biller_id WHERE b.platform_id = $1 AND b.environment = $2 AND b.customer_id = $3 "
        f"ORDER BY b.id DESC LIMIT {limit} OFFSET {offset}",
        desk.scope.platform_id,
        desk.scope.environment,
        customer_id,
    )
    return [BillLine(**{**row, "created_at": as_time(row["created_at"])}) for row in rows]
