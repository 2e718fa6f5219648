"""Pages as this dialect asks for them: `skip` and `take`."""

from typing import Any

# What a caller gets who doesn't say how much; Vendure's own numbers.
WHOLE_PAGE = 100
PART_PAGE = 20


def page_of(options: dict[str, Any] | None, most: int = PART_PAGE) -> tuple[int, int]:
    """`skip` and `take` of list options; `most` are taken where it isn't said, and 100 at the most."""
    options = options or {}
    take = options.get("take")
    return max(0, options.get("skip") or 0), max(0, min(most if take is None else take, WHOLE_PAGE))
