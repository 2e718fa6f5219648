"""What stands in the way of closing an account: money and goods that are still on their way, and what to do about each."""

from dataclasses import dataclass

from core.db import fetch
from core.money import format_money
from services.tenants import Scope

# What is said of each kind; `about` names it, `amount` is what it is about.
SENTENCES = {
    "card": "There is {amount} on the card {about}: let them spend it, or pay it out to them.",
    "held": "{amount} is set aside for order {about}: collect it, or let go of it.",
    "owed": "{amount} of order {about} is owed: collect it, or call the order off.",
    "payment": "A payment of {amount} ({about}) is still being checked: wait until it is settled or declined.",
    "refund": "A refund of {amount} ({about}) is on its way: wait until it is there, or settle it.",
    "bill": "The bill {about} of {amount} is still being looked at: wait until its biller has answered for good.",
    "goods": "Order {about} ({amount}) has not been handed over: deliver it, or cancel it.",
    "financing": "The financing session {about} over {amount} is open: see it through, or cancel it.",
}
HANDING_OVER = "('PaymentSettled', 'PartiallyShipped', 'Shipped', 'PartiallyDelivered')"
_MINE = "{0}.platform_id = $1 AND {0}.environment = $2 AND {0}.customer_id = $3"
_ALL = " UNION ALL ".join(
    (
        "SELECT 'card' AS kind, a.number AS about, a.balance_minor AS amount_minor, a.currency FROM ledger_account a "
        f"WHERE {_MINE.format('a')} AND a.kind = 'card' AND a.balance_minor <> 0",
        "SELECT 'held', o.code, z.amount_minor - z.collected_minor, z.currency FROM payment_authorization z "
        f"JOIN customer_order o ON o.id = z.order_id WHERE {_MINE.format('o')} AND z.state = 'Active'",
        "SELECT 'owed', o.code, c.amount_minor - c.collected_minor, c.currency FROM scheduled_charge c "
        f"JOIN customer_order o ON o.id = c.order_id WHERE {_MINE.format('c')} AND c.state IN ('Waiting', 'Overdue')",
        # Also one that was given up, as long as its provider is asked: it may have been paid all the same.
        "SELECT 'payment', COALESCE(t.reference, ''), p.amount_minor, p.currency FROM payment p "
        "LEFT JOIN payment_attempt t ON t.id = (SELECT MAX(b.id) FROM payment_attempt b WHERE b.payment_id = p.id) "
        f"WHERE {_MINE.format('p')} AND (p.state IN ('Created', 'Pending') OR EXISTS (SELECT 1 FROM payment_attempt b "
        "WHERE b.payment_id = p.id AND b.next_attempt_at IS NOT NULL))",
        "SELECT 'refund', r.reason, r.amount_minor, p.currency FROM refund r JOIN payment p ON p.id = r.payment_id "
        f"WHERE {_MINE.format('p')} AND r.state NOT IN ('Done', 'OnCard')",
        "SELECT 'bill', b.reference, b.amount_minor, b.currency FROM bill_purchase b "
        f"WHERE {_MINE.format('b')} AND (b.state IN ('Stored', 'Pending', 'Unknown') OR b.next_attempt_at IS NOT NULL)",
        "SELECT 'goods', o.code, o.total_minor, o.currency FROM customer_order o "
        f"WHERE {_MINE.format('o')} AND o.state IN {HANDING_OVER}",
        "SELECT 'financing', CAST(f.uid AS VARCHAR), f.goods_minor, f.currency FROM financing_application f "
        "JOIN customer c ON c.id = $3 WHERE f.platform_id = $1 AND f.environment = $2 AND f.phone = c.phone "
        "AND f.state IN ('Open', 'Accepting', 'Accepted', 'CheckedOut')",
    )
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way; `kind` is one of `SENTENCES`, `sentence` says what to do."""

    kind: str
    about: str
    amount_minor: int
    currency: str

    @property
    def sentence(self) -> str:
        amount = format_money(self.amount_minor, self.currency)
        return SENTENCES[self.kind].format(about=self.about, amount=amount)


async def obstacles_to_closing(scope: Scope, customer_id: int) -> list[Obstacle]:
    """All of them; none where the account can be closed. One statement."""
    rows = await fetch(_ALL, scope.platform_id, scope.environment, customer_id)
    return [Obstacle(**row) for row in rows]
