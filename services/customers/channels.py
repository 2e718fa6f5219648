"""Channels of customers that staff doubt: a lost or swapped SIM proves itself before it shows or spends anything."""

from core.db import fetch_one, transaction
from core.errors import NotFound
from services.accounts.trust import mark_identity
from services.paging import possible_ids
from services.staff import Desk, check_may, record


async def flag_channel(desk: Desk, channel_id: int, *, flagged: bool, customer_id: int | None = None) -> None:
    """Let a channel prove itself again, or take it as proven; with a `customer_id` only one of theirs.

    Raises `Forbidden`, `NotFound`.
    """
    check_may(desk, "FlagChannel")
    async with transaction():
        row = await fetch_one(
            "SELECT customer_id FROM channel_identity WHERE id = $1 AND platform_id = $2 AND environment = $3",
            channel_id if possible_ids([channel_id]) else 0,
            desk.scope.platform_id,
            desk.scope.environment,
        )
        if row is None or customer_id not in (None, row["customer_id"]):
            raise NotFound("There is no such channel.")
        await mark_identity(desk.scope, channel_id, "flagged" if flagged else None)
        await record(desk, "flagged" if flagged else "believed", "channel", channel_id)
