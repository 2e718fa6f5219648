"""Payouts: what sellers are owed, when they are paid it, and the statement of every payout."""

from services.staff import Desk, check_may
from services.tenants import Scope

MANAGE = "ManagePayouts"


def managed_by(desk: Desk) -> Scope:
    """The shop whose sellers a person of staff pays. Raises `Forbidden`."""
    check_may(desk, MANAGE)
    return desk.scope
