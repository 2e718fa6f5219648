"""The database: which one, its schema, its clock, how its connections behave, and what stands between."""

import pkgutil
from typing import Any

from asyncpg.exceptions import DuplicatePreparedStatementError, InvalidSQLStatementNameError
from tortoise.exceptions import OperationalError

from core.clock import now
from core.db import SERVER_SETTINGS, connection, dialect, fetch, fetch_one
from models import migrations
from services.doctor.findings import Case, Finding, fine, skipped, warning, wrong

OLDEST_POSTGRES = 13
LOST_STATEMENT = (InvalidSQLStatementNameError, DuplicatePreparedStatementError)
UNFOLLOWED = wrong(
    "PgBouncer does not follow prepared statements",
    "Use PgBouncer 1.21 or newer with max_prepared_statements = 500, or set DATABASE_POOLER=old-pgbouncer, which is slower.",
    about="pooler",
)
# Leases last 8 seconds and are judged by the clock of whoever looks.
SKEW_WARNS_S, SKEW_FAILS_S = 1.0, 4.0


async def look_at_server(case: Case) -> list[Finding]:
    """Its version, and what a commit means there."""
    if dialect() == "sqlite":
        row = await fetch_one("SELECT sqlite_version() AS v")
        return [
            fine(f"SQLite {row['v'] if row else ''} in {case.settings.data}: for trying out, one process")
        ]
    version = int(await setting("server_version_num")) // 10_000
    found = [
        fine(f"PostgreSQL {version}")
        if version >= OLDEST_POSTGRES
        else wrong(f"PostgreSQL {version}", f"Move to PostgreSQL {OLDEST_POSTGRES} or newer.")
    ]
    if (isolation := await setting("default_transaction_isolation")) != "read committed":
        found.append(
            wrong(
                f"transactions are {isolation}",
                "ALTER DATABASE … SET default_transaction_isolation = 'read committed': under another one conditional "
                "updates fail where they should wait.",
                about="isolation",
            )
        )
    if "off" in (await setting("fsync"), await setting("synchronous_commit")):
        found.append(
            warning(
                "fsync or synchronous_commit is off",
                "Switch both on: a crash may take back what was answered, money too.",
                about="durability",
            )
        )
    return found


async def look_at_schema(_: Case) -> list[Finding]:
    """Whether every migration that this version brings has been applied."""
    mine = {each.name for each in pkgutil.iter_modules(migrations.__path__)}
    applied = {
        row["name"] for row in await fetch("SELECT name FROM tortoise_migrations WHERE app = 'models'")
    }
    if missing := sorted(mine - applied):
        return [
            wrong(f"{len(missing)} migrations not applied: {', '.join(missing)}", "Run `makola migrate`.")
        ]
    if ahead := sorted(applied - mine):
        return [
            warning(
                f"the schema is newer than this version: {', '.join(ahead)}",
                "Roll this process's version out.",
            )
        ]
    return [fine(f"{len(mine)} migrations, all applied")]


async def look_at_extensions(_: Case) -> list[Finding]:
    """Those that migrations make."""
    if dialect() == "sqlite":
        return [skipped("SQLite has none")]
    if not await fetch("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"):
        return [wrong("pg_trgm is not there", "As the database's owner: CREATE EXTENSION pg_trgm;")]
    return [fine("pg_trgm")]


async def look_at_database_clock(_: Case) -> list[Finding]:
    """Both clocks tell the same time: what is due, and whose lease is over, is judged by ours."""
    if dialect() == "sqlite":
        return [skipped("SQLite has this machine's")]
    before = now()
    row = await fetch_one("SELECT clock_timestamp() AS at")
    assert row is not None
    middle = before + (now() - before) / 2
    return [judged_skew((row["at"] - middle).total_seconds(), "the database's")]


def judged_skew(seconds: float, whose: str) -> Finding:
    """How far another clock is ahead of ours."""
    found = f"{whose} clock is {abs(seconds):.2f} s {'ahead of' if seconds > 0 else 'behind'} this machine's"
    remedy = "Let both machines follow a time server (chrony, systemd-timesyncd)."
    if abs(seconds) >= SKEW_FAILS_S:
        return wrong(found, remedy)
    return warning(found, remedy) if abs(seconds) >= SKEW_WARNS_S else fine(f"within {abs(seconds):.2f} s")


async def look_at_pool(case: Case) -> list[Finding]:
    """Whether this process's connections fit, and whether whatever stands between is what the settings say."""
    if dialect() == "sqlite":
        return [skipped("SQLite has one connection a process")]
    try:
        between = await _somebody_is_between()
        return [await _judged_number(case, between), *await _judged_pooler(case, between)]
    except (OperationalError, *LOST_STATEMENT):
        return [UNFOLLOWED]


async def _judged_number(case: Case, between: bool) -> Finding:
    most, ours = int(await setting("max_connections")), case.settings.database_pool
    found = f"{ours} a process, {most} at the server"
    if between or ours * 2 <= most:
        return fine(found, about="connections")
    remedy = "Make DATABASE_POOL smaller, max_connections larger, or put PgBouncer between."
    return warning(found, remedy, about="connections")


async def _somebody_is_between() -> bool:
    """A connection pooler tells a number of its own at the start, and not that of the server's process behind it."""
    pool: Any = connection()
    async with pool.acquire_connection() as raw:
        return bool(raw.get_server_pid() != await raw.fetchval("SELECT pg_backend_pid()"))


async def _judged_pooler(case: Case, between: bool) -> list[Finding]:
    said = case.settings.database_pooler
    if not between and said == "none":
        return [fine("none", about="pooler")]
    if not between:
        return [
            warning(
                "the settings speak of PgBouncer, and there is none",
                "Set DATABASE_POOLER=none, or let DATABASE_URL lead to PgBouncer.",
                about="pooler",
            )
        ]
    if said == "none":
        return [
            wrong(
                "there is a connection pooler, of which the settings know nothing",
                "Set DATABASE_POOLER to pgbouncer, or to old-pgbouncer where it is older than 1.21.",
                about="pooler",
            )
        ]
    found = [fine("PgBouncer", about="pooler")]
    if said == "pgbouncer" and not await _follows_statements():
        found = [UNFOLLOWED]
    off = [
        f"{name} = {await setting(name)}"
        for name, value in SERVER_SETTINGS.items()
        if await setting(name) != value
    ]
    if off:
        wanted = ", ".join(f"{name} = {value}" for name, value in SERVER_SETTINGS.items())
        found.append(
            warning(
                f"the server has {', '.join(off)}",
                f"Set {wanted} at the server (ALTER DATABASE … SET): through PgBouncer no process can for itself.",
                about="planner",
            )
        )
    return found


async def _follows_statements() -> bool:
    """Whether a statement that one of our connections prepared is known to whichever server's connection it is given next."""
    pool: Any = connection()
    async with pool.acquire_connection() as one, pool.acquire_connection() as other:
        statement = await one.prepare("SELECT 1 + $1::int")
        # The connection on which it was prepared is taken by somebody else.
        transaction = other.transaction()
        await transaction.start()
        await other.fetchval("SELECT 1")
        try:
            return bool(await statement.fetchval(1) == 2)
        except LOST_STATEMENT:
            return False
        finally:
            await transaction.rollback()


async def setting(name: str) -> str:
    """A setting of the server."""
    row = await fetch_one("SELECT current_setting($1) AS value", name)
    return str(row["value"]) if row else ""
