"""Full text on PostgreSQL: the generated tsvector `document`, and pg_trgm over the words."""

from collections.abc import Sequence

from core.db import fetch_one
from services.tenants import Scope


def query(words: Sequence[str], *, prefixes: bool) -> str:
    return " & ".join(f"'{word}':*" if prefixes and len(word) > 1 else f"'{word}'" for word in words)


def matching(parameter: str) -> str:
    return f"e.document @@ {parameter}::tsquery"


def quoted(column: str) -> str:
    return column


def also_matching(parameter: str) -> str:
    # Asked of the index once: asked row by row, each row's document would have to be fetched.
    return f"e.id IN (SELECT id FROM search_entry WHERE document @@ {parameter}::tsquery)"


async def nearest(scope: Scope, word: str) -> str | None:
    row = await fetch_one(
        "SELECT word FROM search_word WHERE platform_id = $1 AND environment = $2 AND word % $3 "
        "ORDER BY similarity(word, $3) DESC, abs(length(word) - length($3)), word LIMIT 1",
        scope.platform_id,
        scope.environment,
        word,
    )
    return row["word"] if row else None
