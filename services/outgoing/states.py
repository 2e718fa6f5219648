"""The life of a delivery."""

from core.states import StateTable

DELIVERY_STATES = StateTable.of(
    "delivery",
    "webhook_delivery",
    Waiting="Delivered Dead",
    # Staff may have it told once more, or again.
    Delivered="Waiting",
    Dead="Waiting",
)
