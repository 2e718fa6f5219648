"""The pages of the desk that are measured, and for each the least SQL that finds the rows it shows."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bench.desk_orders import FIRST, PEOPLE

MINE = "platform_id = $1 AND environment = 'test'"
_NEWEST = f"SELECT * FROM customer_order WHERE {MINE} AND placed_at IS NOT NULL"
_LAST = "ORDER BY placed_at DESC, id DESC LIMIT 25"
_OF_PEOPLE = f"SELECT o.* FROM customer c JOIN customer_order o ON o.customer_id = c.id WHERE c.{MINE.replace('AND env', 'AND c.env')} AND "


@dataclass(frozen=True, slots=True)
class Look:
    """A page as somebody asks for it: its path from a number, the floor's SQL for it, and its further values."""

    title: str
    path: Callable[[int], str]
    sql: str = f"SELECT * FROM staff_session s JOIN staff_user u ON u.id = s.staff_id WHERE u.{MINE.replace('AND env', 'AND u.env')}"
    values: Callable[[int], tuple[object, ...]] = lambda _: ()


def _find(words: str) -> str:
    return f"/admin/orders?q={quote(words)}"


def looks(count: int) -> list[Look]:
    """Every kind of page; each is asked for with other numbers in each round."""
    return [
        Look("today", lambda _: "/admin", _NEWEST + " AND placed_at > now() - interval '14 days'"),
        Look("orders, newest", lambda _: "/admin/orders", f"{_NEWEST} {_LAST}"),
        Look(
            "orders, a later page",
            lambda n: f"/admin/orders?page={2 + n % 398}",
            f"{_NEWEST} {_LAST} OFFSET $2",
            lambda n: (25 * (1 + n % 398),),
        ),
        Look(
            "orders that are shipped",
            lambda _: "/admin/orders?state=Shipped",
            f"{_NEWEST} AND state = 'Shipped' {_LAST}",
        ),
        Look(
            "orders in a state that none has",
            lambda _: "/admin/orders?state=PartiallyDelivered",
            f"{_NEWEST} AND state = 'PartiallyDelivered' {_LAST}",
        ),
        Look(
            "orders of one month",
            lambda _: "/admin/orders?since=2026-03-01&until=2026-03-31",
            f"{_NEWEST} AND placed_at BETWEEN '2026-03-01' AND '2026-04-01' {_LAST}",
        ),
        Look(
            "orders with something overdue",
            lambda _: "/admin/orders?due=overdue",
            f"{_NEWEST} AND id IN (SELECT order_id FROM scheduled_charge WHERE {MINE} AND state = 'Overdue') {_LAST}",
        ),
        Look(
            "found by code",
            lambda n: _find(f"bn{n:09}"),
            f"SELECT * FROM customer_order WHERE code = $2 AND {MINE}",
            lambda n: (f"BN{n:09}",),
        ),
        Look(
            "found by phone",
            lambda n: _find(f"024 {1 + n % PEOPLE:07}"),
            f"{_OF_PEOPLE} c.phone = $2",
            lambda n: (f"+23324{1 + n % PEOPLE:07}",),
        ),
        Look(
            "found by a rare name",
            lambda n: _find(f"bench{100 * (1 + n % 200)}"),
            f"{_OF_PEOPLE} lower(c.full_name) LIKE $2",
            lambda n: (f"%bench{100 * (1 + n % 200)}%",),
        ),
        Look(
            "found by a common name",
            lambda n: _find(("Mensah", "Owusu", "Boateng", "Asante")[n % 4]),
            f"{_OF_PEOPLE} lower(c.full_name) LIKE $2 ORDER BY o.id DESC LIMIT 25",
            lambda n: (f"%{('Mensah', 'Owusu', 'Boateng', 'Asante')[n % 4].lower()}%",),
        ),
        Look(
            "found by payment reference",
            lambda n: _find(f"mk-bench-{n}"),
            f"SELECT * FROM payment_attempt a JOIN payment p ON p.id = a.payment_id WHERE a.reference = $2 AND p.{MINE.replace('AND env', 'AND p.env')}",
            lambda n: (f"mk-bench-{n}",),
        ),
        Look(
            "found by tracking code",
            lambda n: _find(f"TRK{n}"),
            f"SELECT * FROM fulfillment WHERE tracking_code = $2 AND tracking_code <> '' AND {MINE}",
            lambda n: (f"TRK{n}",),
        ),
        Look(
            "found by nothing",
            lambda n: _find(f"no such thing {n}"),
            f"SELECT 1 WHERE $1 = 0 AND {'$2' if False else 'TRUE'}",
        ),
        Look(
            "one order",
            lambda n: f"/admin/orders/{FIRST + n}",
            f"SELECT * FROM customer_order o JOIN order_line l ON l.order_id = o.id WHERE o.id = $2 AND o.{MINE.replace('AND env', 'AND o.env')}",
            lambda n: (FIRST + n,),
        ),
        Look(
            "its receipt as PDF",
            lambda n: f"/admin/orders/{FIRST + n}/receipt.pdf",
            f"SELECT * FROM customer_order o JOIN order_line l ON l.order_id = o.id WHERE o.id = $2 AND o.{MINE.replace('AND env', 'AND o.env')}",
            lambda n: (FIRST + n,),
        ),
        Look(
            "audit log",
            lambda _: "/admin/audit",
            f"SELECT * FROM audit_entry WHERE {MINE} ORDER BY id DESC LIMIT 25",
        ),
        Look(
            "audit log of one order",
            lambda n: f"/admin/audit?noun=order&number={n}",
            f"SELECT * FROM audit_entry WHERE {MINE} AND noun = 'order' AND noun_id = $2",
            lambda n: (n,),
        ),
        Look(
            "trial balance",
            lambda _: "/admin/finance",
            "SELECT a.code, SUM(p.amount_minor) FROM ledger_account a JOIN posting p ON p.account_id = a.id "
            f"WHERE a.{MINE.replace('AND env', 'AND a.env')} AND a.kind <> 'card' GROUP BY a.code",
        ),
        Look(
            "accounts of the ledger",
            lambda _: "/admin/finance/accounts",
            f"SELECT * FROM ledger_account WHERE {MINE} AND kind <> 'card' ORDER BY code LIMIT 25",
        ),
        Look(
            "suspense",
            lambda _: "/admin/finance/suspense",
            "SELECT * FROM refund r JOIN payment p ON p.id = r.payment_id "
            f"WHERE p.{MINE.replace('AND env', 'AND p.env')} AND r.state IN ('Stored', 'Waiting', 'Unknown')",
        ),
        Look(
            "reconciliations",
            lambda _: "/admin/finance/reconciliations",
            f"SELECT * FROM reconciliation WHERE {MINE} ORDER BY id DESC LIMIT 25",
        ),
        Look("people", lambda _: "/admin/people", f"SELECT * FROM staff_user WHERE {MINE}"),
    ]


def numbers(count: int, rounds: int) -> list[int]:
    """Which orders the rounds ask for: the same in every run."""
    return random.Random(6405).sample(range(1, count + 1), rounds)
