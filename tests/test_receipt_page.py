"""The receipt page: what a code shows to anybody, and that one that was made up shows nothing."""

import pytest_asyncio

from api.receipt_page.routes import HEADERS
from models import Order
from services.receipts import MOST, ReceiptView, receipt_of
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.deposits.hands import an_option, buy
from tests.services.helpers import a_buyer, a_variant


@pytest_asyncio.fixture
async def scope(world: World) -> Scope:
    return await scope_by_code("demo", "test")


@pytest_asyncio.fixture
async def receipt(scope: Scope) -> ReceiptView:
    variant = await a_variant(scope, pieces=20)
    buyer = await a_buyer(scope, balance_minor=100_000, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant))
    return await receipt_of(scope, buyer.customer_id or 0, order.code)


async def shown(world: World, code: str, status: int = 200) -> str:
    answer = await world.http.get(f"/r/{code}")
    assert answer.status == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    return str(await answer.text())


async def test_it_shows_the_order_and_nobodys_name(world: World, receipt: ReceiptView) -> None:
    assert receipt.standing == "partly" and receipt.link.endswith(f"/r/{receipt.code}")
    page = await shown(world, receipt.code)
    for word in ("Makola Demo", receipt.code, "is paid so far", "A test order"):
        assert word in page
    assert "<script" not in page and "@" not in page and "+233" not in page and "Ama" not in page
    assert page == await shown(world, receipt.code.lower().replace("-", ""))


async def test_a_paid_and_a_cancelled_order_say_so(world: World, scope: Scope, receipt: ReceiptView) -> None:
    order_code = receipt.code.split("-")[0]
    await Order.filter(code=order_code).update(state="Cancelled")
    assert "This order was cancelled" in await shown(world, receipt.code)


async def test_a_code_that_was_made_up_shows_nothing(world: World, receipt: ReceiptView) -> None:
    order_code, _, mark = receipt.code.partition("-")
    other = f"{(int(mark) + 1) % 10**6:06}"
    for code in (f"{order_code}-{other}", f"MK000000001-{mark}", order_code, "x" * 300, "%00", "😀"):
        assert "There is no receipt" in await shown(world, code, 404)


async def test_the_digits_cant_be_tried_out(world: World, receipt: ReceiptView) -> None:
    order_code = receipt.code.split("-")[0]
    for number in range(MOST):
        await world.http.get(f"/r/{order_code}-{number:06}")
    assert "Too many tries" in await shown(world, receipt.code, 429)
