"""Making, changing and deleting purchase option groups, and what they hold for."""

from api.downpay.context import DownpayContext
from api.downpay.inputs import group_input, resource_input
from api.downpay.mapping import group_shape
from api.downpay.payloads import Act, Args, Shape, in_payload
from api.graphql.ids import parse_id, parse_ids
from services.purchase_options.groups import create_group, delete_group, update_group
from services.purchase_options.members import KINDS, Names, add_members, remove_members
from services.purchase_options.views import Assignment

GROUP_INPUT = "purchaseOptionGroupInput"


async def create(context: DownpayContext, given: Args) -> Shape:
    group = await create_group(
        context.scope,
        group_input(given[GROUP_INPUT]),
        given["resourceAssignmentType"],
        resource_input(given["resources"]),
    )
    return {"purchaseOptionGroup": group_shape(context, group)}


async def update(context: DownpayContext, given: Args) -> Shape:
    group = await update_group(context.scope, group_input(given[GROUP_INPUT]))
    return {"purchaseOptionGroup": group_shape(context, group)}


async def delete(context: DownpayContext, given: Args) -> Shape:
    group_id = parse_id(given["id"])
    await delete_group(context.scope, group_id)
    return {"deletedPurchaseOptionGroupId": str(group_id)}


def _names(assignment: Assignment, given: Args) -> Names:
    names: list[str] = given[KINDS[assignment].field]
    return names if assignment == "TAGS" else parse_ids(names)


def adding(assignment: Assignment) -> Act:
    """Let a group hold for more; the payload shows the group or its id, as the contract has it."""

    async def add(context: DownpayContext, given: Args) -> Shape:
        group = await add_members(context.scope, parse_id(given["id"]), assignment, _names(assignment, given))
        return {"purchaseOptionGroup": group_shape(context, group), "purchaseOptionGroupId": str(group.id)}

    return add


def removing(assignment: Assignment, removed: str) -> Act:
    """Let a group hold for less; `removed` is the payload's field for what it did hold for."""

    async def remove(context: DownpayContext, given: Args) -> Shape:
        group_id = parse_id(given["id"])
        names = await remove_members(context.scope, group_id, assignment, _names(assignment, given))
        return {"purchaseOptionGroupId": str(group_id), removed: [str(name) for name in names]}

    return remove


RESOLVERS = {
    "Mutation.createPurchaseOptionGroup": in_payload(create),
    "Mutation.updatePurchaseOptionGroup": in_payload(update),
    "Mutation.deletePurchaseOptionGroup": in_payload(delete),
    "Mutation.purchaseOptionGroupAddProducts": in_payload(adding("PRODUCTS")),
    "Mutation.purchaseOptionGroupAddProductVariants": in_payload(adding("VARIANTS")),
    "Mutation.purchaseOptionGroupAddTags": in_payload(adding("TAGS")),
    "Mutation.purchaseOptionGroupRemoveProducts": in_payload(removing("PRODUCTS", "removedProductIds")),
    "Mutation.purchaseOptionGroupRemoveProductVariants": in_payload(
        removing("VARIANTS", "removedProductVariantIds")
    ),
    "Mutation.purchaseOptionGroupRemoveTags": in_payload(removing("TAGS", "removedProductTags")),
}
