"""The least SQL for a cart, a checkout and a turn of a dialogue, by hand, on the tables that Makola writes."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
from aiohttp import web

from bench.floor_reads import answer, variables
from core.clock import now
from core.ids import digits, new_uid

_BEGIN = """
INSERT INTO customer_order (uid, created_at, updated_at, platform_id, environment, code, state, active, currency,
  channel, quantity, subtotal_minor, shipping_minor, tax_minor, total_minor)
VALUES ($1, $2, $2, 1, 'test', $3, 'AddingItems', true, 'GHS', 'app', 0, 0, 0, 0, 0) RETURNING id, code
"""
_KEEP = """
INSERT INTO shop_session (platform_id, environment, token_hash, order_id, secret_epoch, created_at, expires_at)
VALUES (1, 'test', $1, $2, 0, $3, $4)
"""
_CART = """
SELECT o.id, o.code FROM shop_session s JOIN customer_order o ON o.id = s.order_id
WHERE s.token_hash = $1 AND o.active FOR UPDATE OF o
"""
_PUT = """
INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor)
SELECT $1, v.id, p.seller_id, 1, v.price_minor FROM variant v JOIN product p ON p.id = v.product_id
WHERE v.id = $2 AND v.enabled AND p.enabled
ON CONFLICT (order_id, variant_id) DO UPDATE SET quantity = order_line.quantity + excluded.quantity
"""
_LINES = """
SELECT l.id, l.quantity, l.variant_id, v.name, v.price_minor, s.on_hand - s.allocated AS available
FROM order_line l JOIN variant v ON v.id = l.variant_id JOIN stock_level s ON s.variant_id = v.id
WHERE l.order_id = $1 ORDER BY l.id
"""
_ADDRESS = """
UPDATE customer_order o SET {} = $2, updated_at = $3 FROM shop_session s
WHERE s.token_hash = $1 AND o.id = s.order_id AND o.active RETURNING o.id, o.code, o.state, o.total_minor
"""
_SHIPPING_METHODS = """
SELECT id, name, price_minor FROM shipping_method WHERE platform_id = 1 AND environment = 'test' ORDER BY position, id
"""
_SHIP_BY = """
INSERT INTO shipping_line (order_id, method_id, price_minor)
SELECT $1, id, price_minor FROM shipping_method WHERE id = $2 AND platform_id = 1 AND environment = 'test'
"""
_PAYMENT_METHODS = """
SELECT id, code, name FROM payment_method WHERE platform_id = 1 AND environment = 'test' ORDER BY position, id
"""
_TOTAL = """
SELECT (SELECT sum(quantity * unit_price_minor) FROM order_line WHERE order_id = $1)::bigint AS goods,
  (SELECT coalesce(sum(price_minor), 0) FROM shipping_line WHERE order_id = $1)::bigint AS shipping
"""
_TAKE = """
UPDATE stock_level s SET on_hand = on_hand - l.quantity FROM order_line l
WHERE l.order_id = $1 AND s.variant_id = l.variant_id AND on_hand - allocated >= l.quantity
"""
_PAYMENT = """
INSERT INTO payment (uid, created_at, updated_at, platform_id, environment, purpose, order_id, method_id, state,
  amount_minor, currency, reason, settled_at)
SELECT $1, $2, $2, 1, 'test', 'order', $3, id, 'Settled', $4, 'GHS', '', $2 FROM payment_method
WHERE code = $5 AND platform_id = 1 AND environment = 'test' RETURNING id
"""
_ENTRY = """
INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative, payment_id)
VALUES ($1, $2, $2, 1, 'test', $3, 'order_payment', $4, $5) RETURNING id
"""
_POSTINGS = """
INSERT INTO posting (entry_id, currency, account_id, amount_minor)
SELECT $1, 'GHS', id, CASE code WHEN 'sales' THEN $2::bigint ELSE -$2::bigint END FROM ledger_account
WHERE platform_id = 1 AND environment = 'test' AND code IN ('sales', 'gateway:standard-payment')
"""
_PLACE = """
UPDATE customer_order SET state = 'PaymentSettled', active = false, placed_at = $2, updated_at = $2,
  quantity = 1, subtotal_minor = $3, shipping_minor = $4, total_minor = $3::bigint + $4::bigint WHERE id = $1
"""
_SOLD = """
UPDATE product p SET sold = sold + l.quantity FROM order_line l JOIN variant v ON v.id = l.variant_id
WHERE l.order_id = $1 AND p.id = v.product_id
"""
_EVENT = "INSERT INTO order_event (order_id, kind, data, at) VALUES ($1, 'state', $2, $3)"
_SESSION = """
SELECT c.id, c.session FROM channel_identity i JOIN conversation c ON c.id = i.conversation_id
WHERE i.platform_id = 1 AND i.environment = 'test' AND i.channel = 'ussd' AND i.external_id = $1
"""
_MEET = """
WITH c AS (INSERT INTO conversation (platform_id, environment, session, updated_at)
           VALUES (1, 'test', '{}', $2) RETURNING id)
INSERT INTO channel_identity (platform_id, environment, channel, external_id, created_at, conversation_id)
SELECT 1, 'test', 'ussd', $1, $2, id FROM c RETURNING conversation_id
"""


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _token(request: web.Request) -> str:
    return _hashed(request.headers["vendure-auth-token"])


def _order(row: Any, state: str, total: int) -> dict[str, Any]:
    return {"id": str(row["id"]), "code": row["code"], "state": state, "totalWithTax": total}


async def add(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A piece into the session's cart, or into a new session's new one."""
    variant = int((await variables(request))["variant"])
    token = ""
    async with db.transaction():
        if "vendure-auth-token" in request.headers:
            cart = await db.fetchrow(_CART, _token(request))
        else:
            token, at = secrets.token_urlsafe(32), now()
            cart = await db.fetchrow(_BEGIN, new_uid(), at, f"MK{digits(9)}")
            await db.execute(_KEEP, _hashed(token), cart["id"], at, at + timedelta(days=365))
        await db.execute(_PUT, cart["id"], variant)
        rows = await db.fetch(_LINES, cart["id"])
    lines = [
        {
            "id": str(row["id"]),
            "quantity": row["quantity"],
            "linePriceWithTax": row["quantity"] * row["price_minor"],
            "productVariant": {"id": str(row["variant_id"]), "name": row["name"]},
        }
        for row in rows
    ]
    shown = _order(cart, "AddingItems", sum(line["linePriceWithTax"] for line in lines))
    pieces = sum(line["quantity"] for line in lines)
    return answer(
        token, addItemToOrder={**shown, "totalQuantity": pieces, "currencyCode": "GHS", "lines": lines}
    )


async def shipping_address(db: asyncpg.Connection, request: web.Request) -> web.Response:
    return await _address(db, request, "shipping_address")


async def billing_address(db: asyncpg.Connection, request: web.Request) -> web.Response:
    return await _address(db, request, "billing_address")


async def _address(db: asyncpg.Connection, request: web.Request, column: str) -> web.Response:
    address = orjson.dumps((await variables(request))["address"]).decode()
    row = await db.fetchrow(_ADDRESS.format(column), _token(request), address, now())
    return answer(order=_order(row, row["state"], row["total_minor"]))


async def shipping_methods(db: asyncpg.Connection, request: web.Request) -> web.Response:
    await request.read()
    rows = await db.fetch(_SHIPPING_METHODS)
    shown = [{"id": str(r["id"]), "name": r["name"], "priceWithTax": r["price_minor"]} for r in rows]
    return answer(eligibleShippingMethods=shown)


async def choose_shipping(db: asyncpg.Connection, request: web.Request) -> web.Response:
    method = int((await variables(request))["method"])
    async with db.transaction():
        cart = await db.fetchrow(_CART, _token(request))
        await db.execute("DELETE FROM shipping_line WHERE order_id = $1", cart["id"])
        await db.execute(_SHIP_BY, cart["id"], method)
        total = await db.fetchrow(_TOTAL, cart["id"])
    return answer(order=_order(cart, "AddingItems", total["goods"] + total["shipping"]))


async def payment_methods(db: asyncpg.Connection, request: web.Request) -> web.Response:
    await request.read()
    rows = await db.fetch(_PAYMENT_METHODS)
    shown = [{"id": str(r["id"]), "code": r["code"], "name": r["name"], "isEligible": True} for r in rows]
    return answer(eligiblePaymentMethods=shown)


async def pay(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """Stock, payment, book and order, in one transaction."""
    method = (await variables(request))["method"]
    async with db.transaction():
        cart = await db.fetchrow(_CART, _token(request))
        at, order_id = now(), cart["id"]
        total = await db.fetchrow(_TOTAL, order_id)
        amount = total["goods"] + total["shipping"]
        await db.execute(_TAKE, order_id)
        payment_id = await db.fetchval(_PAYMENT, new_uid(), at, order_id, amount, method)
        entry_id = await db.fetchval(
            _ENTRY, new_uid(), at, f"payment:{payment_id}", f"Order {cart['code']}", payment_id
        )
        await db.execute(_POSTINGS, entry_id, amount)
        await db.execute(_PLACE, order_id, at, total["goods"], total["shipping"])
        await db.execute(_SOLD, order_id)
        await db.execute(_EVENT, order_id, '{"to": "PaymentSettled"}', at)
    return answer(addPaymentToOrder=_order(cart, "PaymentSettled", amount))


async def turn(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """What the conversation holds is read, and written with the new input: one read, one write."""
    form = await request.post()
    row = await db.fetchrow(_SESSION, form["phoneNumber"])
    conversation = row["id"] if row else await db.fetchval(_MEET, form["phoneNumber"], now())
    session = orjson.dumps({"text": form["text"]}).decode()
    await db.execute(
        "UPDATE conversation SET session = $2, updated_at = $3 WHERE id = $1", conversation, session, now()
    )
    return web.Response(text="CON Makola Demo\n1. Shop\n2. Cart\n3. Orders\n4. Card\n5. Account")


WRITES = {
    "add": add,
    "shipping_address": shipping_address,
    "billing_address": billing_address,
    "shipping_methods": shipping_methods,
    "choose_shipping": choose_shipping,
    "payment_methods": payment_methods,
    "pay": pay,
    "turn": turn,
}
