"""What a merchant's own systems are told of balances: that one fell due, and that nobody paid it."""

from collections.abc import Sequence

from core.db import Row
from services.outgoing import Fact, announce_all
from services.values import as_time

# What is told, of a charge's row.
TOLD = ", ".join(
    f"scheduled_charge.{name} AS {name}"
    for name in (
        "id",
        "platform_id",
        "environment",
        "order_id",
        "state",
        "currency",
        "amount_minor",
        "collected_minor",
        "due_at",
    )
)


async def tell_due(charges: Sequence[Row]) -> None:
    """Announce that charges (rows of `schedule.DUE_COLUMNS`) fell due, in the caller's transaction; again it does nothing."""
    await announce_all([_fact("balance.due", each, each["outstanding_minor"]) for each in charges])


async def tell_overdue(charges: Sequence[Row]) -> None:
    """The same of charges (`TOLD`) of which all tries are over."""
    facts = [
        _fact("balance.overdue", each, each["amount_minor"] - each["collected_minor"]) for each in charges
    ]
    await announce_all(facts)


def _fact(topic: str, charge: Row, outstanding_minor: int) -> Fact:
    due_at = as_time(charge["due_at"]).isoformat()
    told = {
        "id": charge["id"],
        "order_id": charge["order_id"],
        "currency": charge["currency"],
        "amount_minor": charge["amount_minor"],
        "outstanding_minor": outstanding_minor,
        "due_at": due_at,
    }
    # A charge whose day was moved falls due once more.
    key = f"{topic}:{charge['id']}:{due_at}"
    return Fact(charge["platform_id"], charge["environment"], topic, key, {"charge": told})
