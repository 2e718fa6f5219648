"""Carts, checkout and payment."""

from typing import Any

from api.graphql.ids import parse_id, parse_ids
from api.shop.context import ShopContext, wanted_parts
from api.shop.metadata import read_metadata
from api.vendure.errors import refusing
from api.vendure.mapping import Shape, customer_shape, payment_quote, shipping_quote
from api.vendure.order_mapping import order_shape, read_address
from core.errors import NoActiveOrder
from services.accounts.customers import get_customer
from services.buyers import Buyer
from services.carts import add_to_cart, clear_cart, find_cart, open_cart, remove_line, set_line_quantity
from services.checkout import (
    choose_shipping,
    next_order_states,
    pay,
    payment_methods,
    set_addresses,
    shipping_methods,
    transition_order,
)
from services.deposits.choosing import KEEP
from services.deposits.guessing import count_guess
from services.orders import OrderView, get_order
from services.orders.reading import is_open_to_all
from services.sessions import keep_cart

Args = dict[str, Any]


async def active_order(_: Any, __: Args, context: ShopContext, info: Any) -> Shape | None:
    cart = await find_cart(await context.buyer(info))
    return order_shape(context, cart) if cart else None


async def order(_: Any, args: Args, context: ShopContext, info: Any) -> Shape | None:
    wants = wanted_parts(context.selected(info))
    return await _own(context, await get_order(context.scope, order_id=parse_id(args["id"]), wants=wants))


async def order_by_code(_: Any, args: Args, context: ShopContext, info: Any) -> Shape | None:
    wants = wanted_parts(context.selected(info))
    found = await get_order(context.scope, code=args["code"], wants=wants)
    if found and await _is_own(context, found):
        return order_shape(context, found)
    await count_guess(context.scope, *await context.known_as())
    return order_shape(context, found) if found and is_open_to_all(found) else None


async def _own(context: ShopContext, found: OrderView | None) -> Shape | None:
    """An order that is the caller's: the customer's, or the one that this guest's session began."""
    return order_shape(context, found) if found and await _is_own(context, found) else None


async def _is_own(context: ShopContext, found: OrderView) -> bool:
    visitor = await context.visitor()
    if found.customer_id is None:
        return found.id == visitor.order_id
    return found.customer_id == visitor.customer_id


async def customer_of_order(parent: Shape, _: Args, context: ShopContext, __: Any) -> Shape | None:
    customer_id = parent["customerId"]
    if customer_id is None:
        guest: Shape | None = parent["guest"]
        return guest
    return customer_shape(await get_customer(context.scope, customer_id))


async def order_of_refusal(_: Any, __: Args, context: ShopContext, info: Any) -> Shape:
    """The cart as it still is. Storefronts count on one: whose first item can't be had gets it empty."""
    buyer = await context.buyer(info)
    cart = await open_cart(buyer)
    await keep_cart(await context.visitor(), buyer)
    return order_shape(context, cart)


async def eligible_shipping_methods(_: Any, __: Args, context: ShopContext, info: Any) -> list[Shape]:
    found = await shipping_methods(await context.buyer(info))
    return [shipping_quote(context, method) for method in found]


async def eligible_payment_methods(_: Any, __: Args, context: ShopContext, info: Any) -> list[Shape]:
    return [payment_quote(method) for method in await payment_methods(await context.buyer(info))]


async def order_states(_: Any, __: Args, context: ShopContext, info: Any) -> list[str]:
    return await next_order_states(await context.buyer(info))


async def add_item(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    buyer = await context.buyer(info)
    variant_id = parse_id(args["productVariantId"])
    cart = await add_to_cart(buyer, variant_id, args["quantity"], option_id=_option_id(args))
    first = buyer.order_id
    await keep_cart(await context.visitor(), buyer)
    if buyer.order_id != first:
        return await _joined(context, buyer)
    return order_shape(context, cart)


async def _joined(context: ShopContext, buyer: Buyer) -> Shape:
    """The cart that a request at the same moment began, with what this one put in."""
    cart = await find_cart(buyer)
    if cart is None:
        raise NoActiveOrder
    return order_shape(context, cart)


async def adjust_line(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    buyer, line_id = await context.buyer(info), parse_id(args["orderLineId"])
    cart = await set_line_quantity(buyer, line_id, args["quantity"], option_id=_option_id(args))
    return order_shape(context, cart)


def _option_id(args: Args) -> int | None:
    """The purchase option that is named; None takes it away, and what isn't said stays as it is."""
    if "purchaseOptionId" not in args:
        return KEEP
    return None if args["purchaseOptionId"] is None else parse_id(args["purchaseOptionId"])


async def remove_order_line(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    return order_shape(context, await remove_line(await context.buyer(info), parse_id(args["orderLineId"])))


async def remove_all_lines(_: Any, __: Args, context: ShopContext, info: Any) -> Shape:
    return order_shape(context, await clear_cart(await context.buyer(info)))


async def set_billing(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    address = read_address(args["input"])
    return order_shape(context, await set_addresses(await context.buyer(info), billing=address))


async def set_shipping(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    address = read_address(args["input"])
    return order_shape(context, await set_addresses(await context.buyer(info), shipping=address))


async def set_method(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    methods = parse_ids(args["shippingMethodId"])
    return order_shape(context, await choose_shipping(await context.buyer(info), methods))


async def add_payment(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args["input"]
    paid = await pay(
        await context.buyer(info),
        given["method"],
        **read_metadata(given["metadata"]),
        idempotency_key=context.idempotency_key,
    )
    return order_shape(context, paid)


async def transition(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    return order_shape(context, await transition_order(await context.buyer(info), args["state"]))


RESOLVERS = {
    "Query.activeOrder": active_order,
    "Query.order": order,
    "Query.orderByCode": order_by_code,
    "Query.eligibleShippingMethods": eligible_shipping_methods,
    "Query.eligiblePaymentMethods": eligible_payment_methods,
    "Query.nextOrderStates": order_states,
    "Order.customer": customer_of_order,
    "InsufficientStockError.order": order_of_refusal,
    "Mutation.addItemToOrder": refusing(add_item),
    "Mutation.adjustOrderLine": refusing(adjust_line),
    "Mutation.removeOrderLine": refusing(remove_order_line),
    "Mutation.removeAllOrderLines": refusing(remove_all_lines),
    "Mutation.setOrderBillingAddress": refusing(set_billing),
    "Mutation.setOrderShippingAddress": refusing(set_shipping),
    "Mutation.setOrderShippingMethod": refusing(set_method),
    "Mutation.addPaymentToOrder": refusing(add_payment),
    "Mutation.transitionOrderToState": refusing(transition),
}
