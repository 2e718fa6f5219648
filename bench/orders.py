"""The orders of the X-Order rows: a hundred thousand that were placed, and carts for as many sessions as are played."""

import asyncpg

from core.clock import now
from core.db import execute, fetch_one
from models import StaffUser
from services.accounts.signup import create_customer
from services.buyers import Buyer
from services.carts import add_to_cart
from services.checkout import choose_shipping
from services.checkout.on_account import Instalment, place_on_account
from services.orders import OrderView
from services.shipping import methods_of
from services.tenants import Scope, hash_key, scope_by_code

ORDERS = 100_000
# Orders of one customer.
EACH = 1_000
DESK_TOKEN = "the-bench-s-own-desk"
# A session's cart is named by this and the session's nine digits.
CART = "00000000-0000-7000-8000-000"
BUYER, FILLER = "orders", "cart to place"

# Copies are made with ids of their own and without a look at what they refer to, which is there.
_COPY = """
INSERT INTO {table} SELECT (jsonb_populate_record(x, jsonb_build_object('id', m.id + n, {changed}))).*
FROM {table} x CROSS JOIN (SELECT max(id) AS id FROM {table}) m CROSS JOIN {source} WHERE {which}
"""
_NEXT_ID = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
_NEW = "'uid', gen_random_uuid(), 'phone', NULL"
# A minute apart, the last of them a day ago.
_OLDER = (
    "'uid', gen_random_uuid(), 'counted', true, 'code', 'MK' || (100000000 + n), 'customer_id', {first} + n / {each}, "
    "'placed_at', x.placed_at - interval '1 day' - n * interval '1 minute'"
)
_CART = (
    "'uid', '{cart}' || lpad('{run}', 3, '0') || lpad((n - 1)::text, 6, '0'), 'code', 'C{run}-' || n, "
    "'customer_id', {first} + n - 1"
)
_SESSION = """
INSERT INTO staff_session (platform_id, environment, token_hash, staff_id, secret_epoch, created_at, expires_at, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $6)
"""


async def add_orders() -> None:
    """Place one order on account in the open market and begin one cart, both to be copied; and open a desk."""
    scope = await scope_by_code("demo", "test")
    at = now()
    cart = await _filled(scope, BUYER, "+233249000001")
    await place_on_account(scope, cart.uid, lambda total: [Instalment(at, total)])
    await _filled(scope, FILLER, "+233249000002")
    owner = await StaffUser.get(email="admin@makola.test", platform_id=scope.platform_id)
    await execute(
        _SESSION,
        scope.platform_id,
        scope.environment,
        hash_key(DESK_TOKEN),
        owner.id,
        owner.secret_epoch,
        at,
        at.replace(year=at.year + 1),
    )


async def _filled(scope: Scope, name: str, phone: str) -> OrderView:
    """The cart of a new customer, ready to be placed."""
    customer = await create_customer(scope, phone=phone, full_name=name)
    buyer = Buyer(scope, "app", customer_id=customer.id)
    variant = await fetch_one("SELECT MIN(id) AS id FROM variant WHERE platform_id = $1", scope.platform_id)
    assert variant
    await add_to_cart(buyer, variant["id"], 1)
    return await choose_shipping(buyer, [(await methods_of(scope))[0].id])


async def copy_orders(db: asyncpg.Connection, number: int = ORDERS) -> None:
    """Have so many placed orders, of a customer for each thousand."""
    first = await _copy(db, "customer", BUYER, number // EACH + 1, _NEW)
    older = _OLDER.format(first=first, each=EACH)
    await _copy(db, "customer_order", BUYER, number - 1, older)


async def lay_out_carts(url: str, run: int, number: int) -> None:
    """Carts for the sessions of a run, each another customer's. Each is there to be placed once: with too few of them the run
    fails.
    """
    db = await asyncpg.connect(url)
    try:
        first = await _copy(db, "customer", FILLER, number, _NEW)
        await _copy(db, "customer_order", FILLER, number, _CART.format(first=first, run=run, cart=CART))
        await db.execute("ANALYZE customer_order, order_line, shipping_line, customer")
    finally:
        await db.close()


async def _copy(db: asyncpg.Connection, table: str, name: str, number: int, changed: str) -> int:
    """Copy the model that belongs to the first customer of that name, an order with its lines and its delivery; the id of
    the first copy.
    """
    model = await db.fetchval("SELECT min(id) FROM customer WHERE full_name = $1", name)
    if table == "customer_order":
        model = await db.fetchval("SELECT min(id) FROM customer_order WHERE customer_id = $1", model)
    first = await db.fetchval(f"SELECT max(id) + 1 FROM {table}")
    async with db.transaction():
        await db.execute("SET LOCAL session_replication_role = replica")
        await _insert(db, table, changed, f"x.id = {model}", number)
        for part in ("order_line", "shipping_line") if table == "customer_order" else ():
            await _insert(db, part, f"'order_id', {first} + n - 1", f"x.order_id = {model}", number)
    return int(first)


async def _insert(db: asyncpg.Connection, table: str, changed: str, which: str, number: int) -> None:
    source = f"generate_series(1, {number}) n"
    await db.execute(_COPY.format(table=table, changed=changed, which=which, source=source))
    await db.execute(_NEXT_ID.format(table=table))


async def placed_orders(db: asyncpg.Connection) -> list[str]:
    """The uids of some of the orders, from everywhere in the list."""
    rows = await db.fetch(
        "SELECT uid FROM customer_order WHERE placed_at IS NOT NULL AND id % 97 = 0 ORDER BY id LIMIT 1000"
    )
    return [str(row["uid"]) for row in rows]
