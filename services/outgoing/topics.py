"""What may be told of: every topic, and what it says."""

from collections.abc import Collection

TOPICS = {
    "order.placed": "An order was placed: it is paid, or its deposit is.",
    "order.paid": "An order is paid in full.",
    "order.cancelled": "A placed order was called off.",
    "order.state_changed": "A placed order has another state.",
    "payment.settled": "The money of a payment is there.",
    "payment.declined": "A payment did not go through, and nothing was charged.",
    "refund.done": "Money went back by the way it came, onto a shopping card, or by hand.",
    "shipment.moved": "A parcel that a carrier brings was booked, left, arrived or was called off.",
    "fulfillment.moved": "A parcel that staff or a seller sends left, arrived or was called off.",
    "balance.due": "A part of an order fell due, and is about to be collected.",
    "balance.overdue": "A part of an order was not paid though it was tried as often as is planned.",
    "bill.delivered": "A bill was paid: airtime, data, power or television.",
    "seller.approved": "Somebody who applied for a shop in the market has one.",
    "financing.created": "A session was begun in which a customer may apply for financing.",
    "financing.applied": "A customer applied for a loan or a lease.",
    "financing.information_needed": "The lender wants to know more.",
    "financing.approved": "The lender approved an amount and offers terms.",
    "financing.declined": "The lender said no, or took its offer back.",
    "financing.approval_expired": "The time of an approval is over.",
    "financing.accepted": "The customer took an offer and the lender stands by it: the order can be checked out.",
    "financing.checked_out": "A financed session became an order of the shop's.",
    "financing.delivered": "A financed order was marked as delivered.",
    "financing.cancelled": "A session was called off.",
    "financing.expired": "A session's time is over.",
    "endpoint.test": "Nothing happened: staff wanted to see a delivery.",
}
ALL = "*"


def wants(topics: Collection[str], topic: str) -> bool:
    """Whether a list of topics covers one: by its name, as one of a noun (`order.*`), or among all (`*`)."""
    return topic in topics or ALL in topics or f"{topic.partition('.')[0]}.{ALL}" in topics


def is_known(topic: str) -> bool:
    """Whether an endpoint may ask for it: a topic, all of a noun, or all."""
    return (
        topic == ALL or topic in TOPICS or any(topic == f"{each.partition('.')[0]}.{ALL}" for each in TOPICS)
    )
