"""Pages by offset: what `first` and `after` ask for, and connections in the dialect's shape."""

from collections.abc import Sequence
from typing import Any

from core.errors import InvalidInput
from services.paging import LARGEST_PAGE

Shape = dict[str, Any]

USUAL_FIRST = 20


def read_page(args: dict[str, Any]) -> tuple[int, int]:
    """How many rows to pass over, and how many to show: `after` is a number of rows in text.

    Raises `InvalidInput` for what is no number of rows.
    """
    first, after = args.get("first"), args.get("after")
    if first is not None and first < 0:
        raise InvalidInput("That is not a number of rows.", field="first")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 15):
        raise InvalidInput("That is not a cursor of this list: one is a number of rows.", field="after")
    return int(after or 0), min(USUAL_FIRST if first is None else first, LARGEST_PAGE)


def connection(items: Sequence[Any], total: int, skip: int) -> Shape:
    """A page that begins after so many rows. The cursor of a row, given as `after`, leads to the rows behind it."""
    end = skip + len(items)
    return {
        "totalCount": total,
        "items": list(items),
        "edges": [{"cursor": str(skip + n), "node": item} for n, item in enumerate(items, 1)],
        "pageInfo": {
            "startCursor": str(skip),
            "endCursor": str(end),
            "hasNextPage": end < total,
            "hasPreviousPage": skip > 0,
        },
    }
