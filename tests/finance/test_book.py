"""The book as finance reads it: a trial balance at any time is the sum of all postings until then, day by day or at once."""

from datetime import datetime, timedelta

import pytest

from core import clock
from core.clock import now
from core.db import fetch
from core.errors import Forbidden, NotFound
from models import ClosedDay, LedgerMovement
from services.finance.book import account_postings, find_account, list_accounts, trial_balance
from services.finance.closing import close_days, end_of_day
from services.ledger import post, shared_account
from services.listing import Clause, Listing
from services.staff import Desk
from services.tenants import Scope, scope_by_code
from tests.sellers.hands import a_desk, buy_of
from tests.services.helpers import a_buyer, a_variant, give_money
from tests.stories.test_statements import statements  # noqa: F401 - a fixture


async def moved(scope: Scope, minor: int, key: str) -> None:
    """An entry between two of the shop's accounts."""
    bank = await shared_account(scope, "bank", "bank")
    loss = await shared_account(scope, "bill_losses", "loss")
    await post(scope, key=key, kind="test", narrative=key, sides=[(bank, minor), (loss, -minor)])


async def counted(scope: Scope, until: datetime) -> dict[str, int]:
    """Each account's balance at a time as the postings themselves say it; those without any are left out."""
    rows = await fetch(
        "SELECT CASE WHEN a.kind = 'card' THEN 'card' ELSE a.code END AS code, CAST(SUM(p.amount_minor) AS BIGINT) AS sum "
        "FROM posting p JOIN journal_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id "
        "WHERE e.platform_id = $1 AND e.environment = $2 AND e.created_at < $3 GROUP BY 1",
        scope.platform_id,
        scope.environment,
        until,
    )
    return {row["code"]: row["sum"] for row in rows}


async def balances(desk: Desk, at: datetime | None = None) -> dict[str, int]:
    trial = await trial_balance(desk, at)
    assert all(trial.off_minor(currency) == 0 for currency in trial.balances)
    return {each.code: each.minor for each in trial.balances.get(desk.scope.currency, [])}


async def test_closed_or_not_every_evening_has_the_balances_that_its_postings_say(demo: Scope) -> None:
    desk, evenings = await a_desk(demo), []
    for day in range(6):
        clock.travel(timedelta(hours=25))
        if day != 3:  # a day on which nothing happens
            buyer = await a_buyer(demo, balance_minor=10**9, pin=True)
            await buy_of(buyer, await a_variant(demo, pieces=9))
            await moved(demo, 100 + day, f"day {day}")
        evenings.append(end_of_day(demo, now()))
        if day == 4:
            assert await close_days() == 3
            assert await close_days() == 0
    assert await ClosedDay.filter(platform_id=demo.platform_id).count() == 3
    for evening in evenings:
        assert await balances(desk, evening) == await counted(demo, evening)
    assert await balances(desk) == await counted(demo, now() + timedelta(seconds=1))
    assert len({tuple(sorted((await balances(desk, each)).items())) for each in evenings}) == 5
    assert await balances(desk, evenings[0] - timedelta(days=2)) == {}


async def test_a_day_is_closed_only_when_nothing_of_it_can_turn_up_any_more(demo: Scope) -> None:
    await moved(demo, 5, "one")
    over = end_of_day(demo, now())
    clock.travel(over - now() + timedelta(minutes=9))
    assert await close_days() == 0
    clock.travel(timedelta(minutes=2))
    assert await close_days() == 1
    (bank,) = await LedgerMovement.filter(platform_id=demo.platform_id, code="bank")
    assert (bank.in_minor, bank.out_minor, bank.postings) == (5, 0, 1)


async def test_each_shop_has_a_book_of_its_own_and_its_day_by_its_own_clock(demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    await moved(demo, 5, "ours")
    await moved(kasuwa, 7, "theirs")
    at = now()
    # Lagos is an hour ahead of Accra.
    assert end_of_day(demo, at).hour == 0 and end_of_day(kasuwa, at).hour == 23
    clock.travel(timedelta(days=2))
    assert await close_days() == 2
    assert (await balances(await a_desk(demo)))["bank"] == 5
    assert (await balances(await a_desk(kasuwa)))["bank"] == 7
    trial = await trial_balance(await a_desk(kasuwa))
    assert set(trial.balances) == {"NGN"}


async def test_closed_days_are_not_added_up_again(demo: Scope, statements: list[str]) -> None:  # noqa: F811
    desk = await a_desk(demo)
    for day in range(3):
        await moved(demo, 5, f"day {day}")
        clock.travel(timedelta(days=1))
    clock.travel(timedelta(days=1))
    await close_days()
    statements.clear()
    assert (await balances(desk))["bank"] == 15
    assert len(statements) == 4
    # Whatever became of the postings, closed days keep what they were closed with.
    assert (await LedgerMovement.filter(code="bank").count(), await ClosedDay.all().count()) == (3, 3)


async def test_an_account_is_read_page_by_page_in_both_directions(demo: Scope) -> None:
    desk = await a_desk(demo)
    for n in range(7):
        await moved(demo, n + 1, f"entry {n}")
    (bank,), _ = await list_accounts(desk, Listing(Clause("code", "eq", "bank")))
    first, newer, older = await account_postings(desk, bank.id, take=3)
    assert ([each.amount_minor for each in first], newer, older) == ([7, 6, 5], False, True)
    second, newer, older = await account_postings(desk, bank.id, before=first[-1].id, take=3)
    assert ([each.amount_minor for each in second], newer, older) == ([4, 3, 2], True, True)
    last, newer, older = await account_postings(desk, bank.id, before=second[-1].id, take=3)
    assert ([each.amount_minor for each in last], newer, older) == ([1], True, False)
    back, newer, older = await account_postings(desk, bank.id, after=second[0].id, take=3)
    assert ([each.id for each in back], newer, older) == ([each.id for each in first], False, True)
    assert first[0].others == [("bill_losses", -7)]


async def test_a_postings_order_is_named(demo: Scope) -> None:
    desk, buyer = await a_desk(demo), await a_buyer(demo, balance_minor=10**9, pin=True)
    order = await buy_of(buyer, await a_variant(demo, pieces=9))
    (sales,), _ = await list_accounts(desk, Listing(Clause("code", "eq", "sales")))
    postings, _, _ = await account_postings(desk, sales.id)
    assert (postings[0].order_id, postings[0].order_code) == (order.id, order.code)
    assert postings[0].payment_id == order.payments[0].id


async def test_another_shops_account_and_another_roles_questions_come_to_nothing(demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    await give_money(kasuwa, (await a_buyer(kasuwa)).customer_id or 0, 100)
    (card,), _ = await list_accounts(await a_desk(kasuwa), Listing(Clause("kind", "eq", "card")))
    with pytest.raises(NotFound):
        await find_account(await a_desk(demo), card.id)
    assert (await account_postings(await a_desk(demo), card.id))[0] == []
    selling = Desk(demo, 1, "x@x.test", "desk")
    with pytest.raises(Forbidden):
        await trial_balance(selling)
