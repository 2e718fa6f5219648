"""Every row once, in one process and one request at a time: are the answers right, how large, and how much SQL.

`python -m bench.preflight` plays the first script of each row on the database DATABASE_URL and writes, by row and step,
the statements and the body's size as JSON.
"""

import asyncio
import itertools
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop
from aiohttp.test_utils import TestServer

from api.app import create_app
from bench.load import CALLER, SESSION
from bench.market import goods_of
from bench.rows import ROWS, Goods, Row
from bench.wire import Wire
from core.settings import Settings

# asyncpg sends this each time that a connection goes back to its pool.
_RESET = "SELECT pg_advisory_unlock_all()"

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


async def play(row: Row, goods: Goods, wire: Wire, session: int) -> list[dict[str, int]]:
    """One session of a row; by step its statements and its answer's bytes. Raises `RuntimeError` if one is wrong."""
    steps = []
    token = b""
    for step in row.scripts(goods)[0]:
        ask = step.ask()
        request = ask.request.encode().replace(SESSION, b"%09d" % session).replace(CALLER, b"241000000")
        seen.clear()
        answer = await wire.ask(request, token)
        await asyncio.sleep(0)
        token = answer.token or token
        if answer.status != 200 or ask.expect.encode() not in answer.body:
            raise RuntimeError(f"{row.key}: {answer.status} {answer.body[:2000]!r}")
        steps.append({**seen, "bytes": len(answer.body)})
    return steps


async def main() -> None:
    """Play twice: what is read once and kept, and what the first caller is given, must not count."""
    url = os.environ["DATABASE_URL"]
    watch_connections()
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(
            _env_file=None, database_url=url, redis_url="", data=Path(data), log_level="ERROR"
        )
        async with TestServer(await create_app(settings)) as server:
            wire = await Wire.open(server.port or 0)
            goods = await goods_of(url)
            sessions = itertools.count()
            for _ in range(2):
                found = {row.key: await play(row, goods, wire, next(sessions)) for row in ROWS}
            wire.close()
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    uvloop.run(main())
