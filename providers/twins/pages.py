"""The twins' few HTML pages, in which everything that is filled in is escaped, and the desk's answers."""

from pathlib import Path
from typing import Any

import jinja2
import orjson
from aiohttp import web
from yarl import URL

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
)
# Pictures and scripts have no business on these pages. No form-action: a payment's form redirects to the shop.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def render(template: str, **values: Any) -> web.Response:
    """One page."""
    html = _templates.get_template(template).render(**values)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return web.Response(text=html, content_type="text/html", headers=headers)


def respond(data: object, status: int = 200) -> web.Response:
    """What the desk answers: plain JSON, in no provider's form."""
    return web.Response(status=status, body=orjson.dumps(data), content_type="application/json")


def way_back(address: str, **query: str) -> URL | None:
    """Where a payment's page sends the customer afterwards, with `query`; only to a web address."""
    try:
        url = URL(address)
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.host:
        return None
    return url.update_query(query)
