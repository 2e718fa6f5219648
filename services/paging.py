"""What a caller may ask for: page bounds, identifiers and sort orders."""

from collections.abc import Iterable

Sort = tuple[tuple[str, str], ...]

LARGEST_PAGE = 100
LARGEST_ID = 2**63 - 1


def page(skip: int, take: int) -> tuple[int, int]:
    """LIMIT and OFFSET: a page holds 100 rows at most."""
    return max(0, min(take, LARGEST_PAGE)), max(0, min(skip, LARGEST_ID))


def possible_ids(ids: Iterable[int]) -> list[int]:
    """Those that a row could have: a larger number is refused by the drivers, and names nothing."""
    return [i for i in dict.fromkeys(ids) if 0 < i <= LARGEST_ID]


def storable(text: str) -> str:
    """Text without what neither database takes: NUL and halves of surrogate pairs."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")
