"""One movement at a provider against the book: known, still to be asked after, or booked because nothing else knows of it.

What was taken for something that the backup doesn't know waits in the account `unclaimed` until a person (or `send_back`) gives
it back; what was given back, and what a biller delivered, is booked likewise. Every entry has a key made of the provider's
words, so that it is booked once however often this is done.
"""

from dataclasses import dataclass
from typing import Literal

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, transaction
from providers.movements import Movement
from services.ledger import post, shared_account
from services.tenants import Environment, Scope, scope_by_id

# `known`: the book has it. `asked`: the row is there, and a worker asks what became of it. `booked`: nobody knew of it.
# `open`: it may still change at the provider. `whose`: several platforms could be meant, and nothing was booked.
Verdict = Literal["known", "asked", "booked", "open", "whose"]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one movement."""

    movement: Movement
    verdict: Verdict
    platform: str = ""  # whose it is, where this booked it, now or before

    @property
    def unclaimed(self) -> bool:
        """Whether it is money that was taken for something that is lost."""
        return self.movement.kind == "charge" and bool(self.platform)


async def take_in(movement: Movement, environment: Environment) -> Found:
    """Hold one movement against the book, and book what is missing."""
    match movement.kind:
        case "charge":
            return await _charge(movement, environment)
        case "refund":
            return await _refund(movement, environment)
        case "bill":
            return await _bill(movement, environment)


async def _charge(movement: Movement, environment: Environment) -> Found:
    attempt = await fetch_one(
        "SELECT a.id, a.state, a.received_minor, p.amount_minor FROM payment_attempt a JOIN payment p ON p.id = a.payment_id "
        "WHERE a.reference = $1",
        movement.reference,
    )
    if attempt is None:
        return await _book(movement, environment, "recovered", takes=True)
    if attempt["state"] == "Succeeded":
        return Found(movement, "known")
    # Failed before the backup and paid after it, too.
    await _look_again("payment_attempt", attempt["id"])
    return Found(movement, "asked")


async def _refund(movement: Movement, environment: Environment) -> Found:
    known = await fetch_one(
        "SELECT id, state FROM refund WHERE provider_id = $1 OR CAST(uid AS text) = $2",
        movement.provider_id,
        movement.note,
    )
    if known is not None and known["state"] == "Done":
        return Found(movement, "known")
    if known is not None:
        await _look_again("refund", known["id"])
        return Found(movement, "asked")
    if not movement.done:
        return Found(movement, "open")
    return await _book(movement, environment, "recovered-refund", takes=False)


async def _bill(movement: Movement, environment: Environment) -> Found:
    known = await fetch_one("SELECT id, state FROM bill_purchase WHERE reference = $1", movement.reference)
    if known is not None and known["state"] == "Delivered":
        return Found(movement, "known")
    if known is not None:
        await _look_again("bill_purchase", known["id"])
        return Found(movement, "asked")
    return await _book(movement, environment, "recovered-bill", takes=False)


async def _look_again(table: str, row_id: int) -> None:
    await execute(
        f"UPDATE {table} SET attempts = attempts + 1, next_attempt_at = $2 WHERE id = $1 AND (leased_until IS NULL OR leased_until <= $2)",
        row_id,
        now(),
    )


async def _book(movement: Movement, environment: Environment, key: str, *, takes: bool) -> Found:
    scope = await _whose(movement, environment)
    if scope is None:
        return Found(movement, "whose")
    outside, inside = (
        (f"biller:{movement.provider}", "bill_losses")
        if movement.kind == "bill"
        else (f"gateway:{movement.provider}", "unclaimed")
    )
    name = movement.reference if movement.kind != "refund" else movement.provider_id
    amount = -movement.amount_minor if takes else movement.amount_minor
    async with transaction():
        source = await shared_account(scope, outside, "biller" if movement.kind == "bill" else "gateway")
        target = await shared_account(scope, inside, "loss" if movement.kind == "bill" else "held")
        entry = await post(
            scope,
            key=f"{key}:{movement.provider}:{name}",
            kind=f"recovered_{movement.kind}",
            narrative=f"After the backup: {movement.reference}",
            sides=[(source, amount), (target, -amount)],
        )
    return Found(movement, "booked" if entry else "known", scope.code)


async def _whose(movement: Movement, environment: Environment) -> Scope | None:
    """The platform of what the backup doesn't know: the one that a known sibling names, or else the only one that could be."""
    if movement.kind == "refund" and (of := await _of_known_charge(movement)):
        return await scope_by_id(of["platform_id"], environment)
    table = "biller" if movement.kind == "bill" else "payment_method"
    rows = await fetch(
        f"SELECT DISTINCT m.platform_id FROM {table} m JOIN platform p ON p.id = m.platform_id "
        "WHERE m.provider = $1 AND m.environment = $2 AND p.currency = $3",
        movement.provider,
        environment,
        movement.currency,
    )
    return await scope_by_id(rows[0]["platform_id"], environment) if len(rows) == 1 else None


async def _of_known_charge(movement: Movement) -> Row | None:
    return await fetch_one(
        "SELECT p.platform_id FROM payment_attempt a JOIN payment p ON p.id = a.payment_id WHERE a.reference = $1",
        movement.reference,
    )
