"""The life of a question to the carriers, and of a parcel: never backwards, whatever order notices come in."""

from core.states import StateTable
from providers.delivery import ShipmentState

QUOTE_STATES = StateTable.of(
    "delivery quote",
    "delivery_quote",
    Stored="Answered Refused",
    Answered="",
    Refused="",
)
SHIPMENT_STATES = StateTable.of(
    "shipment",
    "shipment",
    Stored="Drafted Cancelled",
    Drafted="Pending Confirmed InTransit Delivered Cancelled",
    Pending="Confirmed InTransit Delivered Cancelled",
    Confirmed="InTransit Delivered Cancelled",
    InTransit="Delivered Cancelled",
    Delivered="",
    # A carrier may bring what it had called off, or staff have it booked anew.
    Cancelled="Stored InTransit Delivered",
)
# The delivery service's words in ours.
STATE_OF: dict[ShipmentState, str] = {
    "draft": "Drafted",
    "pending": "Pending",
    "confirmed": "Confirmed",
    "in_transit": "InTransit",
    "delivered": "Delivered",
    "cancelled": "Cancelled",
}
# What becomes of the order, and what its buyer is told, where a parcel gets into a state.
ORDER_AFTER = {"InTransit": "Shipped", "Delivered": "Delivered"}
TEXT_AFTER = {"InTransit": "parcel_left", "Delivered": "parcel_arrived"}
