"""Orders, as staff and sellers see them."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.batches import Batch
from api.graphql.ids import parse_id
from api.vendure.listing import ORDERS, Names, read_listing
from api.vendure.mapping import customer_shape
from api.vendure.order_mapping import order_shape
from services.accounts.directory import customers_by_id
from services.catalogue import Behind
from services.orders.desk import LISTED_AT_DESK, list_orders_at_desk, show_order
from services.orders.states import ORDER_STATES
from services.orders.views import OrderView

Args = dict[str, Any]
Shape = dict[str, Any]

NAMES: Names = {**ORDERS, "customerLastName": "customer_name", "transactionId": "transaction_id"}


async def orders(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), NAMES, LISTED_AT_DESK)
    found, total = await list_orders_at_desk(await context.desk(), listing)
    return {"items": [shown(context, order) for order in found], "totalItems": total}


async def order(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    found = await show_order(await context.desk(), parse_id(args["id"]))
    return shown(context, found) if found else None


async def orders_of_customer(parent: Shape, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), NAMES, LISTED_AT_DESK)
    found, total = await list_orders_at_desk(await context.desk(), listing, customer_id=int(parent["id"]))
    return {"items": [shown(context, each) for each in found], "totalItems": total}


def shown(context: AdminContext, found: OrderView) -> Shape:
    """An order whose customer may be asked for; those of a page are read together."""
    # Whoever sees an order here sees what staff noted down, too.
    context.behind = context.behind or Behind()
    if found.customer_id is not None:
        context.buyers.add(found.customer_id)
    return order_shape(context, found)


async def customer_of_order(parent: Shape, _: Args, context: AdminContext, __: Any) -> Shape | None:
    if parent["customerId"] is None:
        return None
    if context.customers is None:
        desk = await context.desk()
        context.customers = Batch(context.buyers, lambda ids: customers_by_id(desk.scope, ids))
    found = await context.customers.get(parent["customerId"])
    return customer_shape(found) if found else None


async def next_states(parent: Shape, _: Args, __: AdminContext, ___: Any) -> list[str]:
    return ORDER_STATES.next_states(parent["state"])


RESOLVERS = {
    "Query.orders": orders,
    "Query.order": order,
    "Order.customer": customer_of_order,
    "Order.nextStates": next_states,
    "Customer.orders": orders_of_customer,
}
