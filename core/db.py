"""The database: opening it, transactions with after-commit, and SQL that both dialects read."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.migrations.api import migrate as apply_migrations
from tortoise.transactions import in_transaction

from core.cache import clear_caches
from core.migrating import quick_migrations
from core.patterns import matches
from core.transactions import mend_transactions

Dialect = Literal["postgres", "sqlite"]
Row = dict[str, Any]
AfterCommit = Callable[[], Awaitable[None]]

_pending: ContextVar[list[AfterCommit] | None] = ContextVar("after_commit", default=None)
_dialect: Dialect = "sqlite"
_opened: BaseDBAsyncClient | None = None


mend_transactions()


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]
    """A pooled connection that is handed back as it is.

    asyncpg resets session state with a statement of its own after each use; we leave none behind (no LISTEN, no
    SET, no advisory locks), and an open transaction is rolled back all the same. It halves the round trips.
    """

    def get_reset_query(self) -> str:
        return ""


# Many short statements at once: compiling one, or waiting for helpers, takes longer than what it saves.
SERVER_SETTINGS = {"jit": "off", "max_parallel_workers_per_gather": "0"}


def tortoise_config(url: str, pool: int = 16, pooler: str = "none") -> dict[str, Any]:
    """Tortoise's configuration for `url`; a PostgreSQL pool is opened whole, so that no request waits for it.

    Behind PgBouncer the server's settings are the server's: a connection there is nobody's for longer than a transaction.
    """
    connection: dict[str, Any] = expand_db_url(url)
    if url.startswith("sqlite"):
        connection["credentials"]["busy_timeout"] = 10_000  # ms, for another process's import or seed
    else:
        connection["credentials"] |= {
            "minsize": pool,
            "maxsize": pool,
            "connection_class": PlainConnection,
            "server_settings": SERVER_SETTINGS if pooler == "none" else {},
            # A prepared statement of ours is another's connection's by the next transaction; PgBouncer 1.21 follows them.
            **({"statement_cache_size": 0} if pooler == "old-pgbouncer" else {}),
        }
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {
                "models": ["models"],
                "default_connection": "default",
                "migrations": "models.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def open_database(url: str, pool: int = 16, pooler: str = "none") -> None:
    """Connect; `close_database` ends it. One database a process."""
    global _dialect, _opened
    clear_caches()
    await Tortoise.init(config=tortoise_config(url, pool, pooler), _enable_global_fallback=True)
    _dialect = "sqlite" if url.startswith("sqlite") else "postgres"
    try:
        await fetch("SELECT 1")
        _opened = connection()
        if _dialect == "sqlite":
            # Of the process, which has one connection to it.
            await connection()._connection.create_function("matches", 2, matches, deterministic=True)
    except BaseException:
        await close_database()
        raise


async def close_database() -> None:
    global _opened
    _opened = None
    await Tortoise.close_connections()


async def migrate(url: str, pooler: str = "none") -> None:
    """Bring the schema of `url` up to date; opens and closes its own connection."""
    try:
        with quick_migrations():
            await apply_migrations(config=tortoise_config(url, 1, pooler))
    finally:
        await Tortoise.close_connections()
        # A migration that wrote rows left the statements of its tables as they were then.
        EXECUTOR_CACHE.clear()


class PoolUse(NamedTuple):
    """Connections of this process."""

    busy: int
    idle: int


def pool_use() -> PoolUse:
    """How many connections of the pool are in use; none where no PostgreSQL is open."""
    pool = getattr(_opened, "_pool", None)
    if pool is None:
        return PoolUse(0, 0)
    idle: int = pool.get_idle_size()
    return PoolUse(pool.get_size() - idle, idle)


def dialect() -> Dialect:
    """Which SQL the open database speaks."""
    return _dialect


def connection() -> BaseDBAsyncClient:
    """The current task's connection: the transaction's inside one, the pool's outside."""
    return Tortoise.get_connection("default")


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. Inside another transaction it is a savepoint.

    What `after_commit` was given runs when the outermost one has committed, and is dropped with a rollback.
    No network call and no new task belong inside.
    """
    outer = _pending.get()
    mine: list[AfterCommit] = []
    token = _pending.set(mine)
    try:
        async with in_transaction("default"):
            yield
    finally:
        _pending.reset(token)
    if outer is not None:
        outer.extend(mine)
        return
    for callback in mine:
        await callback()


@asynccontextmanager
async def within_transaction() -> AsyncIterator[None]:
    """Part of the transaction that is open, or one of its own where none is; it makes no savepoint.

    For what the caller must not go on without: an error that leaves this may not be caught inside the outer one.
    """
    if not in_a_transaction():
        async with transaction():
            yield
    else:
        yield


def in_a_transaction() -> bool:
    """Whether a transaction is open here, in which nobody outside may be asked anything."""
    return _pending.get() is not None


async def after_commit(callback: AfterCommit) -> None:
    """Run `callback` once what is being written is safe: after the commit, or now where nothing is open."""
    pending = _pending.get()
    if pending is None:
        await callback()
    else:
        pending.append(callback)


@lru_cache(maxsize=1024)
def _translated(sql: str, to: Dialect) -> str:
    return sql if to == "postgres" else re.sub(r"\$(\d+)", r"?\1", sql)


def _bound(values: tuple[Any, ...]) -> list[Any]:
    """Values as the driver takes them: SQLite stores times and UUIDs as the ORM writes them there, as text."""
    if _dialect == "postgres":
        return list(values)
    return [
        value.isoformat(" ")
        if isinstance(value, datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
        for value in values
    ]


async def fetch(sql: str, *values: Any) -> list[Row]:
    """Rows of a statement written with `$1` placeholders; `RETURNING` works on both dialects."""
    return await connection().execute_query_dict(_translated(sql, _dialect), _bound(values))


async def fetch_one(sql: str, *values: Any) -> Row | None:
    """The first row, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def execute(sql: str, *values: Any) -> int:
    """Run an INSERT, UPDATE or DELETE; the number of rows it touched."""
    affected, _ = await connection().execute_query(_translated(sql, _dialect), _bound(values))
    return affected


async def execute_both(first: str, second: str, *values: Any) -> None:
    """Two changes of different rows inside a transaction, the placeholders of `second` numbered on from those of `first`.

    One round trip on PostgreSQL, where neither sees what the other did.
    """
    if _dialect == "postgres":
        await execute(f"WITH first AS ({first}) {second}", *values)
        return
    await execute(first, *values[: _last_placeholder(first)])
    await execute(second, *values)


@lru_cache(maxsize=1024)
def _last_placeholder(sql: str) -> int:
    return max(int(number) for number in re.findall(r"\$(\d+)", sql))


def given(mark: str, **columns: str) -> str:
    """A table `given` made of one parameter, the JSON text of `as_given`, for statements about many rows at once.

    `given("$1", order_id="bigint", at="timestamptz")` names its columns with PostgreSQL's types.
    """
    if _dialect == "postgres":
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"json_to_recordset({mark}::json) AS given({typed})"
    taken = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {taken} FROM json_each({mark})) AS given"


def as_given(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the parameter of `given`; times as the ORM writes them into SQLite."""
    return orjson.dumps(rows, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _plain(value: Any) -> str:
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def placeholders(values: Sequence[Any], start: int = 1) -> str:
    """`$3, $4, $5` for an IN list of `values` whose first placeholder is `start`."""
    return ", ".join(f"${i}" for i in range(start, start + len(values)))


async def lock_name(name: str) -> None:
    """Hold `name` until the transaction ends; SQLite's transactions hold everything anyhow."""
    if _dialect == "postgres":
        await fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)


def key_share() -> str:
    """The row-lock clause of who needs a row to stay as it is, together with others who do: only `for_update` waits for them."""
    return " FOR KEY SHARE" if _dialect == "postgres" else ""


def for_update(of: str = "") -> str:
    """The row-lock clause, for all tables of a statement or `of` one; SQLite has none and needs none, its transactions hold
    the one connection.
    """
    if _dialect != "postgres":
        return ""
    return f" FOR UPDATE OF {of}" if of else " FOR UPDATE"
