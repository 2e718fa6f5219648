"""Ways of delivery at the desk, the market's and each seller's, and the ways to pay."""

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.admin.operations import texts_of
from api.graphql.batches import Batch
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from core.errors import InvalidInput
from services.checkout.method_list import PAYMENT_METHODS, list_payment_methods
from services.shipping.desk import (
    LISTED,
    WayView,
    create_way,
    delete_way,
    find_way,
    list_ways,
    update_way,
    ways_by_id,
)
from services.staff import check_may

Args = dict[str, Any]
Shape = dict[str, Any]

HANDLER = "manual-fulfillment"
CALCULATOR = "default-shipping-calculator"
CHECKER = "default-shipping-eligibility-checker"
_DATED = {"id": "id", "createdAt": "created_at", "updatedAt": "updated_at", "code": "code", "name": "name"}
_NAMES: Names = {**_DATED, "description": "description", "sellerId": "seller_id"}

# What each argument of the operations must be, beside the price; prices contain the platform's own tax.
_FIXED: dict[str, tuple[Any, ...]] = {
    "includesTax": ("include", "auto"),
    "taxRate": (0,),
    "orderMinimum": (0,),
}
_DEFINITIONS: dict[str, tuple[str, str, dict[str, str]]] = {
    "shippingCalculators": (
        CALCULATOR,
        "The same price for every order",
        {"rate": "int", "includesTax": "string", "taxRate": "int"},
    ),
    "shippingEligibilityCheckers": (CHECKER, "Every order may choose it", {"orderMinimum": "int"}),
}


async def shipping_methods(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    found, total = await list_ways(await context.desk(), read_listing(args.get("options"), _NAMES, LISTED))
    return {"items": [_shape(each) for each in found], "totalItems": total}


async def shipping_method(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    found = await find_way(await context.desk(), parse_id(args["id"]))
    return _shape(found) if found else None


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk, given = await context.desk(), args["input"]
    # Before the operations are read: who may not make one is told that, and not what is wrong with it.
    check_may(desk, "CreateShippingMethod", "CreateSettings")
    seller_id = given.get("sellerId")
    way_id = await create_way(desk, _said(given), None if seller_id is None else parse_id(seller_id))
    return _shape((await ways_by_id(context.scope, [way_id]))[way_id])


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk, given = await context.desk(), args["input"]
    check_may(desk, "UpdateShippingMethod", "UpdateSettings")
    way_id = parse_id(given["id"])
    await update_way(desk, way_id, _said(given))
    return _shape((await ways_by_id(context.scope, [way_id]))[way_id])


def _said(given: Args) -> Args:
    said = texts_of(given, "name", "description")
    if given.get("code") is not None:
        said["code"] = given["code"]
    if given.get("fulfillmentHandler") not in (None, HANDLER):
        raise InvalidInput(f"There is one handler: {HANDLER}.", field="fulfillmentHandler")
    if given.get("calculator") is not None:
        args = _arguments(given["calculator"], CALCULATOR, "calculator", "rate")
        if "rate" not in args:
            raise InvalidInput(f"{CALCULATOR} takes a rate.", field="calculator")
        said["price_minor"] = args["rate"]
    if given.get("checker") is not None:
        _arguments(given["checker"], CHECKER, "checker")
    return said


def _arguments(given: Shape, code: str, field: str, *free: str) -> Shape:
    if given["code"] != code:
        raise InvalidInput(f"There is one {field}: {code}.", field=field)
    args = {each["name"]: _value(each["value"]) for each in given["arguments"]}
    known = next(taken for named, _, taken in _DEFINITIONS.values() if named == code)
    for name, value in args.items():
        if name not in known:
            raise InvalidInput(f"{code} takes no {name}.", field=field)
        if name not in free and value not in _FIXED[name]:
            raise InvalidInput(
                f"{name} is {' or '.join(map(str, _FIXED[name]))} here: prices contain the platform's own tax, "
                "and every order may choose a method.",
                field=field,
            )
    return args


def _value(text: str) -> Any:
    """Text as it is, anything else as JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _definitions(name: str) -> Any:
    code, description, args = _DEFINITIONS[name]

    async def resolve(_: Any, __: Args, context: AdminContext, ___: Any) -> list[Shape]:
        check_may(await context.desk(), "ReadShippingMethod", "ReadSettings")
        taken = [
            {"name": each, "type": kind, "list": False, "required": each == "rate"}
            for each, kind in args.items()
        ]
        return [{"code": code, "description": description, "args": taken}]

    return resolve


def _of_way(show: Callable[[WayView], Any]) -> Any:
    """A field of a way of delivery, which orders name by id, code and texts alone."""

    async def resolve(parent: Shape, _: Args, context: AdminContext, __: Any) -> Any:
        if "way" in parent:
            return show(parent["way"])
        context.ways.add(int(parent["id"]))
        if context.known_ways is None:
            context.known_ways = Batch(context.ways, partial(ways_by_id, context.scope))
        found = await context.known_ways.get(int(parent["id"]))
        return show(found) if found else None

    return resolve


def _calculator(way: WayView) -> Shape:
    if way.kind != "flat":
        return {"code": way.kind, "args": []}
    args = {"rate": str(way.price_minor), "includesTax": "include", "taxRate": "0"}
    return {"code": CALCULATOR, "args": [{"name": name, "value": value} for name, value in args.items()]}


def _translations(way: WayView) -> list[Shape]:
    texts = {"name": way.name, "description": way.description}
    return [{"id": str(way.id), "languageCode": "en", **texts}]


def _shape(way: WayView) -> Shape:
    return {
        "id": str(way.id),
        "code": way.code,
        "name": way.name,
        "description": way.description,
        "way": way,
    }


async def payment_methods(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _DATED, PAYMENT_METHODS)
    found, total = await list_payment_methods(await context.desk(), listing)
    return {"items": [_payment_shape(row) for row in found], "totalItems": total}


async def payment_method(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    options = {"filter": {"id": {"eq": args["id"]}}}
    found, _total = await list_payment_methods(
        await context.desk(), read_listing(options, _DATED, PAYMENT_METHODS)
    )
    return _payment_shape(found[0]) if found else None


def _payment_shape(row: Shape) -> Shape:
    provider = [{"name": "provider", "value": row["provider"]}] if row["provider"] else []
    return {
        "id": str(row["id"]),
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "code": row["code"],
        "name": row["name"],
        "description": row["description"],
        "enabled": True,
        "handler": {"code": row["kind"], "args": provider},
    }


RESOLVERS = {
    "Query.shippingMethods": shipping_methods,
    "Query.shippingMethod": shipping_method,
    "Query.shippingCalculators": _definitions("shippingCalculators"),
    "Query.shippingEligibilityCheckers": _definitions("shippingEligibilityCheckers"),
    "Query.paymentMethods": payment_methods,
    "Query.paymentMethod": payment_method,
    "ShippingMethod.createdAt": _of_way(lambda way: way.created_at),
    "ShippingMethod.updatedAt": _of_way(lambda way: way.updated_at),
    "ShippingMethod.languageCode": _of_way(lambda way: "en"),
    "ShippingMethod.fulfillmentHandlerCode": _of_way(lambda way: HANDLER if way.kind == "flat" else way.kind),
    "ShippingMethod.checker": _of_way(
        lambda way: {"code": CHECKER, "args": [{"name": "orderMinimum", "value": "0"}]}
    ),
    "ShippingMethod.calculator": _of_way(_calculator),
    "ShippingMethod.seller": _of_way(
        lambda way: {"id": str(way.seller_id), "name": way.seller} if way.seller_id else None
    ),
    "ShippingMethod.translations": _of_way(_translations),
    "Mutation.createShippingMethod": create,
    "Mutation.updateShippingMethod": update,
    "Mutation.deleteShippingMethod": deletion(delete_way),
    "Mutation.deleteShippingMethods": deletions(delete_way),
}
