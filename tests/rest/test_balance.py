"""The list of transactions explains what is on the card, whatever became of a payment, a bill or a refund."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from core.clock import now
from core.db import execute, fetch
from models import BillPurchase, Payment
from services.ledger import check_book
from tests.conftest import World
from tests.rest.hands import KASUWA_KEY, PIN, Rest
from tests.rest.paying import at_the_page
from tests.rest.test_checkout import BACK, listing, on_page
from tests.services.bill_hands import due_now
from tests.services.test_monnify_payments import its_time_is_over, transfer

LIST, BILLS = "/api/customer/transaction/list", "/api/billspayment"
LINE = "+2348012345678"
PRICE = 1000
Rows = list[tuple[str, str, str]]


def touched_the_card(row: dict[str, Any]) -> bool:
    """Whether it has changed the card's balance: as a pending bill has already, and a payment on a page never does."""
    kind, status = row["transactionType"], row["statusDisplay"]
    if kind == "Bills Payment":
        return status in ("Pending", "Successful")
    return status == "Successful" and (kind == "Card Funding" or row["gateway"] == "ShoppingCard")


class Pocket:
    """A customer of Kasuwa who funds a card with 200,000 naira, and pays bills of 1,000."""

    def __init__(self, world: World, app: Rest) -> None:
        self.world, self.app = world, app
        self.seen: set[str] = set()

    async def rows(self) -> list[dict[str, Any]]:
        """All of the list, after it was added up."""
        told = await self.app.data("GET", LIST, pageSize=100)
        assert told["totalCount"] == len(told["transactions"])
        on_card = sum(float(row["amountDisplay"]) for row in told["transactions"] if touched_the_card(row))
        assert round(on_card, 2) == told["currentBalance"], told["transactions"]
        book = await check_book()
        assert (book.off_by_minor, book.unbalanced_entries, book.wrong_balances) == (0, [], [])
        return list(told["transactions"])

    async def new(self) -> Rows:
        """What came to the list since the last look, the oldest first: type, status and amount."""
        rows = [row for row in reversed(await self.rows()) if row["id"] not in self.seen]
        self.seen |= {row["id"] for row in rows}
        return [(row["transactionType"], row["statusDisplay"], row["amountDisplay"]) for row in rows]

    async def status_of(self, bill: BillPurchase) -> str:
        rows = await self.rows()
        return str(next(row["statusDisplay"] for row in rows if row["id"] == str(bill.uid)))

    async def fund(self, paid: str = "") -> None:
        body = {"amount": 200 * PRICE, "callbackUrl": BACK}
        page = await self.app.data("POST", "/api/transaction/fund-shopping-card", body)
        await transfer(page["authorizationUrl"], paid)

    async def buy(self) -> BillPurchase:
        """Airtime, delivered or not."""
        [mtn, *_] = await self.app.data("GET", f"{BILLS}/services/airtime")
        body = {"amount": PRICE, "phoneNumber": LINE, "transactionPin": PIN, "airtimeServiceId": mtn["id"]}
        await self.app.ask("POST", f"{BILLS}/airtime/purchase", body)
        return await BillPurchase.all().order_by("-id").first()

    async def fail(self, call: str, mode: str, **more: Any) -> None:
        await self.world.twin("/control/fail", provider="vtpass", call=call, mode=mode, delay_s=0, **more)

    async def notice(self, bill: BillPurchase) -> None:
        data = {"requestId": bill.reference, "at": str(now())}
        body = {"type": "transaction-update", "data": data}
        assert (await self.world.http.post("/webhooks/vtpass/demo-secret", json=body)).status == 200
        await self.world.drain()

    async def given_up(self) -> BillPurchase:
        """A bill that was sold without anybody saying so in time."""
        await self.fail("pay", "timeout_after")
        await self.fail("requery", "error_500_before", times=99)
        bill = await self.buy()
        assert await self.new() == [("Bills Payment", "Pending", "-1000.00")]
        await execute("UPDATE bill_purchase SET expires_at = created_at WHERE id = $1", bill.id)
        await self.becomes(bill, "Reversed")
        await self.world.twin("/control/reset")
        return bill

    async def becomes(self, bill: BillPurchase, state: str) -> None:
        async def there() -> bool:
            await due_now()
            await self.world.drain()
            return await BillPurchase.exists(id=bill.id, state=state)

        await self.world.until(there)


@pytest.fixture
async def pocket(world: World) -> AsyncIterator[Pocket]:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(LINE)
        pocket = Pocket(world, app)
        await pocket.fund()
        await comes(pocket, lambda: Payment.exists(purpose="card", state="Settled"))
        assert await pocket.new() == [("Card Funding", "Successful", "200000.00")]
        yield pocket


async def comes(pocket: Pocket, holds: Callable[[], Awaitable[bool]]) -> None:
    async def there() -> bool:
        await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())
        await pocket.world.drain()
        return await holds()

    await pocket.world.until(there)


async def refunds_are(state: str) -> bool:
    return [row["state"] for row in await fetch("SELECT state FROM refund")] == [state]


async def test_bills_in_every_way_they_end(pocket: Pocket) -> None:
    await pocket.buy()
    assert await pocket.new() == [("Bills Payment", "Successful", "-1000.00")]
    await pocket.fail("pay", "decline", code=16)
    failed = await pocket.buy()
    assert failed.state == "Failed" and await pocket.new() == [("Bills Payment", "Failed", "-1000.00")]

    given_up = await pocket.given_up()
    assert await pocket.new() == [] and await pocket.status_of(given_up) == "Failed"
    await pocket.notice(given_up)
    # Delivered all the same, and the money stays back.
    assert await pocket.status_of(given_up) == "Successful"
    assert await pocket.new() == [("Refund", "Successful", "1000.00")]
    await pocket.fail("requery", "decline", code=40)
    await pocket.notice(given_up)
    assert await pocket.status_of(given_up) == "Failed"
    await pocket.notice(given_up)
    assert await pocket.status_of(given_up) == "Successful"

    taken_back = await pocket.buy()
    assert await pocket.new() == [("Bills Payment", "Successful", "-1000.00")]
    await pocket.fail("requery", "decline", code=40)
    await pocket.notice(taken_back)
    assert await BillPurchase.exists(id=taken_back.id, state="Reversed")
    assert await pocket.new() == [("Refund", "Successful", "1000.00")]
    assert await pocket.status_of(taken_back) == "Successful"
    refund = (await pocket.rows())[0]
    assert refund["description"] == f"Refund for MTN for {LINE}" and refund["gateway"] == "ShoppingCard"
    assert refund["transactionReference"].startswith("mk-rf-")
    # And when that is delivered once more it is the platform's loss.
    await pocket.notice(taken_back)
    assert await BillPurchase.exists(id=taken_back.id, state="Delivered")
    assert await pocket.new() == [] and await pocket.status_of(taken_back) == "Successful"
    kinds = [row["transactionType"] for row in await pocket.rows() if row["transactionType"] == "Refund"]
    assert len(kinds) == 2


@pytest.mark.parametrize("sent_back", [True, False])
async def test_a_late_payment_leaves_the_card_alone_unless_it_is_put_there(
    pocket: Pocket, sent_back: bool
) -> None:
    app = pocket.app
    product = await app.a_product()
    page = await app.data("POST", "/api/checkout", await on_page(app, product, 1))
    by_card = {**await listing(app, product, 1), "transactionPin": PIN}
    await app.data("POST", "/api/checkout", by_card)
    cost = f"{by_card['totalAmount']:.2f}"
    if not sent_back:
        await pocket.world.twin("/control/fail", provider="monnify", call="refund", mode="decline", times=99)
    await at_the_page(page["paymentUrl"], pay=True)
    await comes(pocket, lambda: refunds_are("Done" if sent_back else "OnCard"))
    assert sorted(await pocket.new()) == [
        ("Payment", "Successful", f"-{cost}"),
        ("Payment", "Successful", f"-{cost}"),
        ("Refund", "Successful", cost),
    ]
    refund = next(row for row in await pocket.rows() if row["transactionType"] == "Refund")
    assert refund["gateway"] == ("Monnify" if sent_back else "ShoppingCard")
    assert refund["description"].startswith("Refund for Order #")


async def test_what_comes_beyond_what_was_asked_is_listed_as_put_on_the_card(pocket: Pocket) -> None:
    await pocket.fund("200500")
    await comes(pocket, lambda: booked("payment_difference", 1))
    assert sorted(await pocket.new()) == [
        ("Card Funding", "Successful", "200000.00"),
        ("Card Funding", "Successful", "500.00"),
    ]
    app = pocket.app
    page = await app.data("POST", "/api/checkout", await on_page(app, await app.a_product(), 1))
    await transfer(page["paymentUrl"], "1")
    await pocket.world.drain()
    assert [row[:2] for row in await pocket.new()] == [("Payment", "Pending")]
    await its_time_is_over()
    await comes(pocket, lambda: booked("payment_difference", 2))
    assert await pocket.new() == [("Card Funding", "Successful", "1.00")]


async def booked(kind: str, times: int) -> bool:
    return len(await fetch("SELECT id FROM journal_entry WHERE kind = $1", kind)) == times
