"""Definitions of dynamic properties and the items of dictionaries, as they are looked up, and what they are called where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.db import Row, fetch, placeholders
from core.errors import InvalidInput
from services.tenants import Scope
from services.values import as_json, as_time, as_uid

ObjectType = Literal["CustomerOrder", "LineItem", "Shipment", "PaymentIn"]
OBJECT_TYPES: tuple[ObjectType, ...] = ("CustomerOrder", "LineItem", "Shipment", "PaymentIn")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
COLUMNS = (
    "p.id, p.uid, p.object_type, p.name, p.value_type, p.is_array, p.is_multilingual, p.is_dictionary, p.is_required, "
    "p.display_order, p.labels, p.created_at, p.updated_at"
)


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """What can be written to things of `object_type`; `labels` by locale."""

    id: int
    uid: UUID
    object_type: ObjectType
    name: str
    value_type: str
    is_array: bool
    is_multilingual: bool
    is_dictionary: bool
    is_required: bool
    display_order: int
    labels: Mapping[str, str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ItemView:
    """A value that a dictionary has; doors name it by the 32 hexadecimal digits of `uid`."""

    id: int
    uid: UUID
    property_id: int
    name: str
    labels: Mapping[str, str]


async def definitions_by_name(
    scope: Scope, object_type: ObjectType, names: Sequence[str]
) -> dict[str, DefinitionView]:
    """Those of the names that are defined for things of that type. One statement."""
    rows = await fetch(
        f"SELECT {COLUMNS} FROM dynamic_property p WHERE p.platform_id = $1 AND p.environment = $2 "
        f"AND p.object_type = $3 AND p.name IN ({placeholders(names, 4)})",
        scope.platform_id,
        scope.environment,
        object_type,
        *names,
    )
    return {row["name"]: definition_of(row) for row in rows}


async def items_by_uid(property_ids: Sequence[int], uids: Sequence[UUID]) -> dict[tuple[int, UUID], ItemView]:
    """Those items of these dictionaries, by property and uid. One statement."""
    rows = await fetch(
        "SELECT i.id, i.uid, i.property_id, i.name, i.labels FROM dictionary_item i "
        f"WHERE i.property_id IN ({placeholders(property_ids)}) "
        f"AND i.uid IN ({placeholders(uids, len(property_ids) + 1)})",
        *property_ids,
        *uids,
    )
    return {(row["property_id"], as_uid(row["uid"])): item_of(row) for row in rows}


def label_of(labels: Mapping[str, str], culture: str | None) -> str | None:
    """What something is called in a culture, or in its language; None where nobody said."""
    if not culture:
        return None
    return labels.get(culture) or labels.get(culture.partition("-")[0])


def checked_locale(given: str) -> str:
    """A locale as it is kept, such as `de` or `de-DE`. Raises `InvalidInput`."""
    if not _LOCALE.fullmatch(given):
        raise InvalidInput(
            "A locale is a language and perhaps a country, such as de or de-DE.", field="locale"
        )
    return given


def definition_of(row: Row) -> DefinitionView:
    flags = {name: bool(value) for name, value in row.items() if name.startswith("is_")}
    return DefinitionView(
        **{
            **row,
            **flags,
            "uid": as_uid(row["uid"]),
            "labels": as_json(row["labels"]),
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
        }
    )


def item_of(row: Row) -> ItemView:
    return ItemView(**{**row, "uid": as_uid(row["uid"]), "labels": as_json(row["labels"])})
