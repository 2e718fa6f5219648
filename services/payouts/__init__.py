"""Payouts: what sellers are owed, when they are paid it, and the statement of every payout."""

from services.staff import Desk, check_may
from services.tenants import Scope


def managed_by(desk: Desk) -> Scope:
    """The shop whose sellers a person of staff pays. Raises `Forbidden`."""
    check_may(desk, "ManagePayouts")
    return desk.scope


def read_by(desk: Desk) -> Scope:
    """The shop of which they see what its sellers are paid; a seller sees their own alone. Raises `Forbidden`."""
    check_may(desk, "ReadPayout")
    return desk.scope
