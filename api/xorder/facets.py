"""Facets of a list of orders: how many have which value, or lie in which range."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from api.xorder.filters import FIELDS, Phrase, Range, range_condition, read_phrases
from core.errors import InvalidInput
from core.money import from_decimal, to_decimal
from services.listing import Condition
from services.orders.placed import Counted, Whose, count_by, count_each

Shape = dict[str, Any]
# What has few values.
TERMS = ("status", "currency", "channelid")
MOST = 20  # facets, and ranges of one


async def read_facets(whose: Whose, where: Condition | None, asked: str | None) -> Shape:
    """The facets that an expression asks for: names of fields, and `total:[0 TO 100),[100 TO 500)`.

    Raises `InvalidInput`.
    """
    phrases = read_phrases(asked or "", "facet")
    if len(phrases) > MOST or any(len(phrase.ranges) > MOST for phrase in phrases):
        raise InvalidInput(f"There are at most {MOST} facets, of {MOST} ranges each.", field="facet")
    found: Shape = {"term_facets": [], "range_facets": [], "filter_facets": []}
    for order, phrase in enumerate(phrases):
        if phrase.ranges and phrase.field and FIELDS.get(phrase.field, FIELDS["status"]).kind == "money":
            found["range_facets"].append(await _ranges(whose, where, phrase, order))
        elif phrase.field is None and phrase.values[0].lower() in TERMS:
            found["term_facets"].append(await _terms(whose, where, phrase.values[0].lower(), order))
        else:
            raise InvalidInput(
                f"A facet is one of {', '.join(TERMS)}, or ranges of an amount: total:[0 TO 100).",
                field="facet",
            )
    return found


async def _terms(whose: Whose, where: Condition | None, name: str, order: int) -> Shape:
    counts = await count_by(whose, where, FIELDS[name].column)
    return {
        "facetType": "TERMS",
        "label": name,
        "name": name,
        "order": order,
        "terms": [
            {"count": count, "isSelected": False, "label": term, "term": term}
            for term, count in counts.items()
        ],
    }


async def _ranges(whose: Whose, where: Condition | None, phrase: Phrase, order: int) -> Shape:
    currency, column = whose.scope.currency, FIELDS[phrase.field or ""].column

    def read(value: str) -> int:
        return from_decimal(value, currency, "facet")

    conditions = [range_condition(column, each, read) for each in phrase.ranges]
    return {
        "facetType": "RANGE",
        "label": phrase.field,
        "name": phrase.field,
        "order": order,
        "ranges": _shapes(phrase.ranges, await count_each(whose, where, column, conditions), currency),
    }


def _shapes(ranges: Sequence[Range], counted: Sequence[Counted], currency: str) -> list[Shape]:
    return [
        {
            "count": found.count,
            "from": None if each.low is None else Decimal(each.low),
            "fromStr": each.low,
            "includeFrom": each.with_low,
            "includeTo": each.with_high,
            "isSelected": False,
            "label": f"{each.low or '*'} - {each.high or '*'}",
            "max": to_decimal(found.most, currency),
            "min": to_decimal(found.least, currency),
            "to": None if each.high is None else Decimal(each.high),
            "toStr": each.high,
            "total": found.count,
        }
        for each, found in zip(ranges, counted, strict=True)
    ]
