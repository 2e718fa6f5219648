"""The floor of taking balances from shopping cards: one statement a batch, with the least that has the same effect.

It writes what `services.deposits` writes (payment, entry, both postings, charge, order, two events, message) and knows
one way to be told and one outcome: every card has the money.
"""

_UID = (
    "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' "
    "|| substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
)

BATCH = f"""
WITH due AS MATERIALIZED (
    SELECT c.id, c.order_id, c.customer_id, c.platform_id, c.environment, c.currency, c.step, c.due_at,
        c.amount_minor - c.collected_minor AS amount, o.code, o.stored_method_id
    FROM scheduled_charge c JOIN customer_order o ON o.id = c.order_id
    WHERE c.next_step_at <= now() ORDER BY c.next_step_at LIMIT $1 FOR UPDATE OF o, c SKIP LOCKED
), known AS MATERIALIZED (
    SELECT due.*, a.id AS account_id, u.phone, s.method_id,
        -- Given here, so that what belongs together needs no join of rows that nobody can estimate.
        nextval('payment_id_seq') AS payment_id, nextval('journal_entry_id_seq') AS entry_id,
        (SELECT id FROM ledger_account r WHERE r.platform_id = due.platform_id AND r.environment = due.environment
            AND r.code = 'receivable' AND r.currency = due.currency) AS receivable_id
    FROM due JOIN customer u ON u.id = due.customer_id
    JOIN stored_method s ON s.id = due.stored_method_id AND s.kind = 'card'
    JOIN ledger_account a ON a.customer_id = due.customer_id AND a.kind = 'card' AND a.currency = due.currency
), taken AS (
    UPDATE ledger_account a SET balance_minor = balance_minor - known.amount FROM known
    WHERE a.id = known.account_id AND a.balance_minor >= known.amount
    RETURNING known.*, a.balance_minor AS left_minor
), paid AS (
    INSERT INTO payment (id, uid, created_at, updated_at, platform_id, environment, purpose, order_id, customer_id,
        method_id, state, amount_minor, currency, reason, settled_at, begun_by)
    SELECT payment_id, {_UID}, now(), now(), platform_id, environment, 'balance', order_id, customer_id,
        method_id, 'Settled', amount, currency, '', now(), 'schedule' FROM taken
), entry AS (
    INSERT INTO journal_entry (id, uid, created_at, updated_at, platform_id, environment, key, kind, narrative, payment_id)
    SELECT entry_id, {_UID}, now(), now(), platform_id, environment, 'payment:' || payment_id, 'balance_payment',
        'Balance of order ' || code, payment_id FROM taken
), posted AS (
    INSERT INTO posting (entry_id, currency, account_id, amount_minor, balance_after_minor)
    SELECT entry_id, currency, side.account_id, side.amount, side.balance FROM taken,
    LATERAL (VALUES (account_id, -amount, left_minor), (receivable_id, amount, NULL)) AS side (account_id, amount, balance)
), counted AS (
    UPDATE scheduled_charge c SET collected_minor = c.amount_minor, state = 'Paid', next_step_at = NULL, updated_at = now()
    FROM taken WHERE c.id = taken.id
), completed AS (
    UPDATE customer_order o SET state = 'PaymentSettled', updated_at = now() FROM taken
    WHERE o.id = taken.order_id AND o.state = 'PaymentAuthorized' AND NOT EXISTS (
        SELECT FROM scheduled_charge x WHERE x.order_id = o.id AND x.id <> taken.id AND x.state IN ('Waiting', 'Overdue'))
    RETURNING o.id
), recorded AS (
    INSERT INTO order_event (order_id, kind, data, at)
    SELECT order_id, 'balance_paid', jsonb_build_object('amount', amount, 'by', 'schedule'), now() FROM taken
    UNION ALL
    SELECT id, 'state', '{{"of": "PaymentAuthorized", "to": "PaymentSettled"}}', now() FROM completed
), told AS (
    INSERT INTO outbound_message (uid, created_at, updated_at, platform_id, environment, channel, "to", template, params,
        state, dedupe_key, reason, attempts, next_attempt_at)
    SELECT {_UID}, now(), now(), platform_id, environment, 'sms', phone, 'balance_paid',
        jsonb_build_object('amount', 'GHS ' || to_char(amount / 100.0, 'FM999,999,990.00'), 'order', code,
            'left', 'The order is paid in full. Thank you!'), 'Queued',
        'charge:' || id || ':paid:' || step || ':' || to_char(due_at, 'YYYYMMDDHH24MI'), '', 0, now() FROM taken
    ON CONFLICT (dedupe_key) DO NOTHING
)
SELECT count(*) FROM taken
"""
