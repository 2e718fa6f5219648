"""Finding customers by whatever a caller can read out: a number however written, a name, an address, a code, a card, a chat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.db import Row, fetch
from core.errors import InvalidInput
from core.phones import parse_phone
from services.paging import LARGEST_ID, page, storable
from services.staff import Desk, check_may
from services.tenants import Scope
from services.values import as_time

LONGEST, MOST_WORDS = 100, 6
# Digits that may be a number or a chat; fewer are a part of a name.
FEWEST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer in a list of staff's. `phone` is the proven number, else the stated one (E.164)."""

    id: int
    full_name: str
    phone: str
    email: str
    created_at: datetime
    locked_at: datetime | None
    closed_at: datetime | None


_SHOWN = (
    "c.id, c.full_name, COALESCE(c.phone, c.stated_phone, '') AS phone, COALESCE(c.email, '') AS email, c.created_at, "
    "c.locked_at, c.closed_at"
)
_MINE = "{0}.platform_id = $1 AND {0}.environment = $2"
_OF_CUSTOMER = f"SELECT c.id FROM customer c WHERE {_MINE.format('c')} AND "
# Named one by one, so that an index that begins with them is used.
_OF_CHANNEL = (
    f"SELECT i.customer_id FROM channel_identity i WHERE {_MINE.format('i')} "
    "AND i.channel IN ('ussd', 'sms', 'telegram', 'web') AND "
)
_OF_ORDER = f"SELECT o.customer_id FROM customer_order o WHERE {_MINE.format('o')} AND "
_OF_CARD = f"SELECT a.customer_id FROM ledger_account a WHERE {_MINE.format('a')} AND "
_OF_PAYMENT = f"SELECT p.customer_id FROM payment p JOIN payment_attempt t ON t.payment_id = p.id WHERE {_MINE.format('p')} AND "


async def find_customers(
    desk: Desk, words: str = "", *, skip: int = 0, take: int = 20
) -> tuple[list[FoundCustomer], bool]:
    """A page of those who fit the words, newest first (everybody where there are none), and whether there are more.

    One statement. Raises `Forbidden`, `InvalidInput` for words that are too many.
    """
    check_may(desk, "ReadCustomer")
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    where = _MINE.format("c")
    if said := " ".join(storable(words).split()):
        if len(said) > LONGEST or said.count(" ") >= MOST_WORDS:
            raise InvalidInput("Look for less at once.", field="words")
        where += f" AND c.id IN ({' UNION '.join(_ways(desk.scope, said, values))})"
    limit, offset = page(skip, take)
    rows = await fetch(
        f"SELECT {_SHOWN} FROM customer c WHERE {where} ORDER BY c.id DESC LIMIT {limit + 1} OFFSET {offset}",
        *values,
    )
    return [_found(row) for row in rows[:limit]], len(rows) > limit


def _ways(scope: Scope, said: str, values: list[Any]) -> list[str]:
    """What the words may be, each as a statement that gives ids of customers; their values are put behind `values`."""
    ways: list[str] = []

    def way(statement: str, *more: Any) -> None:
        marks = [f"${len(values) + n}" for n in range(1, len(more) + 1)]
        values.extend(more)
        ways.append(statement.format(*marks))

    parts = [f"%{_literal(word)}%" for word in said.lower().split()]
    way(_OF_CUSTOMER + " AND ".join(["lower(c.full_name) LIKE {} ESCAPE '!'"] * len(parts)), *parts)
    way(_OF_CUSTOMER + "c.email = {}", said.lower())
    way(_OF_CHANNEL + "lower(i.name) = {} AND i.name <> ''", said.lower().removeprefix("@"))
    code = said.upper().replace(" ", "").removeprefix("#")
    way(_OF_ORDER + "o.code = {}", code)
    way(_OF_CARD + "a.number = {}", code)
    way(_OF_PAYMENT + "t.reference = {}", said.lower())
    digits = "".join(c for c in said if c.isascii() and c.isdigit())
    if len(digits) >= FEWEST_DIGITS:
        number = _number(scope, said)
        way(_OF_CUSTOMER + "c.phone = {}", number)
        way(_OF_CUSTOMER + "c.stated_phone = {}", number)
        way(_OF_CHANNEL + "i.external_id IN ({}, {})", number, digits)
    elif digits == code and int(digits) <= LARGEST_ID:
        way(_OF_CUSTOMER + "c.id = {}", int(digits))
    return ways


def _number(scope: Scope, said: str) -> str:
    """A telephone number in E.164, if it can be one; else as it was said, which is nobody's."""
    try:
        return parse_phone(said[:32], scope.country)
    except InvalidInput:
        return said


def _literal(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _found(row: Row) -> FoundCustomer:
    times = {name: row[name] and as_time(row[name]) for name in ("created_at", "locked_at", "closed_at")}
    return FoundCustomer(**{**row, **times})
