"""Real workers, each a process of its own, for tests that kill them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.settings import Settings

# What it has begun it finishes first, also on a machine that has much else to do.
ENDS_WITHIN_S = 60


def environment_of(settings: Settings) -> dict[str, str]:
    named = {name.upper(): str(value) for name, value in settings.model_dump().items() if value != ""}
    return {**os.environ, **named, "LOG_LEVEL": "ERROR"}


@asynccontextmanager
async def worker(settings: Settings, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own: the real one, or one that dies at a given commit."""
    command = [sys.executable, "-m", *(arguments or ("cli", "worker"))]
    process = await asyncio.create_subprocess_exec(*command, env=environment_of(settings))
    try:
        yield process
    finally:
        await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """Tell it to end, and wait until it has. Raises `AssertionError` where it does not."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), ENDS_WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise AssertionError("it was told to end, and did not") from None


async def wait_for(holds, within_s: float = 180.0):
    end = asyncio.get_running_loop().time() + within_s
    while not (found := await holds()):
        assert asyncio.get_running_loop().time() < end, "it never came to pass"
        await asyncio.sleep(0.05)
    return found
