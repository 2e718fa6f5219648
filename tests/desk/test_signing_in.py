"""Signing in at the desk: with a password, with a code of an app, and not at all."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pyotp

from core import clock
from models import StaffRecoveryCode, StaffSession, StaffUser
from tests.admin.conftest import DeskHands
from tests.desk.conftest import OWNER, PASSWORD, Chrome, Visitor, staff_of

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


async def test_wrong_credentials_are_all_refused_alike(visitor: Visitor) -> None:
    said = []
    for email, password, shop in (
        (OWNER[0], "makola", "demo"),
        ("nobody@makola.test", OWNER[1], "demo"),
        (*OWNER, "kasuwa"),
        (*OWNER, "no-such-shop"),
    ):
        text = await visitor.sign_in(email, password, shop)
        assert visitor.status == 401
        said.append("The name or the password is not right." in text)
    assert all(said)
    assert not await StaffSession.exists()


async def test_who_guesses_is_held_up(visitor: Visitor) -> None:
    for _ in range(10):
        await visitor.sign_in(OWNER[0], "wrong")
    text = await visitor.sign_in(*OWNER)
    assert visitor.status == 429 and "Too many tries" in text


async def test_a_form_for_signing_in_is_one_browsers_own(visitors: Make) -> None:
    mine, other = visitors(), visitors()
    token = await mine.csrf("/admin/sign-in")
    await other.get("/admin/sign-in")
    fields = {"csrf": token, "email": OWNER[0], "password": OWNER[1], "shop": "demo", "environment": "test"}
    text = await other.post("/admin/sign-in", fields)
    assert other.status == 403 and "too old" in text
    assert not await StaffSession.exists()


async def test_nobody_is_led_out_of_the_desk(visitor: Visitor) -> None:
    for elsewhere in (
        "https://elsewhere.test/",
        "//elsewhere.test/admin",
        "/admin\\@elsewhere.test",
        "/adminx",
    ):
        await visitor.sign_in(*OWNER, next=elsewhere)
        assert visitor.at == "/admin", elsewhere
        await visitor.post("/admin/sign-out", {"csrf": await visitor.csrf("/admin")})


async def test_a_session_is_kept_from_scripts_and_its_token_as_a_hash(visitor: Visitor) -> None:
    token = await visitor.csrf("/admin/sign-in")
    fields = {"csrf": token, "email": OWNER[0], "password": OWNER[1], "shop": "demo", "environment": "test"}
    await visitor.post("/admin/sign-in", fields, follow=False)
    cookie = next(each for each in visitor.headers.getall("Set-Cookie") if each.startswith("desk="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    secret = cookie.removeprefix("desk=").partition(";")[0]
    assert secret and secret not in str(await StaffSession.all().values())
    text = await visitor.get("/admin/account")
    assert secret not in text
    policy = visitor.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert visitor.headers["Cache-Control"] == "no-store"


async def enrolled(visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """Set up a second factor in a browser that is signed in: the app, and the recovery codes."""
    text = await visitor.get("/admin/account")
    secret = text.partition('<p class="code">')[2].partition("</p>")[0]
    app = pyotp.TOTP(secret)
    text = await visitor.act("/admin/account", "confirm", code=app.at(clock.now()))
    assert visitor.status == 200, text
    codes = [
        part.partition("</li>")[0] for part in text.partition('<ul class="codes">')[2].split("<li>")[1:11]
    ]
    clock.travel(timedelta(seconds=60))
    return app, codes


async def code_form(visitor: Visitor, text: str, code: str) -> str:
    """Type a code into the form that was shown after the password."""
    hidden = {
        name: text.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("csrf", "ticket", "next", "remember")
    }
    return await visitor.post("/admin/sign-in/code", {**hidden, "code": code})


async def test_a_second_factor_is_asked_for_once_it_is_set_up(as_role: AsRole, visitors: Make) -> None:
    app, codes = await enrolled(await as_role("finance"))
    assert len(set(codes)) == 10
    staff = await staff_of("finance")
    stored = str(await StaffUser.filter(id=staff.id).values()) + str(await StaffRecoveryCode.all().values())
    assert app.secret not in stored and not any(code in stored for code in codes)

    visitor = visitors()
    text = await visitor.sign_in(staff.email)
    assert "authenticator app" in text and visitor.status == 200
    await visitor.get("/admin")
    assert visitor.at == "/admin/sign-in", "the password alone opens nothing"
    refused = await code_form(visitor, text, "000000")
    assert visitor.status == 400 and "That code is not right." in refused
    await code_form(visitor, text, app.at(clock.now()))
    assert (visitor.status, visitor.at) == (200, "/admin")


async def test_no_code_serves_twice(as_role: AsRole, visitors: Make) -> None:
    app, codes = await enrolled(await as_role("finance"))
    email = (await staff_of("finance")).email
    for code in (app.at(clock.now()), codes[0], codes[1].lower().replace("-", " ")):
        first, second = visitors(), visitors()
        shown = [await each.sign_in(email) for each in (first, second)]
        await code_form(first, shown[0], code)
        assert first.at == "/admin", code
        text = await code_form(second, shown[1], code)
        assert "That code is not right." in text, code
    assert await StaffRecoveryCode.all().count() == 8


async def test_codes_are_not_guessed(as_role: AsRole, visitors: Make) -> None:
    app, _ = await enrolled(await as_role("finance"))
    visitor = visitors()
    text = await visitor.sign_in((await staff_of("finance")).email)
    for _ in range(5):
        await code_form(visitor, text, "123456")
    refused = await code_form(visitor, text, app.at(clock.now()))
    assert visitor.status == 429 and "Too many tries" in refused


async def test_a_ticket_for_the_code_runs_out_and_dies_with_the_password(
    as_role: AsRole, visitors: Make
) -> None:
    app, _ = await enrolled(await as_role("finance"))
    visitor, staff = visitors(), await staff_of("finance")
    text = await visitor.sign_in(staff.email)
    clock.travel(timedelta(minutes=6))
    assert "took too long" in await code_form(visitor, text, app.at(clock.now()))
    text = await visitor.sign_in(staff.email)
    await StaffUser.filter(id=staff.id).update(secret_epoch=9)
    assert "sign in again" in await code_form(visitor, text, app.at(clock.now()))
    assert "sign in again" in await code_form(
        visitor, text.replace('name="ticket" value="', 'name="ticket" value="x'), "1"
    )


async def test_an_owner_resets_a_second_factor_that_was_lost(as_role: AsRole, visitors: Make) -> None:
    await enrolled(lost := await as_role("finance"))
    owner, staff = await as_role("owner"), await staff_of("finance")
    await owner.act(f"/admin/people/{staff.id}", "factor", sure="yes")
    assert owner.status == 200
    await lost.get("/admin")
    assert lost.at == "/admin/sign-in", "their sessions ended"
    await lost.sign_in(staff.email)
    assert lost.at == "/admin"


async def test_a_shop_may_require_a_second_factor_of_everybody(as_role: AsRole) -> None:
    owner, finance = await as_role("owner"), await as_role("finance")
    await owner.act("/admin/people", "require", required="yes")
    text = await finance.get("/admin/audit")
    assert finance.at == "/admin/account" and "needs a second factor" in text
    app, _ = await enrolled(finance)
    await finance.get("/admin/audit")
    assert (finance.status, finance.at) == (200, "/admin/audit")
    text = await finance.act("/admin/account", "turn_off", code=app.at(clock.now()))
    assert finance.status == 403 and "needs a second factor here" in text


async def test_a_temporary_password_is_changed_first(as_role: AsRole, visitors: Make) -> None:
    owner, visitor = await as_role("owner"), visitors()
    text = await owner.act(
        "/admin/people", "invite", first_name="Esi", last_name="Mensah", email="esi@makola.test", role="desk"
    )
    password = text.partition('<p class="code"><strong>')[2].partition("</strong>")[0]
    assert len(password) == 12
    assert password not in await owner.get("/admin/people"), "it is shown once"
    await visitor.sign_in("esi@makola.test", password)
    await visitor.get("/admin")
    assert visitor.at == "/admin/account"
    fields = {"old": password, "password": "another-one", "again": "another-two"}
    assert "not the same" in await visitor.act("/admin/account", "password", **fields)
    assert "That is not your password." in await visitor.act(
        "/admin/account", "password", **fields | {"old": "x", "again": "another-one"}
    )
    await visitor.act("/admin/account", "password", **fields | {"again": "another-one"})
    assert visitor.at == "/admin/sign-in"
    await visitor.sign_in("esi@makola.test", "another-one")
    assert visitor.at == "/admin"


async def test_sessions_are_listed_and_ended(as_role: AsRole) -> None:
    here, there, third = await as_role("desk"), await as_role("desk"), await as_role("desk")
    text = await here.get("/admin/account")
    assert text.count('name="act" value="end"') == 2
    number = text.partition('name="id" value="')[2].partition('"')[0]
    await here.act("/admin/account", "end", id=number)
    await here.act("/admin/account", "end_others")
    for each, signed_in in ((here, True), (there, False), (third, False)):
        await each.get("/admin")
        assert (each.at == "/admin") == signed_in


async def test_nobody_ends_anothers_session(as_role: AsRole) -> None:
    mine, theirs = await as_role("desk"), await as_role("support")
    session = await StaffSession.filter(staff_id=(await staff_of("support")).id).first()
    assert session is not None
    await mine.act("/admin/account", "end", id=session.id)
    await theirs.get("/admin")
    assert theirs.at == "/admin"


async def test_signing_in_is_in_the_audit_log(as_role: AsRole) -> None:
    await as_role("desk")
    owner = await as_role("owner")
    text = await owner.get("/admin/audit?q=desk@")
    assert (
        "signed in" in text
        and "desk@demo.test" in text
        and "owner@demo.test" not in text.partition("<tbody>")[2]
    )


async def test_a_person_signs_in_with_their_app_in_a_real_browser(chrome: Chrome) -> None:
    page = chrome.page
    await chrome.sign_in_as("support")
    await chrome.open("/admin/account")
    app = pyotp.TOTP((await page.locator("p.code").inner_text()).strip())
    await page.get_by_label("Code from the app").fill(app.at(clock.now()))
    await page.get_by_role("button", name="Turn on second factor").click()
    assert await page.locator(".codes li").count() == 10
    await chrome.faultless()
    await page.get_by_role("button", name="Sign out").click()
    clock.travel(timedelta(seconds=60))
    await page.get_by_label("E-mail address").fill("support@demo.test")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await chrome.faultless()
    await page.get_by_label("Code").fill(app.at(clock.now()))
    await page.get_by_role("button", name="Verify").click()
    await page.get_by_role("heading", name="Today").wait_for()


LOGIN = """mutation($c: String) { login(username: "finance@demo.test", password: "a-desk-password", totpCode: $c) {
  __typename ... on ErrorResult { message } } }"""


async def test_the_admin_api_asks_for_the_code_as_well(as_role: AsRole, desk: DeskHands) -> None:
    app, _ = await enrolled(await as_role("finance"))
    refused = (await desk.ask(LOGIN, c=None))["login"]
    assert refused["message"] == "Please send the code of your authenticator app as well."
    assert (await desk.ask(LOGIN, c="000000"))["login"]["message"] == "That code is not right."
    assert (await desk.ask("{ me { identifier } }"))["me"] is None
    assert (await desk.ask(LOGIN, c=app.at(clock.now())))["login"] == {"__typename": "CurrentUser"}
