"""Orders at the desk: found by what a caller reads out, worked on, paid back; and of a seller's only their part."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest_asyncio
from pypdf import PdfReader

from core import clock
from core.db import execute, fetch, fetch_one
from models import AuditEntry, Customer, Fulfillment, Refund
from services.buyers import Buyer
from services.carts import add_to_cart
from services.checkout import choose_shipping
from services.checkout.on_account import place_on_account
from services.orders import OrderView
from services.shipping import methods_of
from services.tenants import Scope, scope_by_code
from tests.browsers import ARTEFACTS, in_a_browser
from tests.catalogue.helpers import counted
from tests.deposits.hands import an_option, buy
from tests.deposits.test_on_account import in_parts
from tests.desk.conftest import Chrome, Visitor, staff_of
from tests.sellers.hands import buy_of, variants_of_sellers
from tests.services.helpers import a_buyer, a_variant

if TYPE_CHECKING:
    from tests.conftest import World

AsRole = Callable[..., Awaitable[Visitor]]
HOSTILE = "<script>alert(1)</script>"


@pytest_asyncio.fixture
async def scope(world: "World") -> Scope:
    return await scope_by_code("demo", "test")


async def one_of_two_sellers(scope: Scope) -> tuple[OrderView, Buyer, list[tuple[int, int]]]:
    """An order with goods of two sellers, paid by card: one of them is who the hands' seller works for."""
    ours = (await staff_of("seller")).seller_id
    both = await variants_of_sellers(scope, 99)
    mine, other = (
        next(each for each in both if each[0] == ours),
        next(each for each in both if each[0] != ours),
    )
    buyer = await a_buyer(scope, balance_minor=10**9, pin=True)
    order = await buy_of(buyer, mine[1], other[1], ways=[(await methods_of(scope))[0].id])
    return order, buyer, [mine, other]


async def test_an_order_is_found_by_whatever_a_caller_reads_out(as_role: AsRole, scope: Scope) -> None:
    order, buyer, _ = await one_of_two_sellers(scope)
    await one_of_two_sellers(scope)
    await execute(
        "UPDATE customer SET full_name = 'Afua Sarpong', email = 'afua@mail.test' WHERE id = $1",
        buyer.customer_id,
    )
    phone = (await Customer.get(id=buyer.customer_id)).phone
    desk = await as_role("desk")
    assert phone
    for words in (
        order.code,
        order.code.lower(),
        phone,
        "0" + phone[4:],
        f"{phone[:4]} {phone[4:6]} {phone[6:9]} {phone[9:]}",
        "sarpong",
        "Afua S",
        "AFUA@mail.test",
    ):
        text = await desk.get("/admin/orders?q=" + words.replace("+", "%2B").replace(" ", "+"))
        found = re.findall(r'/admin/orders/(\d+)"', text)
        assert found == [str(order.id)], words
    assert "No orders found." in await desk.get("/admin/orders?q=nobody-at-all")
    text = await desk.get(f"/admin/orders?q={order.lines[0].sku}")
    assert order.code in text


async def test_an_order_is_found_by_its_parcels_and_its_payment(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    desk = await as_role("desk")
    path = f"/admin/orders/{order.id}"
    line = order.lines[0]
    await desk.act(
        path, "fulfil", line=line.id, pieces=line.quantity, tracking_code="DHL-77 001", method="DHL"
    )
    assert order.code in await desk.get("/admin/orders?q=DHL-77+001")
    payment = order.payments[-1]
    await execute(
        "INSERT INTO payment_attempt (uid, created_at, updated_at, payment_id, provider, kind, reference, state, request, "
        "reason, expires_at, attempts) VALUES ($1, $2, $2, $3, 'paystack', 'redirect', 'mk-read-out', 'Succeeded', '{}', '', $2, 0)",
        order.uid,
        clock.now(),
        payment.id,
    )
    assert order.code in await desk.get("/admin/orders?q=mk-read-out")


async def test_a_guests_order_is_found_by_what_they_said(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    await execute(
        "UPDATE customer_order SET customer_id = NULL, guest = $2 WHERE id = $1",
        order.id,
        '{"full_name": "Kofi Guest", "email": "kofi@guest.test", "phone": "+233201112223"}',
    )
    desk = await as_role("desk")
    for words in ("kofi+guest", "kofi@guest.test", "0201112223"):
        assert order.code in await desk.get(f"/admin/orders?q={words}"), words


async def test_a_list_is_narrowed_and_its_address_keeps_that(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    desk = await as_role("desk")
    for query, there in (
        ("state=PaymentSettled", True),
        ("state=Delivered", False),
        ("state=no-such-state", True),
        ("due=open", False),
        ("since=2000-01-01", True),
        ("until=2000-01-01", False),
        ("since=not-a-day&page=0&sort=1", True),
        ("page=9999999", False),
    ):
        text = await desk.get(f"/admin/orders?{query}")
        assert desk.status == 200 and (order.code in text) == there, query
    text = await desk.get("/admin/orders?state=PaymentSettled&since=2000-01-01")
    assert 'value="2000-01-01"' in text and '<option value="PaymentSettled" selected>' in text


async def test_parcels_leave_and_arrive_and_the_order_follows(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    desk, path = await as_role("desk"), f"/admin/orders/{order.id}"
    first, second = order.lines
    for line in (first, second):
        await desk.act(path, "fulfil", line=line.id, pieces=line.quantity, tracking_code=f"T{line.id}")
    parcels = await Fulfillment.filter(order_id=order.id).order_by("id")
    await desk.act(path, "move", fulfillment_id=parcels[0].id, state="Shipped")
    assert "Partially shipped" in await desk.get(path)
    text = await desk.act(path, "move", fulfillment_id=parcels[0].id, state="Pending")
    assert desk.status == 409 and "can't become Pending" in text
    for parcel in parcels:
        await desk.act(path, "move", fulfillment_id=parcel.id, state="Delivered")
    text = await desk.get(path)
    assert "Delivered" in text and "Parcel" in text and f"T{first.id}" in text
    refused = await desk.act(path, "call_off", sure="yes")
    assert desk.status == 409 and "have left already" in refused


async def test_pieces_that_are_not_there_are_not_sent(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    desk, path = await as_role("desk"), f"/admin/orders/{order.id}"
    for pieces in ("99", "-1", "0", "", "many"):
        await desk.act(path, "fulfil", line=order.lines[0].id, pieces=pieces)
        assert desk.status in (400, 409), pieces
    other, _, _ = await one_of_two_sellers(scope)
    await desk.act(path, "fulfil", line=other.lines[0].id, pieces="1")
    assert desk.status == 404
    assert not await Fulfillment.exists()


async def test_a_part_goes_back_and_the_book_shows_it(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    desk, path = await as_role("finance"), f"/admin/orders/{order.id}"
    payment, line = order.payments[-1], order.lines[0]
    given = {"payment_id": payment.id, "line": line.id, "delivery": "0", "beside": "0"}
    text = await desk.act(path, "refund", **given, pieces=1, reason="Scratched")
    (refund,) = await Refund.filter(payment_id=payment.id)
    assert refund.amount_minor == line.total_minor // line.quantity
    assert "is being refunded" in text and "Scratched" in text
    assert "suspense" in text and "card:" in text, "its entries"
    await desk.act(path, "refund", **given | {"beside": "999999999"}, pieces=0, reason="All of it")
    assert desk.status == 409
    await desk.act(path, "refund", **given | {"beside": "1.999"}, pieces=0, reason="Fine")
    assert desk.status == 400
    assert await Refund.filter(payment_id=payment.id).count() == 1


async def test_a_due_date_is_moved_and_a_balance_collected_once(as_role: AsRole, scope: Scope) -> None:
    variant = await a_variant(scope, pieces=20)
    buyer = await a_buyer(scope, balance_minor=10**9, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant))
    desk, path = await as_role("desk"), f"/admin/orders/{order.id}"
    assert order.code in await desk.get("/admin/orders?due=open")
    assert order.code not in await desk.get("/admin/orders?due=overdue")
    day = (clock.now() + timedelta(days=50)).date()
    text = await desk.act(path, "move_due", date=day.isoformat())
    assert "Due date changed" in text and day.strftime("%-d %b %Y") in text
    for wrong in ("yesterday", "2000-01-01", ""):
        await desk.act(path, "move_due", date=wrong)
        assert desk.status == 400, wrong
    before = await fetch("SELECT id FROM payment WHERE order_id = $1", order.id)
    for _ in range(2):
        await desk.act(path, "collect", amount="1.00", key="pressed-twice")
    after = await fetch("SELECT id, amount_minor FROM payment WHERE order_id = $1", order.id)
    assert len(after) == len(before) + 1 and after[-1]["amount_minor"] == 100
    acts = await AuditEntry.filter(noun="order", noun_id=order.id).values_list("act", flat=True)
    assert {"updated", "collected"} <= set(acts)


async def test_an_order_is_called_off_and_noted_on(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    desk, path = await as_role("desk"), f"/admin/orders/{order.id}"
    await desk.act(path, "note", note=f"Rang twice {HOSTILE}")
    async with desk.session.get(f"{desk.world.settings.base_url}{path}") as answer:
        raw = await answer.text()
    assert HOSTILE not in raw and "Rang twice &lt;script&gt;" in raw
    await desk.act(path, "call_off", reason="Changed their mind")
    assert desk.status == 400, "the box was not ticked"
    text = await desk.act(path, "call_off", reason="Changed their mind", sure="yes")
    assert "Order cancelled." in text and "Changed their mind" in text
    row = await fetch_one("SELECT state FROM customer_order WHERE id = $1", order.id)
    assert row == {"state": "Cancelled"}


async def test_a_seller_sends_their_part_of_what_is_on_account_from_the_portal(
    as_role: AsRole, scope: Scope
) -> None:
    ours = (await staff_of("seller")).seller_id
    mine = next(variant for seller, variant in await variants_of_sellers(scope, 99) if seller == ours)
    other = next(variant for seller, variant in await variants_of_sellers(scope, 99) if seller != ours)
    buyer = await a_buyer(scope, pin=True)
    for variant in (mine, other):
        await add_to_cart(buyer, variant, 1)
    cart = await choose_shipping(buyer, [(await methods_of(scope))[0].id])
    await place_on_account(scope, cart.uid, in_parts(1, 1))
    seller, path = await as_role("seller"), f"/admin/orders/{cart.id}"
    assert "Create parcel" in await seller.get(path)
    line = await fetch_one("SELECT id FROM order_line WHERE order_id = $1 AND variant_id = $2", cart.id, mine)
    assert line
    assert "Parcel created." in await seller.act(path, "fulfil", line=line["id"], pieces=1)
    # What is bought with a deposit waits for its balance, and has no button.
    waiting = await buy(
        await a_buyer(scope, balance_minor=10**9, pin=True), mine, await an_option(scope, mine)
    )
    text = await seller.get(f"/admin/orders/{waiting.id}")
    assert seller.status == 200 and "Create parcel" not in text


async def test_a_seller_sees_and_sends_their_part_alone(as_role: AsRole, scope: Scope) -> None:
    order, _, sellers = await one_of_two_sellers(scope)
    seller, path = await as_role("seller"), f"/admin/orders/{order.id}"
    mine = next(line for line in order.lines if line.seller_id == sellers[0][0])
    theirs = next(line for line in order.lines if line.seller_id == sellers[1][0])
    text = await seller.get(path)
    assert seller.status == 200 and mine.sku in text and theirs.sku not in text
    assert "Ledger entries" not in text and "shopping-card" not in text and "New refund" not in text
    assert order.code in await seller.get(f"/admin/orders?q={order.code}")
    assert order.code not in await seller.get(f"/admin/orders?q={theirs.sku}")
    await seller.act(path, "fulfil", line=theirs.id, pieces=1)
    assert seller.status == 404
    await seller.act(path, "fulfil", line=mine.id, pieces=mine.quantity)
    parcel = await Fulfillment.get(order_id=order.id)
    await seller.act(path, "move", fulfillment_id=parcel.id, state="Shipped")
    desk = await as_role("desk")
    await desk.act(path, "fulfil", line=theirs.id, pieces=theirs.quantity)
    markets = await Fulfillment.get(order_id=order.id, state="Pending")
    await seller.act(path, "move", fulfillment_id=markets.id, state="Shipped")
    assert seller.status == 404
    for act, fields in (
        ("note", {"note": "x"}),
        ("call_off", {"sure": "yes"}),
        ("move_due", {"date": "2030-01-01"}),
    ):
        await seller.act(path, act, **fields)
        assert seller.status == 404, act


async def pdf_of(visitor: Visitor, order: OrderView) -> str:
    url = f"{visitor.world.settings.base_url}/admin/orders/{order.id}/receipt.pdf"
    async with visitor.session.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        ARTEFACTS.mkdir(exist_ok=True)
        (ARTEFACTS / "desk-receipt.pdf").write_bytes(await answer.read())
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(await answer.read())).pages)


async def test_a_receipt_is_printed_in_all_our_letters(as_role: AsRole, scope: Scope) -> None:
    order, buyer, sellers = await one_of_two_sellers(scope)
    name = "Ọlá Ẹniọlá Kɔfi Ɛsi ŋwa"
    await execute("UPDATE customer SET full_name = $2 WHERE id = $1", buyer.customer_id, name)
    text = await pdf_of(await as_role("desk"), order)
    assert name in text and order.code in text and "GH₵" in text and "Total" in text
    mine = next(line for line in order.lines if line.seller_id == sellers[0][0])
    theirs = next(line for line in order.lines if line.seller_id != sellers[0][0])
    text = await pdf_of(await as_role("seller"), order)
    assert mine.sku in text and theirs.sku not in text and "Paid" not in text


async def test_a_cart_has_no_receipt(as_role: AsRole, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    await execute("UPDATE customer_order SET placed_at = NULL WHERE id = $1", order.id)
    desk = await as_role("desk")
    await desk.get(f"/admin/orders/{order.id}/receipt.pdf")
    assert desk.status == 404


async def test_the_pages_ask_as_often_of_many_orders_as_of_one(as_role: AsRole, scope: Scope) -> None:
    desk = await as_role("desk")
    counts = []
    # What is remembered is read the first time.
    for _ in range(3):
        order, _, _ = await one_of_two_sellers(scope)
        with counted() as listed:
            await desk.get("/admin/orders")
        with counted() as shown:
            await desk.get(f"/admin/orders/{order.id}")
        counts.append((listed.statements, shown.statements))
    assert counts[1] == counts[2]
    assert counts[1] <= (3, 20)


@in_a_browser
async def test_the_desk_works_on_orders_in_a_real_browser(
    chrome: Chrome, scope: Scope, world: "World"
) -> None:
    variant = await a_variant(scope, pieces=20)
    buyer = await a_buyer(scope, balance_minor=10**9, pin=True)
    await execute("UPDATE customer SET full_name = 'Ama Serwaa' WHERE id = $1", buyer.customer_id)
    owing = await buy(buyer, variant, await an_option(scope, variant))
    await world.drain()
    order, _, _ = await one_of_two_sellers(scope)
    page = chrome.page
    await chrome.sign_in_as("desk")
    await chrome.faultless()
    await chrome.keep("today")
    await chrome.open("/admin/orders")
    await chrome.faultless()
    await chrome.keep("orders")
    await page.get_by_label("Search").fill(order.code)
    await page.get_by_role("button", name="Apply").click()
    await page.get_by_role("link", name=order.code).click()
    await page.get_by_text("New parcel").click()
    await page.get_by_role("button", name="Create parcel").click()
    await page.get_by_role("button", name="Mark shipped").first.click()
    await page.get_by_text("New refund").click()
    await page.get_by_label("Further amount, spread over all items").fill("2.50")
    await page.get_by_label("Reason for the refund").fill("Late")
    await page.get_by_role("button", name="Refund", exact=True).click()
    await page.get_by_text("GHS 2.50 is being refunded.").first.wait_for()
    await chrome.faultless()
    await chrome.keep("order")
    await chrome.open(f"/admin/orders/{owing.id}")
    await chrome.faultless()
    await chrome.keep("order-owing")


@in_a_browser
async def test_a_seller_works_on_their_part_in_a_real_browser(chrome: Chrome, scope: Scope) -> None:
    order, _, _ = await one_of_two_sellers(scope)
    await chrome.sign_in_as("seller")
    await chrome.faultless()
    await chrome.keep("seller-today")
    await chrome.open(f"/admin/orders/{order.id}")
    await chrome.faultless()
    await chrome.keep("seller-order")
