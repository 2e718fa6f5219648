"""Hands for tests of bills: what is due made due now, what the twin delivered, and the book added up."""

from typing import Any

from aiohttp import ClientSession

from core.clock import now
from core.db import execute, fetch_one
from services import ledger
from services.ledger import balance_of, shared_account
from services.tenants import Scope
from tests.conftest import World


async def due_now() -> None:
    """Whatever waits for its time has come to it."""
    await execute("UPDATE bill_purchase SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())


async def sold(world: World, reference: str | None = None) -> dict[str, Any]:
    """What the twins sold under a reference, or in all, and how often it was delivered."""
    wanted = {"reference": reference} if reference else {}
    async with ClientSession() as client:
        answer = await client.get(f"{world.twins}/control/state", params=wanted)
        bills: dict[str, Any] = (await answer.json())["bills"]
        return bills


async def the_book_is_right(scope: Scope, **accounts: int) -> None:
    """Nothing is out of balance or waits in suspense, and the named shared accounts hold so much (minor units)."""
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])
    for code, amount in {"suspense": 0, **accounts}.items():
        account = await shared_account(scope, code.replace("__", ":"), "suspense")
        assert await balance_of(account) == amount, code


async def balance(customer_id: int) -> int:
    """What is on a customer's card, minor units."""
    row = await fetch_one("SELECT balance_minor FROM ledger_account WHERE customer_id = $1", customer_id)
    assert row
    return int(row["balance_minor"])
