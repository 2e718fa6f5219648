"""The floor: the same stack with nothing of Makola in it, to see how much of a request is Makola's own.

`POST /bare/{size}` answers so many bytes; `POST /sql/{name}` runs the hand-written SQL of `floor_reads` and `floor_writes`.
"""

import asyncio
import os

import asyncpg
import uvloop
from aiohttp import web

from bench.floor_reads import READS
from bench.floor_writes import WRITES

POOL = web.AppKey("pool", asyncpg.Pool)
CONNECTIONS = 16
HANDLERS = READS | WRITES


class Unreset(asyncpg.Connection):  # type: ignore[misc]
    """A connection that is given back as it is: nothing here leaves anything behind on it."""

    def get_reset_query(self) -> str:
        return ""


async def bare(request: web.Request) -> web.Response:
    """As many bytes as asked for."""
    await request.read()
    return web.Response(body=b"x" * int(request.match_info["size"]), content_type="application/json")


async def sql(request: web.Request) -> web.Response:
    """What the least SQL finds."""
    async with request.app[POOL].acquire() as db:
        return await HANDLERS[request.match_info["name"]](db, request)


async def alive(_: web.Request) -> web.Response:
    return web.Response()


async def serve() -> None:
    """Serve on PORT, from the database DATABASE_URL, until the process is ended."""
    app = web.Application()
    app[POOL] = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=CONNECTIONS, max_size=CONNECTIONS, connection_class=Unreset
    )
    app.add_routes([web.post("/bare/{size}", bare), web.post("/sql/{name}", sql), web.get("/healthz", alive)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve())
