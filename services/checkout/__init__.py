"""Checking out: where to, how, and with what money."""

from services.checkout.delivery import choose_shipping, set_addresses, shipping_methods, ways_to_deliver
from services.checkout.guests import Guest, clear_address, set_custom, set_guest
from services.checkout.handing_over import ask_carriers, bring_by_carrier, pick_up_at, ways_to_hand_over
from services.checkout.methods import PaymentMethodView, payment_methods
from services.checkout.paying import pay
from services.checkout.transitions import next_order_states, transition_order
from services.shipping import ShippingMethodView

__all__ = [
    "Guest",
    "PaymentMethodView",
    "ShippingMethodView",
    "ask_carriers",
    "bring_by_carrier",
    "choose_shipping",
    "clear_address",
    "next_order_states",
    "pay",
    "payment_methods",
    "pick_up_at",
    "set_addresses",
    "set_custom",
    "set_guest",
    "shipping_methods",
    "transition_order",
    "ways_to_deliver",
    "ways_to_hand_over",
]
