"""The book: the only way money moves. Entries sum to zero, happen once, and are never changed.

Every amount is in minor units. A side above zero is money coming into its account; what comes from a provider
leaves that provider's account, whose sum is therefore what the provider owes us, below zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.cache import new_cache
from core.clock import now
from core.db import after_commit, as_given, execute, fetch, fetch_one, given, placeholders, within_transaction
from core.errors import InsufficientFunds, InvalidInput
from core.ids import new_uid
from services.tenants import Scope

AccountKind = Literal[
    "card",
    "sales",
    "gateway",
    "suspense",
    "biller",
    "loss",
    "receivable",
    "held",
    "shared",
    "payable",
    "commission",
    "delivery",
    "bank",
]

_known: dict[tuple[int, str, str, str], int] = new_cache()


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account by its database id; a guarded one never goes below zero."""

    id: int
    guarded: bool = False


Side = tuple[Account, int]


async def shared_account(scope: Scope, code: str, kind: AccountKind) -> Account:
    """An account of the platform that everyone touches, such as `sales` or `gateway:paystack`."""
    return (await shared_accounts(scope, {code: kind}))[code]


async def shared_accounts(scope: Scope, kinds: Mapping[str, AccountKind]) -> dict[str, Account]:
    """Accounts of the platform by their codes, made where they are missing; three statements at most, usually none."""
    found = {code: _known[_key(scope, code)] for code in kinds if _key(scope, code) in _known}
    asked = [code for code in kinds if code not in found]
    if asked:
        found |= (rows := await _stored(scope, asked))
        if missing := [code for code in asked if code not in rows]:
            await _open(scope, {code: kinds[code] for code in missing})
            found |= await _stored(scope, missing)

    async def remember() -> None:
        _known.update((_key(scope, code), found[code]) for code in asked)

    if asked:
        await after_commit(remember)
    return {code: Account(found[code]) for code in kinds}


def _key(scope: Scope, code: str) -> tuple[int, str, str, str]:
    return scope.platform_id, scope.environment, code, scope.currency


async def _stored(scope: Scope, codes: Sequence[str]) -> dict[str, int]:
    rows = await fetch(
        "SELECT code, id FROM ledger_account WHERE platform_id = $1 AND environment = $2 AND currency = $3 "
        f"AND code IN ({placeholders(codes, 4)})",
        scope.platform_id,
        scope.environment,
        scope.currency,
        *codes,
    )
    return {row["code"]: row["id"] for row in rows}


async def _open(scope: Scope, kinds: Mapping[str, AccountKind]) -> None:
    # Whoever opens the same ones at the same moment does so in the same order.
    rows = [{"uid": new_uid(), "code": code, "kind": kinds[code]} for code in sorted(kinds)]
    await execute(
        "INSERT INTO ledger_account (platform_id, environment, code, currency, uid, created_at, updated_at, kind) "
        f"SELECT $2, $3, given.code, $4, given.uid, $5, $5, given.kind "
        f"FROM {given('$1', uid='uuid', code='text', kind='text')} WHERE TRUE ON CONFLICT DO NOTHING",
        as_given(rows),
        scope.platform_id,
        scope.environment,
        scope.currency,
        now(),
    )


async def post(
    scope: Scope,
    *,
    key: str,
    kind: str,
    narrative: str,
    sides: list[Side],
    payment_id: int | None = None,
    reverses_id: int | None = None,
) -> int | None:
    """Write one entry under `key`, in the caller's transaction or its own; its id.

    None, and nothing moves, where the key is in the book already. Raises `InsufficientFunds` where a guarded
    account would go below zero, `InvalidInput` where the sides don't sum to zero.
    """
    if sum(amount for _, amount in sides) != 0 or not all(amount for _, amount in sides):
        raise InvalidInput("The sides of an entry must sum to zero.")
    async with within_transaction():
        rows = await fetch(
            "INSERT INTO journal_entry (uid, created_at, updated_at, platform_id, environment, key, kind, narrative, "
            "payment_id, reverses_id) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9) "
            "ON CONFLICT (platform_id, environment, key) DO NOTHING RETURNING id",
            new_uid(),
            now(),
            scope.platform_id,
            scope.environment,
            key,
            kind,
            narrative[:255],
            payment_id,
            reverses_id,
        )
        if not rows:
            return None
        entry_id: int = rows[0]["id"]
        await _write_sides(entry_id, scope.currency, sides)
    return entry_id


async def _write_sides(entry_id: int, currency: str, sides: list[Side]) -> None:
    marks: list[str] = []
    values: list[object] = [entry_id, currency]
    # Guarded accounts are taken in the order of their ids, so that two entries never wait for each other.
    for account, amount in sorted(sides, key=lambda side: side[0].id):
        balance = await _move_balance(account, amount) if account.guarded else None
        n = len(values)
        marks.append(f"($1, $2, ${n + 1}, ${n + 2}, ${n + 3})")
        values += [account.id, amount, balance]
    await fetch(
        "INSERT INTO posting (entry_id, currency, account_id, amount_minor, balance_after_minor) VALUES "
        f"{', '.join(marks)} RETURNING id",
        *values,
    )


async def _move_balance(account: Account, amount: int) -> int:
    rows = await fetch(
        "UPDATE ledger_account SET balance_minor = balance_minor + $2 "
        "WHERE id = $1 AND balance_minor + $2 >= 0 RETURNING balance_minor",
        account.id,
        amount,
    )
    if not rows:
        raise InsufficientFunds
    balance: int = rows[0]["balance_minor"]
    return balance


async def balance_of(account: Account) -> int:
    """The sum of an account's postings, in minor units."""
    row = await fetch_one(
        "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS balance FROM posting WHERE account_id = $1",
        account.id,
    )
    return row["balance"] if row else 0


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The whole book of a scope; `off_by_minor` and every `wrong` list must be empty for it to be right."""

    off_by_minor: int
    unbalanced_entries: list[int]
    wrong_balances: list[int]


async def check_book() -> TrialBalance:
    """Add up every posting of the database: entries that don't sum to zero, cards whose balance isn't their sum."""
    total = await fetch_one("SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS off FROM posting")
    entries = await fetch(
        "SELECT entry_id FROM posting GROUP BY entry_id, currency HAVING SUM(amount_minor) <> 0"
    )
    cards = await fetch(
        "SELECT a.id FROM ledger_account a LEFT JOIN posting p ON p.account_id = a.id "
        "WHERE a.balance_minor IS NOT NULL GROUP BY a.id, a.balance_minor "
        "HAVING a.balance_minor <> COALESCE(SUM(p.amount_minor), 0)"
    )
    return TrialBalance(
        total["off"] if total else 0, [row["entry_id"] for row in entries], [row["id"] for row in cards]
    )
