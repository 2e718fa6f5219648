"""Signing in with Google and Apple: by tokens that they signed for our apps, and by nothing else."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import jwt
import pytest

from core import clock
from models import Customer, SocialIdentity
from providers.id_tokens import GOOGLE, IdTokens
from tests.conftest import World
from tests.rest.hands import Rest
from tests.shop.account_hands import (
    AUTHENTICATE,
    CONFIRM_ADDRESS,
    EMAIL,
    FORGOT,
    LOGIN,
    ME,
    NEW_ADDRESS,
    REGISTER,
    RESET,
    VERIFY,
    answer,
    kind,
    registered,
    signed_out,
    token_for,
)
from tests.shop.conftest import Phone

PROVIDERS = ("google", "apple")


async def made_out(world: World, provider: str = "google", **order: Any) -> str:
    """An ID token, as the app has it from the provider."""
    found = await world.twin(
        "/control/identity", provider=provider, **{"sub": "subject-1", "email": EMAIL, **order}
    )
    token: str = found["token"]
    return token


async def entered(phone: Phone, token: str, provider: str = "google", **more: str) -> dict[str, Any]:
    return await answer(phone, AUTHENTICATE, i={provider: {"token": token, **more}})


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_first_sign_in_opens_an_account_and_the_next_finds_it(
    phones, world: World, provider: str
) -> None:
    token = await made_out(world, provider, given_name="Ama", family_name="Mensah Boateng")
    phone = phones()
    first = await entered(phone, token, provider)
    assert first["__typename"] == "CurrentUser" and first["identifier"] == EMAIL
    shown = (await phone.ask("{ activeCustomer { firstName lastName user { verified } } }"))["activeCustomer"]
    assert shown == {"firstName": "Ama", "lastName": "Mensah Boateng", "user": {"verified": True}}
    # The same tap twice, and a later token of the same person, who has moved to another address.
    assert (await entered(phones(), token, provider))["id"] == first["id"]
    moved = await made_out(world, provider, email="new@example.com")
    assert (await entered(phones(), moved, provider))["id"] == first["id"]
    other = await made_out(world, provider, sub="subject-2", email="kofi@example.com")
    assert (await entered(phones(), other, provider))["id"] != first["id"]


async def test_apple_tells_the_name_to_the_app_and_verified_as_text(phone: Phone, world: World) -> None:
    token = await made_out(world, "apple", email_verified="true")
    found = await entered(phone, token, "apple", firstName="Ama", lastName="Mensah")
    assert found["identifier"] == EMAIL
    shown = (await phone.ask("{ activeCustomer { firstName lastName } }"))["activeCustomer"]
    assert shown == {"firstName": "Ama", "lastName": "Mensah"}


async def test_a_verified_address_joins_the_account_that_has_it(phones, world: World) -> None:
    phone = phones()
    await registered(phone, world)
    mine = (await phone.ask(ME))["me"]["id"]
    for provider in PROVIDERS:
        assert (await entered(phones(), await made_out(world, provider), provider))["id"] == mine
    assert await kind(signed_out(phone), LOGIN, u=EMAIL, p="a-good-password") == "CurrentUser"
    assert await SocialIdentity.filter(customer_id=int(mine)).count() == 2


@pytest.mark.parametrize("verified", [False, "false"])
async def test_an_unverified_address_joins_nothing(phones, world: World, verified: bool | str) -> None:
    phone = phones()
    await registered(phone, world)
    stranger = phones()
    found = await entered(stranger, await made_out(world, email_verified=verified))
    assert found["__typename"] == "CurrentUser" and found["id"] != (await phone.ask(ME))["me"]["id"]
    assert (await stranger.ask("{ activeCustomer { emailAddress } }"))["activeCustomer"]["emailAddress"] == ""
    assert (await entered(phones(), await made_out(world, email=None, sub="nameless")))["identifier"] == ""


async def test_what_a_thief_set_on_anothers_address_goes(phones, world: World) -> None:
    thief = phones()
    await kind(thief, REGISTER, i={"emailAddress": EMAIL, "password": "thieves-password"})
    late = await token_for(world, EMAIL)
    assert (await entered(phones(), await made_out(world)))["identifier"] == EMAIL
    assert await kind(thief, LOGIN, u=EMAIL, p="thieves-password") == "InvalidCredentialsError"
    assert await kind(thief, VERIFY, t=late) == "VerificationTokenInvalidError"


async def test_who_came_by_google_may_choose_a_password(phones, world: World) -> None:
    phone = phones()
    await entered(phone, await made_out(world))
    assert await kind(phones(), LOGIN, u=EMAIL, p="") == "InvalidCredentialsError"
    await kind(phone, FORGOT, e=EMAIL)
    assert await kind(phone, RESET, t=await token_for(world, EMAIL), p="a-good-password") == "CurrentUser"
    assert await kind(phones(), LOGIN, u=EMAIL, p="a-good-password") == "CurrentUser"


async def test_an_address_that_was_moved_to_opens_nothing_for_a_day(phones, world: World) -> None:
    phone = phones()
    await registered(phone, world)
    await kind(phone, NEW_ADDRESS, p="a-good-password", e="new@example.com")
    await kind(phone, CONFIRM_ADDRESS, t=await token_for(world, "new@example.com"))
    order = {"email": "new@example.com", "expires_in": 3 * 86400}
    token = await made_out(world, **order)
    said = await entered(phones(), token)
    assert said["__typename"] == "InvalidCredentialsError" and "24 hours" in said["message"]
    clock.travel(timedelta(hours=25))
    assert (await entered(phones(), token))["id"] == (await phone.ask(ME))["me"]["id"]


BAD: dict[str, dict[str, Any]] = {
    "forged": {"forged": True},
    "expired": {"expires_in": -3600},
    "another app's": {"claims": {"aud": "somebody-else"}},
    "another issuer's": {"claims": {"iss": "https://accounts.example.com"}},
    "without a subject": {"claims": {"sub": None}},
    "without an end": {"claims": {"exp": None}},
    "without an audience": {"claims": {"aud": None}},
    "not yet good": {"claims": {"nbf": 99_999_999_999}},
    "with an odd end": {"claims": {"exp": "soon"}},
    "with an odd address": {"claims": {"email": {"a": 1}}},
}


@pytest.mark.parametrize("order", BAD.values(), ids=BAD)
async def test_a_token_that_is_not_good_is_refused(phone: Phone, world: World, order: dict[str, Any]) -> None:
    said = await entered(phone, await made_out(world, **order))
    assert said["errorCode"] == "INVALID_CREDENTIALS_ERROR" and "sign in there again" in said["message"]
    assert not await Customer.filter(email=EMAIL).exists()


async def test_a_token_that_nobody_signed_is_refused(phone: Phone, world: World) -> None:
    good = await made_out(world)
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = jwt.get_unverified_header(good)["kid"]
    by_name = jwt.encode(
        claims, "a-secret-that-anybody-may-know-by-now", algorithm="HS256", headers={"kid": kid}
    )
    nothing = jwt.encode(claims, None, algorithm="none", headers={"kid": kid})
    body, signature = good.rsplit(".", 1)
    for bad in (by_name, nothing, body + "." + signature[::-1], "", "a.b.c", "x" * 20_000):
        assert (await entered(phone, bad))["errorCode"] == "INVALID_CREDENTIALS_ERROR"
    assert (await entered(phone, good, "apple"))["errorCode"] == "INVALID_CREDENTIALS_ERROR"


async def test_a_nonce_must_be_the_one_of_this_sign_in(phones, world: World) -> None:
    hashed = hashlib.sha256(b"once").hexdigest()
    for carried in ("once", hashed):
        token = await made_out(world, nonce=carried)
        assert (await entered(phones(), token, nonce="once"))["__typename"] == "CurrentUser"
        assert (await entered(phones(), token, nonce="twice"))["__typename"] == "InvalidCredentialsError"
    plain = await made_out(world)
    assert (await entered(phones(), plain, nonce="once"))["__typename"] == "InvalidCredentialsError"


async def test_an_identity_is_known_in_its_own_shop_alone(phones, world: World) -> None:
    here, there = phones(), phones()
    there.headers["x-api-key"] = "ks_test_demo"
    token = await made_out(world)
    assert (await entered(here, token))["id"] != (await entered(there, token))["id"]


async def test_two_first_sign_ins_at_once_open_one_account(phones, world: World) -> None:
    token = await made_out(world)
    found = await asyncio.gather(*(entered(phones(), token) for _ in range(4)))
    assert len({each["id"] for each in found}) == 1
    assert await Customer.filter(email=EMAIL).count() == 1


async def test_a_way_in_is_named_and_only_one(phone: Phone, world: World) -> None:
    token = {"token": await made_out(world)}
    for given in ({}, {"google": token, "apple": token}, {"google": None}):
        assert (await phone.refused(AUTHENTICATE, i=given))["extensions"]["code"] == "INVALID_INPUT"


async def test_new_keys_are_taken_and_old_ones_run_out(phones, world: World) -> None:
    first = await made_out(world, expires_in=86400)
    assert (await entered(phones(), first))["__typename"] == "CurrentUser"
    await world.twin("/control/identity/keys", provider="google")
    second = await made_out(world, expires_in=86400)
    # Asked for not long ago: whoever names keys that there aren't must not make us ask each time.
    assert (await entered(phones(), second))["__typename"] == "InvalidCredentialsError"
    clock.travel(timedelta(seconds=31))
    assert (await entered(phones(), second))["__typename"] == "CurrentUser"
    assert (await entered(phones(), first))["__typename"] == "InvalidCredentialsError"


async def test_known_keys_serve_while_the_provider_is_away(phones, world: World) -> None:
    fail = {"provider": "google", "call": "keys", "mode": "error_500_before", "times": 100}
    await world.twin("/control/fail", **fail)
    token = await made_out(world, expires_in=86400)
    assert (await phones().refused(AUTHENTICATE, i={"google": {"token": token}}))["extensions"][
        "code"
    ] == "UNAVAILABLE"
    await world.twin("/control/reset")
    clock.travel(timedelta(seconds=31))
    assert (await entered(phones(), token))["__typename"] == "CurrentUser"
    await world.twin("/control/fail", **fail)
    clock.travel(timedelta(minutes=30))
    assert (await entered(phones(), token))["__typename"] == "CurrentUser"
    clock.travel(timedelta(minutes=31))
    assert (await phones().refused(AUTHENTICATE, i={"google": {"token": token}}))["extensions"][
        "code"
    ] == "UNAVAILABLE"


async def test_who_comes_together_asks_for_keys_one_at_a_time(world: World) -> None:
    tokens = IdTokens(GOOGLE, frozenset({"google-demo"}), 5.0, f"{world.twins}/google")
    await world.twin("/control/fail", provider="google", call="keys", mode="slow", delay_s=0.1, times=1000)
    token = await made_out(world)
    try:
        found = await asyncio.gather(*(tokens.identify(token) for _ in range(10)))
    finally:
        await tokens.close()
    assert {each.subject for each in found} == {"subject-1"}
    async with Rest(world) as hands, hands.client.get(f"{world.twins}/control/state") as state:
        assert (await state.json())["most_in_flight"]["google"] == 1
