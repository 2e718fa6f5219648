"""Ways of delivery: what a market and its sellers offer, and what staff and sellers make of that."""

from services.shipping.offering import (
    ShippingMethodView,
    eligible,
    fitting,
    forget_methods,
    is_choice,
    methods_of,
    served,
    without_way,
)

__all__ = [
    "ShippingMethodView",
    "eligible",
    "fitting",
    "forget_methods",
    "is_choice",
    "methods_of",
    "served",
    "without_way",
]
