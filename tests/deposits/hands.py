"""Selling on terms and looking at what is owed, for tests of deposits."""

from datetime import datetime, timedelta
from typing import Any

from core.clock import now
from core.db import fetch, fetch_one
from models import PurchaseOption, PurchaseOptionGroup, PurchaseOptionMember
from services import ledger
from services.buyers import Buyer
from services.carts import add_to_cart
from services.checkout import choose_shipping, pay
from services.ledger import Account
from services.orders import OrderView
from services.shipping import methods_of
from services.tenants import Scope
from tests.services.helpers import PIN


async def an_option(scope: Scope, variant_id: int, **terms: Any) -> int:
    """A purchase option for a variant, 30 % now and the rest after 30 days unless told otherwise; its id."""
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    group = await PurchaseOptionGroup.create(
        merchant_code="Deposit",
        line_item_descriptor="Pay in two parts",
        assignment="VARIANTS",
        requires_option=terms.pop("requires_option", False),
        **mine,
    )
    await PurchaseOptionMember.create(group=group, variant_id=variant_id)
    given = {"charge_ppm": 300_000, "trigger": "TimeAfterCheckout", "due_after": "P30D"} | terms
    return (await PurchaseOption.create(group=group, description="30% now", **given)).id


async def buy(
    buyer: Buyer, variant_id: int, option_id: int, method: str = "shopping-card", **how: Any
) -> OrderView:
    """An order that is placed with its deposit paid."""
    await add_to_cart(buyer, variant_id, 1, option_id=option_id)
    await choose_shipping(buyer, [(await methods_of(buyer.scope))[0].id])
    return await pay(buyer, method, pin=PIN, **how)


async def charges_of(order_id: int) -> list[dict[str, Any]]:
    return await fetch(
        "SELECT amount_minor, collected_minor, state, step, due_at, next_step_at, reason FROM scheduled_charge "
        "WHERE order_id = $1 ORDER BY due_at, id",
        order_id,
    )


async def sum_of(scope: Scope, code: str) -> int:
    """The sum of a shared account's postings."""
    row = await fetch_one(
        "SELECT id FROM ledger_account WHERE platform_id = $1 AND environment = $2 AND code = $3",
        scope.platform_id,
        scope.environment,
        code,
    )
    return await ledger.balance_of(Account(row["id"])) if row else 0


async def the_book_explains_what_is_owed() -> None:
    """Every entry sums to zero, and what is receivable is what the charges say is owed."""
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])
    owed = await fetch_one(
        "SELECT CAST(COALESCE(SUM(amount_minor - collected_minor), 0) AS BIGINT) AS n FROM scheduled_charge "
        "WHERE state IN ('Waiting', 'Overdue')"
    )
    receivable = await fetch_one(
        "SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) AS n FROM posting p "
        "JOIN ledger_account a ON a.id = p.account_id WHERE a.kind = 'receivable'"
    )
    assert owed and receivable and owed["n"] == -receivable["n"]
    held = await fetch_one(
        "SELECT CAST(COALESCE(SUM(p.amount_minor), 0) AS BIGINT) AS n FROM posting p "
        "JOIN ledger_account a ON a.id = p.account_id WHERE a.kind = 'held'"
    )
    aside = await fetch_one(
        "SELECT CAST(COALESCE(SUM(z.amount_minor - z.collected_minor), 0) AS BIGINT) AS n FROM payment_authorization z "
        "JOIN stored_method s ON s.id = z.stored_method_id WHERE z.state = 'Active' AND s.kind = 'card'"
    )
    assert held and aside and held["n"] == aside["n"]


def in_days(days: float) -> datetime:
    return now() + timedelta(days=days)
