"""What is counted, for Prometheus. Labels have few values: routes, kinds, names of our own; never what a caller wrote.

docs/operations.md says what each means and when to act.
"""

import asyncio

from prometheus_client import Counter, Gauge, Histogram

from core.db import pool_use

# Seconds. A chat's turn must take well under one; a provider may take several.
SHORT = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LONG = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)
LAG_EVERY_S = 0.25

REQUESTS = Histogram("makola_request_seconds", "HTTP requests", ["door", "method", "status"], buckets=SHORT)
REQUESTS_RUNNING = Gauge("makola_requests_running", "HTTP requests that are being answered")
CHAT_TURNS = Histogram("makola_chat_turn_seconds", "Chat turns", ["channel"], buckets=SHORT)
CHAT_FAILED = Counter("makola_chat_turns_failed_total", "Chat turns that an error ended", ["channel"])
PROVIDER_CALLS = Counter("makola_provider_calls_total", "Calls to providers", ["provider", "call", "outcome"])
PROVIDER_SECONDS = Histogram(
    "makola_provider_call_seconds", "Time of provider calls", ["provider", "call"], buckets=LONG
)
JOBS = Counter("makola_jobs_total", "Rows that were looked at", ["job", "outcome"])
JOB_SECONDS = Histogram("makola_job_seconds", "Time of one look at a row", ["job"], buckets=LONG)
JOBS_RUNNING = Gauge("makola_jobs_running", "Rows that are being looked at", ["job"])
WORK_DUE = Gauge("makola_work_due", "Rows that are due, of the whole market", ["kind"])
WORK_OLDEST = Gauge(
    "makola_work_oldest_seconds", "How long the oldest due row has been due, of the whole market", ["kind"]
)
QUEUED = Gauge("makola_queue_jobs", "Jobs in Redis that no worker has taken yet")
SUSPENSE = Gauge(
    "makola_suspense_minor", "Money under way, in minor units", ["platform", "environment", "currency"]
)
BILL_LOSSES = Gauge(
    "makola_bill_losses_minor", "Lost on late bills, in minor units", ["platform", "environment", "currency"]
)
MEASURED = Gauge("makola_measured_timestamp_seconds", "When the whole market was last measured here")
LOOP_LAG = Histogram("makola_loop_lag_seconds", "How late the event loop comes to what is due", buckets=SHORT)
POOL = Gauge("makola_database_connections", "Connections of this process's pool", ["state"])
POOL.labels("busy").set_function(lambda: pool_use().busy)
POOL.labels("idle").set_function(lambda: pool_use().idle)


async def watch_lag() -> None:
    """Measure for the life of a process how late its event loop is: whoever computes for long holds up everybody."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_EVERY_S
        await asyncio.sleep(LAG_EVERY_S)
        LOOP_LAG.observe(max(0.0, loop.time() - due))
