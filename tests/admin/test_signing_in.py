"""Staff sign in with e-mail and password, are held up when they guess, and are nobody elsewhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import clock
from models import StaffSession, StaffUser
from services.secrets import hash_secret
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands

ME = "{ me { identifier } }"
LIST = "{ conversations { totalItems } }"
AUTHENTICATE = """mutation($u: String!, $p: String!) { authenticate(input: {native: {username: $u, password: $p}}) {
  __typename } }"""


async def test_who_signs_in_is_known_by_cookie_and_by_token(
    desk: DeskHands, desks: Callable[[], DeskHands]
) -> None:
    assert await desk.ask(ME) == {"me": None}
    assert await desk.refused(LIST) == "NOT_SIGNED_IN"
    user = await desk.log_in("Admin@Makola.test ")
    assert user["identifier"] == "admin@makola.test"
    (channel,) = user["channels"]
    assert channel["code"] == "demo" and "SuperAdmin" in channel["permissions"]
    assert await desk.ask(LIST) == {"conversations": {"totalItems": 0}}
    other = desks()
    other.headers = {"vendure-auth-token": desk.token}
    assert await other.ask(ME) == {"me": {"identifier": "admin@makola.test"}}
    assert (await desk.ask("mutation { logout { success } }"))["logout"] == {"success": True}
    assert await desk.ask(ME) == await other.ask(ME) == {"me": None}
    assert not await StaffSession.exists()


async def test_only_the_hash_of_a_token_is_kept(desk: DeskHands) -> None:
    await desk.log_in()
    assert desk.token and desk.token not in str(await StaffSession.all().values())


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("admin@makola.test", "makola"),
        ("nobody@makola.test", "makola-demo"),
        ("", ""),
        ("a" * 999, "b" * 999),
    ],
)
async def test_wrong_credentials_are_all_refused_alike(desk: DeskHands, username: str, password: str) -> None:
    told = await desk.log_in(username, password)
    assert told == {
        "__typename": "InvalidCredentialsError",
        "errorCode": "INVALID_CREDENTIALS_ERROR",
        "message": "The name or the password is not right.",
    }
    assert await desk.ask(ME) == {"me": None}


async def test_who_guesses_is_held_up(desk: DeskHands) -> None:
    for _ in range(10):
        await desk.log_in(password="wrong")
    assert await desk.refused(AUTHENTICATE, u="ADMIN@makola.test", p="makola-demo") == "TOO_MANY_TRIES"


async def test_authenticate_is_the_same_door(desk: DeskHands) -> None:
    told = await desk.ask(AUTHENTICATE, u="admin@makola.test", p="makola-demo")
    assert told["authenticate"] == {"__typename": "CurrentUser"}
    assert (await desk.ask(ME))["me"]
    assert (await desk.ask("mutation { authenticate(input: {}) { __typename } }"))["authenticate"] == {
        "__typename": "InvalidCredentialsError"
    }


async def test_a_session_ends_by_time_and_with_the_password(desk: DeskHands) -> None:
    await desk.log_in()
    clock.travel(timedelta(hours=12, minutes=1))
    assert await desk.ask(ME) == {"me": None}
    await desk.log_in()
    await StaffUser.filter(email="admin@makola.test").update(secret_epoch=1)
    assert await desk.ask(ME) == {"me": None}


async def test_a_token_is_nobodys_in_another_shop(desk: DeskHands) -> None:
    await desk.log_in()
    desk.headers = {"vendure-token": "kasuwa"}
    assert await desk.ask(ME) == {"me": None}
    assert (await desk.log_in())["__typename"] == "InvalidCredentialsError"


async def test_a_role_that_may_not_read_reads_nothing(desk: DeskHands) -> None:
    demo = await scope_by_code("demo", "test")
    mine = {"platform_id": demo.platform_id, "environment": "test"}
    hashed = await hash_secret("pass-word")
    for role in ("desk", "packer"):
        await StaffUser.create(email=f"{role}@makola.test", password_hash=hashed, role=role, **mine)
    await desk.log_in("packer@makola.test", "pass-word")
    assert await desk.refused(LIST) == "FORBIDDEN"
    await desk.log_in("desk@makola.test", "pass-word")
    assert await desk.ask(LIST) == {"conversations": {"totalItems": 0}}
    flag = 'mutation { flagChannel(id: "1", flagged: true) { success } }'
    assert await desk.refused(flag) == "FORBIDDEN"
