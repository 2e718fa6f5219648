"""What may become of a purchase at a biller."""

from core.states import StateTable

# Stored: not asked yet. Pending: the biller has it. Unknown: we can't tell, and ask again. Failed and Reversed: the
# customer has the money back, and never pays again. Both may still be followed by Delivered, a late success; and
# what was delivered may be taken back by its biller.
BILL_STATES = StateTable.of(
    "bill",
    "bill_purchase",
    Stored="Pending Unknown Delivered Failed Reversed",
    Pending="Unknown Delivered Failed Reversed",
    Unknown="Pending Delivered Failed Reversed",
    Delivered="Reversed",
    Failed="Delivered",
    Reversed="Delivered",
)

# Of a question to a biller: the number is somebody's or nobody's, the list was read, or it stays unanswered.
INQUIRY_STATES = StateTable.of(
    "bill inquiry",
    "bill_inquiry",
    Stored="Valid Nobodys Listed GivenUp",
    Valid="",
    Nobodys="",
    Listed="",
    GivenUp="",
)

# The money waits in suspense.
OPEN = ("Stored", "Pending", "Unknown")
# The money is back with the customer.
GIVEN_BACK = ("Failed", "Reversed")
