"""The telephones in the browser: a real browser dials, texts and chats as one person, and nothing comes from elsewhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from chat_helpers import Phone
from playwright.async_api import Page, async_playwright, expect

from api.try_page import add_try_page
from bot.channels.sms import add_sms_routes
from bot.channels.telegram.routes import add_telegram_routes
from bot.channels.ussd import add_ussd_routes
from core.keys import SETTINGS
from core.settings import Settings
from tests.browsers import ARTEFACTS, CHROMIUM, FLAGS, NARROW, WIDE, in_a_browser
from workers.jobs import drain

pytestmark = in_a_browser


@pytest_asyncio.fixture
async def site(market: Settings, twins: str) -> AsyncIterator[str]:
    app = web.Application()
    app[SETTINGS] = market
    for add in (add_ussd_routes, add_sms_routes, add_telegram_routes, add_try_page):
        add(app)
    async with TestServer(app, port=market.port) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport=WIDE)
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        yield page
        await browser.close()
        assert troubles == []


async def shows(page: Page, words: str) -> None:
    await expect(page.locator("#words")).to_contain_text(words)


async def type_on(page: Page, *answers: str) -> None:
    """Answer screen after screen, each once the one before has changed."""
    for answer in answers:
        before = await page.locator("#words").inner_text()
        await page.keyboard.type(answer)
        await page.keyboard.press("Enter")
        await expect(page.locator("#words")).not_to_have_text(before, use_inner_text=True)
        await expect(page.locator("#words")).not_to_have_class("words wait")


async def test_a_call_from_the_browser_by_keyboard_and_by_keys(
    site: str, page: Page, market: Settings
) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    await page.set_viewport_size(NARROW)
    await page.goto(f"{site}/try")
    await shows(page, "Dial *920*44#")
    await page.get_by_role("button", name="Call").click()
    await shows(page, "Welcome to Makola Demo")
    for key in ("4", "#"):
        await page.get_by_role("button", name="Hash" if key == "#" else key, exact=key == "#").click()
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Enter")
    await shows(page, "What is your full name?")
    await type_on(page, "Ama Mensah", "1234", "1234")
    await shows(page, "Balance GHS 0.00")
    await type_on(page, "00", "5", "2", "2")
    await shows(page, "Type the code")

    await drain(market)
    await expect(page.locator("#unread")).to_have_text("1")
    await page.get_by_role("tab", name="SMS").click()
    await expect(page.locator("#messages li").first).to_contain_text(
        "Makola Demo: your code for a new PIN is"
    )
    ARTEFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTEFACTS / "try-messages.png")
    await page.get_by_role("button", name="Use").first.click()
    await page.keyboard.press("Enter")
    await shows(page, "Type a new PIN")
    await type_on(page, "2468", "2468")
    await shows(page, "Your new PIN is set.")
    await type_on(page, "4")
    await shows(page, "Balance GHS 0.00")

    await page.keyboard.press("Escape")
    await shows(page, "Dial *920*44#")
    await page.keyboard.press("Enter")
    await shows(page, "Welcome back.")
    assert {url.split("/")[2] for url in seen} == {site.split("/")[2]}


async def test_a_cart_moves_between_the_telephones(
    site: str, page: Page, market: Settings, worker: None
) -> None:
    await Phone(market).sign_up()
    await page.goto(f"{site}/try")
    await page.locator("#reply").fill("*920*44*1*1*wiper*1*1*2#")
    await page.keyboard.press("Enter")
    await shows(page, "In your cart now: 2 pieces, GHS 140.00")

    await page.get_by_role("textbox", name="Text message").fill("cart")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages li").last).to_contain_text("Cart: 2 pieces, GHS 140.00")

    bubbles = page.locator("#bubbles")
    await page.get_by_role("button", name="Start").click()
    await bubbles.get_by_role("button", name="Cart").click()
    await page.get_by_role("button", name="Share my number").click()
    await expect(bubbles).to_contain_text("Welcome, Ama Mensah.\nCart: 2 pieces, GHS 140.00")
    await page.screenshot(path=ARTEFACTS / "try-desktop.png", full_page=True)

    await page.locator("#chat-text").fill("/search corolla brake pads")
    await page.keyboard.press("Enter")
    await bubbles.get_by_role("button", name="Toyota Corolla Front").first.click()
    await expect(bubbles).to_contain_text("Picture")
    await page.screenshot(path=ARTEFACTS / "try-chat.png", full_page=True)


async def test_tabs_are_moved_between_by_arrow_keys_on_a_small_screen(site: str, page: Page) -> None:
    await page.set_viewport_size(NARROW)
    await page.goto(f"{site}/try")
    await page.get_by_role("tab", name="USSD").focus()
    for name, panel in (("SMS", "sms"), ("Chat", "telegram"), ("USSD", "ussd")):
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name=name)).to_be_focused()
        for each in ("ussd", "sms", "telegram"):
            await expect(page.locator(f"#{each}")).to_be_visible(visible=each == panel)
        await page.screenshot(path=ARTEFACTS / f"try-mobile-{panel}.png", full_page=True)
        wider: Any = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wider


async def test_a_dial_string_on_a_small_screen(site: str, page: Page) -> None:
    await page.set_viewport_size(NARROW)
    await page.goto(f"{site}/try")
    await page.locator("#reply").fill("*920*44*1*1*corolla brake pads#")
    await page.keyboard.press("Enter")
    await shows(page, "3 found")
    await page.get_by_role("button", name="Hang up").click()
    await shows(page, "Dial *920*44#")


async def test_the_page_allows_no_foreign_and_no_inline_code(site: str, page: Page) -> None:
    answer = await page.goto(f"{site}/try")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    html = await answer.text()
    assert "style=" not in html and "onclick" not in html and "<style" not in html


async def test_messages_are_relayed_for_one_number_at_a_time(site: str, page: Page) -> None:
    for query, status in {"": 400, "?to=": 400, f"?to={'9' * 99}": 400, "?to=%2B233241234567": 200}.items():
        answer = await page.request.get(f"{site}/try/outbox{query}")
        assert answer.status == status


async def test_only_small_json_is_passed_on(site: str, page: Page) -> None:
    for path in ("sms", "telegram"):
        for data in ("", "[]", "{", '{"a": "' + "x" * 5000 + '"}'):
            answer = await page.request.post(
                f"{site}/try/{path}", data=data, headers={"Content-Type": "application/json"}
            )
            assert answer.status == 400, (path, data[:10])
        answer = await page.request.post(
            f"{site}/try/{path}", data='{"a": 1}', headers={"Content-Type": "text/plain"}
        )
        assert answer.status == 400
