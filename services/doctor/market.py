"""The market itself: its shops, its workers, what waits, and whether its book adds up."""

from redis.exceptions import RedisError

from core.db import fetch
from core.errors import NotFound
from core.resources import QUEUE
from services.doctor.findings import Case, Finding, fine, skipped, warning, wrong
from services.ledger import check_book
from services.tenants import scope_by_code
from services.waiting import waiting_work

# A worker looks once a second; what is due for so long waits for one.
LATE_S, MUCH = 30.0, 10_000


async def look_at_shops(case: Case) -> list[Finding]:
    """The platform of a request that names none."""
    s = case.settings
    try:
        scope = await scope_by_code(s.default_platform, s.default_environment)
    except NotFound:
        return [
            wrong(
                f"there is no platform {s.default_platform}",
                "Set DEFAULT_PLATFORM to a platform's code; `makola seed` makes the demo's.",
            )
        ]
    methods = await fetch(
        "SELECT code, kind FROM payment_method WHERE platform_id = $1 AND environment = $2",
        scope.platform_id,
        scope.environment,
    )
    if not methods:
        return [warning(f"{scope.name} has no way to pay", "Give it a payment_method.")]
    if scope.environment == "live" and (
        free := [row["code"] for row in methods if row["kind"] == "immediate"]
    ):
        return [
            wrong(f"{scope.name} settles without money by {', '.join(free)}", "Delete that payment_method.")
        ]
    return [fine(f"{scope.name}, {scope.environment}: {len(methods)} ways to pay")]


async def look_at_workers(case: Case) -> list[Finding]:
    """A worker notes in Redis that it lives."""
    if not case.settings.redis_url:
        return [skipped("the worker is inside `makola serve`")]
    try:
        noted = await case.redis.exists(f"{QUEUE}:health-check")
    except (RedisError, OSError):
        return [skipped("Redis does not answer")]
    if not noted:
        return [wrong("no worker has been heard of for some seconds", "Start `makola worker`.")]
    return [fine("a worker has been heard of")]


async def look_at_waiting_work(_: Case) -> list[Finding]:
    """What is due, and for how long."""
    waiting = await waiting_work()
    late = [each for each in waiting if each.oldest_s > LATE_S]
    if late:
        return [
            wrong(
                f"{each.due} due, the oldest for {each.oldest_s:.0f} s",
                "Start `makola worker`, or more of them; look for `job failed` in their logs.",
                about=each.kind,
            )
            for each in late
        ]
    due = sum(each.due for each in waiting)
    if due > MUCH:
        return [warning(f"{due} rows are due", "Start more workers, if it does not become less.")]
    return [fine(f"{due} rows are due, none for longer than {LATE_S:.0f} s")]


async def look_at_book(_: Case) -> list[Finding]:
    """Every entry sums to zero, and every card holds what its postings say."""
    book = await check_book()
    found = []
    if book.unbalanced_entries or book.off_by_minor:
        found.append(
            wrong(
                f"entries {book.unbalanced_entries[:10]} don't sum to zero, the book is off by {book.off_by_minor}",
                "Stop the payouts, keep a copy of the database, and find who wrote past services/ledger.py.",
                about="entries",
            )
        )
    if book.wrong_balances:
        found.append(
            wrong(
                f"accounts {book.wrong_balances[:10]} hold something else than their postings say",
                "Stop spending from these cards, and correct them by a new entry, never by hand.",
                about="balances",
            )
        )
    return found or [fine("every entry sums to zero, every balance is the sum of its postings")]
