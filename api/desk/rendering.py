"""Pages become HTML: templates that escape whatever was stored, and headers that let nothing foreign in."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from api.desk.pages import GROUPS, ROOT
from api.desk.plots import bars, line
from api.desk.visits import Visit

HERE = Path(__file__).parent
STATIC = HERE / "static"
FILES = {"desk.css": "text/css", "desk.js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
# How a state looks, whatever it is the state of.
TONES = {
    "good": "PaymentSettled Settled Delivered Paid Succeeded Sent Active Approved Answered Completed Done Healthy Accepted CheckedOut Fulfilled",
    "busy": "PaymentAuthorized PartiallyShipped Shipped PartiallyDelivered Pending Waiting Created Stored Running Processing Accepting Submitted MoreInformation",
    "bad": "Declined Failed Overdue Dead Unknown Rejected Trouble Refused Locked",
    "still": "AddingItems ArrangingPayment Cancelled Closed Draft Off Left Withdrawn Expired",
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states.split()}


def _versioned() -> Mapping[str, str]:
    """The files' addresses, which change with their content."""
    return {
        name: f"{ROOT}/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"
        for name in FILES
    }


def spaced(state: str) -> str:
    """`PaymentSettled` as people write it: Payment settled."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in state).strip().replace("_", " ")
    return words[:1].upper() + words[1:]


@cache
def environment() -> jinja2.Environment:
    """Where the templates are. A name that no page tells is a fault, and not an empty place."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["spaced"] = spaced
    made.globals["leads"] = leads
    made.globals.update(
        root=ROOT,
        tone_of=lambda state: TONE_OF.get(state, "still"),
        bars=bars,
        line=line,
        asset=_versioned(),
    )
    return made


def render(visit: Visit, values: Mapping[str, Any], status: int = 200) -> web.Response:
    """The page of a visit."""
    return html(
        visit.page.template,
        {"visit": visit, "page_title": visit.page.title, "menu": _menu(visit), **values},
        status,
    )


def html(template: str, values: Mapping[str, Any], status: int = 200) -> web.Response:
    text = environment().get_template(template).render(values)
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status, headers=HEADERS)


def notice(request: web.Request, status: int, title: str, said: str) -> web.Response:
    """A page that says one thing, to whoever it may be."""
    return html("notice.html", {"visit": None, "page_title": title, "said": said}, status)


def _menu(visit: Visit) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The navigation of who is there: groups of (name, address, whether it is here)."""
    from api.desk.book import PAGES

    found: dict[str, list[tuple[str, str, bool]]] = {group: [] for group in GROUPS}
    here = max(
        (each.address for each in PAGES if each.nav and _leads(each.address, visit.path)), key=len, default=""
    )
    for page in PAGES:
        if page.nav and (not page.needs or visit.may(*page.needs)):
            found[page.nav[0]].append((page.nav[1], page.address, page.address == here))
    return [(group, links) for group, links in found.items() if links]


def leads(visit: Visit, path: str, query: str = "") -> str:
    """The address of a page (below /admin), where there is one and whoever looks may see it; otherwise nothing."""
    from api.desk.book import PAGES

    found = next((page for page in PAGES if page.matches(path)), None)
    if found is None or (found.needs and not visit.may(*found.needs)):
        return ""
    return f"{ROOT}{path}{f'?{query}' if query else ''}"


def _leads(address: str, path: str) -> bool:
    return path == address or (address != ROOT and path.startswith(f"{address}/"))


async def static_file(request: web.Request) -> web.StreamResponse:
    """The style and the script, kept by the browser for as long as their address stays."""
    name = request.match_info["name"]
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(STATIC / name, headers=headers)
