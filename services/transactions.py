"""What went into and out of a customer's pocket: payments, money onto the card, bills, refunds, as one list.

The list explains the card: its balance is the sum of the successful rows that touch it, less what pending bills
have set aside. Those rows are card funding, bills, and every other whose gateway is the card. What was paid on a
gateway's page and went back there leaves the card alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from core.db import Row, fetch, placeholders
from services.paging import page
from services.tenants import Scope
from services.values import as_time, as_uid

Kind = Literal["Payment", "Card Funding", "Bills Payment", "Refund"]
Status = Literal["Pending", "Successful", "Failed"]

# What a customer pays; the other kinds bring money.
DEBITS: frozenset[Kind] = frozenset({"Payment", "Bills Payment"})
KINDS: tuple[Kind, ...] = ("Payment", "Card Funding", "Bills Payment", "Refund")
# The states that end each row; in any other it is pending.
_ENDS: Mapping[str, Mapping[Status, tuple[str, ...]]] = {
    "payment": {"Successful": ("Settled",), "Failed": ("Declined", "Cancelled")},
    "bill_purchase": {"Successful": ("Delivered",), "Failed": ("Failed", "Reversed")},
    "refund": {"Successful": ("Done", "OnCard")},
}
PROVIDER_NAMES = {
    "paystack": "Paystack",
    "monnify": "Monnify",
    "vtpass": "VTpass",
    "africastalking": "Africa's Talking",
}
CARD_NAME = "ShoppingCard"
# References of what never went to a provider.
_OWN_REFERENCE: Mapping[Kind, str] = {"Refund": "mk-rf-"}
_SENTENCES: Mapping[Kind, str] = {
    "Payment": "Order payment for Order #{about}",
    "Card Funding": "Money added to the shopping card",
    "Bills Payment": "{about} for {number}",
    "Refund": "Refund for {about}",
}


@dataclass(frozen=True, slots=True)
class TransactionFilter:
    """All conditions hold together; None is no condition. `kind` is a part of one's name; both times count in."""

    status: Status | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TransactionView:
    """`amount_minor` is above zero, in minor units of `currency`; `gateway_id` is the provider's own name of it."""

    uid: UUID
    kind: Kind
    status: Status
    amount_minor: int
    currency: str
    reference: str
    description: str
    gateway: str
    gateway_id: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def signed_minor(self) -> int:
        """Below zero where the customer pays."""
        return -self.amount_minor if self.kind in DEBITS else self.amount_minor


async def list_transactions(
    scope: Scope, customer_id: int, wanted: TransactionFilter, *, skip: int = 0, take: int = 50
) -> tuple[list[TransactionView], int]:
    """A page of a customer's transactions, newest first, and how many there are; 100 at most. One statement."""
    values: list[Any] = [scope.platform_id, scope.environment, customer_id]
    where = _conditions(wanted, values)
    limit, offset = page(skip, take)
    order = "x.created_at DESC, x.uid DESC"
    rows = await fetch(
        f"WITH x AS (SELECT * FROM ({_ALL}) x WHERE {where}) SELECT x.*, t.total "
        "FROM (SELECT COUNT(*) AS total FROM x) t "
        f"LEFT JOIN (SELECT * FROM x ORDER BY {order} LIMIT {limit} OFFSET {offset}) x ON TRUE ORDER BY {order}",
        *values,
    )
    return [_view(row) for row in rows if row["uid"] is not None], rows[0]["total"]


def _conditions(wanted: TransactionFilter, values: list[Any]) -> str:
    terms = ["1 = 1"]

    def add(condition: str, *more: Any) -> None:
        terms.append(condition.format(placeholders(more, len(values) + 1)))
        values.extend(more)

    if wanted.status is not None:
        add("x.status = {}", wanted.status)
    if wanted.kind is not None:
        part = wanted.kind.casefold()
        kinds: list[str] = [kind for kind in KINDS if part in kind.casefold()]
        add("x.kind IN ({})", *(kinds or ("",)))
    if wanted.since is not None:
        add("x.created_at >= {}", wanted.since)
    if wanted.until is not None:
        add("x.created_at <= {}", wanted.until)
    return " AND ".join(terms)


def _status(table: str, column: str) -> str:
    """The status of a row as SQL."""
    cases = " ".join(
        f"WHEN {column} IN ({', '.join(repr(state) for state in states)}) THEN '{status}'"
        for status, states in _ENDS[table].items()
    )
    return f"CASE {cases} ELSE 'Pending' END"


_PAYMENTS = (
    "SELECT p.uid, CASE p.purpose WHEN 'card' THEN 'Card Funding' ELSE 'Payment' END AS kind, "
    f"{_status('payment', 'p.state')} AS status, p.amount_minor, p.currency, a.reference AS reference, "
    "o.code AS about, '' AS number, m.kind AS way, m.provider AS provider, m.name AS method, '' AS gateway_id, "
    "p.created_at, p.updated_at FROM payment p JOIN payment_method m ON m.id = p.method_id "
    "LEFT JOIN payment_attempt a ON a.id = (SELECT MAX(b.id) FROM payment_attempt b WHERE b.payment_id = p.id) "
    "LEFT JOIN customer_order o ON o.id = p.order_id "
    "WHERE p.platform_id = $1 AND p.environment = $2 AND p.customer_id = $3"
)
# What came beyond what was asked, or only a part of it, is on the card.
_DIFFERENCES = (
    "SELECT e.uid, 'Card Funding', 'Successful', s.amount_minor, p.currency, a.reference, NULL, '', m.kind, "
    "m.provider, m.name, '', e.created_at, e.created_at FROM payment p JOIN journal_entry e ON e.payment_id = p.id "
    "AND e.kind = 'payment_difference' JOIN posting s ON s.entry_id = e.id AND s.amount_minor > 0 "
    "JOIN payment_method m ON m.id = p.method_id "
    "LEFT JOIN payment_attempt a ON a.id = (SELECT MAX(b.id) FROM payment_attempt b WHERE b.payment_id = p.id) "
    "WHERE p.platform_id = $1 AND p.environment = $2 AND p.customer_id = $3"
)
_BOOKED = "e.platform_id = p.platform_id AND e.environment = p.environment AND e.key = 'bill:' || p.id || "
# A bill that never was delivered took nothing: it is failed, and the money that came back is no row. One that was
# took its money: it stays successful, and where the money came back, since it was late or its biller took it back
# afterwards, there is a refund. What came late and was taken back as well is failed again.
_TOOK_EFFECT = (
    "(p.state = 'Delivered' OR p.state = 'Reversed' "
    f"AND EXISTS (SELECT 1 FROM journal_entry e WHERE {_BOOKED}':delivered'))"
)
_BILLS = (
    f"SELECT p.uid, 'Bills Payment', CASE WHEN {_TOOK_EFFECT} THEN 'Successful' "
    f"ELSE {_status('bill_purchase', 'p.state')} END, p.amount_minor, p.currency, "
    "p.reference, s.name, CASE p.account WHEN '' THEN p.phone ELSE p.account END, 'bill', s.provider, s.name, "
    "p.provider_id, p.created_at, COALESCE(p.done_at, p.updated_at) "
    "FROM bill_purchase p JOIN biller s ON s.id = p.biller_id "
    "WHERE p.platform_id = $1 AND p.environment = $2 AND p.customer_id = $3"
)
_BILL_REFUNDS = (
    "SELECT e.uid, 'Refund', 'Successful', p.amount_minor, p.currency, NULL, s.name || ' for ' || "
    "CASE p.account WHEN '' THEN p.phone ELSE p.account END, '', 'card', '', '', '', e.created_at, e.created_at "
    f"FROM bill_purchase p JOIN biller s ON s.id = p.biller_id JOIN journal_entry e ON {_BOOKED}':returned' "
    f"WHERE p.platform_id = $1 AND p.environment = $2 AND p.customer_id = $3 AND {_TOOK_EFFECT}"
)
_REFUNDS = (
    f"SELECT r.uid, 'Refund', {_status('refund', 'r.state')}, r.amount_minor, p.currency, NULL, "
    "'Order #' || o.code, '', CASE r.state WHEN 'OnCard' THEN 'card' ELSE m.kind END, m.provider, m.name, "
    "r.provider_id, r.created_at, r.updated_at FROM refund r JOIN payment p ON p.id = r.payment_id "
    "JOIN payment_method m ON m.id = p.method_id LEFT JOIN customer_order o ON o.id = p.order_id "
    "WHERE p.platform_id = $1 AND p.environment = $2 AND p.customer_id = $3"
)
_ALL = " UNION ALL ".join((_PAYMENTS, _DIFFERENCES, _BILLS, _BILL_REFUNDS, _REFUNDS))


def _view(row: Row) -> TransactionView:
    uid, kind = as_uid(row["uid"]), row["kind"]
    sentence = _SENTENCES[kind] if row["about"] or kind == "Card Funding" else kind
    return TransactionView(
        uid=uid,
        kind=kind,
        status=row["status"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        reference=row["reference"] or own_reference(uid, kind),
        description=sentence.format(about=row["about"], number=row["number"]),
        gateway=CARD_NAME if row["way"] == "card" else _provider_name(row["provider"], row["method"]),
        gateway_id=row["gateway_id"] or None,
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
    )


def own_reference(uid: UUID, kind: Kind = "Payment") -> str:
    """The reference of a payment or refund that has none at a provider."""
    return f"{_OWN_REFERENCE.get(kind, 'mk-')}{uid.hex}"


def _provider_name(provider: str, otherwise: str) -> str:
    return PROVIDER_NAMES.get(provider, provider.capitalize()) or otherwise
