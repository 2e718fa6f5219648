"""Pictures under /assets, by their key."""

from aiohttp import web

from core.keys import SETTINGS
from services.catalogue.pictures import picture_file

A_WEEK = "public, max-age=604800"


async def picture(request: web.Request) -> web.StreamResponse:
    """A picture by its key."""
    path = picture_file(request.app[SETTINGS].data, request.match_info["name"])
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": A_WEEK, "X-Content-Type-Options": "nosniff"})


def add_assets(app: web.Application) -> None:
    app.router.add_get("/assets/{name:[A-Za-z0-9_.-]{1,200}}", picture)
