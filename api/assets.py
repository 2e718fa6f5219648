"""Pictures under /assets: the demo's own, and what was uploaded into the data folder."""

from pathlib import Path

from aiohttp import web

from core.keys import SETTINGS

DEMO_PICTURES = Path(__file__).parent.parent / "demo" / "pictures"
A_WEEK = "public, max-age=604800"


async def picture(request: web.Request) -> web.StreamResponse:
    """A picture by its key; nothing outside the two folders can be named."""
    name = request.match_info["name"]
    for folder in (request.app[SETTINGS].data / "assets", DEMO_PICTURES):
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return web.FileResponse(
                path, headers={"Cache-Control": A_WEEK, "X-Content-Type-Options": "nosniff"}
            )
    raise web.HTTPNotFound


def add_assets(app: web.Application) -> None:
    app.router.add_get("/assets/{name:[A-Za-z0-9_.-]{1,200}}", picture)
