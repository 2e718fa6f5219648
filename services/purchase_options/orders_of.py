"""The orders that were bought under a group's terms, in pages, for many groups at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.db import Row, placeholders
from services.keyset import Page, Window, read_pages
from services.values import as_time


@dataclass(frozen=True, slots=True)
class BoughtOrder:
    """An order as the contract shows it."""

    id: int
    created_at: datetime
    updated_at: datetime


async def orders_of_groups(group_ids: Sequence[int], window: Window) -> dict[int, Page[BoughtOrder]]:
    """The same page of each group's placed orders with a line under one of its options, also a retired one.

    The oldest first. One statement, whatever the number of groups.
    """
    pages = await read_pages(
        "SELECT DISTINCT p.group_id AS part, o.id, o.created_at, o.updated_at FROM purchase_option p "
        "JOIN order_line l ON l.option_id = p.id JOIN customer_order o ON o.id = l.order_id "
        f"WHERE p.group_id IN ({placeholders(group_ids)}) AND o.placed_at IS NOT NULL",
        group_ids,
        group_ids,
        window,
    )
    return {group_id: page.map(_order) for group_id, page in pages.items()}


def _order(row: Row) -> BoughtOrder:
    return BoughtOrder(row["id"], as_time(row["created_at"]), as_time(row["updated_at"]))
