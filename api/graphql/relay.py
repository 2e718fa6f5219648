"""Connections in the manner of Relay: what is asked for, and a page as edges, nodes and page info.

Source: relay.dev, GraphQL Cursor Connections Specification. A cursor names its list and a row, not a place in the
list, so that it stays good when rows come and go, also the one that it names.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, TypeVar

from core.errors import InvalidInput
from services.keyset import Page, Window
from services.paging import LARGEST_ID

Item = TypeVar("Item")
Shape = dict[str, Any]

VERSION = 1
LONGEST_CURSOR = 100
_CURSOR = re.compile(r"\d+:(\w+):(\d{1,19})", re.ASCII)


def read_window(args: dict[str, Any], kind: str) -> Window:
    """The part of a list of `kind` that `first`, `last`, `after` and `before` ask for.

    Raises `InvalidInput` for a negative number and for a cursor that is none of this list's.
    """
    for name in ("first", "last"):
        if args.get(name) is not None and args[name] < 0:
            raise InvalidInput("That is not a number of rows.", field=name)
    return Window(
        after=_read_cursor(args.get("after"), kind, "after"),
        before=_read_cursor(args.get("before"), kind, "before"),
        first=args.get("first"),
        last=args.get("last"),
    )


def connection(page: Page[Item], kind: str, shape: Callable[[Item], Shape]) -> Shape:
    """A page of a list of `kind`; `shape` makes a node, whose `id` the cursor is made of."""
    nodes = [shape(item) for item in page.items]
    edges = [{"cursor": write_cursor(kind, int(node["id"])), "node": node} for node in nodes]
    return {
        "edges": edges,
        "nodes": nodes,
        "pageInfo": {
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
            "hasNextPage": page.has_next,
            "hasPreviousPage": page.has_previous,
        },
    }


def write_cursor(kind: str, row_id: int) -> str:
    """What stands for a row of a list of `kind`."""
    return urlsafe_b64encode(f"{VERSION}:{kind}:{row_id}".encode()).decode().rstrip("=")


def _read_cursor(text: str | None, kind: str, field: str) -> int | None:
    if text is None:
        return None
    row_id = _row_of(text)
    # Written again, so that nothing counts as a cursor that this list doesn't give out.
    if row_id is None or row_id > LARGEST_ID or write_cursor(kind, row_id) != text:
        raise InvalidInput("That is not a cursor of this list.", field=field)
    return row_id


def _row_of(text: str) -> int | None:
    if len(text) > LONGEST_CURSOR:
        return None
    try:
        found = _CURSOR.fullmatch(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except ValueError:
        return None
    return int(found[2]) if found else None
