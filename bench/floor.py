"""The floor: the same stack with nothing of Makola in it, to see how much of a request is Makola's own.

`/bare/{size}` answers so many bytes; `/sql/{name}` runs the hand-written SQL of `floor_reads`, `floor_writes` and their
likes for REST. Without a database there is only the first.
"""

import asyncio
import os
from collections.abc import AsyncIterator

import asyncpg
import uvloop
from aiohttp import web

from bench.floor_reads import READS
from bench.floor_rest_reads import REST_READS
from bench.floor_rest_writes import REST_WRITES, Biller, airtime
from bench.floor_writes import WRITES
from bench.floor_xorder import XORDER
from core.settings import DEMO_SECRET_KEY
from services.secrets import use_key

POOL = web.AppKey("pool", asyncpg.Pool)
BILLER = web.AppKey("biller", Biller)
CONNECTIONS = 16
HANDLERS = READS | WRITES | REST_READS | REST_WRITES | XORDER


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


async def sql_and_biller(request: web.Request) -> web.Response:
    """What needs a call in between, and holds no connection during it."""
    return await airtime(request.app[POOL], request.app[BILLER], request)


async def alive(_: web.Request) -> web.Response:
    return web.Response()


def create_floor(database_url: str, biller_url: str) -> web.Application:
    """The application; the biller is another floor."""
    app = web.Application()
    app.add_routes([web.route("*", "/bare/{size}", bare), web.get("/healthz", alive)])
    if not database_url:
        return app
    use_key(DEMO_SECRET_KEY)

    async def connected(app: web.Application) -> AsyncIterator[None]:
        app[POOL] = await asyncpg.create_pool(
            database_url, min_size=CONNECTIONS, max_size=CONNECTIONS, connection_class=Unreset
        )
        app[BILLER] = Biller(biller_url)
        yield
        await app[BILLER].close()
        await app[POOL].close()

    app.cleanup_ctx.append(connected)
    app.add_routes([web.post("/sql/rest_airtime", sql_and_biller), web.route("*", "/sql/{name}", sql)])
    return app


async def serve() -> None:
    """Serve on PORT, from the database DATABASE_URL and the biller BILLER_URL, until the process is ended."""
    app = create_floor(os.environ["DATABASE_URL"], os.environ["BILLER_URL"])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve())
