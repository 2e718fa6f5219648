"""Files that only staff may see, by the links that the admin API gives them."""

from urllib.parse import quote

from aiohttp import web

from services.sellers.files import open_link

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}


async def private_file(request: web.Request) -> web.StreamResponse:
    """A file to be saved, never one that the browser shows as a page of ours."""
    file = await open_link(request.match_info["link"])
    named = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return web.Response(
        body=file.content, headers=HEADERS | {"Content-Type": file.mime, "Content-Disposition": named}
    )


def add_files(app: web.Application) -> None:
    app.router.add_get("/files/{link:[A-Za-z0-9_.-]{1,2000}}", private_file)
