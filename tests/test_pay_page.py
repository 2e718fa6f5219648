"""The page behind a link: whoever holds it sees what is owed and pays it; a real browser needs no script for that."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import async_playwright, expect

from api.pay_page.routes import LOOK_AGAIN_S, MOST
from core.db import execute, fetch_one
from models import Order, Payment, Refund, StoredMethod
from services.buyers import Buyer
from services.deposits.links import pay_link
from services.deposits.paying import Which, pay_balance
from services.orders import OrderView
from services.tenants import Scope, scope_by_code
from tests.browsers import ARTEFACTS, CHROMIUM, FLAGS, NARROW, in_a_browser
from tests.conftest import World
from tests.deposits.hands import an_option, buy, the_book_explains_what_is_owed
from tests.rest.paying import at_the_page
from tests.services.helpers import PIN, a_buyer, a_variant


@dataclass
class Owing:
    """An order at GHS 333.35 of which GHS 233.35 are owed, and the link to pay it by."""

    scope: Scope
    buyer: Buyer
    order: OrderView
    link: str


async def owing(scope: Scope) -> Owing:
    await execute("UPDATE shipping_method SET price_minor = 0 WHERE id = 1")
    variant = await a_variant(scope, pieces=20)
    await execute("UPDATE variant SET price_minor = 33335 WHERE id = $1", variant)
    buyer = await a_buyer(scope, balance_minor=100_000, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant))
    row = await fetch_one("SELECT code, uid FROM customer_order WHERE id = $1", order.id)
    assert row and order.outstanding_minor == 23335
    return Owing(scope, buyer, order, pay_link(row))


@pytest_asyncio.fixture
async def owed(world: World) -> Owing:
    return await owing(await scope_by_code("demo", "test"))


@pytest_asyncio.fixture
async def payer() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def shown(payer: ClientSession, url: str, status: int = 200) -> str:
    """What the page says, without its marks."""
    async with payer.get(url) as answer:
        assert answer.status == status
        return plain(await answer.text())


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").split())


async def press_pay(payer: ClientSession, link: str, amount: str) -> str:
    """Where Pay leads to."""
    async with payer.post(link, data={"amount": amount}, allow_redirects=False) as answer:
        assert answer.status == 303, plain(await answer.text())
        return answer.headers["Location"]


async def test_a_part_and_then_the_rest_is_paid_by_whoever_holds_the_link(
    world: World, owed: Owing, payer: ClientSession
) -> None:
    text = await shown(payer, owed.link)
    assert f"Makola Demo Order {owed.order.code} Still owed GHS 233.35" in text
    assert "Of GHS 333.35, GHS 100.00 is paid." in text and "GHS 233.35 due on" in text
    page = await press_pay(payer, owed.link, "33.35")
    assert await press_pay(payer, owed.link, "GHS 33.35") == page
    back = await at_the_page(page, pay=True)
    assert back.startswith(f"{owed.link}?paid=1&")
    text = await shown(payer, back)
    assert "Thank you, GHS 33.35 is paid." in text and "Still owed GHS 200.00" in text
    back = await at_the_page(await press_pay(payer, owed.link, ""), pay=True)
    text = await shown(payer, back)
    assert "Thank you, GHS 200.00 is paid." in text and "Nothing is owed" in text and "Pay now" not in text
    assert (await Order.get(id=owed.order.id)).state == "PaymentSettled"
    assert [p.customer_id for p in await Payment.filter(purpose="balance")] == [None, None]
    # A link proves nobody to be the customer, so no card is kept for them.
    assert await StoredMethod.filter(provider="paystack").count() == 0
    await the_book_explains_what_is_owed()


async def test_a_payment_that_is_not_made_leaves_everything_as_it_was(
    world: World, owed: Owing, payer: ClientSession
) -> None:
    back = await at_the_page(await press_pay(payer, owed.link, "1,00.00"), pay=False)
    text = await shown(payer, back)
    assert "GHS 100.00 was not paid." in text and "Still owed GHS 233.35" in text
    page = await press_pay(payer, owed.link, "50")
    reference = (await Payment.filter(state="Pending").get()).id
    attempt = await fetch_one("SELECT reference FROM payment_attempt WHERE payment_id = $1", reference)
    assert attempt
    back = f"{owed.link}?paid=1&reference={attempt['reference']}"
    async with payer.get(back) as answer:
        html = await answer.text()
    assert f'http-equiv="refresh" content="{LOOK_AGAIN_S}"' in html and "<form" not in html
    assert "We are waiting for the payment of GHS 50.00." in plain(html)
    await at_the_page(page, pay=True)
    assert "Thank you, GHS 50.00 is paid." in await shown(payer, back)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("0", "Between 0 and GHS 233.35"),
        ("-1", "Between 0 and GHS 233.35"),
        ("233.36", "Between 0 and GHS 233.35"),
        ("1.005", "GHS has 2 decimal places."),
        ("all", "That is not an amount of money."),
        ("nan", "GHS has 2 decimal places."),
        ("9" * 60, "That amount is too large."),
        ('"><script>alert(1)</script>', "That is not an amount of money."),
    ],
)
async def test_errors_are_sentences_on_the_page(
    owed: Owing, payer: ClientSession, amount: str, sentence: str
) -> None:
    async with payer.post(owed.link, data={"amount": amount}) as answer:
        html = await answer.text()
        assert answer.status == 400 and sentence in plain(html)
    assert "Still owed GHS 233.35" in plain(html) and "<script" not in html
    assert not await Payment.filter(purpose="balance").exists()


async def test_money_that_comes_when_nothing_is_owed_goes_back(
    world: World, owed: Owing, payer: ClientSession
) -> None:
    page = await press_pay(payer, owed.link, "")
    await pay_balance(owed.buyer, Which(order_id=owed.order.id), "shopping-card", pin=PIN)
    back = await at_the_page(page, pay=True)
    await world.until(lambda: Refund.filter(state="Done").exists())
    text = await shown(payer, back)
    assert "Nothing was owed any more when GHS 233.35 came. It goes back" in text
    async with payer.post(owed.link, data={"amount": "5"}) as answer:
        assert answer.status == 400 and "Nothing is owed" in plain(await answer.text())
    await the_book_explains_what_is_owed()


async def test_another_orders_reference_says_nothing(world: World, owed: Owing, payer: ClientSession) -> None:
    other = await owing(owed.scope)
    back = await at_the_page(await press_pay(payer, other.link, "5"), pay=True)
    query = back.partition("?")[2]
    for strange in (
        query,
        "paid=1",
        "paid=1&reference=%00%ff",
        "reference=x",
        "paid=1&reference=" + "x" * 3000,
    ):
        text = await shown(payer, f"{owed.link}?{strange}")
        assert "Still owed GHS 233.35" in text and "Thank you" not in text and "GHS 5.00" not in text


async def test_a_guessed_link_leads_nowhere_and_not_for_long(
    world: World, owed: Owing, payer: ClientSession
) -> None:
    base, code = world.settings.base_url, owed.order.code
    mark = owed.link.rpartition("-")[2]
    flipped = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    for name in (
        code,
        f"{code}-{flipped}",
        f"{code}-",
        f"MK000000000-{mark}",
        "x",
        "%00-%ff",
        f"{code}-{mark}x",
    ):
        text = await shown(payer, f"{base}/pay/{name}", 404)
        assert "This link leads nowhere." in text and code not in text
        async with payer.post(f"{base}/pay/{name}", data={"amount": "1"}) as answer:
            assert answer.status == 404
    stranger = {"X-Forwarded-For": "41.66.200.9"}
    for _ in range(MOST):
        async with payer.get(f"{base}/pay/{code}-{flipped}", headers=stranger) as answer:
            assert answer.status == 404
    async with payer.get(owed.link, headers=stranger) as answer:
        assert answer.status == 429 and "Too many tries" in await answer.text()
    assert code in await shown(payer, owed.link)


async def test_the_page_lets_nothing_foreign_in_and_tells_nobody_of_itself(
    owed: Owing, payer: ClientSession
) -> None:
    async with payer.get(owed.link) as answer:
        html, headers = await answer.text(), answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script" not in policy
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "<script" not in html and "style=" not in html and "<style" not in html
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == ["/pay/page.css"]


@in_a_browser
async def test_a_browser_without_scripts_pays_on_a_small_screen(world: World, owed: Owing) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport=NARROW, java_script_enabled=False)  # type: ignore[arg-type]
        page = await context.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        await page.goto(owed.link)
        await expect(page.get_by_text("Still owed")).to_be_visible()
        ARTEFACTS.mkdir(exist_ok=True)
        await page.screenshot(path=ARTEFACTS / "pay-owed.png", full_page=True)
        await page.get_by_label("How much do you pay now?").fill("500")
        await page.get_by_role("button", name="Pay").click()
        await expect(page.get_by_role("alert")).to_contain_text("Between 0 and GHS 233.35")
        await page.screenshot(path=ARTEFACTS / "pay-refused.png", full_page=True)
        await page.get_by_label("How much do you pay now?").fill("33.35")
        await page.get_by_role("button", name="Pay").click()
        # The gateway's page, at another address.
        await page.get_by_role("button", name="Pay").first.click()
        await expect(page.get_by_role("status")).to_have_text("Thank you, GHS 33.35 is paid.")
        await expect(page.get_by_text("Still owed")).to_be_visible()
        await page.screenshot(path=ARTEFACTS / "pay-paid.png", full_page=True)
        box = await page.locator("main").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
        await browser.close()
        assert [each for each in troubles if "400" not in each] == []
