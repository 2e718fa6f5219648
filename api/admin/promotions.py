"""Promotions at the desk: listed, made, changed, ended."""

from collections.abc import Mapping
from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.admin.operations import definition, read_args, texts_of
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from api.vendure.promotions import promotion_shape
from core.errors import InvalidInput, NotFound
from services.promotions.desk import (
    LISTED,
    create_at_desk,
    delete_at_desk,
    list_at_desk,
    show_at_desk,
    update_at_desk,
)
from services.promotions.inputs import PromotionInput
from services.promotions.operations import ACTIONS, CONDITIONS, Action, Condition
from services.promotions.views import Operation, PromotionView
from services.staff import check_may

Args = dict[str, Any]
Shape = dict[str, Any]
Table = Mapping[str, Condition] | Mapping[str, Action]

_SAID = {
    "enabled": "enabled",
    "startsAt": "starts_at",
    "endsAt": "ends_at",
    "couponCode": "coupon_code",
    "usageLimit": "usage_limit",
    "perCustomerUsageLimit": "per_customer_usage_limit",
}
_NEVER_NULL = ("enabled",)
_NAMES: Names = {
    **_SAID,
    "id": "id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "name": "name",
    "description": "description",
}


async def promotions(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED)
    found, total = await list_at_desk(await context.desk(), listing)
    return {"items": [_shape(each) for each in found], "totalItems": total}


async def promotion(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    try:
        return _shape(await show_at_desk(await context.desk(), parse_id(args["id"])))
    except NotFound:
        return None


def _definitions(table: Table) -> Any:
    async def resolve(_: Any, __: Args, context: AdminContext, ___: Any) -> list[Shape]:
        check_may(await context.desk(), "ReadPromotion")
        return [definition(code, each.description, each.args) for code, each in table.items()]

    return resolve


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk, given = await context.desk(), args["input"]
    # Before the operations are read: who may not make one is told that, and not what is wrong with it.
    check_may(desk, "CreatePromotion")
    said = {"conditions": (), "actions": (), **_said(given)}
    if "name" not in said:
        raise InvalidInput("A promotion needs a name.", field="name")
    try:
        return _member(await create_at_desk(desk, PromotionInput(**said)))
    except InvalidInput as refused:
        return _missing(refused, given)


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk, given = await context.desk(), args["input"]
    check_may(desk, "UpdatePromotion")
    try:
        return _member(await update_at_desk(desk, parse_id(given["id"]), _said(given)))
    except InvalidInput as refused:
        return _missing(refused, given)


def _said(given: Args) -> Args:
    said = {
        ours: given[theirs]
        for theirs, ours in _SAID.items()
        if theirs in given and (given[theirs] is not None or ours not in _NEVER_NULL)
    }
    said |= texts_of(given, "name", "description")
    for field, table in (("conditions", CONDITIONS), ("actions", ACTIONS)):
        if given.get(field) is not None:
            said[field] = tuple(_operation(table, each, field) for each in given[field])
    return said


def _operation(table: Table, given: Args, field: str) -> Operation:
    known = table.get(given["code"])
    args = read_args(given, known.args if known else {}, field)
    if args.pop("taxInclusive", True) is not True:
        raise InvalidInput("Prices contain their tax here: taxInclusive is true.", field=field)
    return Operation(given["code"], args)


def _missing(refused: InvalidInput, given: Args) -> Shape:
    """The union's member where there is neither condition nor coupon code; raises any other refusal."""
    if refused.field != "conditions" or given.get("conditions"):
        raise refused
    return {
        "__typename": "MissingConditionsError",
        "errorCode": "MISSING_CONDITIONS_ERROR",
        "message": refused.message,
    }


def _member(view: PromotionView) -> Shape:
    return {"__typename": "Promotion", **_shape(view)}


def _shape(view: PromotionView) -> Shape:
    texts = {"languageCode": "en", "name": view.name, "description": view.description}
    return promotion_shape(view) | {"translations": [{"id": str(view.id), **texts}]}


RESOLVERS = {
    "Query.promotions": promotions,
    "Query.promotion": promotion,
    "Query.promotionConditions": _definitions(CONDITIONS),
    "Query.promotionActions": _definitions(ACTIONS),
    "Mutation.createPromotion": create,
    "Mutation.updatePromotion": update,
    "Mutation.deletePromotion": deletion(delete_at_desk),
    "Mutation.deletePromotions": deletions(delete_at_desk),
}
