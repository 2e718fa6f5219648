"""Who may post a form: whoever was shown it, in the browser that was shown it."""

from uuid import UUID

from aiohttp import web

from core.errors import Forbidden
from core.ids import new_token
from core.keys import SETTINGS
from services.secrets import is_keyed, keyed_hash

COOKIE = "makola_apply"
PATH = "/financing/apply/"
MARK = 32  # hexadecimal digits
STALE = "This page was open for too long, or in another browser. Please look at it again, and try once more."


def form_mark(request: web.Request, uid: UUID) -> tuple[str, str]:
    """What a form of this session carries, and the cookie that goes with it."""
    kept = request.cookies.get(COOKIE, "")
    cookie = kept if 20 <= len(kept) <= 100 and kept.isascii() else new_token()
    return keyed_hash(_form(cookie, uid))[:MARK], cookie


def check_form(request: web.Request, uid: UUID, mark: str) -> None:
    """Raises `Forbidden` for a form that another site made up, or that was shown to another browser."""
    if not is_keyed(_form(request.cookies.get(COOKIE, ""), uid), mark, MARK):
        raise Forbidden(STALE)


def keep_cookie(request: web.Request, response: web.Response, cookie: str) -> None:
    """No other site's request brings it along."""
    secure = request.app[SETTINGS].base_url.startswith("https://")
    response.set_cookie(COOKIE, cookie, path=PATH, httponly=True, samesite="Strict", secure=secure)


def _form(cookie: str, uid: UUID) -> str:
    return f"financing form:{uid}:{cookie}"
