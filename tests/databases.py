"""Databases for tests: one seeded market a run, and for each test one that is as that one was seeded."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

DATABASE_URL = os.environ.get("DATABASE_URL", "")
# host:port of a PgBouncer in front of it, through which the market then goes; the tests themselves don't.
POOLER = os.environ.get("POOLER", "")
# A database that a test has made this much bigger is not brought back but made anew: dead rows slow the next tests.
GROWN_BYTES = 16 * 1024 * 1024

# Every row's place and the transaction that wrote it: the same as long as nobody wrote, also where nothing changed.
MARK = "SELECT {name!r} AS name, count(*) || ':' || coalesce(sum(hashtextextended(ctid::text || xmin::text, 0)), 0) AS mark FROM {table}"


@dataclass
class Databases:
    """Makes databases of the kind that is tested on: empty ones, copies of a seeded one, and the one to test with."""

    folder: Path
    template: str = ""
    lent: "Lent | None" = None

    async def create(self, name: str, template: str = "") -> str:
        """A new database (a copy of `template`, a URL, where given); its URL."""
        if not DATABASE_URL:
            path = self.folder / f"{name}.sqlite3"
            if template:
                shutil.copy(template.removeprefix("sqlite://"), path)
            return f"sqlite://{path}"
        unique = f"makola_test_{name}_{uuid.uuid4().hex[:8]}"
        source = template.rsplit("/", 1)[1] if template else "template1"
        async with connected(DATABASE_URL) as db:
            await db.execute(f'CREATE DATABASE "{unique}" TEMPLATE "{source}"')
            # No test pulls the plug of PostgreSQL's machine: a commit needn't wait for the disk.
            await db.execute(f'ALTER DATABASE "{unique}" SET synchronous_commit = off')
        return f"{DATABASE_URL.rsplit('/', 1)[0]}/{unique}"

    async def drop(self, url: str) -> None:
        if url and not url.startswith("sqlite"):
            async with connected(DATABASE_URL) as db:
                await db.execute(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    async def seeded(self) -> str:
        """The URL of a database for one test, as the template was seeded.

        PostgreSQL needs most of a second to copy and to drop a database: there it is one database that is lent to
        test after test, and what the last one wrote is taken back.
        """
        if not DATABASE_URL:
            return await self.create("test", self.template)
        if self.lent is None or not await self.lent.take_back():
            await self.close()
            self.lent = await Lent.of(await self.create("test", self.template))
        return self.lent.url

    async def close(self) -> None:
        if self.lent is not None:
            await self.drop(self.lent.url)
            self.lent = None


@dataclass
class Lent:
    """A PostgreSQL database that knows what it held at the beginning: rows, sequences, and how big it was."""

    url: str
    size: int = 0
    rows: dict[str, bytes] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    sequences: list[tuple[str, int, bool]] = field(default_factory=list)

    @classmethod
    async def of(cls, url: str) -> "Lent":
        made = cls(url)
        async with connected(url) as db:
            # As an operator's database is after a while; else the planner guesses until autovacuum comes by.
            await db.execute("ANALYZE")
            tables = await db.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            )
            for (name,) in tables:
                held = BytesIO()
                await db.copy_from_table(name, output=held, format="binary")
                made.rows[name] = held.getvalue()
            made.marks = await made._marks(db, list(made.rows))
            found = await db.fetch("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
            for (name,) in found:
                made.sequences.append(
                    (name, *await db.fetchrow(f'SELECT last_value, is_called FROM "{name}"'))
                )
            made.size = await db.fetchval("SELECT pg_database_size(current_database())")
        return made

    async def take_back(self) -> bool:
        """Make it what it was; False where it has become too big for that."""
        async with connected(self.url) as db:
            # What a killed worker or an abandoned task still holds open.
            await db.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if await db.fetchval("SELECT pg_database_size(current_database())") > self.size + GROWN_BYTES:
                return False
            marks = await self._marks(db, list(self.rows))
            written = [name for name, mark in marks.items() if mark != self.marks[name]]
            async with db.transaction():
                # Foreign keys are checked by triggers, and hold among the rows that were there.
                await db.execute("SET LOCAL session_replication_role = replica")
                for name in written:
                    await db.execute(f'DELETE FROM "{name}"')
                    await db.copy_to_table(name, source=BytesIO(self.rows[name]), format="binary")
                names, values, called = zip(*self.sequences, strict=True)
                await db.execute(
                    "SELECT setval(quote_ident(name)::regclass, value, called) "
                    "FROM unnest($1::text[], $2::bigint[], $3::bool[]) AS held(name, value, called)",
                    names,
                    values,
                    called,
                )
            if written:
                self.marks |= await self._marks(db, written)
        return True

    @staticmethod
    async def _marks(db: Any, names: list[str]) -> dict[str, str]:
        parts = [MARK.format(name=name, table=f'"{name}"') for name in names]
        return {row["name"]: row["mark"] for row in await db.fetch(" UNION ALL ".join(parts))}


def pooled(url: str) -> str:
    """The same database by way of `POOLER`, where there is one."""
    if not POOLER or url.startswith("sqlite"):
        return url
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}@{POOLER}").geturl()


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@contextlib.contextmanager
def seeded_once(shared: Path, seed: Callable[[Databases], Awaitable[str]]) -> Iterator[str]:
    """The URL of the run's seeded database: the first process that wants it makes it, the last one drops it."""
    made, mine, users = shared / "seeded", Databases(shared), shared / "users"
    with _alone(shared):
        if not made.exists():
            made.write_text(asyncio.run(seed(mine)))
        url = made.read_text()
        users.mkdir(exist_ok=True)
        (users / str(os.getpid())).touch()
    try:
        yield url
    finally:
        with _alone(shared):
            (users / str(os.getpid())).unlink()
            if not any(users.iterdir()):
                made.unlink()
                asyncio.run(mine.drop(url))


@contextlib.contextmanager
def _alone(shared: Path) -> Iterator[None]:
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
