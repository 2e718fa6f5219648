"""Many balances due at once, of every kind, as rows: for tests that are about collecting and not about buying."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.clock import now
from models import (
    Customer,
    JournalEntry,
    LedgerAccount,
    Order,
    PaymentMethod,
    Posting,
    ScheduledCharge,
    StoredMethod,
)
from providers.registry import PAYSTACK_SANDBOX_KEY, twin_settings
from providers.twins.cards import Behaviour, Cards
from providers.twins.paystack.wire import CARDS
from providers.twins.sandbox import open_sandbox
from services.deposits.plan import FIRST_TRY, PLAN
from services.ledger import shared_account
from services.tenants import Scope

# Above every id that the seeded market has.
FIRST = 10_000_000
AMOUNT_MINOR = 7_000
ON_CARD_MINOR = 50_000
POOR_MINOR = 100
# Of twenty balances so many: from shopping cards (some poor), stored cards, wallets, and with nothing to collect with.
KINDS = ("card",) * 5 + ("poor",) * 2 + ("stored",) * 8 + ("mobile_money",) * 3 + ("",) * 2
# Of ten stored cards so many; and of ten wallets.
BEHAVIOURS: tuple[Behaviour, ...] = (
    "ok", "ok", "ok", "ok", "ok", "insufficient_funds", "do_not_honor", "expired", "stolen", "challenge",
)  # fmt: skip
# Declined, charged without an answer, asking for a code; the rest approve.
ASKS_FOR_CODE = "+233551230004"
SPECIAL_WALLETS = {0: "+233551230001", 1: "+233551230003", 2: ASKS_FOR_CODE}
# Every so many stands before its last try, and is overdue where that fails.
LAST_TRY_OF = 9
# Every so many is in two parts that are due together.
IN_TWO_OF = 13


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def number_of(order_id: int) -> int:
    """Which of the many an order, a customer or a card is."""
    return order_id - FIRST


def behaviour_of(number: int) -> Behaviour:
    """How a stored card behaves at its bank."""
    return BEHAVIOURS[number // 3 % len(BEHAVIOURS)]


def waits_for_owner(number: int) -> bool:
    """Whether somebody has to act before money comes, who in these tests never does."""
    kind = kind_of(number)
    if kind == "mobile_money":
        return wallet_of(number) == ASKS_FOR_CODE
    return kind == "stored" and behaviour_of(number) == "challenge"


def wallet_of(number: int) -> str:
    return SPECIAL_WALLETS.get(number // len(KINDS) % 10, f"+23324{number:07}")


def code_of(number: int) -> str:
    return f"AUTH_many{number}"


def email_of(number: int) -> str:
    return f"many{number}@makola.test"


async def many_due(scope: Scope, count: int) -> None:
    """Add `count` orders with a balance of `AMOUNT_MINOR` that is due now, and what is on the cards to the book."""
    methods = {each.code: each.id for each in await PaymentMethod.filter(platform_id=scope.platform_id)}
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    numbers = range(count)
    await Customer.bulk_create(
        (
            Customer(
                id=FIRST + n,
                phone=f"+23320{n:07}",
                full_name=f"Ama {n}",
                email=email_of(n),
                email_verified_at=now(),
                **mine,
            )
            for n in numbers
        ),
        batch_size=500,
    )
    await LedgerAccount.bulk_create(
        (
            LedgerAccount(
                id=FIRST + n,
                code=f"card:{FIRST + n}",
                currency=scope.currency,
                kind="card",
                customer_id=FIRST + n,
                number=f"MANY{n}",
                balance_minor=on_card(n),
                **mine,
            )
            for n in numbers
        ),
        batch_size=500,
    )
    await StoredMethod.bulk_create((_method(n, methods, mine) for n in numbers if kind_of(n)), batch_size=500)
    await Order.bulk_create(
        (
            Order(
                id=FIRST + n,
                code=f"MANY{n}",
                state="PaymentAuthorized",
                active=False,
                customer_id=FIRST + n,
                currency=scope.currency,
                channel="app",
                total_minor=AMOUNT_MINOR,
                subtotal_minor=AMOUNT_MINOR,
                deferred_minor=AMOUNT_MINOR,
                stored_method_id=FIRST + n if kind_of(n) else None,
                placed_at=now() - timedelta(days=30),
                **mine,
            )
            for n in numbers
        ),
        batch_size=500,
    )
    await ScheduledCharge.bulk_create(
        (charge for n in numbers for charge in _charges(n, scope, mine)), batch_size=500
    )
    await _write_the_book(scope, count)


def on_card(number: int) -> int:
    """What is on the card of a customer."""
    return {"card": ON_CARD_MINOR, "poor": POOR_MINOR}.get(kind_of(number), 0)


def _method(number: int, methods: dict[str, int], mine: dict[str, object]) -> StoredMethod:
    kind = kind_of(number)
    code = {"stored": "connected-payment-method", "mobile_money": "mobile-money"}.get(kind, "shopping-card")
    return StoredMethod(
        id=FIRST + number,
        customer_id=FIRST + number,
        method_id=methods[code],
        kind="card" if kind == "poor" else kind,
        provider="" if kind in ("card", "poor") else "paystack",
        fingerprint=f"many{number}",
        label="a way to pay",
        code=code_of(number) if kind == "stored" else "",
        email=email_of(number) if kind == "stored" else "",
        phone=wallet_of(number) if kind == "mobile_money" else "",
        network="mtn" if kind == "mobile_money" else "",
        **mine,
    )


def _charges(number: int, scope: Scope, mine: dict[str, object]) -> Iterator[ScheduledCharge]:
    last = number % LAST_TRY_OF == 0
    step = len(PLAN) - 1 if last else FIRST_TRY
    due_at: datetime = now() - (PLAN[-1].after if last else timedelta())
    parts = (AMOUNT_MINOR - 1_000, 1_000) if number % IN_TWO_OF == 0 else (AMOUNT_MINOR,)
    for amount in parts:
        yield ScheduledCharge(
            order_id=FIRST + number,
            customer_id=FIRST + number,
            currency=scope.currency,
            amount_minor=amount,
            due_at=due_at,
            step=step,
            next_step_at=now(),
            **mine,
        )


async def _write_the_book(scope: Scope, count: int) -> None:
    """What is owed of each order, and how the money came onto the cards."""
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    sales = (await shared_account(scope, "sales", "sales")).id
    receivable = (await shared_account(scope, "receivable", "receivable")).id
    earlier = (await shared_account(scope, "gateway:earlier", "gateway")).id
    entries, postings = [], []

    def write(key: str, kind: str, *sides: tuple[int, int, int | None]) -> None:
        entry = JournalEntry(id=FIRST + len(entries), key=key, kind=kind, narrative="Many", **mine)
        entries.append(entry)
        postings.extend(
            Posting(
                entry_id=entry.id,
                account_id=account,
                amount_minor=amount,
                currency=scope.currency,
                balance_after_minor=balance,
            )
            for account, amount, balance in sides
        )

    for n in range(count):
        owed = (sales, AMOUNT_MINOR, None), (receivable, -AMOUNT_MINOR, None)
        write(f"order:{FIRST + n}", "order_payment", *owed)
        if there := on_card(n):
            write(f"many:{n}", "card_funding", (earlier, -there, None), (FIRST + n, there, there))
    await JournalEntry.bulk_create(entries, batch_size=500)
    await Posting.bulk_create(postings, batch_size=500)


def keep_cards_at_the_twin(settings: object, count: int) -> None:
    """Have the Paystack twin know the stored cards of `many_due`, each with its behaviour."""
    sandbox = open_sandbox(twin_settings(settings))  # type: ignore[arg-type]
    [business] = [
        name for name, secret in sandbox.settings.paystack_secrets.items() if secret == PAYSTACK_SANDBOX_KEY
    ]
    cards = Cards(sandbox)
    for n in range(count):
        if kind_of(n) == "stored":
            cards.keep("paystack", business, email_of(n), CARDS[0].number, code_of(n))
            kept = cards.find("paystack", business, code_of(n))
            assert kept is not None
            cards.behave(kept, behaviour_of(n))
    sandbox.store.close()
