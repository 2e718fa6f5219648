"""Is it alive, is it ready, and what does it count."""

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError

from core.db import fetch
from core.keys import LEAVING, RESOURCES


async def alive(_: web.Request) -> web.Response:
    """200 once the process can serve."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """200 where the database answers and the process is not about to end. Redis only wakes and limits: without it we are
    ready, and say so.
    """
    if request.app[LEAVING].is_set():
        return web.json_response({"status": "leaving"}, status=503)
    try:
        await fetch("SELECT 1")
    except Exception:
        return web.json_response({"status": "database does not answer"}, status=503)
    try:
        await request.app[RESOURCES].redis.ping()
    except (RedisError, OSError):
        return web.json_response({"status": "ok", "redis": "does not answer"})
    return web.json_response({"status": "ok"})


async def metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def add_health(app: web.Application, *, with_metrics: bool = True) -> None:
    """`/healthz`, `/readyz` and, if they are for whoever comes here, `/metrics`. Once `LEAVING` is set a load balancer is told to send nobody more."""
    app[LEAVING] = asyncio.Event()
    app.add_routes([web.get("/healthz", alive), web.get("/readyz", ready)])
    if with_metrics:
        app.add_routes([web.get("/metrics", metrics)])
