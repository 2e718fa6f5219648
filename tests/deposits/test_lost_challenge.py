"""A bank wants a stored card's owner on a page, and the answer that said on which is lost: the balance isn't stuck."""

from datetime import timedelta

from core import clock
from core.clock import now
from core.db import execute, fetch
from services.payments.attempts import NOT_CONFIRMED
from services.tenants import scope_by_code
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.deposits.many import FIRST, keep_cards_at_the_twin, kind_of, many_due, waits_for_owner

BALANCES = 30
CHALLENGED = [FIRST + n for n in range(BALANCES) if kind_of(n) == "stored" and waits_for_owner(n)]


async def test_a_challenge_that_nobody_heard_of_is_given_up_and_tried_again(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    keep_cards_at_the_twin(world.settings, BALANCES)
    await many_due(scope, BALANCES)
    lost = {"call": "charge_authorization", "mode": "timeout_after", "delay_s": 0.01}
    await world.twin("/control/fail", provider="paystack", fraction=1.0, **lost)
    await world.drain()
    await look_again(world)
    assert await states() == {("Waiting", "")}, "the page may still be told of, or the money come"

    clock.travel(timedelta(minutes=3))
    await look_again(world)
    assert await states() == {("Failed", NOT_CONFIRMED)}
    charges = await fetch("SELECT order_id, state, next_step_at, reason FROM scheduled_charge")
    again = [each for each in charges if each["order_id"] in CHALLENGED]
    assert len(again) >= 3
    for charge in again:
        assert charge["reason"] == NOT_CONFIRMED
        assert (charge["state"] == "Overdue") == (charge["next_step_at"] is None)
    under_way = await fetch("SELECT order_id FROM payment WHERE state IN ('Created', 'Pending')")
    assert not {row["order_id"] for row in under_way} & set(CHALLENGED), "it can be paid another way"
    await the_book_explains_what_is_owed()


async def look_again(world: World) -> None:
    for _ in range(3):
        await execute("UPDATE payment_attempt SET next_attempt_at = $1 WHERE next_attempt_at > $1", now())
        await world.drain()


async def states() -> set[tuple[str, str]]:
    rows = await fetch(
        "SELECT a.state, a.reason, p.order_id FROM payment_attempt a JOIN payment p ON p.id = a.payment_id"
    )
    return {(row["state"], row["reason"]) for row in rows if row["order_id"] in CHALLENGED}
