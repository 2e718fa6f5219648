"""The least SQL for a desk's orders, by hand. A page is counted to, and all are counted, as anybody would write it first."""

from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from bench.floor_reads import answer, variables
from core.clock import now
from core.ids import new_uid

_COLUMNS = "o.id, o.uid, o.placed_at, o.currency, o.total_minor, o.billing_address, o.shipping_address, c.uid AS customer, c.full_name"
_ONE = f"""
SELECT {_COLUMNS} FROM customer_order o LEFT JOIN customer c ON c.id = o.customer_id
WHERE o.uid = $1 AND o.platform_id = 1 AND o.environment = 'test' AND o.placed_at IS NOT NULL
"""
_PAGE = f"""
SELECT {_COLUMNS}, (SELECT count(*) FROM customer_order WHERE platform_id = 1 AND environment = 'test'
  AND placed_at IS NOT NULL) AS total
FROM (SELECT * FROM customer_order WHERE platform_id = 1 AND environment = 'test' AND placed_at IS NOT NULL
      ORDER BY placed_at DESC, id DESC LIMIT $1 OFFSET $2) o LEFT JOIN customer c ON c.id = o.customer_id
ORDER BY o.placed_at DESC, o.id DESC
"""
_LINES = """
SELECT l.order_id, l.quantity, v.id, v.sku, v.name FROM order_line l JOIN variant v ON v.id = l.variant_id
WHERE l.order_id = ANY($1) ORDER BY l.id
"""
_CART = "SELECT id, code FROM customer_order WHERE uid = $1 AND state = 'AddingItems' FOR UPDATE"
_TOTAL = """
SELECT (SELECT sum(quantity * unit_price_minor) FROM order_line WHERE order_id = $1)::bigint AS goods,
  (SELECT coalesce(sum(price_minor), 0) FROM shipping_line WHERE order_id = $1)::bigint AS shipping
"""
_TAKE = """
UPDATE stock_level s SET on_hand = on_hand - l.quantity FROM order_line l
WHERE l.order_id = $1 AND s.variant_id = l.variant_id AND on_hand - allocated >= l.quantity
"""
_PLACE = """
UPDATE customer_order SET state = 'PaymentAuthorized', active = false, placed_at = $2, updated_at = $2, quantity = 1,
  subtotal_minor = $3, shipping_minor = $4, total_minor = $3::bigint + $4::bigint, deferred_minor = $3::bigint + $4::bigint
WHERE id = $1
"""
_ENTRY = """
INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative)
VALUES ($1, $2, $2, 1, 'test', $3, 'order_payment', $4) RETURNING id
"""
_POSTINGS = """
INSERT INTO posting (entry_id, currency, account_id, amount_minor)
SELECT $1, 'GHS', id, CASE code WHEN 'sales' THEN $2::bigint ELSE -$2::bigint END FROM ledger_account
WHERE platform_id = 1 AND environment = 'test' AND code IN ('sales', 'receivable')
"""
_DUE = """
INSERT INTO scheduled_charge (uid, created_at, updated_at, platform_id, environment, order_id, customer_id, state, currency,
  amount_minor, tax_minor, collected_minor, due_at, step, next_step_at, reason)
SELECT $1, $2, $2, 1, 'test', id, customer_id, 'Waiting', 'GHS', total_minor, 0, 0, $2, 0, NULL, ''
FROM customer_order WHERE id = $3
"""
_EVENT = "INSERT INTO order_event (order_id, kind, data, at) VALUES ($1, 'state', $2, $3)"


def _shape(row: Any, lines: list[Any]) -> dict[str, Any]:
    return {
        "id": str(row["uid"]),
        "customerId": str(row["customer"]),
        "customerName": row["full_name"],
        "createdDate": row["placed_at"],
        "addresses": [],
        "currency": {"code": row["currency"]},
        "items": [{"sku": each["sku"], "name": each["name"], "quantity": each["quantity"]} for each in lines],
        "total": {"amount": row["total_minor"] / 100},
        "cancelledDate": None,
    }


async def _shapes(db: asyncpg.Connection, rows: list[Any]) -> list[dict[str, Any]]:
    lines: dict[int, list[Any]] = {row["id"]: [] for row in rows}
    for line in await db.fetch(_LINES, list(lines)):
        lines[line["order_id"]].append(line)
    return [_shape(row, lines[row["id"]]) for row in rows]


async def one(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """An order with its lines: two statements."""
    row = await db.fetchrow(_ONE, UUID((await variables(request))["id"]))
    return answer(order=(await _shapes(db, [row]))[0])


async def page(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A page with its lines, and how many there are: two statements."""
    given = await variables(request)
    rows = await db.fetch(_PAGE, given["first"], int(given["after"]))
    return answer(orders={"totalCount": rows[0]["total"], "items": await _shapes(db, rows)})


async def place(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """Stock, book, what is due and the order, in one transaction."""
    uid = UUID((await variables(request))["cart"])
    async with db.transaction():
        cart, at = await db.fetchrow(_CART, uid), now()
        total = await db.fetchrow(_TOTAL, cart["id"])
        await db.execute(_TAKE, cart["id"])
        await db.execute(_PLACE, cart["id"], at, total["goods"], total["shipping"])
        entry = await db.fetchval(_ENTRY, new_uid(), at, f"order:{cart['id']}", f"Order {cart['code']}")
        await db.execute(_POSTINGS, entry, total["goods"] + total["shipping"])
        await db.execute(_DUE, new_uid(), at, cart["id"])
        await db.execute(_EVENT, cart["id"], '{"to": "PaymentAuthorized"}', at)
        lines = await db.fetch(_LINES, [cart["id"]])
    items = [{"id": str(each["id"]), "sku": each["sku"], "name": each["name"]} for each in lines]
    amount = (total["goods"] + total["shipping"]) / 100
    return answer(createOrderFromCart={"id": str(uid), "items": items, "total": {"amount": amount}})


XORDER = {"xorder_one": one, "xorder_page": page, "xorder_place": place}
