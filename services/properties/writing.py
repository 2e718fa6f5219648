"""Writing properties to an order or one of its parts: all that is given, or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.db import execute, fetch_one, for_update
from core.errors import InvalidInput
from models import PropertyValue
from services.orders.events import record
from services.paging import storable
from services.properties.definitions import (
    DefinitionView,
    ItemView,
    ObjectType,
    checked_locale,
    definitions_by_name,
    items_by_uid,
)
from services.properties.values import take_value
from services.tenants import Scope

MOST_GIVEN = 200  # values in one call
MOST_IN_ARRAY = 100


@dataclass(frozen=True, slots=True)
class Given:
    """A value for the property `name`: one of its type, a list of them, or None for none any more.

    Of a dictionary it is the item's id. `locale` is said exactly where the property is multilingual.
    """

    name: str
    value: Any
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """What a property shall be, in one locale; `locale` None stands for all of them."""

    definition: DefinitionView
    locale: str | None
    values: list[Any]


async def set_properties(
    scope: Scope, object_type: ObjectType, owner_id: int, given: Sequence[Given], *, order_id: int
) -> None:
    """Write what is given to a thing of the order, in the caller's transaction, and its history.

    A property (of a multilingual one a locale) that isn't named stays as it is; several values of one name are an
    array. None or an empty list takes it away, without a locale in all of them. The caller has checked whose it is.
    Raises `InvalidInput` with the name of the property at fault.
    """
    if not given:
        return
    if len(given) > MOST_GIVEN:
        raise InvalidInput(f"At most {MOST_GIVEN} values at once.", field="dynamicProperties")
    names = list(dict.fromkeys(storable(each.name) for each in given))
    known = await definitions_by_name(scope, object_type, names)
    if unknown := [name for name in names if name not in known]:
        raise InvalidInput(
            f'There is no property "{unknown[0][:120]}" of {object_type}.', field=unknown[0][:120]
        )
    changes = _grouped(known, given)
    rows = await _rows(owner_id, changes)
    # One writer of an order after the other, lest two find the same place free.
    await fetch_one(f"SELECT id FROM customer_order WHERE id = $1{for_update()}", order_id)
    for change in changes:
        await _clear(owner_id, change)
    await PropertyValue.bulk_create(rows)
    await record(order_id, "properties", object_type=object_type, owner_id=owner_id, names=names)


def _grouped(known: dict[str, DefinitionView], given: Iterable[Given]) -> list[_Change]:
    groups: dict[tuple[str, str | None], list[Any]] = defaultdict(list)
    for each in given:
        locale = checked_locale(each.locale) if each.locale else None
        values = each.value if isinstance(each.value, list) else [each.value]
        groups[storable(each.name), locale] += [value for value in values if value is not None]
    changes = [_Change(known[name], locale, values) for (name, locale), values in groups.items()]
    for change in changes:
        _check(change)
    return changes


def _check(change: _Change) -> None:
    name, definition = change.definition.name, change.definition
    if definition.is_required and not change.values:
        raise InvalidInput(f'The property "{name}" can\'t be empty.', field=name)
    if not definition.is_array and len(change.values) > 1:
        raise InvalidInput(f'The property "{name}" takes one value.', field=name)
    if len(change.values) > MOST_IN_ARRAY:
        raise InvalidInput(f'The property "{name}" takes at most {MOST_IN_ARRAY} values.', field=name)
    if definition.is_multilingual and change.values and change.locale is None:
        raise InvalidInput(f'The property "{name}" is written in a locale: say which.', field=name)
    if not definition.is_multilingual and change.locale is not None:
        raise InvalidInput(
            f'The property "{name}" is the same in all languages: leave the locale out.', field=name
        )


async def _rows(owner_id: int, changes: list[_Change]) -> list[PropertyValue]:
    chosen = await _items(changes)
    rows = []
    for change in changes:
        definition = change.definition
        for position, value in enumerate(change.values):
            item = _item(definition, value, chosen) if definition.is_dictionary else None
            rows.append(
                PropertyValue(
                    property_id=definition.id,
                    owner_id=owner_id,
                    locale=change.locale or "",
                    position=position,
                    value="" if item else take_value(definition.name, definition.value_type, value),
                    item_id=item.id if item else None,
                )
            )
    return rows


async def _items(changes: list[_Change]) -> dict[tuple[int, UUID], ItemView]:
    asked = [
        (change.definition.id, uid)
        for change in changes
        if change.definition.is_dictionary
        for uid in map(uid_of, change.values)
        if uid is not None
    ]
    if not asked:
        return {}
    return await items_by_uid(
        list(dict.fromkeys(property_id for property_id, _ in asked)),
        list(dict.fromkeys(uid for _, uid in asked)),
    )


def _item(definition: DefinitionView, value: Any, chosen: dict[tuple[int, UUID], ItemView]) -> ItemView:
    uid = uid_of(value)
    item = chosen.get((definition.id, uid)) if uid else None
    if item is None:
        raise InvalidInput(
            f'The property "{definition.name}" must be the id of one of its items.', field=definition.name
        )
    return item


def uid_of(value: Any) -> UUID | None:
    """The id of an item as doors name it: 32 hexadecimal digits, with or without dashes."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


async def _clear(owner_id: int, change: _Change) -> None:
    only = "" if change.locale is None else " AND locale = $3"
    await execute(
        f"DELETE FROM property_value WHERE owner_id = $1 AND property_id = $2{only}",
        owner_id,
        change.definition.id,
        *(() if change.locale is None else (change.locale,)),
    )
