"""What may become of a payment, of an attempt at a provider, and of a refund."""

from core.states import StateTable

# Declined and Cancelled may still be followed by Settled: a provider's late yes is booked, never lost.
PAYMENT_STATES = StateTable.of(
    "payment",
    "payment",
    Created="Pending Settled Declined Cancelled",
    Pending="Settled Declined Cancelled",
    Declined="Settled",
    Cancelled="Settled",
    Settled="",
)

# Stored: not asked yet. Waiting: the provider has it. Unknown: we can't tell, and ask again.
ATTEMPT_STATES = StateTable.of(
    "attempt",
    "payment_attempt",
    Stored="Waiting Unknown Succeeded Failed",
    Waiting="Unknown Succeeded Failed",
    Unknown="Waiting Succeeded Failed",
    Failed="Succeeded",
    Succeeded="",
)

REFUND_STATES = StateTable.of(
    "refund",
    "refund",
    Stored="Waiting Unknown Done OnCard",
    Waiting="Unknown Done OnCard",
    Unknown="Waiting Done OnCard",
    # The gateway would not send it back, so the customer has it on their card.
    OnCard="",
    Done="",
)

OPEN = ("Created", "Pending")
