"""Checking out: where to, how, and with what money."""

from services.checkout.delivery import choose_shipping, set_addresses, shipping_methods
from services.checkout.methods import PaymentMethodView, payment_methods
from services.checkout.paying import pay
from services.checkout.transitions import next_order_states, transition_order
from services.shipping import ShippingMethodView

__all__ = [
    "PaymentMethodView",
    "ShippingMethodView",
    "choose_shipping",
    "next_order_states",
    "pay",
    "payment_methods",
    "set_addresses",
    "shipping_methods",
    "transition_order",
]
