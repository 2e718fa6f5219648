"""Coupon codes, guests, and what an app keeps with a cart."""

from typing import Any

from api.shop.context import ShopContext
from api.vendure.errors import refusing
from api.vendure.mapping import Shape
from api.vendure.order_mapping import order_shape
from services.checkout import Guest, clear_address, set_custom, set_guest
from services.promotions.coupons import apply_coupon, remove_coupon
from services.sessions import keep_cart

Args = dict[str, Any]


async def apply_code(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    buyer = await context.buyer(info)
    cart = await apply_coupon(buyer, args["couponCode"])
    await keep_cart(await context.visitor(), buyer)
    return order_shape(context, cart)


async def remove_code(_: Any, args: Args, context: ShopContext, info: Any) -> Shape | None:
    cart = await remove_coupon(await context.buyer(info), args["couponCode"])
    return order_shape(context, cart) if cart else None


async def set_customer(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args["input"]
    guest = Guest(
        given["firstName"],
        given["lastName"],
        given["emailAddress"],
        given.get("phoneNumber"),
        given.get("title"),
        given.get("customFields"),
    )
    return order_shape(context, await set_guest(await context.buyer(info), guest))


async def set_custom_fields(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    cart = await set_custom(await context.buyer(info), args["input"].get("customFields"))
    return order_shape(context, cart)


async def unset_shipping(_: Any, __: Args, context: ShopContext, info: Any) -> Shape:
    return order_shape(context, await clear_address(await context.buyer(info), "shipping_address"))


async def unset_billing(_: Any, __: Args, context: ShopContext, info: Any) -> Shape:
    return order_shape(context, await clear_address(await context.buyer(info), "billing_address"))


RESOLVERS = {
    "Mutation.applyCouponCode": refusing(apply_code),
    "Mutation.removeCouponCode": remove_code,
    "Mutation.setCustomerForOrder": refusing(set_customer),
    "Mutation.setOrderCustomFields": refusing(set_custom_fields),
    "Mutation.unsetOrderShippingAddress": refusing(unset_shipping),
    "Mutation.unsetOrderBillingAddress": refusing(unset_billing),
}
