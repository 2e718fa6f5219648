"""Full text on SQLite: FTS5 tables beside the entries and the words."""

from collections.abc import Sequence

from core.db import execute, fetch, placeholders
from services.search.words import similarity, trigrams
from services.tenants import Scope

# pg_trgm's own threshold, so that both databases correct alike.
_NEAR = 0.3
_CANDIDATES = 200


def query(words: Sequence[str], groups: Sequence[Sequence[str]] = ()) -> str:
    parts = [f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in words]
    parts += ("(" + " OR ".join(f'"{token}"' for token in tokens) + ")" for tokens in groups)
    return " AND ".join(parts)


def matching(parameter: str) -> str:
    return f"e.product_id IN (SELECT rowid FROM search_text WHERE search_text MATCH {parameter})"


def within(shelf: str | None, asked: str | None) -> str:
    sql = "e.platform_id = $1 AND e.environment = $2"
    if shelf:
        sql += f" AND e.category_id IN (SELECT id FROM category WHERE id = {shelf} OR parent_id = {shelf})"
    return f"{sql} AND {matching(asked)}" if asked else sql


def quoted(column: str) -> str:
    return f"'\"' || {column} || '\"'"


async def nearest(scope: Scope, word: str) -> str | None:
    rows = await fetch(
        "SELECT w.word FROM search_similar s JOIN search_word w ON w.id = s.rowid "
        "WHERE search_similar MATCH $3 AND w.platform_id = $1 AND w.environment = $2 ORDER BY s.rank LIMIT $4",
        scope.platform_id,
        scope.environment,
        " OR ".join(f'"{trigram}"' for trigram in sorted(trigrams(word))),
        _CANDIDATES,
    )
    near = [w for w in (row["word"] for row in rows) if similarity(w, word) >= _NEAR]
    return min(near, key=lambda w: (-similarity(w, word), abs(len(w) - len(word)), w), default=None)


async def write_texts(product_ids: Sequence[int]) -> None:
    """Bring the rows of these products into step with their entries; a product without one has no row."""
    listed = placeholders(product_ids)
    await execute(f"DELETE FROM search_text WHERE rowid IN ({listed})", *product_ids)
    await execute(
        "INSERT INTO search_text (rowid, name, body) SELECT product_id, name, body FROM search_entry "
        f"WHERE product_id IN ({listed})",
        *product_ids,
    )


async def write_words() -> None:
    """Bring the similarity index into step with the words, padded as pg_trgm pads them."""
    await execute("DELETE FROM search_similar WHERE rowid NOT IN (SELECT id FROM search_word)")
    await execute(
        "INSERT INTO search_similar (rowid, word) SELECT id, '  ' || word || ' ' FROM search_word "
        "WHERE id NOT IN (SELECT rowid FROM search_similar)"
    )
