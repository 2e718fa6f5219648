"""Customers, as staff find, see and correct them."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from api.vendure.errors import refusing
from api.vendure.listing import Names, read_listing
from api.vendure.mapping import customer_shape
from services.accounts.directory import (
    LISTED,
    correct_customer,
    create_customer,
    list_customers,
    show_customer,
)

Args = dict[str, Any]
Shape = dict[str, Any]

_NAMES: Names = {
    "id": "id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "title": "title",
    "firstName": "first_name",
    "lastName": "last_name",
    "phoneNumber": "phone",
    "emailAddress": "email",
}
_SAID = {
    "title": "title",
    "firstName": "first_name",
    "lastName": "last_name",
    "emailAddress": "email",
    "phoneNumber": "phone",
}


async def customers(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    found, total = await list_customers(
        await context.desk(), read_listing(args.get("options"), _NAMES, LISTED)
    )
    return {"items": [customer_shape(customer) for customer in found], "totalItems": total}


async def customer(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return customer_shape(await show_customer(await context.desk(), parse_id(args["id"])))


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    made = await create_customer(await context.desk(), **_said(args["input"]))
    return {"__typename": "Customer", **customer_shape(made)}


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    corrected = await correct_customer(await context.desk(), parse_id(given["id"]), _said(given))
    return {"__typename": "Customer", **customer_shape(corrected)}


def _said(given: Args) -> Args:
    return {ours: given[theirs] for theirs, ours in _SAID.items() if theirs in given}


RESOLVERS = {
    "Query.customers": customers,
    "Query.customer": customer,
    "Mutation.createCustomer": refusing(create),
    "Mutation.updateCustomer": refusing(update),
}
