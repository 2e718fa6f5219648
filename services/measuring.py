"""Measuring the whole market for Prometheus: what is due, and money that stands between."""

import asyncio
import time

import structlog
from prometheus_client import Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.db import fetch
from core.metrics import BILL_LOSSES, MEASURED, QUEUED, SUSPENSE, WORK_DUE, WORK_OLDEST
from core.resources import QUEUE
from services.waiting import waiting_work

log = structlog.get_logger(__name__)

# Adding up takes PostgreSQL longer than counting what is due, and changes less.
COUNT_EVERY_S, COUNTS_A_SUM = 15.0, 4
SUMMED: dict[str, Gauge] = {"suspense": SUSPENSE, "bill_losses": BILL_LOSSES}


async def count_waiting(redis: Redis) -> None:
    """What is due by its kind, and what is in the queue."""
    for each in await waiting_work():
        WORK_DUE.labels(each.kind).set(each.due)
        WORK_OLDEST.labels(each.kind).set(each.oldest_s)
    try:
        QUEUED.set(await redis.zcard(QUEUE))
    except (RedisError, OSError):
        # Nobody knows; and nothing that matters is lost with it.
        QUEUED.set(float("nan"))


async def sum_money_between() -> None:
    """The accounts of each platform in which money waits for somebody else, or was lost."""
    rows = await fetch(
        "SELECT a.code AS account, p.code AS platform, a.environment, a.currency, "
        "(SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM posting WHERE account_id = a.id) AS minor "
        "FROM ledger_account a JOIN platform p ON p.id = a.platform_id WHERE a.code IN ('suspense', 'bill_losses')"
    )
    for row in rows:
        gauge = SUMMED[row["account"]]
        gauge.labels(row["platform"], row["environment"], row["currency"]).set(row["minor"])


async def measure_forever(redis: Redis) -> None:
    """Measure now and then, for the life of a worker. Each worker does, and all tell the same."""
    turn = 0
    while True:
        try:
            await count_waiting(redis)
            if turn % COUNTS_A_SUM == 0:
                await sum_money_between()
            MEASURED.set(time.time())
            turn += 1
        except Exception:
            log.exception("not measured")
        await asyncio.sleep(COUNT_EVERY_S)
