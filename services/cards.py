"""The shopping card: a guarded ledger account with a number, a balance and a statement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.clock import now
from core.db import fetch, fetch_one
from core.errors import NotFound
from core.ids import digits, new_uid
from models import Posting
from services.accounts.trust import check_proven
from services.ledger import Account
from services.tenants import Scope
from services.values import as_uid


@dataclass(frozen=True, slots=True)
class CardView:
    """`balance_minor` in minor units of `currency`."""

    number: str
    balance_minor: int
    currency: str
    account: Account


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on a card: in above zero, out below; `balance_minor` is what was left after it."""

    at: datetime
    narrative: str
    kind: str
    amount_minor: int
    balance_minor: int


async def open_card(scope: Scope, customer_id: int) -> None:
    """Give a customer their card, empty; nothing happens where they have one."""
    await fetch(
        "INSERT INTO ledger_account (uid, created_at, updated_at, platform_id, environment, code, currency, kind, "
        "customer_id, number, balance_minor) VALUES ($1, $2, $2, $3, $4, $5, $6, 'card', $7, $8, 0) "
        "ON CONFLICT DO NOTHING RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        f"card:{customer_id}",
        scope.currency,
        customer_id,
        f"{scope.order_prefix}{digits(10)}",
    )


async def card_of(scope: Scope, customer_id: int) -> CardView:
    """A customer's card. Raises `NotFound`, `NumberUnproven`."""
    check_proven()
    row = await fetch_one(
        "SELECT id, number, balance_minor, currency FROM ledger_account "
        "WHERE platform_id = $1 AND environment = $2 AND code = $3 AND currency = $4",
        scope.platform_id,
        scope.environment,
        f"card:{customer_id}",
        scope.currency,
    )
    if row is None:
        raise NotFound("There is no shopping card.")
    return CardView(row["number"], row["balance_minor"], row["currency"], Account(row["id"], guarded=True))


@dataclass(frozen=True, slots=True)
class CardPayment:
    """An order that was paid from a card: `amount_minor` was taken at checkout, `balance_minor` was left then.

    `deferred_minor` falls due later; where that is all there is no payment yet.
    """

    order_id: int
    order_uid: UUID
    order_code: str
    payment_uid: UUID | None
    amount_minor: int
    balance_minor: int
    deferred_minor: int


async def card_payment_of(order_id: int) -> CardPayment:
    """How an order was paid from a card. Raises `NotFound` where it wasn't."""
    row = await fetch_one(
        "SELECT o.id AS order_id, o.uid AS order_uid, o.code AS order_code, o.deferred_minor, p.uid AS payment_uid, "
        "COALESCE(p.amount_minor, 0) AS amount_minor, "
        # Step by step along the keys: as a join the planner reads the whole book.
        "(SELECT s.balance_after_minor FROM posting s WHERE s.balance_after_minor IS NOT NULL AND s.entry_id = "
        "(SELECT e.id FROM journal_entry e WHERE e.payment_id = p.id ORDER BY e.id LIMIT 1)) AS balance_minor, "
        "CASE WHEN p.id IS NULL AND o.deferred_minor = o.total_minor THEN (SELECT l.balance_minor FROM ledger_account l "
        "WHERE l.customer_id = o.customer_id AND l.kind = 'card' AND l.currency = o.currency) END AS untouched_minor "
        "FROM customer_order o LEFT JOIN payment p ON p.order_id = o.id AND p.state = 'Settled' AND p.purpose = 'order' "
        "WHERE o.id = $1 ORDER BY p.id DESC LIMIT 1",
        order_id,
    )
    untouched = row.pop("untouched_minor") if row else None
    if row is None or (row["balance_minor"] is None and untouched is None):
        raise NotFound("That order wasn't paid from a card.")
    payment_uid = as_uid(row["payment_uid"]) if row["payment_uid"] else None
    known = {"order_uid": as_uid(row["order_uid"]), "payment_uid": payment_uid}
    if row["balance_minor"] is None:
        known["balance_minor"] = untouched
    return CardPayment(**{**row, **known})


async def last_movement(card: CardView) -> StatementLine | None:
    """The card's newest movement, if there was any."""
    posting = await Posting.filter(account_id=card.account.id).order_by("-id").first().select_related("entry")
    return _line(posting) if posting else None


async def statement(scope: Scope, customer_id: int, *, skip: int = 0, take: int = 20) -> list[StatementLine]:
    """The card's movements, newest first."""
    card = await card_of(scope, customer_id)
    postings = (
        await Posting.filter(account_id=card.account.id)
        .order_by("-id")
        .offset(skip)
        .limit(min(take, 100))
        .select_related("entry")
    )
    return [_line(posting) for posting in postings]


def _line(posting: Posting) -> StatementLine:
    entry = posting.entry
    return StatementLine(
        entry.created_at,
        entry.narrative,
        entry.kind,
        posting.amount_minor,
        posting.balance_after_minor or 0,
    )
