"""Markets with several sellers, and what the book says of them, for tests about sellers and their money."""

from core.cache import clear_caches
from core.db import execute, fetch, transaction
from core.ids import digits
from models import Seller, ShippingMethod, StaffUser
from services import ledger
from services.buyers import Buyer
from services.carts import add_to_cart
from services.checkout import choose_shipping, pay
from services.deposits.collecting import lock_order
from services.orders import OrderView
from services.payouts.reading import list_payouts, seller_balances
from services.payouts.statements import statement_of
from services.seller_orders.booking import book_return
from services.seller_orders.dividing import Refunded
from services.staff import Desk
from services.tenants import Scope
from tests.services.helpers import PIN


async def variants_of_sellers(scope: Scope, count: int) -> list[tuple[int, int]]:
    """(seller id, variant id) of `count` sellers, ten pieces on the shelf each."""
    rows = await fetch(
        "SELECT p.seller_id, MIN(v.id) AS id FROM variant v JOIN product p ON p.id = v.product_id "
        "WHERE v.platform_id = $1 AND v.environment = $2 GROUP BY p.seller_id ORDER BY p.seller_id LIMIT $3",
        scope.platform_id,
        scope.environment,
        count,
    )
    for row in rows:
        await execute("UPDATE stock_level SET on_hand = 10, allocated = 0 WHERE variant_id = $1", row["id"])
    return [(row["seller_id"], row["id"]) for row in rows]


async def charge_commission(scope: Scope, ppm: int, **sellers: int) -> None:
    """Set the platform's rate (millionths), and of sellers (`s7=50_000`) their own."""
    await execute("UPDATE platform SET commission_ppm = $2 WHERE id = $1", scope.platform_id, ppm)
    await execute("UPDATE seller SET commission_ppm = NULL WHERE platform_id = $1", scope.platform_id)
    for name, rate in sellers.items():
        await Seller.filter(id=int(name[1:])).update(commission_ppm=rate)


async def own_delivery(scope: Scope, seller_id: int, price_minor: int, name: str = "Own van") -> int:
    """A way of delivery of a seller; its id."""
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    made = await ShippingMethod.create(
        code=f"own-{seller_id}-{price_minor}",
        name=name,
        price_minor=price_minor,
        position=9,
        seller_id=seller_id,
        **mine,
    )
    # Methods are remembered for some seconds.
    clear_caches()
    return made.id


async def buy_of(buyer: Buyer, *variants: int, ways: list[int] | None = None, pieces: int = 1) -> OrderView:
    """An order of these variants, paid from the card."""
    for variant in variants:
        await add_to_cart(buyer, variant, pieces)
    await choose_shipping(buyer, ways or [1])
    return await pay(buyer, "shopping-card", pin=PIN)


async def sums(scope: Scope) -> dict[str, int]:
    """The sums of the accounts that a sale is shared out among, by code; those at zero are left out."""
    rows = await fetch(
        "SELECT a.code, CAST(SUM(p.amount_minor) AS BIGINT) AS sum FROM posting p "
        "JOIN ledger_account a ON a.id = p.account_id WHERE a.platform_id = $1 AND a.environment = $2 "
        "AND a.kind IN ('sales', 'shared', 'payable', 'commission', 'delivery', 'bank') GROUP BY a.code",
        scope.platform_id,
        scope.environment,
    )
    return {row["code"]: row["sum"] for row in rows if row["sum"]}


async def the_book_is_right() -> None:
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def refund(scope: Scope, order_id: int, refunded: Refunded, key: str) -> None:
    """Give back of an order, into suspense."""
    async with transaction():
        order = await lock_order(scope, order_id=order_id)
        suspense = await ledger.shared_account(scope, "suspense", "suspense")
        await book_return(
            scope,
            order,
            refunded,
            key=key,
            kind="refund",
            narrative="Given back",
            into=[(suspense, refunded.total_minor)],
        )


async def a_desk(scope: Scope, role: str = "owner") -> Desk:
    """Somebody of staff."""
    staff = await StaffUser.create(
        email=f"{digits(8)}@makola.test",
        password_hash="",
        role=role,
        platform_id=scope.platform_id,
        environment=scope.environment,
    )
    return Desk(scope, staff.id, staff.email, role)


async def the_sellers_are_owed_what_the_book_says(desk: Desk) -> None:
    """Balances, statements and the book say the same, to the last minor unit."""
    await the_book_is_right()
    book = await sums(desk.scope)
    balances, _ = await seller_balances(desk)
    owed = {f"payable:{each.seller_id}": each.owed_minor for each in balances if each.owed_minor}
    assert owed == {code: sum_ for code, sum_ in book.items() if code.startswith("payable:")}
    assert book.get("sales", 0) + book.get("shared", 0) == 0
    rows = await fetch("SELECT commission_minor - commission_returned_minor AS kept FROM seller_order")
    assert book.get("commission", 0) == sum(row["kept"] for row in rows)
    payouts, _ = await list_payouts(desk, take=100)
    for payout in payouts:
        statement = await statement_of(desk, payout.id)
        assert sum(line.payable_minor for line in statement.lines) == payout.amount_minor > 0
    assert book.get("bank", 0) == sum(each.amount_minor for each in payouts if each.state == "Paid")
