"""The book at the desk: trial balances, accounts and their postings, and what waits in suspense."""

import re
from collections.abc import Mapping
from typing import Any

from api.desk.pages import Pages
from api.desk.visits import PER_PAGE, Visit
from services.finance.book import (
    ACCOUNTS,
    KINDS,
    account_postings,
    balance_at,
    find_account,
    list_accounts,
    trial_balance,
)
from services.finance.suspense import read_suspense
from services.listing import Clause, Condition, Group

pages = Pages()
NEEDS = ("ReadLedger",)
# As it is printed on a card, or read out without the shop's letters.
CARD = re.compile("[A-Z]{0,4}[0-9]{10}")


@pages.page("/finance", "Trial balance", "finance_trial.html", needs=NEEDS, nav=("Finance", "Trial balance"))
async def trial(visit: Visit) -> Mapping[str, Any]:
    asked = visit.asked_day("day", end=True)
    return {"trial": await trial_balance(visit.desk, asked), "asked": asked is not None, "kinds": KINDS}


@pages.page(
    "/finance/accounts", "Accounts", "finance_accounts.html", needs=NEEDS, nav=("Finance", "Accounts")
)
async def accounts(visit: Visit) -> Mapping[str, Any]:
    where, cards = _asked(visit)
    listing = visit.listing(where=where, sorts=ACCOUNTS)
    found, total = await list_accounts(visit.desk, listing, cards=cards)
    return {
        "accounts": found,
        "total": total,
        "kinds": [(kind, kind.capitalize()) for kind in KINDS],
    }


def _asked(visit: Visit) -> tuple[Condition, bool]:
    """What is asked for, and whether it may be a shopping card: one of those is named by its number or its code."""
    kind, words = visit.asked_choice("kind", KINDS), visit.asked("q")
    parts: list[Condition] = [Clause("kind", "eq", kind)] if kind else []
    number = words.replace(" ", "").upper()
    if CARD.fullmatch(number):
        whole = number if number[0].isalpha() else f"{visit.scope.order_prefix}{number}"
        parts.append(Clause("number", "eq", whole))
    elif number.startswith("CARD:"):
        parts.append(Clause("code", "eq", number.lower()))
    elif words:
        parts.append(Clause("code", "contains", words))
        return Group(tuple(parts)), False
    return Group(tuple(parts)), bool(words) or kind == "card"


@pages.page("/finance/accounts/{id:[0-9]{1,18}}", "Account", "finance_account.html", needs=NEEDS)
async def account(visit: Visit) -> Mapping[str, Any]:
    found = await find_account(visit.desk, visit.id)
    postings, newer, older = await account_postings(
        visit.desk, found.id, before=visit.asked_number("before"), after=visit.asked_number("after")
    )
    return {
        "account": found,
        "said": KINDS[found.kind],
        "balance": await balance_at(visit.desk, found),
        "postings": postings,
        "newer": newer,
        "older": older,
    }


@pages.page(
    "/finance/suspense", "Suspense", "finance_suspense.html", needs=NEEDS, nav=("Finance", "Suspense")
)
async def suspense(visit: Visit) -> Mapping[str, Any]:
    skip = (visit.page_number - 1) * PER_PAGE
    return {"suspense": await read_suspense(visit.desk, skip=skip, take=PER_PAGE)}
