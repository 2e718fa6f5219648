"""Accounts over REST, from the registration to a forgotten PIN."""

from datetime import timedelta

from core import clock
from models import Customer
from services.tenants import scope_by_key
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, KASUWA_KEY, Rest
from tests.stories.hands import Call

JOHN = {
    "firstName": "John",
    "lastName": "Doe",
    "emailAddress": "john.doe@example.com",
    "phoneNumber": "+2348012345678",
    "password": "SecurePass123",
    "transactionPin": "1234",
}
EMAIL = JOHN["emailAddress"]
BALANCE = "/api/customer/get-card-balance"


async def test_a_customer_registers_proves_the_address_and_signs_in(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        made = await app.data("POST", "/api/customer/register", JOHN)
        assert made["firstName"] == "John" and made["lastName"] == "Doe" and made["shoppingCardNo"]
        assert made["phoneNumber"] == JOHN["phoneNumber"] and made["isEmailVerified"] is False
        said = await app.refused(
            409, "POST", "/api/customer/register", {**JOHN, "phoneNumber": "08012345679"}
        )
        assert said == "Email address already exists"
        code = await world.code_for(EMAIL)
        await app.refused(400, "POST", "/api/customer/verify-email", {"email": EMAIL, "otp": wrong(code)})
        assert await app.data("POST", "/api/customer/verify-email", {"email": EMAIL, "otp": code}) is True
        await app.refused(400, "POST", "/api/customer/verify-email", {"email": EMAIL, "otp": code})
        for name in (EMAIL, "+2348012345678", "08012345678"):
            signed = await app.data(
                "POST", "/api/customer/login", {"emailOrPhone": name, "password": JOHN["password"]}
            )
            assert signed["id"] == made["id"] and signed["isEmailVerified"] and signed["lastLogin"]
        said = await app.refused(
            401, "POST", "/api/customer/login", {"emailOrPhone": EMAIL, "password": "nonsense"}
        )
        assert said == "Invalid email/phone or password"
        assert await app.refused(401, "GET", BALANCE) == "Customer not authenticated"
        app.token = signed["token"]
        balance = await app.data("GET", BALANCE)
        assert balance["currentBalance"] == 0 and balance["currency"] == "NGN"
        assert balance["customerId"] == made["id"] and balance["shoppingCardNo"] == made["shoppingCardNo"]
        profile = await app.data("GET", "/api/customerprofile/profile")
        assert profile["id"] == made["id"]


async def test_a_code_is_sent_again_and_only_the_newest_fits(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.data("POST", "/api/customer/register", JOHN)
        first = await world.code_for(EMAIL)
        sent = await app.data("POST", "/api/customer/resend-email-verification", {"email": EMAIL})
        assert EMAIL in sent["message"] and sent["expiresAt"].endswith("Z")
        second = await world.code_for(EMAIL)
        if first != second:
            await app.refused(400, "POST", "/api/customer/verify-email", {"email": EMAIL, "otp": first})
        await app.data("POST", "/api/customer/verify-email", {"email": EMAIL, "otp": second})
        # Nobody's address is answered alike, and nothing is sent there.
        await app.data("POST", "/api/customer/resend-email-verification", {"email": "nobody@example.com"})
        await world.drain()
        assert await world.outbox("nobody@example.com") == []


async def test_a_forgotten_password_is_set_anew_once(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await registered(world, app)
        old = app.token
        await app.data("POST", "/api/customer/forgot-password", {"email": EMAIL})
        await app.data("POST", "/api/customer/resend-forgot-password", {"email": EMAIL})
        code = await world.code_for(EMAIL)
        found = await app.data(
            "POST", "/api/customer/verify-forgot-password-otp", {"email": EMAIL, "otp": code}
        )
        reset = {"newPassword": "NewSecurePass123"}
        path = "/api/customer/reset-password"
        await app.refused(400, "POST", path, {"newPassword": "short"}, resetToken=found["resetToken"])
        assert await app.data("POST", path, reset, resetToken=found["resetToken"]) is True
        for token in (found["resetToken"], "nonsense", old):
            status, told = await app.ask("POST", path, reset, resetToken=token)
            assert (status, told["message"], told["data"]) == (400, "Invalid or expired reset token", False)
        # Every token of the old password has ended.
        await app.refused(401, "GET", BALANCE)
        app.token = None
        login = {"emailOrPhone": EMAIL, "password": "NewSecurePass123"}
        app.token = (await app.data("POST", "/api/customer/login", login))["token"]
        await app.data("GET", BALANCE)


async def test_a_pin_changes_with_the_old_one_or_a_code(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await registered(world, app)
        change = "/api/customerprofile/update-transaction-pin"
        wrong_one = {"currentTransactionPin": "9999", "newTransactionPin": "5678"}
        assert await app.refused(403, "PUT", change, wrong_one) == "Invalid current transaction PIN"
        right = {"currentTransactionPin": "1234", "newTransactionPin": "5678"}
        updated = await app.data("PUT", change, right)
        assert updated["isPinUpdated"] is True and updated["message"]
        for _ in range(5):
            await app.refused(403, "PUT", change, wrong_one)
        assert "locked" in await app.refused(403, "PUT", change, {**right, "currentTransactionPin": "5678"})
        base = "/api/customerprofile"
        await app.data("POST", f"{base}/forgot-transaction-pin", {"email": EMAIL})
        await app.data("POST", f"{base}/resend-forgot-transaction-pin", {"email": EMAIL})
        code = await world.code_for(EMAIL)
        verified = await app.data(
            "POST", f"{base}/verify-forgot-transaction-pin-otp", {"email": EMAIL, "otp": code}
        )
        reset = f"{base}/reset-transaction-pin/{verified['resetToken']}"
        body = {"email": EMAIL, "newTransactionPin": "4321"}
        await app.refused(400, "POST", reset, {**body, "email": "jane@example.com"})
        assert await app.data("POST", reset, body) is True
        status, told = await app.ask("POST", reset, body)
        assert (status, told["message"], told["data"]) == (400, "Invalid or expired reset token", False)
        # Unlocked, and the token of the session goes on.
        await app.data("PUT", change, {"currentTransactionPin": "4321", "newTransactionPin": "1111"})


async def test_a_token_serves_what_it_was_given_for_and_ends(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await registered(world, app)
        session = app.token
        await app.data("POST", "/api/customer/forgot-password", {"email": EMAIL})
        code = await world.code_for(EMAIL)
        found = await app.data(
            "POST", "/api/customer/verify-forgot-password-otp", {"email": EMAIL, "otp": code}
        )
        app.token = found["resetToken"]
        await app.refused(401, "GET", BALANCE)
        pin = f"/api/customerprofile/reset-transaction-pin/{found['resetToken']}"
        await app.refused(400, "POST", pin, {"email": EMAIL, "newTransactionPin": "4321"})
        app.token = session
        clock.travel(timedelta(days=8))
        await app.refused(401, "GET", BALANCE)


async def test_details_change_and_secrets_only_with_a_proof(world: World) -> None:
    update = "/api/customer/update-customer"
    async with Rest(world, KASUWA_KEY) as app:
        await registered(world, app)
        sample = {"firstName": "Jane", "lastName": "Smith", "phoneNumber": "+2348098765432"}
        changed = await app.data("PUT", update, sample)
        assert {key: changed[key] for key in sample} == sample
        assert "currentTransactionPin" in await app.refused(400, "PUT", update, {"transactionPin": "7777"})
        assert "currentPassword" in await app.refused(400, "PUT", update, {"password": "Another123"})
        await app.refused(403, "PUT", update, {"transactionPin": "7777", "currentTransactionPin": "0000"})
        await app.data("PUT", update, {"transactionPin": "7777", "currentTransactionPin": "1234"})
        # A new address takes over when it has proven itself, and not before.
        new = {"emailAddress": "jane@example.com", "currentPassword": JOHN["password"]}
        kept = await app.data("PUT", update, new)
        assert kept["emailAddress"] == EMAIL
        code = await world.code_for("jane@example.com")
        await app.data("POST", "/api/customer/verify-email", {"email": "jane@example.com", "otp": code})
        profile = await app.data("GET", "/api/customerprofile/profile")
        assert profile["emailAddress"] == "jane@example.com" and profile["isEmailVerified"]
        await world.drain()
        changed, asked = (await world.outbox(EMAIL))[:2]
        assert "was changed" in changed["text"] and "asked to change" in asked["text"]
        # A new password ends the token and gives another.
        old = app.token
        changed = await app.data(
            "PUT", update, {"password": "Another123", "currentPassword": JOHN["password"]}
        )
        await app.refused(401, "GET", BALANCE)
        app.token = changed["token"]
        assert app.token != old
        await app.data("GET", BALANCE)


async def test_a_customer_is_found_by_id_in_their_own_environment_only(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        made = await app.data("POST", "/api/customer/register", JOHN)
        scope = await scope_by_key(KASUWA_KEY)
        right = {"businessId": str(scope.uid), "platformId": str(scope.uid), "environmentType": 1}
        path = f"/api/customer/{made['id']}"
        assert (await app.data("GET", path, **right))["emailAddress"] == EMAIL
        said = await app.refused(404, "GET", path, **{**right, "environmentType": 2})
        assert said == "Customer not found in this environment"
        assert "environmentType" in await app.refused(400, "GET", path, **{**right, "environmentType": 3})
        assert "platformId" in await app.refused(
            400, "GET", path, businessId=str(scope.uid), environmentType=1
        )
        app.key = DEMO_KEY
        await app.refused(404, "GET", path, **right)


async def test_an_address_that_nobody_confirmed_is_free_again_after_a_day(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        first = await app.data("POST", "/api/customer/register", JOHN)
        other = {**JOHN, "phoneNumber": "08012345679"}
        await app.refused(409, "POST", "/api/customer/register", other)
        clock.travel(timedelta(hours=25))
        second = await app.data("POST", "/api/customer/register", other)
        assert second["id"] != first["id"] and second["emailAddress"] == EMAIL


async def test_a_stated_number_opens_no_account_by_phone(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.data("POST", "/api/customer/register", JOHN)
        assert not await Customer.filter(phone=JOHN["phoneNumber"]).exists()


async def test_each_limit_of_the_registration_is_held(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        for field, bad in (
            ("firstName", "x" * 101),
            ("firstName", ""),
            ("firstName", None),
            ("lastName", "x" * 101),
            ("emailAddress", "nonsense"),
            ("emailAddress", "x" * 256),
            ("phoneNumber", "1" * 21),
            ("phoneNumber", "letters"),
            ("password", "short"),
            ("transactionPin", "123"),
            ("transactionPin", "12345"),
            ("transactionPin", "12a4"),
            ("transactionPin", "१२३४"),
            ("transactionPin", 1234),
        ):
            assert field in await app.refused(400, "POST", "/api/customer/register", {**JOHN, field: bad})
            left_out = {key: value for key, value in JOHN.items() if key != field}
            assert field in await app.refused(400, "POST", "/api/customer/register", left_out)


async def registered(world: World, app: Rest, **other: str) -> None:
    """Be John, or somebody a little other, with the address proven, signed in."""
    body = {**JOHN, **other}
    await app.data("POST", "/api/customer/register", body)
    email = body["emailAddress"]
    code = await world.code_for(email)
    await app.data("POST", "/api/customer/verify-email", {"email": email, "otp": code})
    login = {"emailOrPhone": email, "password": JOHN["password"]}
    app.token = (await app.data("POST", "/api/customer/login", login))["token"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_a_registered_customer_dials_in_and_finds_the_same_cart(world: World) -> None:
    async with Rest(world) as app:
        await registered(world, app, phoneNumber="+233241234567")
        await app.data("POST", "/api/customer/cart/add", {"productId": await app.a_product(), "quantity": 2})
        call = Call(world, "+233241234567")
        assert "PIN" in await call.dial("5", "1")
        assert "not right" in await call.type("9999")
        assert "Welcome back" in await call.type("1234")
        assert (await call.dial("2")).startswith("CON Cart: 2 pieces")
        # Whoever holds the number but not the PIN begins anew, and sees nothing of the account.
        profile = await app.data("GET", "/api/customerprofile/profile")
        assert profile["phoneNumber"] == "+233241234567"
        stranger = Rest(world)
        async with stranger:
            await registered(world, stranger, phoneNumber="+233241234568", emailAddress="jane@example.com")
            other = Call(world, "+233241234568")
            await other.dial("5", "1")
            assert "full name" in await other.type("1")
