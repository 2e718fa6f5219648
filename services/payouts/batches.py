"""Paying sellers: a batch has a payout for each of whom something is due, and staff say when the bank has paid it."""

from uuid import UUID

from core.clock import now
from core.db import Row, as_given, execute, fetch, fetch_one, for_update, given, lock_name, transaction
from core.errors import IllegalTransition, InvalidInput, NotFound
from core.ids import new_uid
from core.states import StateTable
from models import IdempotencyRecord
from services.accounts.customers import checked_text
from services.ledger import post, shared_accounts
from services.payouts import managed_by
from services.payouts.lines import IS_DUE, held_until
from services.payouts.reading import PayoutView, find_payouts
from services.staff import Desk
from services.tenants import Scope

PAYOUT_STATES = StateTable.of("payout", "payout", Created="Paid", Paid="")
LONGEST_REFERENCE = 120


async def create_batch(desk: Desk, *, idempotency_key: str | None = None) -> list[PayoutView]:
    """Make a payout for every seller of whom more is due than was taken back; nothing is in two payouts.

    Who has had more back than is due is left as they are: it counts against what falls due next. With an
    `idempotency_key` a replay gives the batch that the first call made. Raises `Forbidden`.
    """
    scope = managed_by(desk)

    async def make() -> list[str]:
        batch = new_uid()
        await _make(scope, batch)
        return [str(batch)]

    if idempotency_key:
        owner = f"payouts:{scope.platform_id}:{scope.environment}"
        made: list[str] = await IdempotencyRecord.once(owner, idempotency_key, [], make)
    else:
        async with transaction():
            made = await make()
    return (await find_payouts(scope, batch=UUID(made[0])))[0]


async def mark_paid(desk: Desk, payout_id: int, reference: str) -> PayoutView:
    """The bank has paid a payout, under its `reference`: nothing of it is owed any more. Saying it again changes nothing.

    Raises `NotFound`, `InvalidInput` for a reference that is none, `IllegalTransition` where it was paid by another
    one, `Forbidden`.
    """
    scope = managed_by(desk)
    reference = checked_text(reference, "reference", LONGEST_REFERENCE)
    if not reference:
        raise InvalidInput("A payout is paid under the bank's reference.", field="reference")
    async with transaction():
        payout = await fetch_one(
            "SELECT id, seller_id, state, amount_minor, reference FROM payout "
            f"WHERE id = $1 AND platform_id = $2 AND environment = $3{for_update()}",
            payout_id,
            scope.platform_id,
            scope.environment,
        )
        if payout is None:
            raise NotFound("There is no such payout.", field="id")
        if payout["state"] != "Paid":
            await PAYOUT_STATES.move(payout_id, "Created", "Paid", reference=reference, paid_at=now())
            await _book(scope, payout, reference)
        elif payout["reference"] != reference:
            why = f"It was paid already, under {payout['reference']}."
            raise IllegalTransition("Paid", "Paid", (), why)
    return (await find_payouts(scope, payout_id=payout_id))[0][0]


async def _make(scope: Scope, batch: UUID) -> None:
    # One batch after the other; what a line of one names is beyond another's reach in any case.
    await lock_name(f"payouts:{scope.platform_id}:{scope.environment}")
    until = await held_until(scope)
    mine = (scope.platform_id, scope.environment, until)
    lock = for_update()
    sales = await fetch(
        "SELECT x.id, x.seller_id, x.payable_minor FROM seller_order x JOIN customer_order o ON o.id = x.order_id "
        f"WHERE x.platform_id = $1 AND x.environment = $2 AND x.payout_id IS NULL AND {IS_DUE} "
        f"ORDER BY x.id{lock and ' FOR UPDATE OF x'}",
        *mine,
    )
    refunds = await fetch(
        "SELECT r.id, x.seller_id, -r.payable_minor AS payable_minor FROM seller_refund r "
        "JOIN seller_order x ON x.id = r.seller_order_id JOIN customer_order o ON o.id = r.order_id "
        f"WHERE r.platform_id = $1 AND r.environment = $2 AND r.payout_id IS NULL AND (x.payout_id IS NOT NULL OR {IS_DUE}) "
        f"ORDER BY r.id{lock and ' FOR UPDATE OF r'}",
        *mine,
    )
    amounts: dict[int, int] = {}
    for row in [*sales, *refunds]:
        amounts[row["seller_id"]] = amounts.get(row["seller_id"], 0) + row["payable_minor"]
    payout_of = await _open(scope, batch, {seller: sum_ for seller, sum_ in amounts.items() if sum_ > 0})
    for table, rows in (("seller_order", sales), ("seller_refund", refunds)):
        await _put_in(table, [row for row in rows if row["seller_id"] in payout_of], payout_of)


async def _open(scope: Scope, batch: UUID, amounts: dict[int, int]) -> dict[int, int]:
    """Store the payouts; the id of each by its seller."""
    rows = [{"uid": new_uid(), "seller": seller, "amount": amount} for seller, amount in amounts.items()]
    if not rows:
        return {}
    stored = await fetch(
        "INSERT INTO payout (uid, created_at, updated_at, platform_id, environment, batch, seller_id, state, currency, "
        "amount_minor, reference) SELECT given.uid, $2, $2, $3, $4, $5, given.seller, 'Created', $6, given.amount, '' "
        f"FROM {given('$1', uid='uuid', seller='bigint', amount='bigint')} RETURNING id, seller_id",
        as_given(rows),
        now(),
        scope.platform_id,
        scope.environment,
        batch,
        scope.currency,
    )
    return {row["seller_id"]: row["id"] for row in stored}


async def _put_in(table: str, rows: list[Row], payout_of: dict[int, int]) -> None:
    if not rows:
        return
    taken = await execute(
        f"UPDATE {table} SET payout_id = given.payout, updated_at = $2 "
        f"FROM {given('$1', id='bigint', payout='bigint')} WHERE {table}.id = given.id AND {table}.payout_id IS NULL",
        as_given([{"id": row["id"], "payout": payout_of[row["seller_id"]]} for row in rows]),
        now(),
    )
    # They were locked when they were added up.
    assert taken == len(rows)


async def _book(scope: Scope, payout: Row, reference: str) -> None:
    code, amount = f"payable:{payout['seller_id']}", payout["amount_minor"]
    accounts = await shared_accounts(scope, {code: "payable", "bank": "bank"})
    await post(
        scope,
        key=f"payout:{payout['id']}",
        kind="payout",
        narrative=f"Paid to a seller: {reference}",
        sides=[(accounts[code], -amount), (accounts["bank"], amount)],
    )
