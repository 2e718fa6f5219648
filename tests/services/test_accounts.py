"""Codes, passwords, PINs and tokens hold what they promise."""

import asyncio
from datetime import timedelta

import pytest

from core import clock
from core.errors import (
    CodeExpired,
    CodeInvalid,
    InvalidCredentials,
    NotSignedIn,
    PinLocked,
    PinWrong,
    TooManyTries,
)
from models import Customer, OtpChallenge, OutboundMessage
from services.accounts.customers import get_customer
from services.accounts.login import login
from services.accounts.pins import check_pin, set_first_pin
from services.accounts.signup import start_signup, verify_signup
from services.accounts.tokens import customer_of_token, issue_token
from services.codes import code_of
from services.tenants import scope_by_code
from tests.services.helpers import PIN, a_customer


async def test_a_code_signs_up_once_and_the_password_then_signs_in(demo):
    challenge = await start_signup(demo, "0241112223", "secret-1")
    customer = await verify_signup(demo, challenge, code_of(str(challenge.uid)))
    assert (await login(demo, "024 111 2223", "secret-1")).id == customer.id
    with pytest.raises(CodeExpired):
        await verify_signup(demo, await OtpChallenge.get(id=challenge.id), code_of(str(challenge.uid)))


async def test_a_code_expires_after_five_minutes(demo):
    challenge = await start_signup(demo, "0241112223", None)
    clock.travel(timedelta(minutes=5, seconds=1))
    with pytest.raises(CodeExpired):
        await verify_signup(demo, challenge, code_of(str(challenge.uid)))


async def test_five_wrong_tries_end_a_code_even_for_the_right_one(demo):
    challenge = await start_signup(demo, "0241112223", None)
    right = code_of(str(challenge.uid))
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(5):
        with pytest.raises(CodeInvalid):
            await verify_signup(demo, challenge, wrong)
    with pytest.raises(TooManyTries):
        await verify_signup(demo, challenge, right)


async def test_a_number_gets_three_codes_in_ten_minutes_and_no_more(demo):
    for _ in range(3):
        await start_signup(demo, "0241112223", None)
    with pytest.raises(TooManyTries):
        await start_signup(demo, "0241112223", None)
    clock.travel(timedelta(minutes=10, seconds=1))
    assert await start_signup(demo, "0241112223", None)


async def test_the_code_is_stored_nowhere(demo):
    challenge = await start_signup(demo, "0241112223", None)
    code = code_of(str(challenge.uid))
    for row in (await OtpChallenge.all().values(), await OutboundMessage.all().values()):
        assert code not in str([{k: v for k, v in r.items() if k not in ("uid", "id")} for r in row])


async def test_a_number_with_an_account_is_answered_the_same_and_gets_no_code(demo):
    customer = await a_customer(demo)
    challenge = await start_signup(demo, customer.phone, "secret-1")
    message = await OutboundMessage.filter(to=customer.phone).order_by("-id").first()
    assert message.template == "already_registered"
    with pytest.raises(CodeInvalid):
        await verify_signup(demo, challenge, code_of(str(challenge.uid)))


async def test_login_says_the_same_to_a_stranger_and_to_a_wrong_password(demo):
    challenge = await start_signup(demo, "0241112223", "secret-1")
    await verify_signup(demo, challenge, code_of(str(challenge.uid)))
    said = []
    for who in ("0241112223", "0249998887", "nobody@example.com", "not a number"):
        with pytest.raises(InvalidCredentials) as refusal:
            await login(demo, who, "wrong-one")
        said.append(refusal.value.message)
    assert len(set(said)) == 1


async def test_ten_wrong_passwords_close_the_login_for_a_while(demo):
    for _ in range(10):
        with pytest.raises(InvalidCredentials):
            await login(demo, "0241112223", "wrong-one")
    with pytest.raises(TooManyTries):
        await login(demo, "0241112223", "wrong-one")


async def test_five_wrong_pins_lock_it_though_they_come_at_the_same_moment(demo):
    customer = await a_customer(demo, pin=True)

    async def wrong() -> type[Exception]:
        with pytest.raises((PinWrong, PinLocked)) as refusal:
            await check_pin(demo, customer.id, "0000")
        return refusal.type

    refused = await asyncio.gather(*(wrong() for _ in range(8)))
    assert refused.count(PinLocked) >= 3
    with pytest.raises(PinLocked):
        await check_pin(demo, customer.id, PIN)


async def test_a_right_pin_forgets_the_wrong_ones_before_it(demo):
    customer = await a_customer(demo, pin=True)
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(PinWrong):
                await check_pin(demo, customer.id, "9999")
        await check_pin(demo, customer.id, PIN)


async def test_a_pin_is_given_once(demo):
    from core.errors import InvalidInput

    customer = await a_customer(demo, pin=True)
    with pytest.raises(InvalidInput):
        await set_first_pin(demo, customer.id, "4321")


async def test_a_token_is_good_for_its_purpose_platform_and_password_only(demo):
    customer = await a_customer(demo)
    token = issue_token(customer, "session")
    assert (await customer_of_token(demo, token, "session")).id == customer.id
    kasuwa = await scope_by_code("kasuwa", "test")
    for scope, text, purpose in (
        (demo, token, "reset"),
        (kasuwa, token, "session"),
        (demo, token[:-2] + "xx", "session"),
        (demo, "a.b.c", "session"),
    ):
        with pytest.raises(NotSignedIn):
            await customer_of_token(scope, text, purpose)
    await Customer.filter(id=customer.id).update(secret_epoch=1)
    with pytest.raises(NotSignedIn):
        await customer_of_token(demo, token, "session")


async def test_a_token_expires(demo):
    token = issue_token(await a_customer(demo), "session")
    clock.travel(timedelta(days=8))
    with pytest.raises(NotSignedIn):
        await customer_of_token(demo, token, "session")


async def test_another_platforms_customer_is_not_found(demo):
    from core.errors import NotFound

    customer = await a_customer(demo)
    with pytest.raises(NotFound):
        await get_customer(await scope_by_code("kasuwa", "test"), customer.id)


async def test_codes_asked_for_at_the_same_moment_are_counted_one_by_one(demo):
    async def ask() -> bool:
        try:
            await start_signup(demo, "0241112223", None)
        except TooManyTries:
            return False
        return True

    assert sum(await asyncio.gather(*(ask() for _ in range(12)))) == 3
