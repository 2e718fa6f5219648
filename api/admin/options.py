"""Option groups and options at the desk: what the variants of a product differ in."""

from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion
from api.admin.merchandise import shown_product
from api.admin.operations import texts_of
from api.graphql.ids import parse_id
from api.vendure.facet_mapping import group_shape
from services.merchandise.options import (
    OptionsInUse,
    create_group,
    create_option,
    delete_option,
    find_group,
    give_group,
    list_groups,
    take_group,
    update_group,
    update_option,
)

Args = dict[str, Any]
Shape = dict[str, Any]


async def groups(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape]:
    return [
        group_shape(context, each) for each in await list_groups(await context.desk(), args.get("filterTerm"))
    ]


async def group(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _group(context, parse_id(args["id"]))


async def _group(context: AdminContext, group_id: int) -> Shape | None:
    found = await find_group(await context.desk(), group_id)
    return group_shape(context, found) if found else None


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    options = [_said(each) for each in given["options"]]
    return await _group(context, await create_group(await context.desk(), _said(given), options))


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    group_id = parse_id(args["input"]["id"])
    await update_group(await context.desk(), group_id, _said(args["input"]))
    return await _group(context, group_id)


async def create_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    group_id = parse_id(args["input"]["productOptionGroupId"])
    option_id = await create_option(await context.desk(), group_id, _said(args["input"]))
    return await _option(context, group_id, option_id)


async def update_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    option_id = parse_id(args["input"]["id"])
    group_id = await update_option(await context.desk(), option_id, _said(args["input"]))
    return await _option(context, group_id, option_id)


async def _option(context: AdminContext, group_id: int, option_id: int) -> Shape | None:
    whole = await _group(context, group_id)
    options = whole["options"] if whole else []
    return next((each for each in options if each["id"] == str(option_id)), None)


async def add_to_product(_: Any, args: Args, context: AdminContext, info: Any) -> Shape:
    product_id = parse_id(args["productId"])
    await give_group(await context.desk(), product_id, parse_id(args["optionGroupId"]))
    return await shown_product(context, product_id, info)


async def remove_from_product(_: Any, args: Args, context: AdminContext, info: Any) -> Shape:
    product_id, force = parse_id(args["productId"]), bool(args.get("force"))
    try:
        await take_group(await context.desk(), product_id, parse_id(args["optionGroupId"]), force=force)
    except OptionsInUse as used:
        return {
            "__typename": "ProductOptionInUseError",
            "errorCode": "PRODUCT_OPTION_IN_USE_ERROR",
            "message": str(used),
            "optionGroupCode": used.code,
            "productVariantCount": used.variants,
        }
    return {"__typename": "Product", **await shown_product(context, product_id, info)}


def _said(given: Args) -> Args:
    said = texts_of(given, "name")
    return said | ({"code": given["code"]} if given.get("code") is not None else {})


RESOLVERS = {
    "Query.productOptionGroups": groups,
    "Query.productOptionGroup": group,
    "Mutation.createProductOptionGroup": create,
    "Mutation.updateProductOptionGroup": update,
    "Mutation.createProductOption": create_one,
    "Mutation.updateProductOption": update_one,
    "Mutation.deleteProductOption": deletion(delete_option),
    "Mutation.addOptionGroupToProduct": add_to_product,
    "Mutation.removeOptionGroupFromProduct": remove_from_product,
}
