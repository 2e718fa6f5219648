"""The processes that are measured: started, waited for, weighed and stopped."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bench.wire import Wire
from core.resources import QUEUE

BIN = Path(sys.executable).parent
PATIENCE_S = 60.0
POLL_S = 0.01

Ready = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class Running:
    """A process, and the seconds from its start until it could serve."""

    name: str
    process: asyncio.subprocess.Process
    start_s: float

    def cpu_s(self) -> float:
        """Seconds of processor time that it took so far, as Linux counts them."""
        taken = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(taken[11]) + int(taken[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self) -> float:
        """Memory that it holds now, in megabytes (10**6 bytes), as Linux counts it."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0


@asynccontextmanager
async def running(name: str, command: list[str], env: dict[str, str], ready: Ready) -> AsyncIterator[Running]:
    """Start a command, wait until it is ready, and end it after. Raises `RuntimeError` where it never is."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | env, start_new_session=True)
    try:
        while not await ready():
            if process.returncode is not None or time.perf_counter() - began > PATIENCE_S:
                raise RuntimeError(f"{name} did not start")
            await asyncio.sleep(POLL_S)
        yield Running(name, process, time.perf_counter() - began)
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), PATIENCE_S)
            except TimeoutError:
                process.kill()


def makola(command: str) -> list[str]:
    """The command line of a part of Makola."""
    return [str(BIN / "makola"), command]


def healthy(port: int, path: str = "/healthz") -> Ready:
    """Ready when a server on `port` answers 200."""

    async def ready() -> bool:
        try:
            wire = await Wire.open(port)
            answer = await wire.ask(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        except OSError:
            return False
        wire.close()
        return answer.status == 200

    return ready


def polls(redis_url: str) -> Ready:
    """Ready when a worker has looked at its queue for the first time, which arq notes there."""

    async def ready() -> bool:
        async with Redis.from_url(redis_url) as redis:
            return bool(await redis.exists(f"{QUEUE}:health-check"))

    return ready
