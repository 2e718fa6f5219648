"""A hundred thousand orders of a year, made set-based: bought by many people of many sellers, in every state, with their money,
their parcels, their story, and what staff did.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bench.charge_cards import demo_database
from core.db import close_database, migrate, open_database
from services.finance.closing import close_days

# Above every id that the demo market has: the nth row of each table is FIRST + n.
FIRST = 1_000_000
PEOPLE = 20_000
STAFF_ACTS = 100_000
_UID = "gen_random_uuid()"
_AT = "(now() - (({count} - n)::float / {count}) * interval '365 days')"
_STATE = (
    "(ARRAY['Delivered','Delivered','Delivered','Delivered','Delivered','Delivered','Delivered','Delivered','Delivered',"
    "'Delivered','Delivered','Delivered','PaymentSettled','PaymentSettled','PaymentSettled','Cancelled','Shipped',"
    "'PaymentAuthorized','PaymentAuthorized','PaymentSettled'])[1 + n * 7 % 20]"
)
_FIRST = "(ARRAY['Ama','Kofi','Esi','Yaw','Akosua','Kwame','Abena','Kojo','Efua','Kwesi','Adwoa','Yaa','Kweku','Afia','Nana','Araba','Fiifi','Adjoa','Ebo','Maame'])[1 + n % 20]"
_LAST = "(ARRAY['Mensah','Owusu','Boateng','Asante','Osei','Appiah','Agyeman','Sarpong','Darko','Ofori','Amoah','Addo','Quaye','Tetteh','Lamptey','Nkrumah','Antwi','Bonsu','Frimpong','Gyamfi','Kusi','Opoku','Yeboah','Acheampong','Badu','Donkor','Essien','Fosu','Hayford','Jantuah'])[1 + n / 20 % 30]"
# Variants are taken in turn, two lines an order.
_STEPS = (
    "CREATE TEMPORARY TABLE goods AS SELECT row_number() OVER (ORDER BY v.id) - 1 AS k, v.id AS variant_id, p.seller_id, "
    "v.price_minor FROM variant v JOIN product p ON p.id = v.product_id WHERE v.platform_id = {platform} AND v.environment = 'test'",
    "CREATE TEMPORARY TABLE made AS SELECT n, {first} + n AS id, {at} AS at, {state} AS state, {first} + 1 + n * 7919 % {people} AS customer_id, "
    "n * 2 % {goods} AS k1, (n * 2 + 1 + n % 37) % {goods} AS k2 FROM generate_series(1, {count}) n",
    "INSERT INTO customer (id, uid, created_at, updated_at, platform_id, environment, phone, email, full_name, title, language, pin_tries, secret_epoch) "
    "SELECT {first} + n, {uid}, now(), now(), {platform}, 'test', '+23324' || lpad(n::text, 7, '0'), 'buyer' || n || '@bench.test', "
    "{firstname} || ' ' || {lastname} || CASE WHEN n % 100 = 0 THEN ' Bench' || n ELSE '' END, '', 'en', 0, 0 FROM generate_series(1, {people}) n",
    "INSERT INTO customer_order (id, uid, created_at, updated_at, platform_id, environment, code, state, active, customer_id, currency, channel, "
    "quantity, subtotal_minor, shipping_minor, tax_minor, total_minor, deferred_minor, placed_at, counted) "
    "SELECT m.id, {uid}, m.at, m.at, {platform}, 'test', 'BN' || lpad(m.n::text, 9, '0'), m.state, false, m.customer_id, 'GHS', "
    "(ARRAY['app','ussd','sms','telegram','web'])[1 + m.n % 5], 2, a.price_minor + b.price_minor, 0, 0, a.price_minor + b.price_minor, "
    "CASE WHEN m.state = 'PaymentAuthorized' THEN a.price_minor ELSE 0 END, m.at, true "
    "FROM made m JOIN goods a ON a.k = m.k1 JOIN goods b ON b.k = m.k2",
    "INSERT INTO order_line (id, order_id, variant_id, seller_id, quantity, unit_price_minor, added_at) "
    "SELECT {first} + m.n * 2 + e.i, m.id, g.variant_id, g.seller_id, 1, g.price_minor, m.at FROM made m "
    "CROSS JOIN LATERAL (VALUES (0, m.k1), (1, m.k2)) e (i, k) JOIN goods g ON g.k = e.k",
    "INSERT INTO seller_order (uid, created_at, updated_at, platform_id, environment, order_id, seller_id, code, goods_minor, discount_minor, "
    "delivery_minor, tax_minor, commission_ppm, commission_minor, payable_minor, goods_returned_minor, delivery_returned_minor, commission_returned_minor) "
    "SELECT {uid}, o.placed_at, o.placed_at, {platform}, 'test', l.order_id, l.seller_id, o.code || '-' || row_number() OVER (PARTITION BY l.order_id ORDER BY l.seller_id), "
    "sum(l.unit_price_minor), 0, 0, 0, 0, 0, sum(l.unit_price_minor), 0, 0, 0 FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE l.id > {first} GROUP BY l.order_id, l.seller_id, o.placed_at, o.code",
    "INSERT INTO payment (id, uid, created_at, updated_at, platform_id, environment, purpose, order_id, customer_id, method_id, state, amount_minor, currency, "
    "reason, settled_at, begun_by) SELECT m.id, {uid}, m.at, m.at, {platform}, 'test', 'order', m.id, m.customer_id, {method}, 'Settled', "
    "o.total_minor - o.deferred_minor, 'GHS', '', m.at, 'customer' FROM made m JOIN customer_order o ON o.id = m.id",
    "INSERT INTO payment_attempt (uid, created_at, updated_at, attempts, payment_id, provider, kind, reference, state, request, received_minor, reason, expires_at) "
    "SELECT {uid}, m.at, m.at, 2, m.id, 'paystack', 'redirect', 'mk-bench-' || m.n, 'Succeeded', '{{}}', 0, '', m.at FROM made m",
    "INSERT INTO journal_entry (id, uid, created_at, updated_at, platform_id, environment, key, kind, narrative, payment_id) "
    "SELECT m.id, {uid}, m.at, m.at, {platform}, 'test', 'payment:' || m.id, 'order_payment', 'Order', m.id FROM made m",
    "INSERT INTO posting (entry_id, account_id, amount_minor, currency) SELECT p.id, side.account, side.sign * p.amount_minor, 'GHS' "
    "FROM payment p, LATERAL (VALUES ({gateway}, -1), ({sales}, 1)) AS side (account, sign) WHERE p.id > {first}",
    "INSERT INTO scheduled_charge (uid, created_at, updated_at, platform_id, environment, order_id, customer_id, state, currency, amount_minor, tax_minor, "
    "collected_minor, due_at, step, reason) SELECT {uid}, o.placed_at, o.placed_at, {platform}, 'test', o.id, o.customer_id, "
    "CASE WHEN o.placed_at < now() - interval '30 days' AND o.id % 9 = 0 THEN 'Overdue' ELSE 'Waiting' END, "
    "'GHS', o.deferred_minor, 0, 0, o.placed_at + interval '30 days', 0, '' FROM customer_order o WHERE o.id > {first} AND o.deferred_minor > 0",
    "INSERT INTO fulfillment (id, uid, created_at, updated_at, platform_id, environment, order_id, state, method, tracking_code) "
    "SELECT m.id, {uid}, m.at, m.at, {platform}, 'test', m.id, m.state, 'Van', 'TRK' || m.n FROM made m WHERE m.state IN ('Shipped', 'Delivered')",
    "INSERT INTO fulfillment_line (fulfillment_id, line_id, quantity) SELECT f.id, l.id, 1 FROM fulfillment f JOIN order_line l ON l.order_id = f.order_id "
    "WHERE f.id > {first}",
    "INSERT INTO order_event (order_id, kind, data, at) SELECT m.id, 'state', e.data::jsonb, m.at FROM made m, (VALUES "
    '(\'{{"of": "AddingItems", "to": "ArrangingPayment"}}\'), (\'{{"of": "ArrangingPayment", "to": "PaymentSettled"}}\')) e (data)',
    'INSERT INTO outbound_message (uid, created_at, updated_at, attempts, platform_id, environment, channel, "to", template, params, state, reason, sent_at) '
    "SELECT {uid}, m.at, m.at, 1, {platform}, 'test', 'sms', c.phone, 'receipt', jsonb_build_object('order', 'BN' || lpad(m.n::text, 9, '0'), "
    "'amount', 'GHS 10.00', 'items', '2 items.'), 'Delivered', '', m.at FROM made m JOIN customer c ON c.id = m.customer_id",
    "INSERT INTO audit_entry (platform_id, environment, staff_id, act, noun, noun_id, data, address, at) SELECT {platform}, 'test', {staff}, "
    "(ARRAY['updated','created','cancelled'])[1 + n % 3], (ARRAY['order','product','refund','variant'])[1 + n % 4], n, '{{\"state\": [\"Pending\", \"Shipped\"]}}'::jsonb, "
    "'41.66.1.2', now() - ({acts} - n) * interval '5 minutes' FROM generate_series(1, {acts}) n",
)
_ACCOUNT = """
INSERT INTO ledger_account (uid, created_at, updated_at, platform_id, environment, code, currency, kind)
VALUES (gen_random_uuid(), now(), now(), $1, 'test', $2, 'GHS', $3)
ON CONFLICT (platform_id, environment, code, currency) DO UPDATE SET updated_at = now() RETURNING id
"""
_NUMBERED = ("customer", "customer_order", "order_line", "payment", "journal_entry", "fulfillment")


@asynccontextmanager
async def orders(admin_url: str, count: int, data: Path, *, keep: bool) -> AsyncIterator[str]:
    """The URL of a database with so many orders; dropped at the end, or kept and used again."""
    if not keep:
        async with demo_database(admin_url, data) as url:
            await grow(url, count)
            yield url
        return
    name = f"makola_bench_desk_{count}"
    kept = f"{admin_url.rsplit('/', 1)[0]}/{name}"
    admin = await asyncpg.connect(admin_url)
    try:
        if not await admin.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
            async with demo_database(admin_url, data) as url:
                await grow(url, count)
                await admin.execute(
                    f'CREATE DATABASE "{name}" TEMPLATE "{url.rpartition("/")[2]}" STRATEGY file_copy'
                )
    finally:
        await admin.close()
    await migrate(kept)
    yield kept


async def grow(url: str, count: int) -> None:
    """Add the orders to the demo platform. All or nothing."""
    db = await asyncpg.connect(url)
    try:
        platform = await db.fetchval("SELECT id FROM platform WHERE code = 'demo'")
        mine = "platform_id = $1 AND environment = 'test'"
        known = {
            "first": FIRST,
            "count": count,
            "people": PEOPLE,
            "acts": STAFF_ACTS,
            "platform": platform,
            "uid": _UID,
            "at": _AT.format(count=count),
            "state": _STATE,
            "firstname": _FIRST,
            "lastname": _LAST,
            "goods": await db.fetchval(f"SELECT COUNT(*) FROM variant WHERE {mine}", platform),
            "staff": await db.fetchval(f"SELECT id FROM staff_user WHERE {mine}", platform),
            "method": await db.fetchval(
                f"SELECT id FROM payment_method WHERE {mine} AND code = 'connected-payment-method'", platform
            ),
            "gateway": await db.fetchval(_ACCOUNT, platform, "gateway:paystack", "gateway"),
            "sales": await db.fetchval(_ACCOUNT, platform, "sales", "sales"),
        }
        async with db.transaction():
            # The rows are right by the way they are made; foreign keys would be looked up one by one.
            await db.execute(
                "SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off"
            )
            for step in _STEPS:
                await db.execute(step.format(**known))
            for table in _NUMBERED:
                await db.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")
            await db.execute("DROP TABLE made; DROP TABLE goods")
        await _close_days(url)
        await db.execute("VACUUM ANALYZE")
    finally:
        await db.close()


async def _close_days(url: str) -> None:
    """As a market's worker has done by the time that it is a year old."""
    await open_database(url, 1)
    try:
        while await close_days():
            pass
    finally:
        await close_database()
