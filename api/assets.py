"""Pictures under /assets, by their key, at the size that is asked for."""

from pathlib import Path

from aiohttp import web

from core.keys import SETTINGS
from services.catalogue.pictures import picture_on_disk, read_picture, size_of, sized_picture, type_of

HEADERS = {
    "Cache-Control": "public, max-age=604800",
    "X-Content-Type-Options": "nosniff",
    # Whatever somebody managed to upload is looked at and nothing else.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


async def picture(request: web.Request) -> web.StreamResponse:
    """A picture by its key; `?preset=`, `?w=` and `?h=` say how large."""
    key, size = request.match_info["name"], size_of(request.query)
    path = await sized_picture(request.app[SETTINGS].data, key, size) if size else picture_on_disk(key)
    if path is not None:
        return _file(path)
    content = None if size else await read_picture(key)
    if content is None:
        raise web.HTTPNotFound
    return web.Response(body=content, headers=HEADERS | {"Content-Type": type_of(content[:512])})


def _file(path: Path) -> web.StreamResponse:
    with path.open("rb") as file:
        head = file.read(512)
    return web.FileResponse(path, headers=HEADERS | {"Content-Type": type_of(head)})


def add_assets(app: web.Application) -> None:
    app.router.add_get("/assets/{name:[A-Za-z0-9_.-]{1,200}}", picture)
