"""The dialect's `filter` and `sort`, as the lists of the house take them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from api.xorder.phrases import Joined, Phrase, Range, read_phrases
from core.errors import InvalidInput
from core.money import from_decimal
from services.listing import Clause, Condition, Group
from services.orders.statuses import STATUSES
from services.paging import Sort


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


def read_filter(text: str | None, currency: str, fields: Fields = FIELDS) -> Condition | None:
    """What a filter asks of a list with these fields. Raises `InvalidInput`, also for a field that there isn't."""
    words: list[Condition] = []
    asked = _asked(read_phrases(text or ""), currency, fields, words)
    parts = [*words, *([asked] if asked else ())]
    return gathered(parts) if parts else None


def gathered(parts: Iterable[Condition], any_of: bool = False) -> Condition:
    """These conditions as one, no deeper than it must be."""
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, Group) and part.any_of == any_of else [part]
    return flat[0] if len(flat) == 1 else Group(tuple(flat), any_of)


def _asked(node: Joined | Phrase, currency: str, fields: Fields, words: list[Condition]) -> Condition | None:
    """What is asked of fields. Words hold of the whole filter wherever they stand, as the dialect has it."""
    if isinstance(node, Joined):
        parts = [_asked(each, currency, fields, words) for each in node.parts]
        if node.any_of and None in parts:
            raise InvalidInput("Words hold of the whole filter, and are no side of an OR.", field="filter")
        asked = [part for part in parts if part]
        return gathered(asked, node.any_of) if asked else None
    if node.field is not None:
        return condition_of(node, currency, fields)
    columns = {field.column for field in fields.values()}
    looked = [Clause(column, "contains", node.values[0]) for column in KEYWORD if column in columns]
    words.append(gathered(looked, any_of=True))
    return None


def condition_of(
    phrase: Phrase, currency: str, fields: Fields = FIELDS, argument: str = "filter"
) -> Condition:
    """What a phrase asks of a field. Raises `InvalidInput`."""
    field, negated = _field(phrase.field or "", fields, argument), phrase.negated
    read = partial(_READ[field.kind], currency, argument)
    if phrase.ranges:
        if field.kind not in STRICTLY:
            raise InvalidInput(f"{phrase.field} is asked for values, not for ranges.", field=argument)
        within = (range_condition(field, each, read, negated) for each in phrase.ranges)
        return gathered(within, any_of=not negated)
    if field.kind == "part":
        operator = "not_contains" if negated else "contains"
        named = (Clause(field.column, operator, value) for value in phrase.values)
        return gathered(named, any_of=not negated)
    values = tuple(read(value) for value in phrase.values)
    if field.kind in ("text", "status"):
        return Clause(field.column, "not_in" if negated else "in", values)
    if negated:
        return gathered(_other_than(field, value) for value in values)
    return gathered((Clause(field.column, "eq", value) for value in values), any_of=True)


# What is beyond a bound, above and below it: without the bound, and with it.
STRICTLY = {"money": ("gt", "lt"), "time": ("after", "before")}
COUNTED_IN = ("gte", "lte")


def range_condition(
    field: Field, asked: Range, read: Callable[[str], Any], negated: bool = False
) -> Condition:
    """What lies in a range of a field, or outside it."""
    bounds = ((asked.low, asked.with_low, 0), (asked.high, asked.with_high, 1))
    parts = [
        Clause(
            field.column,
            (COUNTED_IN if counted != negated else STRICTLY[field.kind])[side ^ negated],
            read(bound),
        )
        for bound, counted, side in bounds
        if bound is not None
    ]
    # In a range without bounds lies everything.
    return gathered(parts, any_of=negated) if parts else Clause(field.column, "is_null", negated)


def _other_than(field: Field, value: Any) -> Condition:
    return Group(tuple(Clause(field.column, sign, value) for sign in STRICTLY[field.kind]), any_of=True)


def _field(name: str, fields: Fields, argument: str) -> Field:
    field = fields.get(name)
    if field is None:
        raise InvalidInput(
            f'There is no field "{name[:40]}" here: use one of {", ".join(fields)}.', field=argument
        )
    return field


def _text(_: str, __: str, value: str) -> str:
    return value


def _money(currency: str, argument: str, value: str) -> int:
    return from_decimal(value, currency, argument)


def _status(_: str, argument: str, value: str) -> str:
    known = {status.lower(): status for status in STATUSES}
    if value.lower() not in known:
        raise InvalidInput(f"A status is one of {', '.join(STATUSES)}.", field=argument)
    return known[value.lower()]


def _time(_: str, argument: str, value: str) -> datetime:
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput(
            f'"{value[:40]}" is not a date: one is written like 2024-01-31 or "2024-01-31T12:00:00Z".',
            field=argument,
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


# What a value is, of a shop's currency and an argument that holds it.
_READ: dict[str, Callable[[str, str, str], Any]] = {
    "text": _text,
    "part": _text,
    "status": _status,
    "money": _money,
    "time": _time,
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
