"""Orders: what they show and what may become of them."""

from services.orders.reading import get_order, list_orders
from services.orders.states import ORDER_STATES
from services.orders.views import LineView, OrderView, PaymentView, ShippingLineView

__all__ = [
    "ORDER_STATES",
    "LineView",
    "OrderView",
    "PaymentView",
    "ShippingLineView",
    "get_order",
    "list_orders",
]
