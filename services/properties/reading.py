"""Reading what was written to orders and their parts, however many they are, in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.db import Row, fetch, placeholders
from services.properties.definitions import (
    COLUMNS,
    DefinitionView,
    ItemView,
    ObjectType,
    definition_of,
    item_of,
)
from services.properties.values import Value, read_value
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value of a property: of a dictionary's the `item`, and its name. `locale` is set where it is multilingual."""

    definition: DefinitionView
    value: Value
    locale: str | None
    item: ItemView | None


async def read_properties(
    scope: Scope, object_type: ObjectType, owner_ids: Sequence[int], culture: str | None = None
) -> dict[int, list[ValueView]]:
    """What each of these things has, by property and place; an array is a value for each of its elements.

    With a culture, what is said in another is left out; what is in no language always stays. One statement.
    """
    if not owner_ids:
        return {}
    # The culture's own words, else those in its language without a country.
    values: list[object] = [scope.platform_id, scope.environment, object_type, *owner_ids]
    spoken = ""
    if culture:
        values += [culture, culture.partition("-")[0]]
        spoken = f" AND v.locale IN ('', ${len(values) - 1}, ${len(values)})"
    rows = await fetch(
        f"SELECT {COLUMNS}, v.owner_id, v.locale, v.value, i.id AS item_id, i.uid AS item_uid, i.name AS item, "
        "i.labels AS item_labels FROM property_value v JOIN dynamic_property p ON p.id = v.property_id "
        "LEFT JOIN dictionary_item i ON i.id = v.item_id WHERE p.platform_id = $1 AND p.environment = $2 "
        f"AND p.object_type = $3 AND v.owner_id IN ({placeholders(owner_ids, 4)}){spoken} "
        "ORDER BY p.display_order, p.name, v.locale, v.position",
        *values,
    )
    found: dict[int, list[ValueView]] = defaultdict(list)
    for row in rows:
        found[row["owner_id"]].append(_value(row))
    return {owner: _best_spoken(given, culture) for owner, given in found.items()}


def _best_spoken(given: list[ValueView], culture: str | None) -> list[ValueView]:
    """Where something is said both in the culture and in its language alone, the culture's."""
    exact = {each.definition.id for each in given if culture and each.locale == culture}
    return [
        each
        for each in given
        if each.locale is None or not culture or each.locale == culture or each.definition.id not in exact
    ]


def _value(row: Row) -> ValueView:
    item = {name: row.pop(name) for name in ("item_id", "item_uid", "item", "item_labels")}
    _, locale, kept = row.pop("owner_id"), row.pop("locale"), row.pop("value")
    definition = definition_of(row)
    if item["item_id"] is None:
        return ValueView(definition, read_value(definition.value_type, kept), locale or None, None)
    chosen = item_of(
        {
            "id": item["item_id"],
            "uid": item["item_uid"],
            "property_id": definition.id,
            "name": item["item"],
            "labels": item["item_labels"],
        }
    )
    return ValueView(definition, chosen.name, locale or None, chosen)
