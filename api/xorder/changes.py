"""The mutations of orders: placing a cart, and changing a status."""

from typing import Any

from api.xorder.context import XOrderContext
from api.xorder.errors import told
from api.xorder.reading import changed_order, required_uid
from services.checkout.from_cart import order_from_cart
from services.orders.statuses import change_status

Args = dict[str, Any]


async def create_order_from_cart(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
    caller = context.known()
    row = await order_from_cart(caller, required_uid(args["command"].get("cartId"), "cartId"))
    return await changed_order(context, row)


async def change_order_status(_: Any, args: Args, context: XOrderContext, __: Any) -> bool:
    command = args["command"]
    await change_status(
        context.at_desk(), required_uid(command["orderId"], "orderId"), command["status"].strip()
    )
    context.forget()
    return True


RESOLVERS = told(
    {
        "Mutations.createOrderFromCart": create_order_from_cart,
        "Mutations.changeOrderStatus": change_order_status,
    }
)
