"""The life of an order, in the names that Vendure gave its states."""

from core.states import StateTable

ORDER_STATES = StateTable.of(
    "order",
    AddingItems="ArrangingPayment Cancelled",
    ArrangingPayment="AddingItems PaymentSettled Cancelled",
    PaymentSettled="PartiallyShipped Shipped Delivered Cancelled",
    PartiallyShipped="Shipped PartiallyDelivered Cancelled",
    Shipped="PartiallyDelivered Delivered Cancelled",
    PartiallyDelivered="Delivered Cancelled",
    Delivered="Cancelled",
    Cancelled="",
)

# What the buyer may do by themselves; everything else follows from payments or is done by staff.
BUYER_MAY = frozenset({"AddingItems", "ArrangingPayment", "Cancelled"})
