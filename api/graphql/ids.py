"""Identifiers as the dialect writes them: integers in strings."""

from collections.abc import Iterable

LARGEST = 2**63 - 1


def parse_id(text: str) -> int:
    """The row an id names; 0, which is nobody's, for anything that can't be one."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return 0
    number = int(text)
    return number if number <= LARGEST else 0


def parse_ids(texts: Iterable[str]) -> list[int]:
    return [parse_id(text) for text in texts]
