"""Pages by cursor: rows in the order of their ids, so that no row is shown twice or missed when others come and go."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.db import Row, fetch
from services.paging import LARGEST_ID

Item = TypeVar("Item")
Other = TypeVar("Other")

LARGEST_PAGE = 250
USUAL_PAGE = 50


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: the rows between the ids `after` and `before`, of those the `first`, of these the `last`.

    Source: relay.dev, GraphQL Cursor Connections Specification, Pagination algorithm. At most `LARGEST_PAGE` are
    given; the first `USUAL_PAGE` where neither number is there.
    """

    after: int | None = None
    before: int | None = None
    first: int | None = None
    last: int | None = None

    @property
    def forward(self) -> int | None:
        """How many from the front, or None where it is counted from the back only."""
        if self.first is None:
            return USUAL_PAGE if self.last is None else None
        return min(self.first, LARGEST_PAGE)

    @property
    def backward(self) -> int | None:
        """How many from the back, or None."""
        return None if self.last is None else min(self.last, LARGEST_PAGE)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list, in its order, and whether there is more on either side as far as the window tells."""

    items: list[Item]
    has_next: bool
    has_previous: bool

    def map(self, make: Callable[[Item], Other]) -> "Page[Other]":
        """The same page with something made of each item."""
        return Page([make(item) for item in self.items], self.has_next, self.has_previous)


async def read_pages(
    source: str, values: Sequence[Any], parts: Sequence[int], window: Window
) -> dict[int, Page[Row]]:
    """The same window of several lists, in one statement: each part's page of the rows that `source` selects.

    `source` is a SELECT with the columns `part` and `id` (unique in its part) and any others, whose placeholders
    `$1` and on are `values`. Every one of `parts` has a page.
    """
    forward, backward = window.forward, window.backward
    most = (max(forward, backward or 0) if forward is not None else backward or 0) + 1
    n = len(values)
    earlier = f"EXISTS (SELECT 1 FROM listed l WHERE l.part = parts.part AND l.id <= ${n + 1})"
    later = f"EXISTS (SELECT 1 FROM listed l WHERE l.part = parts.part AND l.id >= ${n + 2})"
    rows = await fetch(
        f"WITH parts(part) AS (VALUES {', '.join(f'(CAST(${n + 3 + i} AS BIGINT))' for i in range(len(parts)))}), "
        f"listed AS ({source}), "
        "numbered AS (SELECT listed.*, ROW_NUMBER() OVER (PARTITION BY listed.part ORDER BY listed.id "
        f"{'DESC' if forward is None else 'ASC'}) AS number FROM listed "
        f"WHERE listed.id > ${n + 1} AND listed.id < ${n + 2}) "
        f"SELECT parts.part AS of_part, numbered.*, {earlier if window.after is not None else 'FALSE'} AS earlier, "
        f"{later if window.before is not None else 'FALSE'} AS later "
        f"FROM parts LEFT JOIN numbered ON numbered.part = parts.part AND numbered.number <= {most} "
        "ORDER BY parts.part, numbered.id",
        *values,
        -1 if window.after is None else window.after,
        LARGEST_ID if window.before is None else window.before,
        *parts,
    )
    by_part: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_part[row["of_part"]].append(row)
    return {part: _page(found, forward, backward) for part, found in by_part.items()}


def _page(rows: list[Row], forward: int | None, backward: int | None) -> Page[Row]:
    found = [row for row in rows if row["id"] is not None]
    has_next, has_previous = bool(rows[0]["later"]), bool(rows[0]["earlier"])
    kept = found
    if forward is not None:
        kept, has_next = found[:forward], len(found) > forward
    if backward is not None:
        kept, has_previous = kept[max(0, len(kept) - backward) :], len(found) > backward
    return Page(kept, has_next, has_previous)
