"""The page behind the link: a customer applies, is told, and accepts, without a script and from nowhere else."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, CookieJar
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

from api.financing_page.routes import MOST
from models import FinancingRequest
from tests.browsers import ARTEFACTS, CHROMIUM, FLAGS, NARROW, in_a_browser
from tests.conftest import World
from tests.financing.conftest import Dealer
from tests.financing.hands import AMA, a_seat, decided, in_state
from tests.test_pay_page import plain

FORM = {
    "act": "apply", "kind": "loan", "first_name": "Ama", "last_name": "Mensah", "phone": "024 123 4567",
    "email": "ama@example.com", "income": "GHS 2,000.00", "tax_id": "", "consent": "yes",
}  # fmt: skip


@pytest.fixture
async def visitor() -> AsyncIterator["Visitor"]:
    # By itself the jar keeps no cookies of addresses that are numbers.
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Visitor(session)


class Visitor:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def see(self, link: str, status: int = 200) -> str:
        async with self.session.get(link) as answer:
            assert answer.status == status
            return await answer.text()

    async def post(self, link: str, **form: str) -> tuple[int, str]:
        """What a form brings that was filled in on the page as it is shown now."""
        mark = re.search(r'name="mark" value="([0-9a-f]+)"', await self.see(link))
        form = {"mark": mark[1] if mark else "", **form}
        async with self.session.post(link, data=form, allow_redirects=False) as answer:
            return answer.status, plain(await answer.text())


async def test_a_customer_applies_and_accepts_on_the_page(
    world: World, dealer: Dealer, visitor: Visitor
) -> None:
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    link = order["applyUrl"]
    html = await visitor.see(link)
    text = plain(html)
    assert "Makola Demo Pay over time What you buy 2 × Seat GHS 600.02" in text
    for value in ("Ama", "Mensah", "0241234567", "ama@example.com", "1 Ring Road", "Accra"):
        assert f'value="{value}"' in html
    assert (await visitor.post(link, **FORM))[0] == 303
    html = await visitor.see(link)
    assert "The lender is looking at it." in html and 'http-equiv="refresh"' in html
    await decided(dealer, order["id"])
    html = await visitor.see(link)
    text = plain(html)
    assert (
        "Approved." in text
        and "Up to GHS 600.02" in text
        and "GHS 200.01 a month 3 months, the first on" in text
    )
    offer = re.search(r'name="offer" value="([0-9a-f-]+)"', html)
    assert offer and (await visitor.post(link, act="accept", offer=offer[1]))[0] == 303
    assert "telling the lender" in plain(await visitor.see(link))
    await in_state(dealer, order["id"], "Accepted")
    text = plain(await visitor.see(link))
    assert "It is agreed." in text and text.count("due on") == 3 and "GHS 200.00 due on" in text
    order = await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=order["id"])
    html = await visitor.see(link)
    assert f"/pay/{order['orderCode']}-" in html and "<form" not in html


async def test_what_is_wrong_is_marked_and_what_was_typed_stays(dealer: Dealer, visitor: Visitor) -> None:
    order = await dealer.create()
    link = order["applyUrl"]
    typed = {
        **FORM,
        "last_name": '"><script>alert(1)</script>',
        "income": "much",
        "amount": "",
        "email": "ama",
    }
    typed.pop("consent")
    status, text = await visitor.post(link, **typed)
    assert status == 400
    for sentence in (
        "An amount is written like 150.00.",
        "This is needed.",
        "That is not an e-mail address.",
    ):
        assert sentence in text
    assert "<script" not in await visitor.see(link)
    status, text = await visitor.post(
        link, **{**typed, "income": "2000", "amount": "5", "email": "", "phone": "5"}
    )
    assert status == 400 and "with the customer's consent" in text.replace("&#39;", "'")
    assert "A number is needed" in text
    status, text = await visitor.post(link, **{**FORM, "amount": "5"})
    assert status == 400 and "At least GHS 10.00 can be financed." in text
    assert not await FinancingRequest.all().exists()


async def test_more_information_is_given_on_the_page(dealer: Dealer, visitor: Visitor) -> None:
    order = await dealer.create(items=[await a_seat()])
    link = order["applyUrl"]
    await visitor.post(link, **{**FORM, "tax_id": "0002"})
    await decided(dealer, order["id"], state="MoreInformation")
    text = plain(await visitor.see(link))
    assert "The lender wants to know more. How do you earn what you earn?" in text
    assert (await visitor.post(link, act="inform", kind="loan", information=" "))[0] == 400
    assert (await visitor.post(link, act="inform", kind="loan", information="I drive a taxi."))[0] == 303
    await decided(dealer, order["id"])


async def test_a_decline_is_told_with_its_reason(dealer: Dealer, visitor: Visitor) -> None:
    order = await dealer.create(items=[{**await a_seat(), "isLeaseable": False}])
    link = order["applyUrl"]
    assert 'value="lease"' not in await visitor.see(link)
    await visitor.post(link, **{**FORM, "tax_id": "0001"})
    await decided(dealer, order["id"], state="Declined")
    text = plain(await visitor.see(link))
    assert "The lender said no. The lender found payments that were missed before." in text
    assert "Apply once more" in text
    assert (await visitor.post(link, act="cancel"))[0] == 303
    assert "This was called off." in plain(await visitor.see(link))


async def test_a_form_that_another_site_made_up_does_nothing(dealer: Dealer, visitor: Visitor) -> None:
    order = await dealer.create(items=[await a_seat()])
    link = order["applyUrl"]
    other = (await dealer.create())["applyUrl"]
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', await visitor.see(other))
    assert mark
    for given in ({"mark": ""}, {"mark": "é"}, {"mark": mark[1]}):
        status, text = await visitor.post(link, **{**FORM, **given})
        assert status == 403 and "This page was open for too long" in text
    # The right mark without the cookie of the browser that was shown it.
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', await visitor.see(link))
    async with ClientSession() as stranger, stranger.post(link, data={**FORM, "mark": mark[1]}) as answer:
        assert answer.status == 403
    assert (await visitor.post(link, **{**FORM, "act": "steal"}))[0] == 400
    assert not await FinancingRequest.all().exists()


async def test_a_guessed_link_leads_nowhere_and_not_for_long(
    world: World, dealer: Dealer, visitor: Visitor
) -> None:
    order = await dealer.create(customer=AMA)
    link = order["applyUrl"]
    base, _, name = link.rpartition("/")
    uid, _, mark = name.partition("-")
    flipped = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    for guess in (uid, f"{uid}-{flipped}", f"{uid}-", f"{'0' * 32}-{mark}", "x", "%00", f"{name}x"):
        html = await visitor.see(f"{base}/{guess}", 404)
        assert "This link leads nowhere." in html and "Mensah" not in html
        async with visitor.session.post(f"{base}/{guess}", data=FORM) as answer:
            assert answer.status == 404
    stranger = {"X-Forwarded-For": "41.66.200.9"}
    for _ in range(MOST):
        async with visitor.session.get(f"{base}/{uid}-{flipped}", headers=stranger) as answer:
            assert answer.status == 404
    async with visitor.session.get(link, headers=stranger) as answer:
        assert answer.status == 429 and "Too many tries" in await answer.text()


async def test_the_page_lets_nothing_foreign_in_and_tells_nobody_of_itself(
    dealer: Dealer, visitor: Visitor
) -> None:
    order = await dealer.create(items=[await a_seat()])
    async with visitor.session.get(order["applyUrl"]) as answer:
        html, headers = await answer.text(), answer.headers
    policy, cookie = headers["Content-Security-Policy"], headers["Set-Cookie"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script" not in policy
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/financing/apply/" in cookie
    assert "<script" not in html and "style=" not in html and "<style" not in html
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == ["/pay/page.css", "/financing/apply/page.css"]


@in_a_browser
async def test_nothing_on_the_page_keeps_anybody_from_using_it(world: World, dealer: Dealer) -> None:
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport=NARROW)  # type: ignore[arg-type]

        async def look() -> None:
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found = await Axe().run(page)
                assert [each["id"] for each in found.response["violations"]] == []

        await page.goto(order["applyUrl"])
        await look()
        await page.get_by_role("button", name="Ask the lender").click()
        await look()
        await page.get_by_label("What you earn in a month").fill("2000")
        await page.get_by_label("Last four characters").fill("0002")
        await page.get_by_label("I agree that the lender is asked").check()
        await page.get_by_role("button", name="Ask the lender").click()
        await decided(dealer, order["id"], state="MoreInformation")
        await page.reload()
        await look()
        await page.get_by_label("Your answer").fill("I drive a taxi.")
        await page.get_by_role("button", name="Send it to the lender").click()
        await decided(dealer, order["id"])
        await page.reload()
        await look()
        await browser.close()


@in_a_browser
async def test_a_browser_without_scripts_applies_on_a_small_screen(world: World, dealer: Dealer) -> None:
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport=NARROW, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        ARTEFACTS.mkdir(exist_ok=True)
        await page.goto(order["applyUrl"])
        await page.screenshot(path=ARTEFACTS / "financing-apply.png", full_page=True)
        await page.get_by_role("button", name="Ask the lender").click()
        await expect(page.get_by_text("This is needed.")).to_be_visible()
        await page.screenshot(path=ARTEFACTS / "financing-refused.png", full_page=True)
        await page.get_by_label("What you earn in a month").fill("2000")
        await page.get_by_label("I agree that the lender is asked").check()
        await page.get_by_role("button", name="Ask the lender").click()
        await expect(page.get_by_text("The lender is looking at it.")).to_be_visible()
        await page.screenshot(path=ARTEFACTS / "financing-waiting.png", full_page=True)
        await decided(dealer, order["id"])
        await page.reload()
        await expect(page.get_by_text("GHS 200.01 a month")).to_be_visible()
        await page.screenshot(path=ARTEFACTS / "financing-offers.png", full_page=True)
        await page.get_by_label("GHS 100.01 a month").check()
        await page.get_by_role("button", name="Accept this offer").click()
        await in_state(dealer, order["id"], "Accepted")
        await page.reload()
        await expect(page.get_by_text("It is agreed.")).to_be_visible()
        await page.screenshot(path=ARTEFACTS / "financing-agreed.png", full_page=True)
        box = await page.locator("main").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
        await browser.close()
        assert [each for each in troubles if "400" not in each] == []
