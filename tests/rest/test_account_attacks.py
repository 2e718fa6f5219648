"""Whoever has a session's token, a stated number or much patience doesn't come into somebody's account."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from api.peers import peer_of
from api.rest.customers import MOST
from core import clock
from models import Customer, OtpChallenge
from services import secrets
from services.accounts.numbers import claimant_of
from services.accounts.otp import MAX_WRONG
from services.codes import code_of
from services.tenants import scope_by_key
from tests.conftest import World
from tests.rest.hands import KASUWA_KEY, PIN, Rest

ANN = {
    "firstName": "Ann",
    "lastName": "Bello",
    "emailAddress": "ann@example.com",
    "phoneNumber": "+2348012345678",
    "password": "SecurePass123",
    "transactionPin": PIN,
}
EMAIL, PASSWORD, NUMBER = ANN["emailAddress"], ANN["password"], ANN["phoneNumber"]
NEW = "new@example.com"
UPDATE, VERIFY = "/api/customer/update-customer", "/api/customer/verify-email"
REGISTER, LOGIN = "/api/customer/register", "/api/customer/login"
FORGOT, CHECK = "/api/customer/forgot-password", "/api/customer/verify-forgot-password-otp"
FORGOT_PIN = "/api/customerprofile/forgot-transaction-pin"
CHECK_PIN = "/api/customerprofile/verify-forgot-transaction-pin-otp"


@pytest.fixture
async def app(world: World) -> AsyncIterator[Rest]:
    async with Rest(world, KASUWA_KEY) as app:
        yield app


async def ann(app: Rest, *, verified: bool = True, **other: str) -> None:
    """Be Ann, or somebody a little other, signed in."""
    body = {**ANN, **other}
    await app.data("POST", REGISTER, body)
    if verified:
        await prove(app, body["emailAddress"])
    signed = await login(app, body["emailAddress"], body["password"])
    app.token = signed["data"]["token"]


async def prove(app: Rest, email: str) -> None:
    await app.data("POST", VERIFY, {"email": email, "otp": await app.world.code_for(email)})


async def login(app: Rest, name: str, password: str) -> dict[str, Any]:
    status, told = await app.ask("POST", LOGIN, {"emailOrPhone": name, "password": password})
    return {**told, "status": status}


async def mails(app: Rest, to: str) -> list[str]:
    """What was sent there, newest first."""
    await app.world.drain()
    return [each["text"] for each in await app.world.outbox(to)]


async def moved(app: Rest) -> None:
    """Change the address to NEW, and prove it."""
    await app.data("PUT", UPDATE, {"emailAddress": NEW, "currentPassword": PASSWORD})
    await prove(app, NEW)


async def test_a_token_alone_does_not_move_an_account_to_another_address(app: Rest) -> None:
    await ann(app)
    wrong = {"currentPassword": "nonsense"}, {"currentTransactionPin": "9999"}, {"resetToken": "nonsense"}
    assert "currentPassword" in await app.refused(400, "PUT", UPDATE, {"emailAddress": NEW})
    for proof, status in zip(wrong, (401, 403, 401), strict=True):
        await app.refused(status, "PUT", UPDATE, {"emailAddress": NEW, **proof})
    assert await mails(app, NEW) == []
    assert not await OtpChallenge.filter(contact=NEW).exists()


async def test_the_password_the_pin_or_a_code_moves_it_and_the_owner_hears_of_it_first(app: Rest) -> None:
    await ann(app)
    await app.data("POST", FORGOT, {"email": EMAIL})
    code = await app.world.code_for(EMAIL)
    reset = (await app.data("POST", CHECK, {"email": EMAIL, "otp": code}))["resetToken"]
    for proof in ({"currentTransactionPin": PIN}, {"resetToken": reset}, {"currentPassword": PASSWORD}):
        kept = await app.data("PUT", UPDATE, {"emailAddress": NEW, **proof})
        assert kept["emailAddress"] == EMAIL
        assert "asked to change" in (await mails(app, EMAIL))[0]
    await prove(app, NEW)
    assert "was changed" in (await mails(app, EMAIL))[0]
    assert (await login(app, NEW, PASSWORD))["success"]


async def test_an_address_that_was_never_proven_is_replaced_by_the_token_alone(app: Rest) -> None:
    await ann(app, verified=False)
    old = await app.world.code_for(EMAIL)
    await app.data("PUT", UPDATE, {"emailAddress": NEW})
    await prove(app, NEW)
    # The code of the address that went doesn't bring it back.
    await app.refused(400, "POST", VERIFY, {"email": EMAIL, "otp": old})
    assert (await app.data("GET", "/api/customerprofile/profile"))["emailAddress"] == NEW


async def test_a_change_that_began_before_the_address_was_proven_is_off(app: Rest) -> None:
    await ann(app, verified=False)
    mine = await app.world.code_for(EMAIL)
    await app.data("PUT", UPDATE, {"emailAddress": NEW})
    await app.data("POST", VERIFY, {"email": EMAIL, "otp": mine})
    await app.refused(400, "POST", VERIFY, {"email": NEW, "otp": await app.world.code_for(NEW)})


async def test_a_new_password_stops_a_change_of_address_also_when_its_code_is_sent_again(app: Rest) -> None:
    await ann(app)
    await app.data("PUT", UPDATE, {"emailAddress": NEW, "currentPassword": PASSWORD})
    changed = await app.data("PUT", UPDATE, {"password": "Another123", "currentPassword": PASSWORD})
    app.token = changed["token"]
    await app.data("POST", "/api/customer/resend-email-verification", {"email": NEW})
    await app.refused(400, "POST", VERIFY, {"email": NEW, "otp": await app.world.code_for(NEW)})
    # Both in one call is what the owner means.
    both = {"emailAddress": NEW, "password": "Third1234", "currentPassword": "Another123"}
    app.token = (await app.data("PUT", UPDATE, both))["token"]
    await prove(app, NEW)


async def test_who_is_known_by_a_number_guards_their_first_address_too(app: Rest) -> None:
    await app.become("+2348030000001")
    await app.refused(400, "PUT", UPDATE, {"emailAddress": NEW})
    await app.data("PUT", UPDATE, {"emailAddress": NEW, "currentTransactionPin": PIN})
    assert "asked to change" in (await mails(app, "+2348030000001"))[0]


async def test_a_changed_address_recovers_nothing_for_a_day(app: Rest) -> None:
    await ann(app)
    await app.data("POST", FORGOT_PIN, {"email": EMAIL})
    of_old = await app.world.code_for(EMAIL)
    await moved(app)
    await app.refused(400, "POST", CHECK_PIN, {"email": EMAIL, "otp": of_old})
    for ask, check in ((FORGOT, CHECK), (FORGOT_PIN, CHECK_PIN)):
        await app.data("POST", ask, {"email": NEW})
        assert "less than 24 hours ago" in (await mails(app, NEW))[0]
        challenge = await OtpChallenge.filter(contact=NEW).order_by("-id").first()
        assert challenge is not None
        await app.refused(400, "POST", check, {"email": NEW, "otp": code_of(str(challenge.uid))})
    clock.travel(timedelta(hours=24, seconds=1))
    await app.data("POST", FORGOT_PIN, {"email": NEW})
    code = await app.world.code_for(NEW)
    assert (await app.data("POST", CHECK_PIN, {"email": NEW, "otp": code}))["resetToken"]


async def test_a_token_that_the_old_address_was_given_ends_with_it(app: Rest) -> None:
    await ann(app)
    await app.data("POST", FORGOT, {"email": EMAIL})
    code = await app.world.code_for(EMAIL)
    reset = (await app.data("POST", CHECK, {"email": EMAIL, "otp": code}))["resetToken"]
    await moved(app)
    path = "/api/customer/reset-password"
    await app.refused(400, "POST", path, {"newPassword": "Stolen123"}, resetToken=reset)


async def test_ones_own_account_resets_no_count_of_guesses_at_anothers(app: Rest) -> None:
    await ann(app)
    await ann(app, emailAddress="eve@example.com", password="EvesOwn123")
    answers = []
    for guess in range(8):
        answers.append(await login(app, NUMBER, f"guess-{guess}"))
        answers.append(await login(app, NUMBER, "EvesOwn123"))
    assert [each["status"] for each in answers[10:]] == [429] * 6
    # And by another name of the same customer the guesses are the same ones.
    for guess in range(3):
        last = await login(app, EMAIL, f"more-{guess}")
    assert last["status"] == 429


async def test_guesses_at_one_keep_nobody_else_out_who_states_the_number(app: Rest) -> None:
    await ann(app)
    await ann(app, emailAddress="ben@example.com", password="BensOwn123")
    for guess in range(11):
        last = await login(app, EMAIL, f"guess-{guess}")
    assert last["status"] == 429
    assert (await login(app, NUMBER, "BensOwn123"))["data"]["emailAddress"] == "ben@example.com"


async def test_a_number_that_is_only_stated_blocks_nobody(app: Rest) -> None:
    await ann(app)
    await ann(app, emailAddress="ben@example.com", password="BensOwn123")
    assert (await login(app, NUMBER, PASSWORD))["data"]["emailAddress"] == EMAIL
    assert (await login(app, NUMBER, "BensOwn123"))["data"]["emailAddress"] == "ben@example.com"
    await ann(app, emailAddress="eve@example.com", phoneNumber="+2348099999999")
    await app.data("PUT", UPDATE, {"phoneNumber": NUMBER})
    # Who proved an address first is the one that is asked for the PIN.
    scope, first = await scope_by_key(KASUWA_KEY), await Customer.get(email=EMAIL)
    assert await claimant_of(scope, NUMBER) == first.id


async def test_a_number_that_was_proven_is_taken(app: Rest) -> None:
    await app.become(NUMBER)
    assert await app.refused(409, "POST", REGISTER, ANN) == "Phone number already exists"
    await ann(app, phoneNumber="+2348099999999")
    assert await app.refused(409, "PUT", UPDATE, {"phoneNumber": NUMBER}) == "Phone number already exists"


async def test_who_proved_no_address_does_not_crowd_out_who_did(app: Rest) -> None:
    for number in range(6):
        await ann(app, emailAddress=f"crowd{number}@example.com", password="Crowding1", verified=False)
    await ann(app)
    assert (await login(app, NUMBER, PASSWORD))["data"]["emailAddress"] == EMAIL


async def test_codes_are_guessed_at_twenty_times_a_day_and_no_more(app: Rest) -> None:
    await ann(app)
    for _ in range(MAX_WRONG // 4):
        await app.data("POST", FORGOT, {"email": EMAIL})
        challenge = await OtpChallenge.filter(contact=EMAIL, purpose="reset").order_by("-id").first()
        assert challenge is not None
        right = code_of(str(challenge.uid))
        for _ in range(4):
            wrong = {"email": EMAIL, "otp": f"{(int(right) + 1) % 10**6:06}"}
            await app.refused(400, "POST", CHECK, wrong)
        clock.travel(timedelta(minutes=4))
    assert "tomorrow" in await app.refused(429, "POST", CHECK, {"email": EMAIL, "otp": right})
    clock.travel(timedelta(minutes=10))
    assert "tomorrow" in await app.refused(429, "POST", FORGOT, {"email": EMAIL})
    # For another purpose, and on another day, there are codes.
    await app.data("POST", FORGOT_PIN, {"email": EMAIL})
    clock.travel(timedelta(days=1))
    await app.data("POST", FORGOT, {"email": EMAIL})
    code = await app.world.code_for(EMAIL)
    assert await app.data("POST", CHECK, {"email": EMAIL, "otp": code})


async def test_a_reset_token_works_once_though_many_use_it_at_the_same_moment(app: Rest) -> None:
    await ann(app)
    await app.data("POST", FORGOT, {"email": EMAIL})
    code = await app.world.code_for(EMAIL)
    token = (await app.data("POST", CHECK, {"email": EMAIL, "otp": code}))["resetToken"]
    path = "/api/customer/reset-password"
    answers = await asyncio.gather(
        *(app.ask("POST", path, {"newPassword": f"Parallel{n}"}, resetToken=token) for n in range(6))
    )
    assert sorted(status for status, _ in answers) == [200, *[400] * 5]
    [new] = [f"Parallel{n}" for n, (status, _) in enumerate(answers) if status == 200]
    assert (await login(app, EMAIL, new))["success"]


@pytest.mark.parametrize("new", ["4321", PIN])
async def test_a_token_for_a_pin_works_once_also_for_the_same_digits(app: Rest, new: str) -> None:
    await ann(app)
    await app.data("POST", FORGOT_PIN, {"email": EMAIL})
    code = await app.world.code_for(EMAIL)
    token = (await app.data("POST", CHECK_PIN, {"email": EMAIL, "otp": code}))["resetToken"]
    path = f"/api/customerprofile/reset-transaction-pin/{token}"
    body = {"email": EMAIL, "newTransactionPin": new}
    answers = await asyncio.gather(*(app.ask("POST", path, body) for _ in range(6)))
    assert sorted(status for status, _ in answers) == [200, *[400] * 5]
    await app.refused(400, "POST", path, {**body, "newTransactionPin": "9999"})
    right = {"currentTransactionPin": new, "newTransactionPin": "1111"}
    await app.data("PUT", "/api/customerprofile/update-transaction-pin", right)


async def test_a_locked_pin_says_the_way_out(app: Rest) -> None:
    await ann(app)
    change = {"currentTransactionPin": "9999", "newTransactionPin": "1111"}
    for _ in range(5):
        said = await app.refused(403, "PUT", "/api/customerprofile/update-transaction-pin", change)
    said = await app.refused(403, "PUT", "/api/customerprofile/update-transaction-pin", change)
    assert "e-mail" in said and "shop" in said


async def test_passwords_are_hashed_two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, most, enough = 0, 0, threading.Lock()

    class Slow:
        def hash(self, text: str) -> str:
            nonlocal at_work, most
            with enough:
                at_work += 1
                most = max(most, at_work)
            time.sleep(0.01)
            with enough:
                at_work -= 1
            return text

    monkeypatch.setattr(secrets, "_hasher", Slow())
    told = [str(number) for number in range(12)]
    assert await asyncio.gather(*(secrets.hash_secret(each) for each in told)) == told
    assert most == 2


async def test_one_address_registers_so_often_and_keeps_nobody_else_out(app: Rest) -> None:
    async def status(*peers: str) -> int:
        headers = [("x-api-key", KASUWA_KEY), *(("X-Forwarded-For", peer) for peer in peers)]
        url = f"{app.world.settings.base_url}{REGISTER}"
        async with app.client.post(url, json={}, headers=headers) as answer:
            return answer.status

    for _ in range(MOST):
        assert await status("41.58.0.1") == 400
    assert await status("41.58.0.1") == 429
    # The proxy's word counts, which stands last, and not what a client wrote before it.
    assert await status("41.58.0.2, 41.58.0.1") == 429
    assert await status("41.58.0.2", "41.58.0.1") == 429
    assert await status("41.58.0.1, 41.58.0.2") == 400
    assert await status() == 400


@pytest.mark.parametrize(
    ("remote", "forwarded", "peer"),
    [
        ("41.58.0.1", "41.58.0.9", "41.58.0.1"),
        ("10.0.0.2", "1.1.1.1, 41.58.0.9", "41.58.0.9"),
        ("::1", "2c0f:f530:1:2:3:4:5:6", "2c0f:f530:0001:0002"),
        ("::ffff:10.0.0.2", "::ffff:41.58.0.9", "41.58.0.9"),
        ("10.0.0.2", "nonsense", None),
        ("10.0.0.2", "10.0.0.3", None),
        ("", "", None),
    ],
)
def test_who_calls_is_the_neighbour_or_whom_a_private_one_speaks_for(
    remote: str, forwarded: str, peer: str | None
) -> None:
    request = make_mocked_request("POST", REGISTER, headers={"X-Forwarded-For": forwarded})
    assert peer_of(request.clone(remote=remote)) == peer
