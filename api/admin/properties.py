"""Definitions of dynamic properties and the items of dictionaries at the desk."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from core.errors import DomainError, Forbidden, InvalidInput
from services.properties.definitions import DefinitionView, ItemView
from services.properties.desk import (
    LISTED,
    create_definition,
    delete_definition,
    find_definition,
    list_definitions,
    update_definition,
)
from services.properties.dictionaries import add_item, delete_item, items_of, update_item
from services.properties.writing import uid_of

Args = dict[str, Any]
Shape = dict[str, Any]

_NAMES: Names = {
    "id": "id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "name": "name",
    "objectType": "object_type",
    "valueType": "value_type",
    "displayOrder": "display_order",
    "isDictionary": "is_dictionary",
}
_SAID = {
    "name": "name",
    "objectType": "object_type",
    "valueType": "value_type",
    "isArray": "is_array",
    "isMultilingual": "is_multilingual",
    "isDictionary": "is_dictionary",
    "isRequired": "is_required",
    "displayOrder": "display_order",
}
_NOBODYS = UUID(int=0)


async def properties(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED)
    found, total = await list_definitions(await context.desk(), listing)
    return {"items": await _shapes(found), "totalItems": total}


async def property_(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _shown(context, parse_id(args["id"]))


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _shown(context, await create_definition(await context.desk(), _said(args["input"])))


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    property_id = parse_id(args["input"]["id"])
    await update_definition(await context.desk(), property_id, _said(args["input"]))
    return await _shown(context, property_id)


async def delete(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    force = bool(args.get("force"))
    return await _deleted(delete_definition(await context.desk(), parse_id(args["id"]), force=force))


async def create_item(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    own = given.get("id")
    uid = None if own is None else uid_of(own)
    if own is not None and uid is None:
        raise InvalidInput("The id of an item has 32 hexadecimal digits.", field="id")
    property_id = parse_id(given["propertyId"])
    made = await add_item(await context.desk(), property_id, given["name"], _labels(given), uid)
    return await _shown_item(property_id, made)


async def change_item(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    property_id, uid = parse_id(given["propertyId"]), uid_of(given["id"]) or _NOBODYS
    await update_item(await context.desk(), property_id, uid, given.get("name"), _labels(given))
    return await _shown_item(property_id, uid)


async def drop_item(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    property_id, uid = parse_id(args["propertyId"]), uid_of(args["id"]) or _NOBODYS
    force = bool(args.get("force"))
    return await _deleted(delete_item(await context.desk(), property_id, uid, force=force))


async def _deleted(deleting: Awaitable[None]) -> Shape:
    try:
        await deleting
    except Forbidden:
        raise
    except DomainError as error:
        return {"result": "NOT_DELETED", "message": error.message}
    return {"result": "DELETED"}


def _said(given: Args) -> Args:
    said = {ours: given[theirs] for theirs, ours in _SAID.items() if given.get(theirs) is not None}
    labels = _labels(given)
    return said if labels is None else said | {"labels": labels}


def _labels(given: Args) -> dict[str, str] | None:
    if given.get("labels") is None:
        return None
    return {each["locale"]: each["label"] for each in given["labels"]}


async def _shown(context: AdminContext, property_id: int) -> Shape | None:
    found = await find_definition(await context.desk(), property_id)
    return (await _shapes([found]))[0] if found else None


async def _shown_item(property_id: int, uid: UUID) -> Shape | None:
    found = (await items_of([property_id]))[property_id]
    return next((_item(each) for each in found if each.uid == uid), None)


async def _shapes(found: Sequence[DefinitionView]) -> list[Shape]:
    dictionaries = [each.id for each in found if each.is_dictionary]
    items = await items_of(dictionaries) if dictionaries else {}
    return [_shape(each, items.get(each.id, [])) for each in found]


def _shape(found: DefinitionView, items: list[ItemView]) -> Shape:
    return {
        **{theirs: getattr(found, ours) for theirs, ours in _SAID.items()},
        "id": str(found.id),
        "uid": str(found.uid),
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
        "labels": _label_shapes(found.labels),
        "items": [_item(each) for each in items],
    }


def _item(found: ItemView) -> Shape:
    return {"id": found.uid.hex, "name": found.name, "labels": _label_shapes(found.labels)}


def _label_shapes(labels: Mapping[str, str]) -> list[Shape]:
    return [{"locale": locale, "label": label} for locale, label in sorted(labels.items())]


RESOLVERS = {
    "Query.dynamicProperties": properties,
    "Query.dynamicProperty": property_,
    "Mutation.createDynamicProperty": create,
    "Mutation.updateDynamicProperty": update,
    "Mutation.deleteDynamicProperty": delete,
    "Mutation.createDictionaryItem": create_item,
    "Mutation.updateDictionaryItem": change_item,
    "Mutation.deleteDictionaryItem": drop_item,
}
