"""The least SQL for a checkout by card and for airtime over REST, by hand: the same rows as Makola writes."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import asyncpg
import orjson
from aiohttp import web

from bench.floor_rest_reads import bearer, envelope, when
from core.clock import now
from core.ids import digits, new_token, new_uid
from services.accounts.pins import hash_pin

_PIN = """
UPDATE customer SET pin_tries = CASE WHEN pin_hash = $2 THEN 0 ELSE pin_tries + 1 END
WHERE id = $1 AND platform_id = $3 AND environment = 'test' AND pin_tries < 5 AND pin_hash IS NOT NULL
RETURNING pin_hash, secret_epoch, phone
"""
_PIECE = """
SELECT v.id, v.price_minor, p.seller_id FROM product p JOIN variant v ON v.product_id = p.id
WHERE p.uid = $1 AND p.platform_id = 1 AND p.environment = 'test' AND p.enabled AND v.enabled
ORDER BY v.position, v.id LIMIT 1
"""
# The order as it is at the end, with what hangs on it. Nothing where the customer has a cart.
_ORDER = """
WITH l AS (SELECT * FROM pickup_location WHERE uid = $6 AND platform_id = 1 AND environment = 'test' AND active),
o AS (
  INSERT INTO customer_order (uid, created_at, updated_at, platform_id, environment, code, state, active, customer_id,
    currency, channel, shipping_address, quantity, subtotal_minor, shipping_minor, tax_minor, total_minor, placed_at,
    counted)
  SELECT $1, $2, $2, 1, 'test', $3, 'PaymentSettled', false, $4, 'GHS', 'rest',
    jsonb_build_object('full_name', l.name, 'street', l.address, 'city', l.city, 'region', l.state,
      'country', l.country),
    $5::int, $5::int * $8::bigint, 0, 0, $5::int * $8::bigint, $2,
    false
  FROM l WHERE NOT EXISTS (SELECT FROM customer_order WHERE customer_id = $4 AND active) RETURNING id
), line AS (
  INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, added_at)
  SELECT o.id, $7, $9, $5::int, $8, $2 FROM o
), shipping AS (
  INSERT INTO shipping_line (order_id, method_id, price_minor, label, pickup_location_id)
  SELECT o.id, m.id, 0, l.name, l.id FROM o, l,
    (SELECT id FROM shipping_method WHERE platform_id = 1 AND environment = 'test' AND kind = 'pickup' LIMIT 1) m
), event AS (
  INSERT INTO order_event (order_id, kind, data, at)
  SELECT o.id, 'state', data::jsonb, $2 FROM o, (VALUES ('{"of": "AddingItems", "to": "ArrangingPayment"}'),
    ('{"of": "ArrangingPayment", "to": "PaymentSettled"}')) e (data)
) SELECT id FROM o
"""
_TAKE = """
UPDATE stock_level SET on_hand = on_hand - $2 WHERE variant_id = $1 AND on_hand - allocated >= $2 RETURNING id
"""
_CARD = """
UPDATE ledger_account SET balance_minor = balance_minor - $3
WHERE platform_id = $1 AND environment = 'test' AND code = $2 AND currency = $4 AND balance_minor >= $3
RETURNING id, balance_minor
"""
_PAYMENT = """
WITH p AS (
  INSERT INTO payment (uid, created_at, updated_at, platform_id, environment, purpose, order_id, customer_id, method_id,
    state, amount_minor, currency, reason, settled_at)
  SELECT $1, $2, $2, 1, 'test', 'order', $4, $5, id, 'Settled', $6, 'GHS', '', $2 FROM payment_method
  WHERE platform_id = 1 AND environment = 'test' AND kind = 'card' RETURNING id
), e AS (
  INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative, payment_id)
  SELECT $3, $2, $2, 1, 'test', 'payment:' || id, 'order_payment', $7, id FROM p RETURNING id
), part AS (
  INSERT INTO seller_order (uid, created_at, updated_at, platform_id, environment, code, order_id, seller_id, goods_minor,
    discount_minor, delivery_minor, tax_minor, commission_ppm, commission_minor, payable_minor, goods_returned_minor,
    delivery_returned_minor, commission_returned_minor)
  SELECT $11, $2, $2, 1, 'test', $12, $4, r.id, $6, 0, 0, 0, r.ppm, r.commission, $6 - r.commission, 0, 0, 0
  FROM (SELECT s.id, s.ppm, ($6 * s.ppm + 500000) / 1000000 AS commission FROM (
    SELECT s.id, COALESCE(s.commission_ppm, f.commission_ppm)::bigint AS ppm
    FROM seller s JOIN platform f ON f.id = s.platform_id WHERE s.id = $10) s) r
  RETURNING commission_minor, payable_minor
) INSERT INTO posting (entry_id, currency, account_id, amount_minor, balance_after_minor)
SELECT e.id, 'GHS', s.account_id, s.amount, s.balance FROM e, (
  SELECT $8::bigint AS account_id, -$6::bigint AS amount, $9::bigint AS balance UNION ALL
  SELECT a.id, CASE a.code WHEN 'sales' THEN $6 WHEN 'shared' THEN -$6 WHEN 'commission' THEN part.commission_minor
    ELSE part.payable_minor END, NULL
  FROM part JOIN ledger_account a ON a.code IN ('sales', 'shared', 'commission', 'payable:' || $10::bigint)
  WHERE a.platform_id = 1 AND a.environment = 'test' AND a.currency = 'GHS'
) s WHERE s.amount <> 0
"""
_MESSAGE = """
INSERT INTO outbound_message (uid, created_at, updated_at, platform_id, environment, channel, "to", template, params,
  state, dedupe_key, reason, attempts, next_attempt_at)
VALUES ($1, $2, $2, $3, 'test', 'sms', $4, $5, $6, 'Queued', $7, '', 0, $2)
"""
_PURCHASE = """
INSERT INTO bill_purchase (uid, created_at, updated_at, platform_id, environment, customer_id, biller_id, reference,
  state, amount_minor, currency, phone, account, provider_id, token, units, reason, expires_at, attempts,
  next_attempt_at, lease, leased_until)
SELECT $1, $2, $2, 2, 'test', $3, id, $4, 'Stored', $5, 'NGN', $6, '', '', '', '', '', $7, 1, $2, $8, $9 FROM biller
WHERE uid = $10 AND platform_id = 2 AND environment = 'test' AND kind = 'airtime' AND active
AND $5 BETWEEN least_minor AND most_minor RETURNING id, biller_id
"""
_ENTRY = """
WITH e AS (
  INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative)
  VALUES ($1, $2, $2, 2, 'test', $3, $4, $5) RETURNING id
) INSERT INTO posting (entry_id, currency, account_id, amount_minor, balance_after_minor)
SELECT e.id, 'NGN', a.id, CASE a.code WHEN $7 THEN -$6::bigint ELSE $6::bigint END, a.balance_minor
FROM e, ledger_account a
WHERE a.platform_id = 2 AND a.environment = 'test' AND a.currency = 'NGN' AND a.code IN ($7, $8)
"""
_DELIVERED = """
UPDATE bill_purchase SET state = 'Delivered', done_at = $2, updated_at = $2, provider_id = $4, lease = NULL,
  leased_until = NULL, next_attempt_at = NULL WHERE id = $1 AND lease = $3
"""
_BENEFICIARY = """
INSERT INTO beneficiary (uid, created_at, updated_at, platform_id, environment, customer_id, biller_id, number, name,
  last_purchase_id)
VALUES ($1, $2, $2, 2, 'test', $3, $4, $5, '', $6)
ON CONFLICT (customer_id, biller_id, number) DO UPDATE SET last_purchase_id = $6, updated_at = $2
"""
# Bytes of a biller's answer.
ANSWER = 640


class Biller:
    """A handler in another process that answers out of nothing."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/bare/{ANSWER}"
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, **body: Any) -> None:
        """One call, as a client of a biller makes it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.post(self._url, data=orjson.dumps(body)) as answer:
            await answer.read()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def _proven(db: asyncpg.Connection, request: web.Request, pin: str, platform: int) -> tuple[int, Any]:
    """Whose token and PIN these are: id and row of the customer, one statement."""
    claims = bearer(request)
    customer_id = int(claims["sub"])
    right = hash_pin(customer_id, pin)
    row = await db.fetchrow(_PIN, customer_id, right, platform)
    if row is None or row["pin_hash"] != right or row["secret_epoch"] != claims["epo"]:
        raise web.HTTPUnauthorized
    return customer_id, row


async def _tell(
    db: asyncpg.Connection, platform: int, to: str, template: str, about: int, at: datetime, **params: str
) -> None:
    text = orjson.dumps(params).decode()
    await db.execute(_MESSAGE, new_uid(), at, platform, to, template, text, f"{template}:{about}")


async def card(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A checkout by card of one listed product, fetched at a location."""
    body = orjson.loads(await request.read())
    customer_id, customer = await _proven(db, request, body["transactionPin"], 1)
    (product,), uid, at, code = body["products"], new_uid(), now(), f"MK{digits(9)}"
    pieces, paid_uid, total = product["quantity"], new_uid(), round(body["totalAmount"] * 100)
    async with db.transaction():
        piece = await db.fetchrow(_PIECE, product["productId"])
        if piece["price_minor"] * pieces != total:
            raise web.HTTPBadRequest
        named = (uid, at, code, customer_id, pieces, body["storeLocationId"])
        order_id = await db.fetchval(_ORDER, *named, piece["id"], piece["price_minor"], piece["seller_id"])
        if await db.fetchval(_TAKE, piece["id"], pieces) is None:
            raise web.HTTPConflict
        account = await db.fetchrow(_CARD, 1, f"card:{customer_id}", total, "GHS")
        whose = (order_id, customer_id, total, f"Order {code}", account["id"], account["balance_minor"])
        seller = (piece["seller_id"], new_uid(), f"{code}-1")
        await db.execute(_PAYMENT, paid_uid, at, new_uid(), *whose, *seller)
        amount = f"GHS {total / 100:,.2f}"
        await _tell(
            db, 1, customer["phone"], "receipt", order_id, at, order=code, amount=amount, items="1 item."
        )
    paid = {
        "orderId": uid,
        "orderCode": code,
        "transactionId": paid_uid,
        "remainingBalance": account["balance_minor"] / 100,
        "amountDeducted": total / 100,
        "orderStatus": "Completed",
        "message": "Order placed successfully",
    }
    return envelope("Checkout processed successfully", paid)


async def airtime(pool: asyncpg.Pool, biller: Biller, request: web.Request) -> web.Response:
    """Airtime from the card: the money is set aside, a biller asked, the money booked as spent."""
    body = orjson.loads(await request.read())
    at, uid, lease = now(), new_uid(), new_token()
    phone, total = body["phoneNumber"], round(body["amount"] * 100)
    reference = f"{at:%Y%m%d%H%M}{secrets.token_hex(7)}"
    async with pool.acquire() as db:
        customer_id, customer = await _proven(db, request, body["transactionPin"], 2)
        account, narrative = f"card:{customer_id}", f"MTN for {phone}"
        async with db.transaction():
            bought = await db.fetchrow(
                _PURCHASE,
                uid,
                at,
                customer_id,
                reference,
                total,
                phone,
                at + timedelta(hours=24),
                lease,
                at + timedelta(seconds=8),
                body["airtimeServiceId"],
            )
            about = bought["id"]
            await db.fetchrow(_CARD, 2, account, total, "NGN")
            key = f"bill:{about}:taken"
            await db.execute(
                _ENTRY, new_uid(), at, key, "bill_payment", narrative, total, account, "suspense"
            )
    await biller.ask(request_id=reference, serviceID="mtn", amount=total // 100, phone=phone)
    async with pool.acquire() as db, db.transaction():
        at, confirmation = now(), digits(18)
        await db.execute(_DELIVERED, about, at, lease, confirmation)
        key = f"bill:{about}:delivered"
        await db.execute(
            _ENTRY, new_uid(), at, key, "bill_delivered", narrative, total, "suspense", "biller:vtpass"
        )
        await db.execute(_BENEFICIARY, new_uid(), at, customer_id, bought["biller_id"], phone, about)
        amount = f"NGN {total / 100:,.2f}"
        told = {"biller": "MTN", "amount": amount, "number": phone, "token": "", "units": ".", "reason": ""}
        await _tell(db, 2, customer["phone"], "bill_delivered", about, at, reference=reference, **told)
    shown = {
        "success": True,
        "message": "Airtime purchase completed",
        "transactionReference": reference,
        "paymentReference": uid,
        "token": confirmation,
        "status": "success",
        "amount": total / 100,
        "processedAt": when(at),
        "kind": "airtime",
        "billerName": "MTN",
        "packageName": None,
        "units": None,
        "phoneNumber": phone,
        "telcoName": "MTN",
    }
    return envelope("Airtime purchased successfully", shown)


REST_WRITES = {"rest_card": card}
