"""Full text on PostgreSQL: a tsvector index over `body`, and pg_trgm over the words."""

from collections.abc import Sequence

from core.db import fetch_one
from services.tenants import Scope


def query(words: Sequence[str], groups: Sequence[Sequence[str]] = ()) -> str:
    parts = [f"'{word}':*" if len(word) > 1 else f"'{word}'" for word in words]
    parts += (f"({' | '.join(map(repr, tokens))})" for tokens in groups)
    return " & ".join(parts)


def matching(parameter: str) -> str:
    return f"search_document(e.body) @@ {parameter}::tsquery"


def quoted(column: str) -> str:
    return column


async def nearest(scope: Scope, word: str) -> str | None:
    row = await fetch_one(
        "SELECT word FROM search_word WHERE platform_id = $1 AND environment = $2 AND word % $3 "
        "ORDER BY similarity(word, $3) DESC, abs(length(word) - length($3)), word LIMIT 1",
        scope.platform_id,
        scope.environment,
        word,
    )
    return row["word"] if row else None
