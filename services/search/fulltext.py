"""What the open database's full-text index can be asked; PostgreSQL and SQLite each answer in their own way."""

from collections.abc import Sequence
from typing import Protocol

from core.db import dialect
from services.search import postgres, sqlite
from services.tenants import Scope


class FullText(Protocol):
    """A module with these functions. Words are lower-case ASCII letters and digits only, tokens as `facet_token` makes them."""

    def query(self, words: Sequence[str], groups: Sequence[Sequence[str]] = ()) -> str:
        """All of `words`, each of two letters or more also as the beginning of a longer one, and a token of each group."""

    def matching(self, parameter: str) -> str:
        """The condition on `search_entry e` that it matches the query in `parameter`, an SQL expression."""

    def within(self, shelf: str | None, asked: str | None) -> str:
        """The condition on `search_entry e` that it is of the scope in `$1` and `$2`, on the shelf whose id is in `shelf` or
        on one of its children, and matches the query in `asked`, both parameters."""

    def quoted(self, column: str) -> str:
        """The query for the one word in `column`."""

    async def nearest(self, scope: Scope, word: str) -> str | None:
        """The catalogue's word that is most similar to `word`; None where none is near."""


def fulltext() -> FullText:
    """The index of the open database."""
    return postgres if dialect() == "postgres" else sqlite
