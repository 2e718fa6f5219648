"""Reading the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.listing import Column, Columns, Listing, list_rows
from services.staff.permissions import Desk, check_may
from services.values import as_json, as_time

LISTED: Columns = {
    "id": Column("e.id", "id"),
    "at": Column("e.at", "time"),
    "act": Column("e.act", "text"),
    "noun": Column("e.noun", "text"),
    "noun_id": Column("e.noun_id", "id", nullable=True),
    "staff_id": Column("e.staff_id", "id"),
    "email": Column("u.email", "text"),
    "address": Column("e.address", "text"),
}


@dataclass(frozen=True, slots=True)
class AuditView:
    """What `email` of staff did to a noun at a time (UTC), from which client `address`."""

    id: int
    at: datetime
    act: str
    noun: str
    noun_id: int | None
    staff_id: int
    email: str
    address: str
    data: dict[str, Any]


async def read_log(desk: Desk, listing: Listing, most: int | None = None) -> tuple[list[AuditView], int]:
    """A page of the audit log, newest first, and how many entries there are (`most` + 1 for more). Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadAuditLog")
    rows, total = await list_rows(
        "e.id, e.at, e.act, e.noun, e.noun_id, e.staff_id, u.email, e.address, e.data",
        "audit_entry e JOIN staff_user u ON u.id = e.staff_id",
        "e.platform_id = $1 AND e.environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="e.id DESC",
        most=most,
    )
    return [
        AuditView(**{**row, "at": as_time(row["at"]), "data": as_json(row["data"])}) for row in rows
    ], total
