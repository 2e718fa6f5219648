"""A customer applies, sees what the lender decides and offers, and accepts: whoever holds the link, and nobody else."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp_jinja2
import jinja2
from aiohttp import web

from api.financing_page.forms import (
    Form,
    Troubles,
    read_application,
    read_kind,
    read_offer,
    text,
    troubles_of,
)
from api.financing_page.guarding import PATH, check_form, form_mark, keep_cookie
from api.financing_page.showing import session_values
from api.middleware import STATUS
from api.peers import peer_of
from core.db import fetch_one
from core.errors import DomainError, InvalidInput, NotFound
from core.forms import read_form
from core.limits import count_try
from services.deposits.links import pay_link
from services.financing.accepting import accept_offer
from services.financing.applying import apply_for, tell_more
from services.financing.ending import give_up_session
from services.financing.links import session_of_link
from services.financing.reading import session_by_uid
from services.tenants import Scope

HERE = Path(__file__).parent
TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("financing_page_templates", jinja2.Environment)
LINK = re.compile(r"[0-9a-f]{32}-[0-9a-f]{20}")
# Many people share the address of a mobile network; whoever waits looks again every few seconds.
MOST, WITHIN_S = 600, 900
# The link is a secret, so no other site is told of it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
NO_LINK = "This link leads nowhere. Please check that it is complete, or ask the shop for a new one."


def add_financing_page(app: web.Application) -> None:
    """`GET` and `POST /financing/apply/{name}`, and what the page is styled with."""
    aiohttp_jinja2.setup(app, app_key=TEMPLATES, loader=jinja2.FileSystemLoader(HERE))
    app.router.add_get(f"{PATH}page.css", _style)
    app.router.add_get(f"{PATH}{{name}}", show)
    app.router.add_post(f"{PATH}{{name}}", act)


async def show(request: web.Request) -> web.Response:
    """How the session stands, and what can be done."""
    try:
        scope, uid = await _linked(request)
    except DomainError as error:
        return _nowhere(request, error)
    return await _page(request, scope, uid)


async def act(request: web.Request) -> web.Response:
    """Do what a form asks for, and show the page again."""
    try:
        scope, uid = await _linked(request)
        form = await read_form(request)
    except DomainError as error:
        return _nowhere(request, error)
    try:
        check_form(request, uid, form.get("mark", ""))
        do = ACTS.get(form.get("act", ""))
        if do is None:
            raise InvalidInput("That can't be done here.")
        await do(scope, uid, form)
    except DomainError as error:
        return await _page(request, scope, uid, error=error, form=form)
    raise web.HTTPSeeOther(request.path, headers=HEADERS)


async def _apply(scope: Scope, uid: UUID, form: Form) -> None:
    wish, applicant = read_application(form, scope)
    await apply_for(scope, uid, wish, applicant)


async def _inform(scope: Scope, uid: UUID, form: Form) -> None:
    await tell_more(scope, uid, read_kind(form), form.get("information", "")[:2000])


async def _accept(scope: Scope, uid: UUID, form: Form) -> None:
    await accept_offer(scope, uid, read_offer(form))


async def _cancel(scope: Scope, uid: UUID, _: Form) -> None:
    await give_up_session(scope, uid, "called off by the customer")


ACTS: dict[str, Callable[[Scope, UUID, Form], Awaitable[None]]] = {
    "apply": _apply,
    "inform": _inform,
    "accept": _accept,
    "cancel": _cancel,
}


async def _linked(request: web.Request) -> tuple[Scope, UUID]:
    """The session that the link names. Raises `NotFound`, `TooManyTries`."""
    if peer := peer_of(request):
        await count_try(f"financing-page:{peer}", most=MOST, within_s=WITHIN_S)
    name = request.match_info["name"]
    if not LINK.fullmatch(name):
        raise NotFound
    return await session_of_link(name)


async def _page(
    request: web.Request,
    scope: Scope,
    uid: UUID,
    *,
    error: DomainError | None = None,
    form: Form | None = None,
) -> web.Response:
    session = await session_by_uid(scope, uid)
    mark, cookie = form_mark(request, uid)
    typed = {name: text(form, name) for name in form} if form and form.get("act") == "apply" else None
    troubles = troubles_of(error) if error else Troubles({}, ())
    values = {
        "shop": scope.name,
        "path": request.path,
        "mark": mark,
        "troubles": troubles.of_fields,
        "errors": troubles.besides,
        "pay_link": await _pay_link(session.order_code),
        **session_values(session, typed),
    }
    response = _render(request, values, STATUS.get(type(error), 400) if error else 200)
    keep_cookie(request, response, cookie)
    return response


async def _pay_link(order_code: str | None) -> str:
    order = order_code and await fetch_one("SELECT code, uid FROM customer_order WHERE code = $1", order_code)
    return pay_link(order) if order else ""


def _nowhere(request: web.Request, error: DomainError) -> web.Response:
    words = NO_LINK if isinstance(error, NotFound) else error.message
    return _render(request, {"errors": (words,), "troubles": {}}, STATUS.get(type(error), 400))


def _render(request: web.Request, values: dict[str, Any], status: int) -> web.Response:
    response = aiohttp_jinja2.render_template("page.html", request, values, app_key=TEMPLATES, status=status)
    response.headers.update(HEADERS)
    return response


async def _style(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(HERE / "page.css", headers={"Cache-Control": "public, max-age=3600"})
