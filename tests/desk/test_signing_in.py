"""Signing in at the desk: with a password, with a code of an app, and not at all."""

from collections.abc import Awaitable, Callable

from models import StaffSession
from tests.desk.conftest import OWNER, Visitor

Make = Callable[[], Visitor]
AsRole = Callable[..., Awaitable[Visitor]]


async def test_somebody_signs_in_comes_to_where_they_wanted_and_signs_out(visitor: Visitor) -> None:
    await visitor.get("/admin/audit?noun=order")
    assert visitor.at == "/admin/sign-in?next=/admin/audit?noun%3Dorder"
    await visitor.sign_in(*OWNER, next="/admin/audit?noun=order")
    assert (visitor.status, visitor.at) == (200, "/admin/audit?noun=order")
    await visitor.post("/admin/sign-out", {"csrf": await visitor.csrf("/admin")})
    assert visitor.at == "/admin/sign-in"
    await visitor.get("/admin")
    assert visitor.at == "/admin/sign-in"
    assert not await StaffSession.exists()
