"""What the twins remember: bounded shelves of JSON documents, in memory or in one SQLite file."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson

from core import clock

Document = dict[str, Any]
LIMIT = 50_000


def open_store(folder: Path | None) -> sqlite3.Connection:
    """The twins' database: `twins.sqlite3` in `folder`, or in memory where that is None."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / "twins.sqlite3" if folder else ":memory:", isolation_level=None)
    # A sandbox may lose its last moments with the machine's power, but not wait for the disk.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


class Shelf:
    """Documents of one kind, found by their `keys`; beyond `limit` the oldest are forgotten.

    A document gets an `id` that grows over time and is never given twice, also not after a restart without
    memory: ids begin at the clock's seconds.
    """

    def __init__(
        self, store: sqlite3.Connection, name: str, keys: tuple[str, ...] = (), limit: int = LIMIT
    ) -> None:
        self._store, self._name, self._keys, self._limit = store, name, keys, limit
        store.execute(
            f"CREATE TABLE IF NOT EXISTS {name} (id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT)"
        )
        for key in keys:
            store.execute(f"CREATE INDEX IF NOT EXISTS {name}_{key} ON {name} (document ->> '{key}', id)")
        store.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)",
            (name, clock.timestamp(), name),
        )

    def add(self, document: Document) -> Document:
        """Store a new document; the same one with its `id`."""
        cursor = self._store.execute(f"INSERT INTO {self._name} (document) VALUES ('{{}}')")
        document["id"] = cursor.lastrowid
        self.save(document)
        self._store.execute(f"DELETE FROM {self._name} WHERE id <= ?", (document["id"] - self._limit,))
        return document

    def save(self, document: Document) -> None:
        """Store a document again after a change."""
        text = orjson.dumps(document).decode()
        self._store.execute(f"UPDATE {self._name} SET document = ? WHERE id = ?", (text, document["id"]))

    def remove(self, document: Document) -> None:
        self._store.execute(f"DELETE FROM {self._name} WHERE id = ?", (document["id"],))

    def get(self, id: int) -> Document | None:
        row = self._store.execute(f"SELECT document FROM {self._name} WHERE id = ?", (id,)).fetchone()
        return orjson.loads(row[0]) if row else None

    def find(self, limit: int = 1000, **wanted: str | int) -> list[Document]:
        """Up to `limit` documents whose keys have the `wanted` values, newest first."""
        where = " AND ".join(f"document ->> '{key}' = ?" for key in wanted) or "TRUE"
        rows = self._store.execute(
            f"SELECT document FROM {self._name} WHERE {where} ORDER BY id DESC LIMIT ?",
            (*wanted.values(), limit),
        )
        return [orjson.loads(row[0]) for row in rows]

    def total(self, key: str, **wanted: str | int) -> int:
        """The sum of a whole-number `key` over the documents with the `wanted` values."""
        where = " AND ".join(f"document ->> '{name}' = ?" for name in wanted) or "TRUE"
        row = self._store.execute(
            f"SELECT coalesce(sum(document ->> '{key}'), 0) FROM {self._name} WHERE {where}",
            (*wanted.values(),),
        ).fetchone()
        return int(row[0])

    def beginning(self, key: str, prefix: str, *columns: str) -> list[tuple[Any, ...]]:
        """The `columns` of the documents whose text `key` begins with `prefix`, without reading the others."""
        shown = ", ".join(f"document ->> '{column}'" for column in columns)
        rows = self._store.execute(
            f"SELECT {shown} FROM {self._name} WHERE document ->> '{key}' >= ? AND document ->> '{key}' < ?",
            (prefix, f"{prefix}\U0010ffff"),
        )
        return rows.fetchall()

    def first(self, **wanted: str | int) -> Document | None:
        """The newest document whose keys have the `wanted` values."""
        return next(iter(self.find(limit=1, **wanted)), None)

    def clear(self) -> None:
        self._store.execute(f"DELETE FROM {self._name}")
