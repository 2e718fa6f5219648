"""Who may post a form: whoever was shown it, in the browser that was shown it."""

import hmac
from uuid import UUID

from aiohttp import web

from core.errors import Forbidden
from core.ids import new_token
from core.keys import SETTINGS
from services.secrets import keyed_hash

COOKIE = "makola_apply"
PATH = "/financing/apply/"
STALE = "This page was open for too long, or in another browser. Please look at it again, and try once more."


def form_mark(request: web.Request, uid: UUID) -> tuple[str, str]:
    """What a form of this session carries, and the cookie that goes with it."""
    kept = request.cookies.get(COOKIE, "")
    cookie = kept if 20 <= len(kept) <= 100 and kept.isascii() else new_token()
    return _mark(cookie, uid), cookie


def check_form(request: web.Request, uid: UUID, mark: str) -> None:
    """Raises `Forbidden` for a form that another site made up, or that was shown to another browser."""
    wanted = _mark(request.cookies.get(COOKIE, ""), uid)
    if not hmac.compare_digest(mark.encode("utf-8", "replace"), wanted.encode()):
        raise Forbidden(STALE)


def keep_cookie(request: web.Request, response: web.Response, cookie: str) -> None:
    """No other site's request brings it along."""
    secure = request.app[SETTINGS].base_url.startswith("https://")
    response.set_cookie(COOKIE, cookie, path=PATH, httponly=True, samesite="Strict", secure=secure)


def _mark(cookie: str, uid: UUID) -> str:
    return keyed_hash(f"financing form:{uid}:{cookie}")[:32]
