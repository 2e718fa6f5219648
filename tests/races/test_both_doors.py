"""Two hundred buyers at once, half of them by USSD and half with the app, for fifty pieces."""

import asyncio

from core.db import fetch_one
from services import ledger
from services.accounts.pins import set_first_pin
from services.buyers import Buyer
from services.carts import add_to_cart
from services.tenants import scope_by_code
from tests.services.helpers import PIN, a_customer, a_variant, stock_of
from tests.stories.hands import App, Call

PIECES, EACH = 50, 100
ADD = "mutation($v: ID!) { addItemToOrder(productVariantId: $v, quantity: 1) { __typename } }"
PAY = (
    'mutation { addPaymentToOrder(input: {method: "standard-payment", metadata: {}}) '
    "{ __typename ... on Order { state } } }"
)


async def ready_to_pay_by_ussd(world, scope, variant: int, price: int) -> Call:
    """A call that stands at the question for the PIN."""
    customer = await a_customer(scope, balance_minor=price + 500)
    await set_first_pin(scope, customer.id, PIN)
    await add_to_cart(Buyer(scope, "ussd", customer_id=customer.id), variant, 1)
    call = Call(world, customer.phone)
    await call.dial("2", "1", "1", "Accra", "12 Ring Road", "1")
    shown = await call.type("1")
    assert "PIN" in shown, shown
    return call


async def test_exactly_fifty_orders_and_nobody_is_charged_without_one(world):
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=PIECES)
    price = (await fetch_one("SELECT price_minor FROM variant WHERE id = $1", variant))["price_minor"]
    calls = [await ready_to_pay_by_ussd(world, scope, variant, price) for _ in range(EACH)]
    apps = [App(world) for _ in range(EACH)]
    for app in apps:
        await app.ask(ADD, v=str(variant))
        await app.ask('mutation { setOrderShippingMethod(shippingMethodId: ["1"]) { __typename } }')

    async def by_ussd(call: Call) -> bool:
        return (await call.type(PIN)).startswith("END Paid")

    async def by_app(app: App) -> bool:
        paid = (await app.ask(PAY))["addPaymentToOrder"]
        return paid.get("state") == "PaymentSettled"

    bought = await asyncio.gather(*(by_ussd(call) for call in calls), *(by_app(app) for app in apps))
    for app in apps:
        await app.client.close()

    assert sum(bought) == PIECES
    assert await stock_of(variant) == (0, 0)
    orders = await fetch_one("SELECT COUNT(*) AS n FROM customer_order WHERE state = 'PaymentSettled'")
    payments = await fetch_one("SELECT COUNT(*) AS n FROM payment WHERE state = 'Settled'")
    uncharged = await fetch_one(
        "SELECT COUNT(*) AS n FROM ledger_account a JOIN customer c ON c.id = a.customer_id "
        "LEFT JOIN customer_order o ON o.customer_id = c.id AND o.state = 'PaymentSettled' "
        "WHERE a.balance_minor < $1 AND o.id IS NULL",
        price + 500,
    )
    assert (orders["n"], payments["n"], uncharged["n"]) == (PIECES, PIECES, 0)
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])
