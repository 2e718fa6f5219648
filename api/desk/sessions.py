"""What a browser carries: the session's cookie, the token that every form has, and what is said once."""

import base64
import json

from aiohttp import web

from api.desk.pages import ROOT
from core.ids import new_token
from core.keys import SETTINGS
from services.secrets import is_keyed, keyed_hash

SESSION, VISITOR, SAID = "desk", "desk-visitor", "desk-said"
CSRF = "csrf"
REMEMBERED_S = 30 * 86400
LONGEST_SAID = 600
MARK = 32  # hexadecimal digits


def named(request: web.Request, cookie: str) -> str:
    """A cookie's name: with TLS, one that no other host and no plain connection can set."""
    return f"__Host-{cookie}" if _secure(request) else cookie


def read(request: web.Request, cookie: str) -> str:
    return request.cookies.get(named(request, cookie), "")


def put(
    request: web.Request, response: web.StreamResponse, cookie: str, value: str, max_age: int | None
) -> None:
    """Lax, so that a link in a message leads in; forms are held by their token."""
    response.set_cookie(
        named(request, cookie),
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_secure(request),
    )


def drop(request: web.Request, response: web.StreamResponse, cookie: str) -> None:
    response.del_cookie(
        named(request, cookie), path="/", secure=_secure(request), httponly=True, samesite="Lax"
    )


def csrf_of(holder: str) -> str:
    """The token of all forms that the holder of a session (or of a visitor's cookie) is shown."""
    return keyed_hash(_form(holder))[:MARK]


def csrf_fits(holder: str, sent: object) -> bool:
    return bool(holder) and isinstance(sent, str) and is_keyed(_form(holder), sent, MARK)


def visitor_of(request: web.Request) -> str:
    """Who isn't signed in yet, so that the form for that is theirs as well."""
    return read(request, VISITOR) or new_token()


def say(request: web.Request, response: web.StreamResponse, said: str) -> None:
    """Keep a sentence for the next page. It is signed: nobody else puts words into the desk's mouth."""
    if not said:
        return
    text = base64.urlsafe_b64encode(json.dumps(said[:LONGEST_SAID]).encode()).decode()
    put(request, response, SAID, f"{text}.{keyed_hash(_said(text))[:MARK]}", 60)


def take_said(request: web.Request) -> str:
    """What was said for this page."""
    text, _, mark = read(request, SAID).partition(".")
    if not text or not is_keyed(_said(text), mark, MARK):
        return ""
    return str(json.loads(base64.urlsafe_b64decode(text)))


def inside(path: str) -> str:
    """A path of the desk's own that somebody may be sent to, or the first page."""
    good = path.startswith((f"{ROOT}/", f"{ROOT}?")) and "\\" not in path and path.isprintable()
    return path if good else ROOT


def _form(holder: str) -> str:
    return f"desk-form:{holder}"


def _said(text: str) -> str:
    return f"desk-said:{text}"


def _secure(request: web.Request) -> bool:
    return request.app[SETTINGS].base_url.startswith("https://")
