"""Whom an order is bought for."""

from typing import Any

from api.graphql.batches import Batch
from api.vendure.context import Context
from services.organizations import OrganizationView, organizations_by_id

Shape = dict[str, Any]


async def organization_of_order(parent: Shape, _: Any, context: Context, __: Any) -> Shape | None:
    if parent["organizationId"] is None:
        return None
    if organizations_by_id not in context.parts:
        context.parts[organizations_by_id] = Batch(
            context.expected.organizations, lambda ids: organizations_by_id(context.scope, ids)
        )
    found = await context.parts[organizations_by_id].get(parent["organizationId"])
    return organization_shape(found) if found else None


def organization_shape(found: OrganizationView) -> Shape:
    return {
        "id": str(found.id),
        "uid": str(found.uid),
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
        "name": found.name,
        "memberCount": found.members,
    }


RESOLVERS = {"Order.organization": organization_of_order}
