"""Definitions of dynamic properties, as staff see and keep them."""

from collections.abc import Mapping
from typing import Any

from core.clock import now
from core.db import Row, fetch_one, for_update, transaction
from core.errors import InvalidInput, NotFound
from models import DynamicProperty
from services.accounts.customers import checked_text
from services.listing import Column, Columns, Listing, list_rows
from services.paging import possible_ids
from services.properties.definitions import (
    COLUMNS,
    OBJECT_TYPES,
    DefinitionView,
    checked_locale,
    definition_of,
)
from services.properties.values import VALUE_TYPES
from services.staff import Desk, changes, check_may, record

LONGEST_NAME = 120
MOST_LABELS = 50
MOST_DEFINED = 200  # of one object type: each thing shows all that it has
LARGEST_ORDER = 1_000_000
FIXED = ("object_type", "value_type", "is_array", "is_multilingual", "is_dictionary")
LISTED: Columns = {
    "id": Column("p.id", "id"),
    "created_at": Column("p.created_at", "time"),
    "updated_at": Column("p.updated_at", "time"),
    "name": Column("p.name", "text"),
    "object_type": Column("p.object_type", "text"),
    "value_type": Column("p.value_type", "text"),
    "display_order": Column("p.display_order", "number"),
    "is_dictionary": Column("p.is_dictionary", "flag"),
}


async def list_definitions(desk: Desk, listing: Listing) -> tuple[list[DefinitionView], int]:
    """A page of definitions, by object type and place, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadDynamicProperty")
    rows, total = await list_rows(
        COLUMNS,
        "dynamic_property p",
        "p.platform_id = $1 AND p.environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="p.object_type, p.display_order, p.name",
    )
    return [definition_of(row) for row in rows], total


async def find_definition(desk: Desk, property_id: int) -> DefinitionView | None:
    """None also for another platform's. Raises `Forbidden`."""
    check_may(desk, "ReadDynamicProperty")
    row = await _row(desk, property_id)
    return definition_of(row) if row else None


async def create_definition(desk: Desk, said: Mapping[str, Any]) -> int:
    """A new property of `name`, `object_type` and `value_type`, and perhaps the flags, `display_order` and `labels`; its id.

    Raises `Forbidden`, `InvalidInput` also for a name that there is.
    """
    check_may(desk, "CreateDynamicProperty")
    columns = _checked(said)
    mine: dict[str, Any] = {
        "platform_id": desk.scope.platform_id,
        "environment": desk.scope.environment,
    }
    if columns["object_type"] not in OBJECT_TYPES:
        raise InvalidInput(f"The object type is one of {', '.join(OBJECT_TYPES)}.", field="objectType")
    if columns["value_type"] not in VALUE_TYPES:
        raise InvalidInput(f"The value type is one of {', '.join(VALUE_TYPES)}.", field="valueType")
    if columns.get("is_dictionary") and columns["value_type"] != "ShortText":
        raise InvalidInput("The items of a dictionary are short texts.", field="valueType")
    if columns.get("is_dictionary") and columns.get("is_multilingual"):
        raise InvalidInput(
            "A dictionary's items have labels in all languages themselves.", field="isMultilingual"
        )
    async with transaction():
        await _check_free(desk, columns["object_type"], columns["name"], 0)
        if await DynamicProperty.filter(**mine, object_type=columns["object_type"]).count() >= MOST_DEFINED:
            raise InvalidInput(f"At most {MOST_DEFINED} properties of one type of thing.", field="objectType")
        made = await DynamicProperty.create(**mine, **columns)
        await record(desk, "created", "dynamicProperty", made.id, **columns)
    return int(made.id)


async def update_definition(desk: Desk, property_id: int, said: Mapping[str, Any]) -> None:
    """Write what is said of `name`, `is_required`, `display_order` and `labels`; what values may be stays as it is.

    Raises `Forbidden`, `NotFound`, `InvalidInput`.
    """
    check_may(desk, "UpdateDynamicProperty")
    if fixed := [name for name in FIXED if name in said]:
        raise InvalidInput("What values may be never changes.", field=fixed[0])
    columns = _checked(said)
    async with transaction():
        before = await lock_definition(desk, property_id)
        different = changes({name: getattr(before, name) for name in columns}, columns)
        if not different:
            return
        if "name" in different:
            await _check_free(desk, before.object_type, columns["name"], property_id)
        await DynamicProperty.filter(id=property_id).update(**columns, updated_at=now())
        await record(desk, "updated", "dynamicProperty", property_id, **different)


async def delete_definition(desk: Desk, property_id: int, *, force: bool = False) -> None:
    """Take a property away with its items. Raises `Forbidden`, `NotFound`, and `InvalidInput` while something has it,
    unless it is forced.
    """
    check_may(desk, "DeleteDynamicProperty")
    async with transaction():
        before = await lock_definition(desk, property_id)
        await check_unused("property_id", property_id, force=force)
        await DynamicProperty.filter(id=property_id).delete()
        await record(
            desk, "deleted", "dynamicProperty", property_id, object_type=before.object_type, name=before.name
        )


async def lock_definition(desk: Desk, property_id: int) -> DefinitionView:
    """The definition, which orders those who change it or its items. Raises `NotFound`."""
    row = await _row(desk, property_id, for_update())
    if row is None:
        raise NotFound("There is no such property.", field="propertyId")
    return definition_of(row)


async def check_unused(column: str, id_: int, *, force: bool) -> None:
    """Raises `InvalidInput` where values have it, unless it is forced."""
    row = await fetch_one(f"SELECT COUNT(*) AS n FROM property_value WHERE {column} = $1", id_)
    if row and row["n"] and not force:
        raise InvalidInput(f"There are values of it: {row['n']}.", field="id")


def checked_labels(given: Mapping[str, str]) -> dict[str, str]:
    """Labels by locale as they are kept. Raises `InvalidInput`."""
    if len(given) > MOST_LABELS:
        raise InvalidInput(f"At most {MOST_LABELS} labels.", field="labels")
    return {
        checked_locale(locale): checked_text(label, "labels", LONGEST_NAME)
        for locale, label in sorted(given.items())
    }


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in said.items() if value is not None}
    if "name" in columns:
        columns["name"] = checked_text(columns["name"], "name", LONGEST_NAME)
    if "labels" in columns:
        columns["labels"] = checked_labels(columns["labels"])
    if abs(columns.get("display_order", 0)) > LARGEST_ORDER:
        raise InvalidInput(f"At most {LARGEST_ORDER}.", field="displayOrder")
    return columns


async def _check_free(desk: Desk, object_type: str, name: str, property_id: int) -> None:
    mine = {"platform_id": desk.scope.platform_id, "environment": desk.scope.environment}
    taken = DynamicProperty.filter(**mine, object_type=object_type, name=name).exclude(id=property_id)
    if await taken.exists():
        raise InvalidInput(f"{object_type} has a property with that name.", field="name")


async def _row(desk: Desk, property_id: int, lock: str = "") -> Row | None:
    return await fetch_one(
        f"SELECT {COLUMNS} FROM dynamic_property p WHERE p.platform_id = $1 AND p.environment = $2 AND p.id = $3{lock}",
        desk.scope.platform_id,
        desk.scope.environment,
        *(possible_ids([property_id]) or [0]),
    )
