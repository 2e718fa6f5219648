"""What a browser carries, where the desk is reached over TLS and where it isn't, and that nobody forges what is said."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from api.desk import sessions
from core.keys import SETTINGS
from services.secrets import use_key
from tests.conftest import settings_for


def a_request(tmp_path: Path, public_url: str, **cookies: str) -> web.Request:
    app = web.Application()
    app[SETTINGS] = settings_for("", tmp_path, public_url=public_url)
    headers = {"Cookie": "; ".join(f"{name.replace('_', '-')}={value}" for name, value in cookies.items())}
    return make_mocked_request("GET", "/admin", headers=headers, app=app)


@pytest.mark.parametrize(
    ("url", "name"), [("https://shop.test", "__Host-desk"), ("http://shop.test", "desk")]
)
def test_a_session_goes_over_tls_alone_where_there_is_tls(tmp_path: Path, url: str, name: str) -> None:
    response = web.Response()
    sessions.put(a_request(tmp_path, url), response, sessions.SESSION, "secret", None)
    cookie = response.cookies[name]
    assert cookie.value == "secret"
    assert bool(cookie["secure"]) == url.startswith("https") and not cookie["domain"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/", "Lax", True)


def test_what_is_said_is_said_by_the_desk_alone(tmp_path: Path) -> None:
    use_key("k" * 40)
    response = web.Response()
    sessions.say(a_request(tmp_path, "http://shop.test"), response, "It is done.")
    said = response.cookies["desk-said"].value
    assert sessions.take_said(a_request(tmp_path, "http://shop.test", desk_said=said)) == "It is done."
    for forged in ("", "x", f"x{said}", said[:-1], "é.é"):
        assert sessions.take_said(a_request(tmp_path, "http://shop.test", desk_said=forged)) == ""


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/admin/orders?q=1", "/admin/orders?q=1"),
        ("/admin", "/admin"),
        ("/adminx", "/admin"),
        ("//elsewhere.test", "/admin"),
        ("https://elsewhere.test/admin/", "/admin"),
        ("/admin/\\elsewhere.test", "/admin"),
        ("/admin/\r\nSet-Cookie: a=b", "/admin"),
        ("", "/admin"),
    ],
)
def test_nobody_is_led_elsewhere(path: str, to: str) -> None:
    assert sessions.inside(path) == to
