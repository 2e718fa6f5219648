"""The items of dictionaries, as staff see and keep them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.db import fetch, placeholders, transaction
from core.errors import InvalidInput, NotFound
from core.ids import new_uid
from models import DictionaryItem
from services.accounts.customers import checked_text
from services.properties.definitions import DefinitionView, ItemView, item_of
from services.properties.desk import LONGEST_NAME, check_unused, checked_labels, lock_definition
from services.staff import Desk, check_may, record

MOST_ITEMS = 1000  # of one dictionary: it is chosen from, and shown whole


async def items_of(property_ids: Sequence[int]) -> dict[int, list[ItemView]]:
    """The items of each of these dictionaries, by name. One statement; the caller has looked the properties up."""
    found: dict[int, list[ItemView]] = {property_id: [] for property_id in property_ids}
    rows = await fetch(
        "SELECT i.id, i.uid, i.property_id, i.name, i.labels FROM dictionary_item i "
        f"WHERE i.property_id IN ({placeholders(property_ids)}) ORDER BY i.name",
        *property_ids,
    )
    for row in rows:
        found[row["property_id"]].append(item_of(row))
    return found


async def add_item(
    desk: Desk, property_id: int, name: str, labels: Mapping[str, str] | None = None, uid: UUID | None = None
) -> UUID:
    """A new item of a dictionary, under a `uid` of one's own where it has one elsewhere; its uid.

    Raises `Forbidden`, `NotFound`, `InvalidInput`.
    """
    check_may(desk, "UpdateDynamicProperty")
    async with transaction():
        await _lock_dictionary(desk, property_id)
        said: dict[str, Any] = {
            "name": checked_text(name, "name", LONGEST_NAME),
            "labels": checked_labels(labels or {}),
        }
        await _check_name(property_id, said["name"], 0)
        if uid is not None and await DictionaryItem.exists(property_id=property_id, uid=uid):
            raise InvalidInput("There is an item with that id.", field="id")
        if await DictionaryItem.filter(property_id=property_id).count() >= MOST_ITEMS:
            raise InvalidInput(f"A dictionary has at most {MOST_ITEMS} items.", field="propertyId")
        made = await DictionaryItem.create(property_id=property_id, uid=uid or new_uid(), **said)
        await record(desk, "created", "dictionaryItem", made.id, property=property_id, **said)
    return UUID(str(made.uid))


async def update_item(
    desk: Desk, property_id: int, uid: UUID, name: str | None = None, labels: Mapping[str, str] | None = None
) -> None:
    """Write what is said. Raises `Forbidden`, `NotFound`, `InvalidInput`."""
    check_may(desk, "UpdateDynamicProperty")
    async with transaction():
        item = await _locked_item(desk, property_id, uid)
        written: dict[str, Any] = {}
        if name is not None:
            written["name"] = checked_text(name, "name", LONGEST_NAME)
            await _check_name(property_id, written["name"], item.id)
        if labels is not None:
            written["labels"] = checked_labels(labels)
        if written:
            await DictionaryItem.filter(id=item.id).update(**written)
            await record(desk, "updated", "dictionaryItem", item.id, property=property_id, **written)


async def delete_item(desk: Desk, property_id: int, uid: UUID, *, force: bool = False) -> None:
    """Raises `Forbidden`, `NotFound`, and `InvalidInput` while something has it, unless it is forced."""
    check_may(desk, "UpdateDynamicProperty")
    async with transaction():
        item = await _locked_item(desk, property_id, uid)
        await check_unused("item_id", item.id, force=force)
        await DictionaryItem.filter(id=item.id).delete()
        await record(desk, "deleted", "dictionaryItem", item.id, property=property_id, name=item.name)


async def _lock_dictionary(desk: Desk, property_id: int) -> DefinitionView:
    definition = await lock_definition(desk, property_id)
    if not definition.is_dictionary:
        raise InvalidInput("That property is no dictionary.", field="propertyId")
    return definition


async def _locked_item(desk: Desk, property_id: int, uid: UUID) -> DictionaryItem:
    await _lock_dictionary(desk, property_id)
    item = await DictionaryItem.get_or_none(property_id=property_id, uid=uid)
    if item is None:
        raise NotFound("There is no such item.", field="id")
    return item


async def _check_name(property_id: int, name: str, item_id: int) -> None:
    if await DictionaryItem.filter(property_id=property_id, name=name).exclude(id=item_id).exists():
        raise InvalidInput("There is an item with that name.", field="name")
