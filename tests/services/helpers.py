"""Making customers and carts by calling services, for tests that are about something else."""

from core.db import execute, fetch_one
from core.ids import digits
from models import Customer
from services.accounts.pins import set_first_pin
from services.accounts.signup import create_customer
from services.buyers import Buyer
from services.cards import card_of
from services.carts import add_to_cart
from services.checkout import choose_shipping
from services.ledger import post, shared_account
from services.shipping import methods_of
from services.tenants import Scope

PIN = "1234"


PREFIXES = {"GH": "+23324", "NG": "+234803"}


async def a_customer(scope: Scope, *, balance_minor: int = 0, pin: bool = False) -> Customer:
    """A customer with a number of their own, perhaps with money on the card and a PIN."""
    phone = f"{PREFIXES[scope.country]}{digits(7)}"
    customer = await create_customer(scope, phone=phone, full_name="Ama Mensah")
    if balance_minor:
        await give_money(scope, customer.id, balance_minor)
    if pin:
        await set_first_pin(scope, customer.id, PIN)
    return customer


async def give_money(scope: Scope, customer_id: int, minor: int) -> None:
    """Put money on a customer's card, out of nowhere."""
    card = await card_of(scope, customer_id)
    world = await shared_account(scope, "gateway:test", "gateway")
    await post(
        scope,
        key=f"gift:{customer_id}",
        kind="card_funding",
        narrative="A gift",
        sides=[(world, -minor), (card.account, minor)],
    )


async def a_buyer(scope: Scope, **kinds: object) -> Buyer:
    return Buyer(scope, "app", customer_id=(await a_customer(scope, **kinds)).id)  # type: ignore[arg-type]


async def a_variant(scope: Scope, *, pieces: int) -> int:
    """Some variant of the market, with exactly that many pieces on the shelf; its id."""
    row = await fetch_one(
        "SELECT id FROM variant WHERE platform_id = $1 AND environment = $2 ORDER BY id LIMIT 1",
        scope.platform_id,
        scope.environment,
    )
    assert row
    await execute("UPDATE stock_level SET on_hand = $2 WHERE variant_id = $1", row["id"], pieces)
    return int(row["id"])


async def fill_cart(buyer: Buyer, variant_id: int, quantity: int) -> None:
    """Put pieces into the cart and choose the first delivery method: ready to be paid."""
    await add_to_cart(buyer, variant_id, quantity)
    await choose_shipping(buyer, [(await methods_of(buyer.scope))[0].id])


async def stock_of(variant_id: int) -> tuple[int, int]:
    """Pieces on the shelf, and how many of them are promised."""
    row = await fetch_one("SELECT on_hand, allocated FROM stock_level WHERE variant_id = $1", variant_id)
    assert row
    return row["on_hand"], row["allocated"]
