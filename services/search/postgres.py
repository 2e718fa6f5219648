"""Full text on PostgreSQL: a tsvector index over `body`, and pg_trgm over the words."""

from collections.abc import Sequence

from core.db import fetch_one
from services.tenants import Scope


def query(words: Sequence[str], groups: Sequence[Sequence[str]] = ()) -> str:
    parts = [f"'{word}':*" if len(word) > 1 else f"'{word}'" for word in words]
    parts += (f"({' | '.join(map(repr, tokens))})" for tokens in groups)
    return " & ".join(parts)


_AND = " || ' & ' || "
_DOCUMENT = "search_document(e.body, e.platform_id, e.environment, e.category_id)"


def matching(parameter: str) -> str:
    return f"{_DOCUMENT} @@ {parameter}::tsquery"


def within(shelf: str | None, asked: str | None) -> str:
    # One question to the index: a condition on a column would be asked of each row that it finds. `search_document`
    # makes these tokens, see migration 0041.
    parts = ["'п' || $1::bigint || $2::text"]
    if shelf:
        parts.append(
            "(SELECT '(' || string_agg('к' || s.id, '|') || ')' FROM category s "
            f"WHERE s.id = {shelf} OR s.parent_id = {shelf})"
        )
    if asked:
        parts.append(f"{asked}::text")
    return matching(f"({_AND.join(parts)})")


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
