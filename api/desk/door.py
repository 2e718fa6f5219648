"""Serving the desk's pages: session, permission, form token and refusals are seen to here, once for all of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from pydantic import ValidationError

from api.desk import entering, sessions
from api.desk.book import PAGES
from api.desk.forms import problems
from api.desk.pages import ROOT, Act, Done, Page, Show
from api.desk.rendering import FILES, HEADERS, notice, render, static_file
from api.desk.uploads import read_form
from api.desk.visits import Trouble, Visit
from api.peers import peer_of
from api.rest.errors import STATUS
from core.errors import DomainError, Forbidden, InvalidInput, NotFound, TooManyTries
from core.limits import count_try
from core.logs import current_request_id
from services.staff.sessions import whose_session

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# What one person may do, and not only look at, within a minute.
MOST_ACTS, WITHIN_S = 120, 60
# Where somebody is sent who may do nothing else yet.
ACCOUNT = f"{ROOT}/account"


def add_desk(app: web.Application) -> None:
    """All pages, signing in, and what they are styled with."""
    entering.add_entering(app, guarded)
    names = "|".join(name.replace(".", r"\.") for name in FILES)
    app.router.add_get(f"{ROOT}/static/{{name:{names}}}", static_file)
    for page in PAGES:
        app.router.add_get(page.address, guarded(_showing(page)))
        if page.acts:
            app.router.add_post(page.address, guarded(_acting(page)))
    app.router.add_route("*", f"{ROOT}/{{rest:.*}}", guarded(_nowhere))


def guarded(handler: Handler) -> Handler:
    """Whatever goes wrong leaves as a page."""

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return notice(
                request, error.status, error.reason, "The browser sent a request that this page can't accept."
            )
        except DomainError as error:
            return notice(request, STATUS[type(error)], "This page can't be shown", error.message)
        except Exception:
            log.exception("unexpected", path=request.path, method=request.method)
            said = f"Something went wrong. If it happens again, give this number to support: {current_request_id()}"
            return notice(request, 500, "Something went wrong", said)

    return serve


async def _nowhere(_: web.Request) -> web.StreamResponse:
    raise NotFound("This page doesn't exist.")


def _showing(page: Page) -> Handler:
    async def show(request: web.Request) -> web.StreamResponse:
        visit = await _visit(request, page)
        visit.said = sessions.take_said(request)
        response = await _shown(visit, {})
        if visit.said:
            sessions.drop(request, response, sessions.SAID)
        return response

    return show


def _acting(page: Page) -> Handler:
    async def act(request: web.Request) -> web.StreamResponse:
        visit = await _visit(request, page)
        # The form's size is bounded by what the largest of the page's forms may send.
        most = max(each.most_bytes for each in page.acts.values())
        sent = await read_form(request, most)
        if not sessions.csrf_fits(visit.token, sent.get(sessions.CSRF)):
            raise Forbidden(
                "This form is too old, or belongs to another session. Go back, reload the page and send it again."
            )
        doing = page.acts.get(str(sent.get("act", "")))
        if doing is None:
            raise NotFound("This form doesn't exist.")
        if doing.needs and not visit.may(*doing.needs):
            raise Forbidden("Your role doesn't allow this.")
        await count_try(f"desk-acts:{visit.desk.staff_id}", most=MOST_ACTS, within_s=WITHIN_S)
        visit.files = {name: each for name, each in sent.items() if isinstance(each, web.FileField)}
        return await _done(visit, doing, sent)

    return act


async def _visit(request: web.Request, page: Page) -> Visit:
    """Who is there. Whoever isn't signed in, or must see to something first, is sent there."""
    token = sessions.read(request, sessions.SESSION)
    session = await whose_session(token, peer_of(request)) if token else None
    if session is None:
        raise web.HTTPSeeOther(entering.address_for(request), headers=HEADERS)
    desk = session.desk
    if (desk.must_change_password or desk.must_enrol) and not page.address.startswith(ACCOUNT):
        raise web.HTTPSeeOther(ACCOUNT, headers=HEADERS)
    visit = Visit(request, page, session, token)
    if page.needs and not visit.may(*page.needs):
        raise Forbidden("Your role doesn't allow this page.")
    return visit


async def _shown(visit: Visit, more: Any, status: int = 200) -> web.StreamResponse:
    answer = await visit.page.show(visit)
    if isinstance(answer, web.StreamResponse):
        return answer
    return render(visit, {**answer, **more}, status)


async def _done(visit: Visit, act: Act, sent: Any) -> web.StreamResponse:
    try:
        outcome = await act.run(visit, act.form.read(sent))
    except ValidationError as error:
        found = problems(error)
        visit.trouble = Trouble(act.name, "Please correct the fields marked below.", found, sent)
        return await _shown(visit, {}, 400)
    except DomainError as error:
        visit.trouble = trouble_of(act, error, sent)
        return await _shown(visit, {}, STATUS[type(error)])
    if isinstance(outcome, Show):
        return await _shown(visit, outcome.values)
    return _redirected(visit, outcome)


def _redirected(visit: Visit, done: Done) -> web.Response:
    headers = {**HEADERS, "Location": done.to or visit.url()}
    response = web.Response(status=303, headers=headers)
    sessions.say(visit.request, response, done.said)
    return response


def trouble_of(act: Act, error: DomainError, sent: Any) -> Trouble:
    """A refusal at the fields that it is about, or above the page where the form has none of them."""
    if isinstance(error, TooManyTries):
        return Trouble(act.name, error.message, {}, sent)
    pairs = (
        error.problems
        if isinstance(error, InvalidInput) and error.problems
        else [(error.field, error.message)]
    )
    fields: dict[str, str] = {}
    said = "Please correct the fields marked below."
    for name, sentence in pairs:
        own = act.fields.get(name) or _snake(name)
        if own in act.form.model_fields:
            fields[own] = sentence
        else:
            said = sentence
    return Trouble(act.name, said, fields, sent)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
