"""A password is changed by its owner or by a code, and everything older than it ends."""

from services.accounts.signup import create_customer
from services.secrets import hash_secret
from services.tenants import scope_by_code

LOGIN = 'mutation($p: String!) { customLogin(input: {identifier: "0241234567", password: $p}) { token } }'
ME = "{ activeCustomer { phoneNumber } }"
RESET = "mutation($i: String!) { initiatePasswordReset(input: {identifier: $i}) { success message } }"
VERIFY = "mutation($o: String!) { verifyOtp(input: {otp: $o}) { token } }"
SET = 'mutation { resetUserPassword(input: {newPassword: "new_password"}) { id fullName city street gps } }'
CHANGE = (
    'mutation($old: String!) { changePassword(oldPassword: $old, newPassword: "securePass") '
    "{ id phone fullName city } }"
)


async def ama() -> None:
    scope = await scope_by_code("demo", "test")
    hashed = await hash_secret("first-one")
    await create_customer(scope, phone="+233241234567", full_name="Ama", password_hash=hashed)


async def test_a_forgotten_password_is_set_anew_by_a_code_and_old_tokens_end(phones, world):
    await ama()
    before, after = phones(), phones()
    before.headers["Authorization"] = (
        f"Bearer {(await before.ask(LOGIN, p='first-one'))['customLogin']['token']}"
    )
    assert (await before.ask(ME))["activeCustomer"]
    await after.ask(RESET, i="0241234567")
    token = (await after.ask(VERIFY, o=await world.code_for("+233241234567")))["verifyOtp"]["token"]
    after.headers["Authorization"] = f"Bearer {token}"
    assert (await after.ask(SET))["resetUserPassword"]["fullName"] == "Ama"
    assert (await after.refused(SET))["extensions"]["code"] == "NOT_SIGNED_IN"
    before.session.cookie_jar.clear()
    assert (await before.refused(ME))["extensions"]["code"] == "NOT_SIGNED_IN"
    after.headers.clear()
    assert (await after.refused(LOGIN, p="first-one"))["extensions"]["code"] == "INVALID_CREDENTIALS"
    assert (await after.ask(LOGIN, p="new_password"))["customLogin"]["token"]


async def test_a_password_is_changed_with_the_old_one_only(phones):
    await ama()
    phone = phones()
    assert (await phone.refused(CHANGE, old="first-one"))["extensions"]["code"] == "NOT_SIGNED_IN"
    await phone.ask(LOGIN, p="first-one")
    assert (await phone.refused(CHANGE, old="wrong-one"))["extensions"]["code"] == "INVALID_CREDENTIALS"
    assert (await phone.ask(CHANGE, old="first-one"))["changePassword"]["phone"] == "+233241234567"
    assert (await phone.ask(ME))["activeCustomer"] is None
    assert (await phone.ask(LOGIN, p="securePass"))["customLogin"]["token"]


async def test_a_reset_says_the_same_of_a_stranger_and_gives_no_way_in(phones, world):
    await ama()
    phone = phones()
    for who in ("0241234567", "0249999999", "nobody@example.com"):
        assert (await phone.ask(RESET, i=who))["initiatePasswordReset"] == {
            "success": True,
            "message": "OTP sent successfully",
        }
    assert (await phone.refused(VERIFY, o="123456"))["extensions"]["code"] == "CODE_INVALID"
    await world.drain()
    assert not await world.outbox("+233249999999")


async def test_a_signup_token_sets_no_password(phones, world):
    phone = phones()
    await phone.ask(
        'mutation { initiateAccountCreation(input: {phone: "0241234567", password: "first-one"}) { success } }'
    )
    token = (await phone.ask(VERIFY, o=await world.code_for("+233241234567")))["verifyOtp"]["token"]
    phone.headers["Authorization"] = f"Bearer {token}"
    assert (await phone.refused(SET))["extensions"]["code"] == "NOT_SIGNED_IN"
