"""The ways to pay that a platform offers, as staff see them."""

from core.db import Row
from services.listing import Column, Columns, Listing, list_rows
from services.staff import Desk, check_may
from services.values import as_time

PAYMENT_METHODS: Columns = {
    "id": Column("id", "id"),
    "created_at": Column("created_at", "time"),
    "updated_at": Column("updated_at", "time"),
    "code": Column("code", "text"),
    "name": Column("name", "text"),
}


async def list_payment_methods(desk: Desk, listing: Listing) -> tuple[list[Row], int]:
    """A page of them in their order, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadPaymentMethod", "ReadSettings")
    rows, total = await list_rows(
        "id, created_at, updated_at, code, name, description, kind, provider",
        "payment_method",
        "platform_id = $1 AND environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        PAYMENT_METHODS,
        usual="position, id",
    )
    for row in rows:
        row["created_at"], row["updated_at"] = as_time(row["created_at"]), as_time(row["updated_at"])
    return rows, total
