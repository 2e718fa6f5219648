"""Buying for an organization."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.vendure.errors import refusing
from api.vendure.order_mapping import order_shape
from api.vendure.organizations import organization_shape
from services.organizations import choose_organization, memberships_of, organizations_by_id

Args = dict[str, Any]
Shape = dict[str, Any]


async def organizations(_: Any, __: Args, context: ShopContext, ___: Any) -> list[Shape]:
    found = await memberships_of(context.scope, await context.customer_id())
    known = (
        await organizations_by_id(context.scope, [each.organization_id for each in found]) if found else {}
    )
    return [
        {
            "organization": organization_shape(known[each.organization_id]),
            "role": each.role.upper(),
            "createdAt": each.created_at,
        }
        for each in found
    ]


async def set_organization(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args.get("organizationId")
    chosen = None if given is None else parse_id(given)
    return order_shape(context, await choose_organization(await context.buyer(info), chosen))


RESOLVERS = {
    "Query.activeCustomerOrganizations": organizations,
    "Mutation.setOrderOrganization": refusing(set_organization),
}
