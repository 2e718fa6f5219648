"""The dialect's `filter`, `facet` and `sort`, as the lists of the house take them.

A filter is a row of phrases, all of which hold: words to look for, `field:value,value` (one of them), `field:[a TO b)` (a range;
a square bracket counts its bound in, a bound may be left out), each with `!` before it for the opposite. Source: the grammar
SearchPhrase of the dialect's own search module.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import InvalidInput
from core.money import from_decimal
from services.listing import Clause, Condition, Group
from services.orders.statuses import STATUSES
from services.paging import Sort

LONGEST = 2_000

_STRING = r'"(?:\\.|[^"\\])*"|[^!":,\[\]()\s]+'
_FIELD = re.compile(rf"(!?)({_STRING}):")
_VALUE = re.compile(_STRING)
_WORD = re.compile(_STRING)
_BETWEEN = re.compile(rf"([\[(])\s*(?:({_STRING})\s+)?(?:TO|to)(?:\s+({_STRING}))?\s*([\])])")


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, None where it is open; whether each bound counts in."""

    low: str | None
    high: str | None
    with_low: bool
    with_high: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for (`field` is None), or what a field is asked for."""

    field: str | None
    values: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """What the dialect's name of a field is here."""

    column: str
    kind: str  # text, part, status, money, time


Fields = Mapping[str, Field]
FIELDS = {
    "number": Field("number", "text"),
    "status": Field("status", "status"),
    "createddate": Field("created_at", "time"),
    "modifieddate": Field("updated_at", "time"),
    "total": Field("total", "money"),
    "subtotalwithtax": Field("subtotal", "money"),
    "shippingtotalwithtax": Field("shipping", "money"),
    "taxtotal": Field("tax", "money"),
    "discounttotalwithtax": Field("discount", "money"),
    "currency": Field("currency", "text"),
    "channelid": Field("channel", "text"),
    "customerid": Field("customer_uid", "text"),
    "customername": Field("customer_name", "part"),
}
PAYMENT_FIELDS = {
    "number": Field("number", "text"),
    "ordernumber": Field("order_number", "text"),
    "gatewaycode": Field("gateway", "text"),
    "sum": Field("amount", "money"),
    "createddate": Field("created_at", "time"),
    "modifieddate": Field("updated_at", "time"),
}
# Where words are looked for, in whichever of these a list has.
KEYWORD = ("number", "order_number", "customer_name")


def read_phrases(text: str, argument: str = "filter") -> list[Phrase]:
    """The phrases of a filter. Raises `InvalidInput`, which says from where on it can't be read."""
    if len(text) > LONGEST:
        raise InvalidInput(f"A {argument} has at most {LONGEST} characters.", field=argument)
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        phrase, at = _phrase(text, at, argument)
        found.append(phrase)
        if at < len(text) and not text[at].isspace():
            raise _unreadable(text, at, argument)
    return found


def _phrase(text: str, at: int, argument: str) -> tuple[Phrase, int]:
    field = _FIELD.match(text, at)
    if field is None:
        word = _WORD.match(text, at)
        if word is None:
            raise _unreadable(text, at, argument)
        return Phrase(None, (_plain(word[0]),)), word.end()
    name, negated = _plain(field[2]).lower(), bool(field[1])
    values: list[str] = []
    ranges: list[Range] = []
    at = field.end()
    while True:
        if between := _BETWEEN.match(text, at):
            ranges.append(_range(between))
            at = between.end()
        elif value := _VALUE.match(text, at):
            values.append(_plain(value[0]))
            at = value.end()
        else:
            raise _unreadable(text, at, argument)
        if text[at : at + 1] != ",":
            break
        at += 1
    if values and ranges:
        raise InvalidInput(f"{name} is asked for values or for ranges, not for both.", field=argument)
    return Phrase(name, tuple(values), tuple(ranges), negated), at


def _range(found: re.Match[str]) -> Range:
    opening, low, high, closing = found.groups()
    return Range(
        None if low is None else _plain(low),
        None if high is None else _plain(high),
        opening == "[",
        closing == "]",
    )


def _plain(string: str) -> str:
    if not string.startswith('"'):
        return string
    escapes = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda m: escapes.get(m[1], m[1]), string[1:-1])


def _unreadable(text: str, at: int, argument: str) -> InvalidInput:
    rest = text[at : at + 20]
    return InvalidInput(
        f'The {argument} can\'t be read from "{rest}" on. It is written like status:"New" total:[100 TO 500).'
        if rest
        else f"The {argument} ends where a value belongs.",
        field=argument,
    )


def read_filter(text: str | None, currency: str, fields: Fields = FIELDS) -> Condition | None:
    """What a filter asks of a list with these fields. Raises `InvalidInput`, also for a field that there isn't."""
    phrases = read_phrases(text or "")
    parts = tuple(_condition(phrase, currency, fields) for phrase in phrases)
    return Group(parts) if parts else None


def _condition(phrase: Phrase, currency: str, fields: Fields) -> Condition:
    if phrase.field is None:
        word, columns = phrase.values[0], {field.column for field in fields.values()}
        looked = tuple(Clause(column, "contains", word) for column in KEYWORD if column in columns)
        return Group(looked, any_of=True)
    field = _field(phrase.field, fields)
    read = _READ[field.kind](currency)
    if phrase.ranges:
        if field.kind not in ("money", "time"):
            raise InvalidInput(f"{phrase.field} is asked for values, not for ranges.", field="filter")
        within = tuple(range_condition(field.column, each, read, phrase.negated) for each in phrase.ranges)
        return Group(within, any_of=not phrase.negated)
    if field.kind == "part":
        operator = "not_contains" if phrase.negated else "contains"
        return Group(
            tuple(Clause(field.column, operator, value) for value in phrase.values), any_of=not phrase.negated
        )
    values = tuple(read(value) for value in phrase.values)
    if field.kind in ("text", "status"):
        return Clause(field.column, "not_in" if phrase.negated else "in", values)
    if phrase.negated:
        return Group(tuple(_other_than(field.column, value, field.kind) for value in values))
    return Group(tuple(Clause(field.column, "eq", value) for value in values), any_of=True)


def range_condition(
    column: str, asked: Range, read: Callable[[str], Any], negated: bool = False
) -> Condition:
    """What lies in a range, or outside it."""
    low = None if asked.low is None else read(asked.low)
    high = None if asked.high is None else read(asked.high)
    above, below = ("after", "before") if isinstance(low or high, datetime) else ("gt", "lt")
    parts: list[Condition] = []
    if low is not None:
        parts.append(_beyond(column, below if negated else above, low, asked.with_low != negated))
    if high is not None:
        parts.append(_beyond(column, above if negated else below, high, asked.with_high != negated))
    if negated and not parts:
        # Outside a range without bounds lies nothing.
        return Clause(column, "is_null", True)
    return Group(tuple(parts), any_of=negated)


def _beyond(column: str, operator: str, bound: Any, counted_in: bool) -> Condition:
    strictly = Clause(column, operator, bound)
    return Group((strictly, Clause(column, "eq", bound)), any_of=True) if counted_in else strictly


def _other_than(column: str, value: Any, kind: str) -> Condition:
    above, below = ("after", "before") if kind == "time" else ("gt", "lt")
    return Group((Clause(column, above, value), Clause(column, below, value)), any_of=True)


def _field(name: str, fields: Fields) -> Field:
    field = fields.get(name)
    if field is None:
        raise InvalidInput(
            f'There is no field "{name[:40]}" here: use one of {", ".join(fields)}.', field="filter"
        )
    return field


def _status(value: str) -> str:
    known = {status.lower(): status for status in STATUSES}
    if value.lower() not in known:
        raise InvalidInput(f"A status is one of {', '.join(STATUSES)}.", field="filter")
    return known[value.lower()]


def _time(value: str) -> datetime:
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput(
            f'"{value[:40]}" is not a date: one is written like 2024-01-31 or "2024-01-31T12:00:00Z".',
            field="filter",
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


_READ: dict[str, Callable[[str], Callable[[str], Any]]] = {
    "text": lambda _: lambda value: value,
    "part": lambda _: lambda value: value,
    "status": lambda _: _status,
    "money": lambda currency: lambda value: from_decimal(value, currency, "filter"),
    "time": lambda _: _time,
}


def read_sort(text: str | None, fields: Fields = FIELDS) -> Sort:
    """`createdDate:desc;total`, as columns; the list's own order where nothing is said. Raises `InvalidInput`."""
    found = []
    for part in (text or "").split(";"):
        if not part.strip():
            continue
        name, _, direction = part.strip().partition(":")
        field = fields.get(name.strip().lower())
        if field is None or direction.strip().lower() not in ("", "asc", "desc"):
            raise InvalidInput(
                f"Sort by one of {', '.join(fields)}, each with :asc or :desc, and ; between them.",
                field="sort",
            )
        found.append((field.column, "DESC" if direction.strip().lower() == "desc" else "ASC"))
    return tuple(found)
