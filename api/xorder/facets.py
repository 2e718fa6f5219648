"""Facets of a list of orders: how many have which value, lie in which range, or meet a condition."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from api.xorder.filters import FIELDS, condition_of, range_condition
from api.xorder.phrases import Joined, Phrase, Range, read_phrases
from core.errors import InvalidInput
from core.money import from_decimal, to_decimal
from services.listing import Condition
from services.orders.placed import Counted, Whose, count_by, count_each

Shape = dict[str, Any]
# What has few values.
TERMS = ("status", "currency", "channelid")
MOST = 20  # facets, and ranges of one


async def read_facets(
    whose: Whose, where: Condition | None, asked: str | None, filtered: str | None
) -> Shape:
    """The facets that an expression asks for: names of fields, `total:[0 TO 100),[100 TO 500)`, and any other phrase of a filter.

    What the expression `filtered` asks for is told as selected. Raises `InvalidInput`.
    """
    phrases = _phrases(asked)
    selected = {each.field: each for each in _flat(read_phrases(filtered or "")) if not each.negated}
    found: Shape = {"term_facets": [], "range_facets": [], "filter_facets": []}
    conditions: list[tuple[int, Phrase]] = []
    for order, phrase in enumerate(phrases):
        if phrase.field is None:
            name = phrase.values[0].lower()
            found["term_facets"].append(await _terms(whose, where, name, order, selected.get(name)))
        elif phrase.ranges and not phrase.negated and _kind(phrase) == "money":
            chosen = selected.get(phrase.field)
            found["range_facets"].append(await _ranges(whose, where, phrase, order, chosen))
        else:
            conditions.append((order, phrase))
    if conditions:
        found["filter_facets"] = await _counts(whose, where, conditions)
    return found


def _phrases(asked: str | None) -> list[Phrase]:
    phrases = _flat(read_phrases(asked or "", "facet"), "facet")
    if len(phrases) > MOST or any(len(phrase.ranges) > MOST for phrase in phrases):
        raise InvalidInput(f"There are at most {MOST} facets, of {MOST} ranges each.", field="facet")
    for phrase in phrases:
        if phrase.field is None and phrase.values[0].lower() not in TERMS:
            raise InvalidInput(
                f"A facet is one of {', '.join(TERMS)}, ranges of an amount: total:[0 TO 100), or a condition: status:New.",
                field="facet",
            )
    return phrases


def _flat(node: Joined, argument: str | None = None) -> list[Phrase]:
    """The phrases that all hold. Raises `InvalidInput` for others, where there is an `argument` that can't have them."""
    if argument and node.any_of:
        raise InvalidInput("Facets stand one behind the other.", field=argument)
    found: list[Phrase] = []
    for part in () if node.any_of else node.parts:
        found += _flat(part, argument) if isinstance(part, Joined) else [part]
    return found


def _kind(phrase: Phrase) -> str | None:
    field = FIELDS.get(phrase.field or "")
    return field.kind if field else None


async def _counts(whose: Whose, where: Condition | None, asked: Sequence[tuple[int, Phrase]]) -> list[Shape]:
    currency = whose.scope.currency
    conditions = [condition_of(phrase, currency, argument="facet") for _, phrase in asked]
    counted = await count_each(whose, where, None, conditions)
    return [
        {
            "count": found.count,
            "facetType": "FILTER",
            "label": phrase.written,
            "name": phrase.written,
            "order": order,
        }
        for (order, phrase), found in zip(asked, counted, strict=True)
    ]


async def _terms(
    whose: Whose, where: Condition | None, name: str, order: int, selected: Phrase | None
) -> Shape:
    counts = await count_by(whose, where, FIELDS[name].column)
    chosen = {value.lower() for value in selected.values} if selected else set()
    return {
        "facetType": "TERMS",
        "label": name,
        "name": name,
        "order": order,
        "terms": [
            {"count": count, "isSelected": term.lower() in chosen, "label": term, "term": term}
            for term, count in counts.items()
        ],
    }


async def _ranges(
    whose: Whose, where: Condition | None, phrase: Phrase, order: int, selected: Phrase | None
) -> Shape:
    currency, field = whose.scope.currency, FIELDS[phrase.field or ""]

    def read(value: str) -> int:
        return from_decimal(value, currency, "facet")

    conditions = [range_condition(field, each, read) for each in phrase.ranges]
    return {
        "facetType": "RANGE",
        "label": phrase.field,
        "name": phrase.field,
        "order": order,
        "ranges": _shapes(
            phrase.ranges,
            await count_each(whose, where, field.column, conditions),
            currency,
            selected.ranges if selected else (),
        ),
    }


def _shapes(
    ranges: Sequence[Range], counted: Sequence[Counted], currency: str, selected: Sequence[Range]
) -> list[Shape]:
    return [
        {
            "count": found.count,
            "from": None if each.low is None else Decimal(each.low),
            "fromStr": each.low,
            "includeFrom": each.with_low,
            "includeTo": each.with_high,
            "isSelected": each in selected,
            "label": f"{each.low or '*'} - {each.high or '*'}",
            "max": to_decimal(found.most, currency),
            "min": to_decimal(found.least, currency),
            "to": None if each.high is None else Decimal(each.high),
            "toStr": each.high,
            "total": found.count,
        }
        for each, found in zip(ranges, counted, strict=True)
    ]
