"""Regular expressions of strangers: what may be asked for, and how SQLite answers it in linear time."""

import re
from functools import lru_cache
from typing import Any

import re2

from core.errors import InvalidInput

LONGEST_PATTERN = 100
# Of a compiled pattern; it also keeps repetitions within repetitions from growing for PostgreSQL's engine.
MOST_MEMORY = 64 * 1024  # bytes

# What RE2 and PostgreSQL read differently, or one of them not at all: other escapes, groups that look around or set
# options, classes by name, and braces that are no number of repetitions.
_FOREIGN = re.compile(r"\\[^\W_dDwWsS]|\(\?(?!:)|\[[.:=]|\{(?![0-9]{1,2}(,[0-9]{0,2})?\})|\\$")


def check_pattern(pattern: str) -> str:
    """The pattern, where both databases read it alike and neither can be kept busy by it. Raises `InvalidInput`."""
    if len(pattern) > LONGEST_PATTERN or _FOREIGN.search(pattern) or _compiled(pattern) is None:
        raise InvalidInput(
            f"A regular expression has at most {LONGEST_PATTERN} characters, no references back, and nothing that "
            "looks around; of escapes there are \\d, \\w and \\s.",
            field="regex",
        )
    return pattern


def matches(pattern: str, text: str | None) -> bool | None:
    """Whether the text has the pattern somewhere, whatever the case: PostgreSQL's `~*`, for SQLite."""
    compiled = _compiled(pattern)
    return None if text is None or compiled is None else compiled.search(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.case_sensitive = False
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None
