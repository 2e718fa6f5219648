"""The life of a fulfilment, in Vendure's names, and what an order's state is after its pieces."""

from core.states import StateTable

FULFILLMENT_STATES = StateTable.of(
    "fulfillment",
    "fulfillment",
    Pending="Shipped Delivered Cancelled",
    Shipped="Delivered Cancelled",
    Delivered="",
    Cancelled="",
)
# Of an order in one of these, pieces may leave: all of it is paid.
OPEN_TO_FULFIL = frozenset({"PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered"})


def may_send(state: str, total_minor: int, deferred_minor: int) -> bool:
    """Whether pieces of an order may leave: of one that is paid, or that was placed on account, all of it to be paid later.
    What was bought with a deposit waits for its balance.
    """
    return state in OPEN_TO_FULFIL or (state == "PaymentAuthorized" and 0 < total_minor == deferred_minor)


def order_state(pieces: int, shipped: int, delivered: int) -> str | None:
    """The state of an order of so many pieces of which so many left (those that arrived counted in); None for as it was paid."""
    if delivered:
        return "Delivered" if delivered == pieces else "PartiallyDelivered"
    if shipped:
        return "Shipped" if shipped == pieces else "PartiallyShipped"
    return None
