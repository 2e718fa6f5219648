"""What may become of a session, and of what the lender is asked for it."""

from core.states import StateTable

# Open: filled, applied for, decided about. Accepting: an offer was chosen, and its lender is told. Accepted: it stands,
# and can be checked out. Where the lender takes its word back, the session is open again. What is delivered is called off
# by the desk alone, with its order.
SESSION_STATES = StateTable.of(
    "financing session",
    "financing_application",
    Open="Accepting Cancelled Expired",
    Accepting="Accepted Open Cancelled Expired",
    Accepted="CheckedOut Cancelled Expired",
    CheckedOut="Delivered Cancelled",
    Delivered="Cancelled",
    Cancelled="",
    Expired="",
)

# Submitted: the lender is asked, or asked again. Accepting: it is told that its offer is taken. Fulfilled: it is told what
# became of it. Of what is withdrawn or expired it is told, too.
REQUEST_STATES = StateTable.of(
    "financing request",
    "financing_request",
    Submitted="Approved Declined MoreInformation Withdrawn Expired",
    MoreInformation="Submitted Approved Declined Withdrawn Expired",
    Approved="Accepting Declined Withdrawn Expired",
    Accepting="Accepted Declined Withdrawn Expired",
    Accepted="Fulfilled Withdrawn Expired",
    Fulfilled="Withdrawn",
    Declined="",
    Withdrawn="",
    Expired="",
)

# Sessions that are over when their time is.
PASSING = ("Open", "Accepting", "Accepted")
# Requests that nothing can come of any more.
CLOSED = ("Declined", "Withdrawn", "Expired")
