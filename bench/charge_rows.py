"""Balances that fall due at one instant, made set-based: whatever their number, as a market of that size would have them.

Each is an order of its own in `PaymentAuthorized`, of its own customer, who paid a deposit and let the rest be collected
from their shopping card or from a card stored at Paystack. The book holds all of it, and what is on each shopping card.
"""

from typing import Literal

import asyncpg

Kind = Literal["card", "stored"]

AMOUNT_MINOR = 70_00
PRICE_MINOR = 100_00
ON_CARD_MINOR = 500_00
# Above every id that the demo market has: the nth row of each table is FIRST + n.
FIRST = 1_000_000
CARD_CODE = "AUTH_bench"

_UID = "(lpad(to_hex({start} + n), 12, '0') || '7' || substr(md5('{of}' || n), 1, 19))::uuid"
_COMMON = "{first} + n, {uid}, now(), now(), {platform}, 'test'"

# Table, columns beside the common ones, values of the nth row.
_ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "customer",
        "phone, full_name, title, language, pin_tries, secret_epoch",
        "'+2332' || lpad(n::text, 8, '0'), 'Ama ' || n, '', 'en', 0, 0",
    ),
    (
        "ledger_account",
        "code, currency, kind, customer_id, number, balance_minor",
        "'card:' || ({first} + n), 'GHS', 'card', {first} + n, 'BN' || lpad(n::text, 10, '0'), {on_card}",
    ),
    (
        "stored_method",
        "customer_id, method_id, kind, provider, fingerprint, label, code, email, phone, network, attempts",
        "{first} + n, {method}, '{kind}', '{provider}', 'card', 'a card', '{code}' || n, '{code}' || n || '@bench.test', "
        "'', '', 0",
    ),
    (
        "customer_order",
        "code, state, active, customer_id, currency, channel, quantity, subtotal_minor, shipping_minor, tax_minor, "
        "total_minor, deferred_minor, stored_method_id, placed_at, counted, shipping_address",
        "'BN' || lpad(n::text, 9, '0'), 'PaymentAuthorized', false, {first} + n, 'GHS', 'ussd', 1, {price}, 0, 0, {price}, "
        "{amount}, {first} + n, now() - interval '30 days', true, "
        """'{{"city": "Accra", "line1": "12 Oxford Street", "name": "Ama", "phone": "+233241234567"}}'""",
    ),
    (
        "scheduled_charge",
        "order_id, customer_id, state, currency, amount_minor, tax_minor, collected_minor, due_at, step, next_step_at, reason",
        "{first} + n, {first} + n, 'Waiting', 'GHS', {amount}, 0, 0, {due}, 3, {due}, ''",
    ),
    (
        "payment",
        "purpose, order_id, customer_id, method_id, state, amount_minor, currency, reason, settled_at, begun_by",
        "'order', {first} + n, {first} + n, {method}, 'Settled', {price} - {amount}, 'GHS', '', now(), 'customer'",
    ),
    (
        "journal_entry",
        "key, kind, narrative, payment_id",
        "'payment:' || ({first} + n), 'order_payment', 'Order BN' || lpad(n::text, 9, '0'), {first} + n",
    ),
)
_SERIES = "generate_series(1, {count}) AS n"
# What was sold, of which a deposit was paid and the rest is owed.
_OWED = """
INSERT INTO posting (entry_id, account_id, amount_minor, currency)
SELECT {first} + n, side.account, side.amount, 'GHS' FROM {series},
LATERAL (VALUES ({gateway}, {amount} - {price}), ({sales}, {price}), ({receivable}, -{amount})) AS side (account, amount)
ORDER BY n
"""
_FUNDED = """
WITH entry AS (
    INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative)
    VALUES (gen_random_uuid(), now(), now(), {platform}, 'test', 'bench:funded', 'card_funding', 'Money for the benchmark')
    RETURNING id
), total AS (
    INSERT INTO posting (entry_id, account_id, amount_minor, currency)
    SELECT id, {gateway}, -{on_card}::bigint * {count}, 'GHS' FROM entry
)
INSERT INTO posting (entry_id, account_id, amount_minor, currency, balance_after_minor)
SELECT entry.id, {first} + n, {on_card}, 'GHS', {on_card} FROM entry, {series}
"""
_SHIPPED = """
INSERT INTO shipping_line (order_id, method_id, price_minor)
SELECT {first} + n, (SELECT min(id) FROM shipping_method WHERE platform_id = {platform}), 0 FROM {series}
"""
_ACCOUNT = """
INSERT INTO ledger_account (uid, created_at, updated_at, platform_id, environment, code, currency, kind)
VALUES (gen_random_uuid(), now(), now(), $1, 'test', $2, 'GHS', $3)
ON CONFLICT (platform_id, environment, code, currency) DO UPDATE SET updated_at = now() RETURNING id
"""
_METHOD = "SELECT id FROM payment_method WHERE platform_id = $1 AND environment = 'test' AND code = $2"


async def add_balances(url: str, count: int, kind: Kind, due: str = "now()") -> None:
    """Add `count` balances of `AMOUNT_MINOR` to the demo market at `url`, due at the SQL expression `due`."""
    db = await asyncpg.connect(url)
    platform = await db.fetchval("SELECT id FROM platform WHERE code = 'demo'")
    known = {
        "first": FIRST,
        "count": count,
        "series": _SERIES.format(count=count),
        "platform": platform,
        "kind": kind,
        "provider": "paystack" if kind == "stored" else "",
        "code": CARD_CODE,
        "due": due,
        "amount": AMOUNT_MINOR,
        "price": PRICE_MINOR,
        "on_card": ON_CARD_MINOR,
        "method": await db.fetchval(
            _METHOD, platform, "shopping-card" if kind == "card" else "connected-payment-method"
        ),
        "sales": await db.fetchval(_ACCOUNT, platform, "sales", "sales"),
        "receivable": await db.fetchval(_ACCOUNT, platform, "receivable", "receivable"),
        "gateway": await db.fetchval(_ACCOUNT, platform, "gateway:paystack", "gateway"),
    }
    # The rows are right by the way they are made; foreign keys would be looked up one by one.
    await db.execute("SET session_replication_role = replica")
    for table, columns, values in _ROWS:
        # As a UUIDv7 made a millisecond after the other, each table's in the order of its ids.
        uid = _UID.format(start=1_700_000_000_000, of=table)
        row = f"{_COMMON}, {values}".format(**known, uid=uid)
        head = f"id, uid, created_at, updated_at, platform_id, environment, {columns}"
        await db.execute(f"INSERT INTO {table} ({head}) SELECT {row} FROM {known['series']}")
        await db.execute(f"SELECT setval('{table}_id_seq', {FIRST + count})")
    for statement in (_OWED, _FUNDED, _SHIPPED):
        await db.execute(statement.format(**known))
    await db.execute("VACUUM ANALYZE")
    await db.execute("CHECKPOINT")
    await db.close()
