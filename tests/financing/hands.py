"""What stories of financing have in common: a cart of the demo's, a customer, and going on until something is so."""

from typing import Any

from core.db import execute, fetch
from models import Order
from services.fulfillment.making import fulfil, move_fulfillment
from services.staff import Desk
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.deposits.test_on_account import a_desk
from tests.financing.conftest import Dealer
from tests.services.helpers import a_variant

AMA = {
    "firstName": "Ama",
    "lastName": "Mensah",
    "emailAddress": "ama@example.com",
    "cellPhone": "0241234567",
    "shippingAddress": {"line1": "1 Ring Road", "city": "Accra"},
}


async def a_seat(price_minor: int = 30_001, pieces: int = 20) -> dict[str, Any]:
    """An item of the demo's catalogue at that price, delivered for nothing, as an order says it: two pieces."""
    scope: Scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=pieces)
    await execute("UPDATE variant SET price_minor = $2 WHERE id = $1", variant, price_minor)
    await execute("UPDATE shipping_method SET price_minor = 0")
    rows = await fetch("SELECT sku, name FROM variant WHERE id = $1", variant)
    price = f"{price_minor // 100}.{price_minor % 100:02d}"
    return {"displayName": "Seat", "sku": rows[0]["sku"], "quantity": 2, "price": price, "isLeaseable": True}


async def apply(dealer: Dealer, order_id: str, **given: Any) -> Any:
    """The order once a loan was applied for, unless something else is given."""
    return await dealer.done("applyForFinancing", "ApplyForFinancingInput", **application(order_id, **given))


def application(order_id: str, **given: Any) -> dict[str, Any]:
    usual = {"orderId": order_id, "type": "LOAN", "consent": True, "monthlyIncome": "2000"}
    return usual | given


async def decided(dealer: Dealer, order_id: str, kind: str = "loan", state: str = "Approved") -> Any:
    """The order once what was applied for is in that state."""

    async def look() -> Any:
        order = await dealer.order(order_id)
        return order if order["application"][kind]["status"] == state else None

    return await dealer.world.until(look)


async def in_state(dealer: Dealer, order_id: str, state: str) -> Any:
    """The order once it is in that state."""

    async def look() -> Any:
        order = await dealer.order(order_id)
        return order if order["status"] == state else None

    return await dealer.world.until(look)


async def approved(dealer: Dealer, **given: Any) -> Any:
    """An order of two seats for which a loan was approved."""
    order = await dealer.create(customer=AMA, items=[await a_seat()])
    await apply(dealer, order["id"], **given)
    return await decided(dealer, order["id"])


async def accepted(dealer: Dealer) -> Any:
    """An order of which the lender stands by the shortest offer."""
    order = await approved(dealer)
    offer = order["application"]["loan"]["options"][0]
    await dealer.done("acceptOffer", "AcceptOfferInput", orderId=order["id"], offerId=offer["id"])
    return await in_state(dealer, order["id"], "Accepted")


async def checked_out(dealer: Dealer) -> Any:
    """A session of which there is an order."""
    session = await accepted(dealer)
    return await dealer.done("checkoutOrder", "CheckoutOrderInput", orderId=session["id"])


async def the_desk() -> Desk:
    """The owner of Makola Demo."""
    scope: Scope = await scope_by_code("demo", "test")
    return await a_desk(scope)


async def a_parcel(order: Order, pieces: int = 2) -> int:
    """So many pieces of each line of an order are on their way; the parcel's id."""
    lines = await fetch("SELECT id FROM order_line WHERE order_id = $1", order.id)
    parcel = await fulfil(await the_desk(), {line["id"]: pieces for line in lines})
    await move_fulfillment(await the_desk(), parcel, "Shipped")
    return parcel


async def at_the_lender(world: World, order: Any, kind: str = "loan") -> Any:
    """What the lender's twin has of it."""
    reference = order["application"][kind]["id"]
    headers = {"Authorization": "Bearer lk_test_demo"}
    url = f"{world.twins}/lender/v1/applications/{reference}"
    async with world.http.session.get(url, headers=headers) as answer:
        return (await answer.json()) if answer.status == 200 else None
