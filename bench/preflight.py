"""Every row once, in one process and one request at a time: are the answers right, how large, and how much SQL.

`python -m bench.preflight` plays the first script of each row on the database DATABASE_URL, at Makola and at the floor,
and writes, by row and step, both's statements and the body's size as JSON. Where both are said to write the same rows
it fails unless they do.
"""

import asyncio
import itertools
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop
from aiohttp.test_utils import TestServer, unused_port

from api.app import create_app
from bench.floor import create_floor
from bench.load import CALLER, SESSION, Ask
from bench.market import bench_settings, goods_of
from bench.orders import lay_out_carts
from bench.rows import ROWS
from bench.steps import Script, Step
from bench.wire import Wire
from bench.written import changes, look_at
from core.logs import configure_logs
from providers.registry import twin_settings
from providers.twins.app import create_twins

# asyncpg sends this each time that a connection goes back to its pool.
_RESET = "SELECT pg_advisory_unlock_all()"
Counts = list[dict[str, int]]

seen: Counter[str] = Counter()


def look(statement: asyncpg.connection.LoggedQuery) -> None:
    """Count a statement under what it is."""
    text = statement.query.lstrip()
    if text.startswith(_RESET):
        seen["reset"] += 1
    elif text.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")):
        seen["transaction"] += 1
    else:
        seen["query"] += 1


def watch_connections() -> None:
    """Have every connection that the driver opens from now on looked at."""
    begin = asyncpg.Connection.__init__

    def begin_watched(self: asyncpg.Connection, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.add_query_logger(look)

    asyncpg.Connection.__init__ = begin_watched


async def play(script: Script, ask_of: Callable[[Step], Ask], wire: Wire, session: int) -> Counts:
    """One session; by step its statements and its answer's bytes. Raises `RuntimeError` if one is wrong."""
    steps = []
    token = b""
    for step in script:
        ask = ask_of(step)
        request = ask.request.encode().replace(SESSION, b"%09d" % session).replace(CALLER, b"241000000")
        seen.clear()
        answer = await wire.ask(request, token)
        await asyncio.sleep(0)
        token = answer.token or token
        if answer.status != 200 or ask.expect.encode() not in answer.body:
            raise RuntimeError(f"{step.path} ({step.sql}): {answer.status} {answer.body[:2000]!r}")
        steps.append({**seen, "bytes": len(answer.body)})
    return steps


async def fly(url: str, data: Path) -> dict[str, Counts]:
    """Play twice: what is read once and kept, and what the first caller is given, must not count."""
    goods, found = await goods_of(url), {}
    await lay_out_carts(url, 0, 10 * len(ROWS))
    sessions = itertools.count()
    settings = bench_settings(url, data, twins_port=unused_port())
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        await enter(TestServer(create_twins(twin_settings(settings)), port=settings.twins_port))
        biller = await enter(TestServer(create_floor("", "")))
        makola = await Wire.open((await enter(TestServer(await create_app(settings)))).port or 0)
        at_biller = str(biller.make_url("")).rstrip("/")
        floor = await Wire.open((await enter(TestServer(create_floor(url, at_biller)))).port or 0)
        stack.callback(makola.close)
        stack.callback(floor.close)
        for row in ROWS:
            script = row.scripts(goods)[0]
            for ask_of, wire in ((Step.ask, makola), (Step.ask_sql, floor)):
                await play(script, ask_of, wire, next(sessions))
            before = await look_at(url) if row.same else {}
            ours = await play(script, Step.ask, makola, next(sessions))
            between = await look_at(url) if row.same else {}
            least = await play(script, Step.ask_sql, floor, next(sessions))
            if row.same:
                written, at_floor = changes(before, between), changes(between, await look_at(url))
                if written != at_floor:
                    mine, its = written - at_floor, at_floor - written
                    raise RuntimeError(f"{row.key}: only Makola writes {mine}, only its floor {its}")
            found[row.key] = [
                mine | {f"floor {kind}": number for kind, number in its.items()}
                for mine, its in zip(ours, least, strict=True)
            ]
    return found


async def main() -> None:
    """Fly, and write what was found."""
    configure_logs("ERROR")
    watch_connections()
    with tempfile.TemporaryDirectory() as data:
        found = await fly(os.environ["DATABASE_URL"], Path(data))
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    uvloop.run(main())
