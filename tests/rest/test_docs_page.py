"""The page of the REST API: a real browser reads it, signs in on it and calls, and nothing comes from elsewhere."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Locator, Page, async_playwright, expect

from api.rest.docs_page import add_docs_page
from api.rest.sections import SECTIONS
from core.keys import SETTINGS
from tests.browsers import ARTEFACTS, CHROMIUM, FLAGS, in_a_browser
from tests.conftest import World
from tests.rest.hands import DEMO_KEY

pytestmark = in_a_browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
ENDPOINTS = sum(len(section.endpoints) for section in SECTIONS)
TOKEN = re.compile(r"^ey[\w.-]+$")
ODD = "<img src=x onerror=alert(1)>"


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport=WIDE)
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if is_trouble(line) else None)
        yield page
        await browser.close()
        assert troubles == []


def is_trouble(line: Any) -> bool:
    """A refused call is written to the console, too, and is none."""
    return line.type == "error" and "the server responded with a status of" not in line.text


async def opened(page: Page, operation: str) -> Locator:
    """An endpoint, opened from the list of them."""
    card = page.locator(f"#{operation}")
    await card.locator("summary").first.click()
    await expect(card.get_by_role("button", name="Send")).to_be_visible()
    return card


async def test_every_endpoint_is_there_and_found_by_words(world: World, page: Page) -> None:
    await page.goto(f"{world.settings.base_url}/docs")
    assert page.url.endswith("/docs/rest")
    await expect(page.locator("#found")).to_have_text(f"{ENDPOINTS} endpoints")
    await expect(page.locator(".endpoint")).to_have_count(ENDPOINTS)
    await page.screenshot(path=artefact("docs-rest.png"))
    await page.get_by_label("Find an endpoint").fill("post cart add")
    await expect(page.locator(".endpoint:visible")).to_have_count(1)
    await page.locator("nav a:visible").click()
    card = page.locator("#carts_add")
    await expect(card.get_by_role("button", name="Send")).to_be_visible()
    await expect(card).to_contain_text("1 to 1000")
    await page.screenshot(path=artefact("docs-rest-endpoint.png"))


async def test_a_customer_registers_signs_in_and_calls_by_keyboard(world: World, page: Page) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    await page.goto(f"{world.settings.base_url}/docs/rest")
    await expect(page.get_by_label("x-api-key")).to_have_value(DEMO_KEY)
    register = await opened(page, "customers_register_customer")
    await register.get_by_role("button", name="Send").click()
    await expect(register.locator(".result")).to_contain_text("200 OK")
    await expect(register.locator(".result")).to_contain_text("X-Request-Id")
    login = await opened(page, "customers_sign_in")
    await login.get_by_label("Body (JSON)").focus()
    await page.keyboard.press("Control+Enter")
    await expect(login.locator(".result")).to_contain_text("200 OK")
    await expect(page.get_by_label("Token")).to_have_value(TOKEN)
    balance = await opened(page, "customers_get_card_balance")
    await expect(balance.locator(".curl")).to_contain_text("Authorization: Bearer ey")
    await balance.get_by_role("button", name="Send").press("Enter")
    await expect(balance.locator(".result")).to_contain_text('"currentBalance": 0')
    await page.screenshot(path=artefact("docs-rest-answer.png"))
    assert {url.split("/")[2] for url in seen} == {f"127.0.0.1:{world.settings.port}"}


async def test_whatever_comes_is_shown_as_text(world: World, page: Page) -> None:
    await page.goto(f"{world.settings.base_url}/docs/rest")
    register = await opened(page, "customers_register_customer")
    body = f'{{"firstName": "{ODD}", "lastName": "O\'Neil", "emailAddress": "odd@example.com"}}'
    await register.get_by_label("Body (JSON)").fill(body)
    await expect(register.locator(".curl")).to_contain_text("O'\\''Neil")
    await register.get_by_role("button", name="Send").click()
    await expect(register.locator(".result")).to_contain_text("phoneNumber is required")
    await register.get_by_label("Body (JSON)").fill("{")
    await register.get_by_role("button", name="Send").click()
    await expect(register.locator(".result")).to_contain_text("The body isn't JSON")
    money = await opened(page, "cards_fund_shopping_card")
    key = await money.get_by_label("Idempotency-Key").input_value()
    await money.get_by_role("button", name="New key").click()
    assert key != await money.get_by_label("Idempotency-Key").input_value()
    assert await page.locator("img").count() == 0


async def test_it_fits_a_phone(world: World, page: Page) -> None:
    await page.set_viewport_size(NARROW)
    await page.goto(f"{world.settings.base_url}/docs/rest#checkout_check_out")
    card = page.locator("#checkout_check_out")
    await expect(card.get_by_role("button", name="Send")).to_be_visible()
    await card.get_by_label("Example").select_option(index=1)
    await expect(card.get_by_label("Body (JSON)")).to_have_value(re.compile("PaymentGateway"))
    await card.get_by_text("What it answers").click()
    await page.screenshot(path=artefact("docs-rest-phone.png"), full_page=True)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_the_page_allows_no_foreign_and_no_inline_code(world: World, page: Page) -> None:
    answer = await page.goto(f"{world.settings.base_url}/docs/rest")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    html = await answer.text()
    assert "style=" not in html and "onclick" not in html and "<style" not in html


async def test_no_key_stands_in_it_in_production(world: World, page: Page) -> None:
    app = web.Application()
    app[SETTINGS] = world.settings.model_copy(update={"environment": "production"})
    add_docs_page(app)
    async with TestServer(app) as server:
        answer = await page.request.get(str(server.make_url("/docs/rest")))
        assert answer.ok and DEMO_KEY not in await answer.text()


def artefact(name: str) -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS / name
