"""A cart from chat becomes an order on the desk, is paid in two payments, gets properties, is called off and paid back."""

from collections.abc import Callable

from core.db import fetch, fetch_one
from models import Customer
from services.accounts.tokens import issue_token
from services.tenants import Scope
from tests.conftest import World
from tests.deposits.hands import sum_of, the_book_explains_what_is_owed
from tests.stories.hands import Call, Chat
from tests.stories.test_one_cart import AMA, sign_up
from tests.xorder.conftest import Hands, Somebody
from tests.xorder.test_changes import CHANGE, CREATE, STATUS
from tests.xorder.test_document import PROPERTIES, sample
from tests.xorder.test_payments import CONFIRM, at_page, declared


async def test_from_chat_to_the_desk_and_back(
    world: World, hands: Callable[[str | None], Hands], desk: Hands, scope: Scope
) -> None:
    # Ama fills a cart on a plain telephone, and says in Telegram how it shall come to her.
    call, chat = Call(world, AMA), Chat(world, 77)
    await sign_up(world, call)
    await call.dial("1", "1", "brake pads corolla", "1", "1", "2")
    await chat.do(text="/start")
    await chat.do(press="Cart")
    await chat.do(contact=AMA)
    for step in ("Check out", "Standard Shipping 5.00"):
        await chat.do(press=step)
    for words in ("Accra", "12 Ring Road"):
        await chat.do(text=words)
    row = await fetch_one("SELECT uid, customer_id FROM customer_order WHERE active")
    assert row
    ama_s = await Customer.get(id=row["customer_id"])
    ama = Somebody(ama_s, scope, hands(issue_token(ama_s, "session")))

    # The desk makes an order of it, approves it, and sends her a page for a part; the rest comes in cash.
    made = (await desk.ask(CREATE, c={"cartId": str(row["uid"])}))["createOrderFromCart"]
    from services.orders import get_order

    order = await get_order(scope, code=made["number"])
    assert order is not None and made["items"] == [{"quantity": 2}]
    await world.drain()
    assert any(made["number"] in message["text"] for message in await world.outbox(AMA))
    await desk.ask(CHANGE, c={"orderId": made["id"], "status": "Approved"})
    page, cash = await ama.plans(order, amount=20), await ama.plans(order, paymentGatewayCode="by-hand")
    begin = sample("initializePayment")
    begun = (await desk.ask(begin, command={"paymentId": page["id"]}))["initializePayment"]
    await at_page(begun["actionRedirectUrl"], "pay")

    async def paid() -> bool:
        return bool((await ama.payment(order, page["id"]))["status"] == "Paid")

    await world.until(paid)
    await desk.ask(CONFIRM, c=declared(ama, order, cash))
    statuses = [each["status"] for each in await ama.payments(order)]
    assert statuses == ["Paid", "Paid"]
    await the_book_explains_what_is_owed()

    # It gets properties, which she sees.
    command = {"orderId": made["id"], "dynamicProperties": PROPERTIES}
    await desk.ask(sample("updateOrderDynamicProperties"), command=command)
    seen = await ama.hands.ask(
        "query($i: String) { order(id: $i) { status dynamicProperties { value } } }", i=made["id"]
    )
    assert (seen["order"]["status"], len(seen["order"]["dynamicProperties"])) == ("Approved", 3)

    # She wants it no more: all of it goes back, by the page and onto her card.
    await desk.ask(CHANGE, c={"orderId": made["id"], "status": "Cancelled"})

    async def returned() -> bool:
        return [each["status"] for each in await ama.payments(order)] == ["Refunded", "Refunded"]

    await world.until(returned)

    async def settled() -> bool:
        return all(row["state"] in ("Done", "OnCard") for row in await fetch("SELECT state FROM refund"))

    await world.until(settled)
    shown = (await ama.hands.ask(STATUS, i=made["id"]))["order"]
    assert (shown["status"], shown["isCancelled"]) == ("Cancelled", True)
    await the_book_explains_what_is_owed()
    assert [await sum_of(scope, code) for code in ("receivable", "suspense", "sales")] == [0, 0, 0]
    card = await fetch_one("SELECT balance_minor FROM ledger_account WHERE customer_id = $1", ama_s.id)
    assert card == {"balance_minor": order.total_minor - 2_000}
