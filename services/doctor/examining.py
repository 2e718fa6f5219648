"""The whole examination: one table of checks, each made whatever becomes of the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import structlog

from core.db import close_database, open_database
from core.resources import connect_redis
from core.settings import Settings
from providers.registry import Registry
from services.doctor.database import (
    look_at_database_clock,
    look_at_extensions,
    look_at_pool,
    look_at_schema,
    look_at_server,
)
from services.doctor.findings import Case, Finding, skipped, wrong
from services.doctor.keys import look_at_keys
from services.doctor.machine import look_at_disk, look_at_settings
from services.doctor.market import look_at_book, look_at_shops, look_at_waiting_work, look_at_workers
from services.doctor.outside import look_at_files, look_at_providers, look_at_redis, look_at_redis_clock

log = structlog.get_logger(__name__)

CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at; one that needs the database, or its tables, is left out where they are not there."""

    name: str
    look: Callable[[Case], Awaitable[list[Finding]]]
    needs_database: bool = False


CHECKS = [
    Check("settings", look_at_settings),
    Check("disk", look_at_disk),
    Check("database", look_at_server, needs_database=True),
    Check("schema", look_at_schema, needs_database=True),
    Check("extensions", look_at_extensions, needs_database=True),
    Check("database clock", look_at_database_clock, needs_database=True),
    Check("connections", look_at_pool, needs_database=True),
    Check("keys", look_at_keys, needs_database=True),
    Check("redis", look_at_redis),
    Check("redis clock", look_at_redis_clock),
    Check("providers", look_at_providers),
    Check("files", look_at_files),
    Check("shops", look_at_shops, needs_database=True),
    Check("workers", look_at_workers),
    Check("waiting work", look_at_waiting_work, needs_database=True),
    Check("ledger", look_at_book, needs_database=True),
]


async def examine(settings: Settings, *, provider_timeout_s: float = 5.0) -> list[Finding]:
    """Every finding, in the order of `CHECKS`. What goes wrong is a finding and never raised."""
    async with _opened(settings, provider_timeout_s) as case:
        return [
            replace(finding, check=check.name) for check in CHECKS for finding in await _look(check, case)
        ]


async def _look(check: Check, case: Case) -> list[Finding]:
    if check.needs_database and case.database_trouble:
        if check.name == "database":
            return [
                wrong(
                    case.database_trouble,
                    "Set DATABASE_POOLER: this is a connection pooler."
                    if "startup parameter" in case.database_trouble
                    else "Start PostgreSQL, or correct DATABASE_URL: host, user, password and name.",
                )
            ]
        return [skipped("the database is away")]
    try:
        return await check.look(case)
    except Exception as trouble:
        log.debug("check failed", check=check.name, exc_info=True)
        first_line = (str(trouble) or type(trouble).__name__).splitlines()[0]
        return [wrong(first_line, "This check itself failed. Has `makola migrate` been run?")]


@asynccontextmanager
async def _opened(settings: Settings, provider_timeout_s: float) -> AsyncIterator[Case]:
    trouble = ""
    try:
        async with asyncio.timeout(CONNECT_S):
            await open_database(settings.database, 2, settings.database_pooler)
    except Exception as error:
        trouble = (str(error) or type(error).__name__).splitlines()[0]
    registry, redis = Registry(settings, provider_timeout_s), connect_redis(settings)
    try:
        yield Case(settings, registry, redis, trouble)
    finally:
        await redis.aclose()
        await registry.close()
        if not trouble:
            await close_database()
