"""Accounts by e-mail address in Vendure's operations: registered, confirmed, recovered and moved by what the mails bring."""

from datetime import timedelta

import pytest

from core import clock
from models import Customer, OtpChallenge
from services.accounts import native
from services.storefront import use_storefront
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
    PASSWORD,
    REFRESH,
    REGISTER,
    RESET,
    VERIFY,
    answer,
    kind,
    mails,
    registered,
    signed_out,
    token_for,
)

PASS = "a-good-password"


async def test_an_account_is_registered_confirmed_and_entered(phones, world: World) -> None:
    phone = phones()
    given = {
        "emailAddress": " Ama@Example.com",
        "password": PASS,
        "firstName": "Ama",
        "lastName": "Mensah",
        "title": "Dr",
    }
    assert await kind(phone, REGISTER, i=given) == "Success"
    assert (await phone.ask(ME))["me"] is None
    assert await kind(phone, LOGIN, u=EMAIL, p=PASS) == "NotVerifiedError"
    assert (await answer(phone, LOGIN, u=EMAIL, p="nonsense"))["authenticationError"]
    assert (
        await kind(phone, AUTHENTICATE, i={"native": {"username": EMAIL, "password": PASS}})
        == "NotVerifiedError"
    )
    said = await phone.refused(
        'mutation($p: String!) { customLogin(input: {identifier: "ama@example.com", password: $p}) { token } }',
        p=PASS,
    )
    assert said["extensions"]["code"] == "NOT_VERIFIED"
    token = await token_for(world, EMAIL)
    assert await kind(phone, VERIFY, t=token, p="another-one") == "PasswordAlreadySetError"
    assert await kind(phone, VERIFY, t=token) == "CurrentUser"
    me = (await phone.ask(ME))["me"]
    assert me["identifier"] == EMAIL and me["channels"] == [
        {"code": "demo", "permissions": ["Authenticated", "Owner"]}
    ]
    customer = (
        await phone.ask("{ activeCustomer { title firstName lastName emailAddress user { verified } } }")
    )["activeCustomer"]
    assert customer == {
        "title": "Dr",
        "firstName": "Ama",
        "lastName": "Mensah",
        "emailAddress": EMAIL,
        "user": {"verified": True},
    }
    assert await kind(phones(), VERIFY, t=token) == "VerificationTokenInvalidError"
    assert await kind(phones(), LOGIN, u=EMAIL, p=PASS) == "CurrentUser"
    assert (
        await kind(phones(), AUTHENTICATE, i={"native": {"username": EMAIL, "password": PASS}})
        == "CurrentUser"
    )


async def test_a_password_may_be_chosen_with_the_token(phone, world: World) -> None:
    assert await kind(phone, REGISTER, i={"emailAddress": EMAIL, "password": ""}) == "MissingPasswordError"
    assert (
        await kind(phone, REGISTER, i={"emailAddress": EMAIL, "password": "short"})
        == "PasswordValidationError"
    )
    assert await kind(phone, REGISTER, i={"emailAddress": EMAIL}) == "Success"
    token = await token_for(world, EMAIL)
    assert await kind(phone, VERIFY, t=token) == "MissingPasswordError"
    assert await kind(phone, VERIFY, t=token, p="short") == "PasswordValidationError"
    assert await kind(phone, VERIFY, t=token, p=PASS) == "CurrentUser"
    assert await kind(signed_out(phone), LOGIN, u=EMAIL, p=PASS) == "CurrentUser"


async def test_nobody_learns_who_has_an_account(phones, world: World) -> None:
    await registered(phones(), world)
    stranger = phones()
    before = len(await mails(world, EMAIL))
    for email in (EMAIL, "nobody@example.com"):
        assert await answer(stranger, REGISTER, i={"emailAddress": email, "password": PASS}) == {
            "__typename": "Success"
        }
        assert await answer(stranger, REFRESH, e=email) == {"__typename": "Success"}
        assert await answer(stranger, FORGOT, e=email) == {"__typename": "Success"}
    told = await mails(world, EMAIL)
    assert len(told) == before + 2 and any("You have an account already" in each for each in told)
    assert await answer(stranger, FORGOT, e="somebody@example.com") == {"__typename": "Success"}
    assert await mails(world, "somebody@example.com") == []
    same = [await answer(stranger, LOGIN, u=each, p="nonsense") for each in (EMAIL, "somebody@example.com")]
    assert same[0] == same[1] and same[0]["errorCode"] == "INVALID_CREDENTIALS_ERROR"


async def test_who_registers_anothers_address_has_no_part_in_the_account(phones, world: World) -> None:
    thief, owner = phones(), phones()
    await kind(
        thief,
        REGISTER,
        i={"emailAddress": EMAIL, "password": "thieves-password", "phoneNumber": "0241111111"},
    )
    await kind(owner, REGISTER, i={"emailAddress": EMAIL, "password": PASS, "firstName": "Ama"})
    assert await kind(owner, VERIFY, t=await token_for(world, EMAIL)) == "CurrentUser"
    assert await kind(thief, LOGIN, u=EMAIL, p="thieves-password") == "InvalidCredentialsError"
    assert await kind(signed_out(owner), LOGIN, u=EMAIL, p=PASS) == "CurrentUser"
    first = await OtpChallenge.filter(contact=EMAIL, purpose="verify").order_by("id").first()
    assert first is not None and first.used_at is None
    for each in await mails(world, EMAIL):
        old = each.split("with this:\n\n")[1].split("\n")[0]
        assert await kind(thief, VERIFY, t=old) == "VerificationTokenInvalidError"


async def test_a_token_is_sent_again_and_runs_out(phones, world: World) -> None:
    phone = phones()
    await kind(phone, REGISTER, i={"emailAddress": EMAIL, "password": PASS})
    old = await token_for(world, EMAIL)
    assert await kind(phone, REFRESH, e=EMAIL) == "Success"
    clock.travel(timedelta(hours=23))
    assert await kind(phone, REFRESH, e=EMAIL) == "Success"
    new = await token_for(world, EMAIL)
    clock.travel(timedelta(hours=2))
    assert await kind(phone, VERIFY, t=old) == "VerificationTokenExpiredError"
    assert await kind(phone, VERIFY, t=new) == "CurrentUser"


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é" * 64, "0" * 5000, "ab" * 32])
async def test_a_forged_token_opens_nothing(phone, token: str) -> None:
    assert await kind(phone, VERIFY, t=token, p=PASS) == "VerificationTokenInvalidError"
    assert await kind(phone, RESET, t=token, p=PASS) == "PasswordResetTokenInvalidError"
    assert await kind(phone, CONFIRM_ADDRESS, t=token) == "IdentifierChangeTokenInvalidError"


async def test_a_token_is_good_for_its_purpose_and_shop_alone(phones, world: World) -> None:
    phone, elsewhere = phones(), phones()
    await kind(phone, REGISTER, i={"emailAddress": EMAIL, "password": PASS})
    token = await token_for(world, EMAIL)
    elsewhere.headers["x-api-key"] = "ks_test_demo"
    assert await kind(elsewhere, VERIFY, t=token) == "VerificationTokenInvalidError"
    assert await kind(phone, RESET, t=token, p=PASS) == "PasswordResetTokenInvalidError"
    assert await kind(phone, CONFIRM_ADDRESS, t=token) == "IdentifierChangeTokenInvalidError"
    assert await kind(phone, VERIFY, t=token) == "CurrentUser"


async def test_a_forgotten_password_is_set_anew_once_and_older_sessions_end(phones, world: World) -> None:
    before, after = phones(), phones()
    await registered(before, world)
    assert await kind(after, FORGOT, e=EMAIL) == "Success"
    late = await token_for(world, EMAIL)
    clock.travel(timedelta(minutes=61))
    assert await kind(after, RESET, t=late, p="new-password") == "PasswordResetTokenExpiredError"
    assert await kind(after, FORGOT, e=EMAIL) == "Success"
    token = await token_for(world, EMAIL)
    said = await answer(after, RESET, t=token, p="short")
    assert said["__typename"] == "PasswordValidationError" and "6 to 128" in said["validationErrorMessage"]
    assert await kind(after, RESET, t=token, p="new-password") == "CurrentUser"
    assert (await after.ask(ME))["me"]["identifier"] == EMAIL
    assert (await before.ask(ME))["me"] is None
    assert await kind(after, RESET, t=token, p="new-password") == "PasswordResetTokenInvalidError"
    assert await kind(signed_out(before), LOGIN, u=EMAIL, p=PASS) == "InvalidCredentialsError"
    assert await kind(before, LOGIN, u=EMAIL, p="new-password") == "CurrentUser"


async def test_a_password_is_changed_by_the_old_one_and_only_this_session_goes_on(
    phones, world: World
) -> None:
    here, there = phones(), phones()
    await registered(here, world)
    assert await kind(there, LOGIN, u=EMAIL, p=PASS) == "CurrentUser"
    await kind(here, FORGOT, e=EMAIL)
    overtaken = await token_for(world, EMAIL)
    assert await kind(here, PASSWORD, c="nonsense", n="new-password") == "InvalidCredentialsError"
    assert await kind(here, PASSWORD, c=PASS, n="short") == "PasswordValidationError"
    assert await kind(here, PASSWORD, c=PASS, n="new-password") == "Success"
    assert (await here.ask(ME))["me"]["identifier"] == EMAIL
    assert (await there.ask(ME))["me"] is None
    assert await kind(there, RESET, t=overtaken, p="thieves-password") == "PasswordResetTokenInvalidError"
    assert (await there.refused(PASSWORD, c=PASS, n="new-password"))["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_an_address_moves_once_the_new_one_has_proven_itself(phones, world: World) -> None:
    phone, other = phones(), phones()
    await registered(phone, world)
    await registered(other, world, "kofi@example.com")
    assert await kind(phone, NEW_ADDRESS, p="nonsense", e="new@example.com") == "InvalidCredentialsError"
    assert await kind(phone, NEW_ADDRESS, p=PASS, e="Kofi@example.com") == "EmailAddressConflictError"
    assert await kind(phone, NEW_ADDRESS, p=PASS, e="new@example.com") == "Success"
    assert "asked to change the e-mail address" in (await mails(world, EMAIL))[0]
    late = await token_for(world, "new@example.com")
    clock.travel(timedelta(hours=25))
    assert await kind(phone, CONFIRM_ADDRESS, t=late) == "IdentifierChangeTokenExpiredError"
    await kind(phone, NEW_ADDRESS, p=PASS, e="new@example.com")
    token = await token_for(world, "new@example.com")
    assert (await phone.ask("{ activeCustomer { emailAddress } }"))["activeCustomer"]["emailAddress"] == EMAIL
    assert await kind(phone, CONFIRM_ADDRESS, t=token) == "Success"
    assert await kind(phone, CONFIRM_ADDRESS, t=token) == "IdentifierChangeTokenInvalidError"
    moved = (await phone.ask("{ activeCustomer { emailAddress } }"))["activeCustomer"]["emailAddress"]
    assert moved == "new@example.com"
    assert "was changed" in (await mails(world, EMAIL))[0]
    # For a day no new password can be set through the new address.
    await kind(phone, FORGOT, e="new@example.com")
    assert "until then no code" in (await mails(world, "new@example.com"))[0]


async def test_a_changed_password_calls_a_change_of_address_off(phones, world: World) -> None:
    phone = phones()
    await registered(phone, world)
    await kind(phone, NEW_ADDRESS, p=PASS, e="new@example.com")
    token = await token_for(world, "new@example.com")
    await kind(phone, PASSWORD, c=PASS, n="new-password")
    assert await kind(phone, CONFIRM_ADDRESS, t=token) == "IdentifierChangeTokenInvalidError"


async def test_an_account_of_the_rest_door_is_confirmed_and_kept(phones, world: World) -> None:
    async with Rest(world, "mk_test_demo") as app:
        given = {
            "firstName": "Ama",
            "lastName": "Mensah",
            "emailAddress": EMAIL,
            "phoneNumber": "0246215478",
            "password": PASS,
            "transactionPin": "1234",
        }
        await app.data("POST", "/api/customer/register", given)
    phone = phones()
    assert await kind(phone, LOGIN, u="0246215478", p=PASS) == "NotVerifiedError"
    assert await kind(phone, REFRESH, e=EMAIL) == "Success"
    assert await kind(phone, VERIFY, t=await token_for(world, EMAIL)) == "CurrentUser"
    assert await kind(signed_out(phone), LOGIN, u="0246215478", p=PASS) == "CurrentUser"
    assert (await Customer.get(email=EMAIL)).pin_hash


async def test_mails_to_an_address_are_counted(phone, world: World) -> None:
    for _ in range(5):
        assert await kind(phone, FORGOT, e=EMAIL) == "Success"
    assert (await phone.refused(FORGOT, e=EMAIL))["extensions"]["code"] == "TOO_MANY_TRIES"
    assert (await phone.refused(FORGOT, e="nonsense"))["extensions"]["code"] == "INVALID_INPUT"


async def test_a_browser_forgets_who_does_not_want_to_be_remembered(phones, world: World) -> None:
    await registered(phones(), world)
    for remember, kept in ((True, True), (False, False), (None, False)):
        phone = phones()
        await kind(phone, LOGIN, u=EMAIL, p=PASS, r=remember)
        (cookie,) = phone.session.cookie_jar
        assert bool(cookie["max-age"]) is kept


async def test_mails_lead_to_the_shops_own_storefront_where_it_has_one(phone, world: World) -> None:
    use_storefront("https://{shop}.example.com/")
    try:
        await kind(phone, REGISTER, i={"emailAddress": EMAIL, "password": PASS})
        await kind(phone, FORGOT, e=EMAIL)
        told = "\n".join(await mails(world, EMAIL))
        for page in ("verify", "password-reset"):
            assert f"\nhttps://demo.example.com/{page}?token=" in told
    finally:
        use_storefront("")


async def test_a_shop_without_passwords_says_so(phones, world: World) -> None:
    phone = phones()
    await registered(phone, world)
    native.use_passwords(False)
    try:
        for query, variables in (
            (REGISTER, {"i": {"emailAddress": EMAIL}}),
            (VERIFY, {"t": "x"}),
            (REFRESH, {"e": EMAIL}),
            (LOGIN, {"u": EMAIL, "p": PASS}),
            (FORGOT, {"e": EMAIL}),
            (RESET, {"t": "x", "p": PASS}),
            (PASSWORD, {"c": PASS, "n": PASS}),
            (NEW_ADDRESS, {"p": PASS, "e": "new@example.com"}),
            (CONFIRM_ADDRESS, {"t": "x"}),
        ):
            assert await kind(phone, query, **variables) == "NativeAuthStrategyError"
        assert (
            await kind(phone, AUTHENTICATE, i={"native": {"username": EMAIL, "password": PASS}})
            == "InvalidCredentialsError"
        )
    finally:
        native.use_passwords(True)
