"""Signing in and out: e-mail and password, then the code of whoever has a second factor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from api.desk import sessions
from api.desk.pages import ROOT
from api.desk.rendering import HEADERS, html
from api.peers import peer_of
from api.rest.errors import STATUS
from core.errors import DomainError, Forbidden, InvalidCredentials, NotFound
from core.keys import SETTINGS
from models import StaffUser
from services.staff.proving import check_code, staff_of_ticket, ticket_for
from services.staff.sessions import end_session, whose_session
from services.staff.signing_in import check_password, enter
from services.tenants import scope_by_code, scope_by_id

SIGN_IN, CODE, SIGN_OUT = f"{ROOT}/sign-in", f"{ROOT}/sign-in/code", f"{ROOT}/sign-out"
LONGEST_FORM = 8192
ENVIRONMENTS = ("live", "test")


def add_entering(app: web.Application, guarded: Callable[[Any], Any]) -> None:
    """The pages that need no session."""
    app.router.add_get(SIGN_IN, guarded(show_sign_in))
    app.router.add_post(SIGN_IN, guarded(sign_in))
    app.router.add_get(CODE, guarded(to_sign_in))
    app.router.add_post(CODE, guarded(prove))
    app.router.add_post(SIGN_OUT, guarded(sign_out))


def address_for(request: web.Request) -> str:
    """Where somebody signs in who wanted to see a page, and comes back to it."""
    wanted = request.path_qs if request.method == "GET" else request.path
    return f"{SIGN_IN}?{urlencode({'next': wanted})}" if wanted != ROOT else SIGN_IN


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    return _page(request, "sign_in.html", {}, 200)


async def to_sign_in(_: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther(SIGN_IN, headers=HEADERS)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """The password. Whoever has a second factor is asked for its code next."""
    typed = await _typed(request)
    try:
        staff = await _known(request, typed)
    except DomainError as error:
        return _page(request, "sign_in.html", {**typed, "error": error.message}, STATUS[type(error)])
    if staff.totp_since is not None:
        return _page(request, "code.html", {**typed, "ticket": ticket_for(staff)}, 200)
    return await _enter(request, staff, typed)


async def prove(request: web.Request) -> web.StreamResponse:
    """The code, of somebody who typed the password just now."""
    typed = await _typed(request)
    try:
        staff = await staff_of_ticket(typed["ticket"])
    except InvalidCredentials as error:
        return _page(request, "sign_in.html", {**typed, "error": error.message}, STATUS[type(error)])
    try:
        await check_code(staff, typed["code"])
    except DomainError as error:
        return _page(request, "code.html", {**typed, "error": error.message}, STATUS[type(error)])
    return await _enter(request, staff, typed)


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session; the form for that stands on every page."""
    token = sessions.read(request, sessions.SESSION)
    sent = await request.clone(client_max_size=LONGEST_FORM).post()
    session = await whose_session(token) if token else None
    if session is not None:
        if not sessions.csrf_fits(token, sent.get(sessions.CSRF)):
            raise Forbidden("This form is too old, or belongs to another session.")
        await end_session(session.desk.scope, token)
    response = web.Response(status=303, headers={**HEADERS, "Location": SIGN_IN})
    sessions.drop(request, response, sessions.SESSION)
    return response


async def _known(request: web.Request, typed: dict[str, str]) -> StaffUser:
    environment = "live" if typed["environment"] == "live" else "test"
    try:
        scope = await scope_by_code(typed["shop"].lower(), environment)  # type: ignore[arg-type]
    except NotFound:
        # As for a person whom nobody knows.
        raise InvalidCredentials from None
    return await check_password(scope, typed["email"], typed["password"], peer_of(request))


async def _enter(request: web.Request, staff: StaffUser, typed: dict[str, str]) -> web.StreamResponse:
    """A new session, never one that the browser had before."""
    if old := sessions.read(request, sessions.SESSION):
        session = await whose_session(old)
        if session is not None:
            await end_session(session.desk.scope, old)
    remember = typed["remember"] == "yes"
    scope = await scope_by_id(staff.platform_id, staff.environment)  # type: ignore[arg-type]
    browser = request.headers.get("User-Agent", "")
    token = await enter(scope, staff, peer_of(request), remember=remember, browser=browser)
    response = web.Response(status=303, headers={**HEADERS, "Location": sessions.inside(typed["next"])})
    sessions.put(request, response, sessions.SESSION, token, sessions.REMEMBERED_S if remember else None)
    sessions.drop(request, response, sessions.VISITOR)
    return response


async def _typed(request: web.Request) -> dict[str, str]:
    """What the form says. Raises `Forbidden` where it isn't the one that this browser was shown."""
    sent = await request.clone(client_max_size=LONGEST_FORM).post()
    if not sessions.csrf_fits(sessions.read(request, sessions.VISITOR), sent.get(sessions.CSRF)):
        raise Forbidden("This form is too old. Please reload the page.")
    names = ("shop", "environment", "email", "password", "remember", "next", "ticket", "code")
    return {name: str(sent.get(name, "")) for name in names}


def _page(request: web.Request, template: str, typed: dict[str, str], status: int) -> web.Response:
    settings = request.app[SETTINGS]
    visitor = sessions.visitor_of(request)
    values = {
        "visit": None,
        "page_title": "Sign in",
        "csrf": sessions.csrf_of(visitor),
        "shop": settings.default_platform,
        "environment": settings.default_environment,
        "environments": ENVIRONMENTS,
        "next": request.query.get("next", ""),
        "email": "",
        "remember": "",
        "error": "",
        **typed,
    }
    response = html(template, values, status)
    sessions.put(request, response, sessions.VISITOR, visitor, 86400)
    return response
