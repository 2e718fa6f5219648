"""One process of the charges' benchmark: takes what is due until nothing is, and says what that took, as JSON.

`python -m bench.charge_worker ours|floor URL`, with a line on its input for the start. `ours` is the worker's own chore;
`floor` is one hand-written statement a batch of the same size.
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import orjson
import uvloop

from bench.charge_floor import BATCH
from core.db import close_database, fetch, open_database
from core.memory import keep_what_is_loaded
from services.deposits.links import use_address
from services.deposits.schedule import MOST, work_charges
from services.secrets import use_key

_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"

Batch = Callable[[], Awaitable[int]]


def seconds_of(pids: list[int]) -> float:
    """Seconds of processor time that processes of this machine took so far, as Linux counts them."""
    ticks = 0
    for pid in pids:
        taken = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        ticks += int(taken[11]) + int(taken[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def until_nothing_is_due(batch: Batch, backends: list[int]) -> None:
    """Say `ready`, wait for the start, work, and say what it took."""
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    python, postgres, began, taken, batches = time.process_time(), seconds_of(backends), time.time(), 0, 0
    longest = 0.0
    while True:
        at = time.perf_counter()
        done = await batch()
        if not done:
            break
        longest = max(longest, time.perf_counter() - at)
        taken, batches = taken + done, batches + 1
    said = {
        "taken": taken,
        "batches": batches,
        "longest_s": longest,
        "seconds": time.time() - began,
        "python_s": time.process_time() - python,
        "postgres_s": seconds_of(backends) - postgres,
    }
    print(orjson.dumps(said).decode(), flush=True)


async def ours(url: str) -> None:
    """The chore as a worker runs it, on its pool of connections."""
    name = f"bench-{os.getpid()}"
    await open_database(f"{url}?application_name={name}", pool=2)
    use_key("bench-key-bench-key-bench-key-bench")
    use_address("http://127.0.0.1:8080")
    keep_what_is_loaded()
    backends = [row["pid"] for row in await fetch(_BACKENDS, name)]
    await until_nothing_is_due(work_charges, backends)
    await close_database()


async def floor(url: str) -> None:
    """One connection and one statement."""
    db = await asyncpg.connect(url)
    statement = await db.prepare(BATCH)

    async def batch() -> int:
        taken: int = await statement.fetchval(MOST)
        return taken

    await until_nothing_is_due(batch, [db.get_server_pid()])
    await db.close()


if __name__ == "__main__":
    uvloop.run({"ours": ours, "floor": floor}[sys.argv[1]](sys.argv[2]))
