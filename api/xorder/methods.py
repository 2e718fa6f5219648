"""OrderPaymentMethodType: the ways to pay, and what each asks of its payer."""

from api.xorder.shaping import Fields, Shaped, always, none, nothing
from api.xorder.shown import OrderOf
from services.buyers import Buyer
from services.checkout.methods import payment_methods
from services.planned_payments.views import MethodView

# The dialect's kinds (1 by hand, 2 on another's page, 3 by a form) and groups (1 bank card, 2 another way, 3 by hand).
TYPES = {"gateway": (2, 1), "card": (3, 2), "mobile_money": (3, 2), "immediate": (1, 3), "by_hand": (1, 3)}
CHANNEL = "xorder"

AMOUNTS = (
    "discountAmount",
    "discountAmountWithTax",
    "price",
    "priceWithTax",
    "taxTotal",
    "total",
    "totalWithTax",
)
METHOD: Fields = {
    # No way to pay costs anything by itself.
    **{name: lambda x: x[0].money(0) for name in AMOUNTS},
    "code": lambda x: x[1].code,
    "currency": lambda x: x[0].currency,
    "description": lambda x: x[1].description or None,
    "isActive": always(True),
    "isAvailableForPartial": always(True),
    "logoUrl": nothing,
    "name": lambda x: x[1].name,
    "paymentMethodGroupType": lambda x: TYPES[x[1].kind][1],
    "paymentMethodType": lambda x: TYPES[x[1].kind][0],
    "priority": lambda x: x[1].position,
    "storeId": lambda x: x[0].context.known().scope.code,
    "taxDetails": none,
    "taxPercentRate": always(0),
    "taxType": nothing,
    "typeName": lambda x: x[1].kind,
}


def method_shape(order: OrderOf, method: MethodView) -> Shaped:
    """An OrderPaymentMethodType."""
    return Shaped(METHOD, (order, method))


async def available_methods(order: OrderOf) -> list[Shaped]:
    """The ways in which an order's customer can pay, and by hand at the desk."""
    scope = order.context.known().scope
    offered = await payment_methods(Buyer(scope, CHANNEL, customer_id=order.view.customer_id))
    hand = await order.context.by_hand()
    views = [
        MethodView(each.id, each.code, each.name, each.description, each.kind, position)
        for position, each in enumerate(offered)
        if each.eligible
    ]
    views.append(
        MethodView(hand["id"], hand["code"], hand["name"], hand["description"], hand["kind"], len(offered))
    )
    return [method_shape(order, each) for each in views]
