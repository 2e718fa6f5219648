"""Somebody of finance looks after the book: what it sums to, what an account holds and why, what waits."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from models import LedgerAccount
from services.checkout import pay
from services.payments.giving_back import give_back
from services.seller_orders.dividing import Refunded
from services.tenants import scope_by_code
from tests.browsers import in_a_browser
from tests.desk.conftest import Chrome, Visitor
from tests.sellers.hands import a_desk, buy_of
from tests.services.helpers import a_buyer, a_variant, fill_cart

if TYPE_CHECKING:
    from tests.conftest import World

AsRole = Callable[..., Awaitable[Visitor]]


async def some_trade() -> str:
    """Two orders, of one of which something waits to be given back; that one's code."""
    scope = await scope_by_code("demo", "test")
    buyer = await a_buyer(scope, balance_minor=10**7, pin=True)
    await buy_of(buyer, await a_variant(scope, pieces=9))
    other = await a_buyer(scope)
    await fill_cart(other, await a_variant(scope, pieces=9), 1)
    order = await pay(other, "standard-payment")
    await give_back(await a_desk(scope), order.payments[-1].id, Refunded({}, alike_minor=700), "Scratched")
    return order.code


async def test_a_settlement_is_uploaded_worked_through_and_looked_into(
    as_role: AsRole, world: "World"
) -> None:
    finance = await as_role("finance")
    path = "/admin/finance/reconciliations"
    text = await finance.act(path, "upload", provider="paystack")
    assert finance.status == 400 and "Please choose a file." in text
    wrong = {"file": ("may.csv", b"reference,amount\nmk-1,much\n")}
    text = await finance.act(path, "upload", wrong, provider="paystack")
    assert finance.status == 400 and "Row 2 has no amount: much" in text
    lines = "".join(f"mk-<b>{n},1.00\n" for n in range(30))
    text = await finance.act(
        path, "upload", {"file": ("may.csv", f"reference,amount\n{lines}".encode())}, provider="paystack"
    )
    assert finance.at.startswith(f"{path}/") and "0 of 30 lines are looked up." in text
    assert 'data-refresh="5"' in text
    here = finance.at
    await world.drain()
    text = await finance.get(here)
    assert (
        "data-refresh" not in text and "Missing here" in text and "Nothing here has that reference." in text
    )
    text = await finance.get(f"{here}?result=MissingHere&page=2")
    assert "mk-<b>29" in text and "mk-<b>1," not in text
    text = await finance.get(f"{here}?result=Matched")
    assert "No lines found." in text
    text = await finance.act(here, "again")
    assert "Reconciliation started again." in text
    text = await finance.act(path, "look", provider="paystack")
    assert "No new settlements." in text
    text = await finance.act(path, "begin", provider="paystack", name="424242")
    await world.drain()
    assert "The provider knows no such settlement" in await finance.get(finance.at)
    seller = await as_role("support")
    await seller.get(here)
    assert seller.status == 403


async def test_the_book_is_read_from_the_trial_balance_down_to_an_order(
    as_role: AsRole, world: "World"
) -> None:
    code = await some_trade()
    finance = await as_role("finance")
    text = await finance.get("/admin/finance")
    assert "Sums to zero" in text and "Shopping cards" in text
    text = await finance.get("/admin/finance?day=2020-01-01")
    assert "No entries by then." in text
    text = await finance.get("/admin/finance/accounts")
    assert ">sales</a>" in text and ">card:" not in text
    card = await LedgerAccount.filter(kind="card").first()
    assert card is not None
    for asked in (f"q={card.number}", f"q={card.number[2:]}", f"q={card.code}", "kind=card"):
        assert f">{card.code}</a>" in await finance.get(f"/admin/finance/accounts?{asked}")
    text = await finance.get("/admin/finance/accounts?q=suspense")
    link = text.split('href="/admin/finance/accounts/')[1].split('"')[0]
    text = await finance.get(f"/admin/finance/accounts/{link}")
    assert "GHS 7.00" in text and code in text
    text = await finance.get("/admin/finance/suspense")
    assert "Scratched" in text and code in text and "GHS 7.00" in text
    other = await as_role("finance", "kasuwa")
    for path in ("", "/accounts?q=suspense", "/suspense"):
        assert code not in await other.get(f"/admin/finance{path}")


@in_a_browser
async def test_finance_finds_its_way_in_a_real_browser(chrome: Chrome, world: "World") -> None:
    code = await some_trade()
    await chrome.sign_in_as("finance")
    page = chrome.page
    await page.get_by_role("link", name="Trial balance").click()
    await page.get_by_text("Sums to zero").wait_for()
    await chrome.faultless()
    await chrome.keep("finance-trial-balance")
    await page.get_by_role("link", name="sales", exact=True).click()
    await page.get_by_role("heading", name="Postings").wait_for()
    await page.get_by_text(code).first.wait_for()
    await chrome.faultless()
    await chrome.keep("finance-account")
    await chrome.open("/admin/finance/reconciliations")
    await page.get_by_label("CSV file").set_input_files(
        {"name": "may.csv", "mimeType": "text/csv", "buffer": b"Reference,Amount\nmk-nobodys,7.00\n"}
    )
    await page.get_by_role("button", name="Upload").click()
    await page.get_by_text("0 of 1 lines are looked up.").wait_for()
    await chrome.faultless()
    await world.drain()
    # The page looks again by itself.
    await page.get_by_text("Nothing here has that reference.").wait_for()
    await chrome.faultless()
    await chrome.keep("finance-reconciliation")
    for name, path in {
        "accounts": "/accounts",
        "suspense": "/suspense",
        "reconciliations": "/reconciliations",
    }.items():
        await chrome.open(f"/admin/finance{path}")
        await chrome.faultless()
        await chrome.keep(f"finance-{name}")
