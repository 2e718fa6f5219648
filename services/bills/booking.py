"""Ends of a bill: its money is booked in the transaction that moves its state, so that neither happens alone.

Who lost the lease writes nothing. Every entry has a key, so that it happens once.
"""

from datetime import timedelta
from typing import Any

import structlog
from tortoise.exceptions import IntegrityError

from core.clock import now
from core.db import fetch, fetch_one, transaction
from core.ids import new_uid
from models import BillPurchase
from providers.bills import BillResult
from services.bills.messages import tell
from services.bills.states import BILL_STATES, GIVEN_BACK
from services.bills.views import number_of_purchase
from services.cards import card_of
from services.ledger import Account, post, shared_account
from services.outgoing import announce
from services.tenants import Scope, scope_by_id

log = structlog.get_logger(__name__)

# How entries of each kind begin, on a card's statement and in the book.
NARRATIVES = {"bill_payment": "", "bill_refund": "Paid back: ", "bill_delivered": "", "bill_loss": "Late: "}
# What was given back is asked after now and then for this long: it may be delivered all the same.
WATCHED = timedelta(hours=48)
FIRST_LOOK, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)


class AnothersDelivery(Exception):
    """What the provider tells of was delivered for another purchase: it says nothing about this one."""


async def take_money(scope: Scope, purchase: BillPurchase) -> None:
    """Move the amount from the customer's card into suspense, in the caller's transaction.

    Raises `InsufficientFunds`.
    """
    card = await card_of(scope, purchase.customer_id)
    suspense = await shared_account(scope, "suspense", "suspense")
    await _book(scope, purchase, "taken", "bill_payment", card.account, suspense)


async def deliver(purchase: BillPurchase, result: BillResult) -> None:
    """The biller delivered: it gets the money, and the customer a message with the token.

    After the money went back to the customer it is our loss: they are not charged again, and a person is told.
    """
    late = purchase.state in GIVEN_BACK
    scope = await scope_of(purchase)
    async with transaction():
        kept = {"token": result.token, "units": result.units, "reason": "", **named_by(result)}
        if not await move(purchase, "Delivered", retry_in=None, done_at=now(), **kept):
            return
        biller = await _biller_account(scope, purchase)
        if late:
            losses = await shared_account(scope, "bill_losses", "loss")
            # A new entry each time: a biller may change its mind more than once.
            await _book(scope, purchase, f"late:{purchase.attempts}", "bill_loss", losses, biller)
        else:
            suspense = await shared_account(scope, "suspense", "suspense")
            await _book(scope, purchase, "delivered", "bill_delivered", suspense, biller)
            await _remember_beneficiary(purchase)
            await tell(scope, purchase, "bill_token" if purchase.token else "bill_delivered")
        once = (purchase.id, "late", purchase.attempts) if late else (purchase.id,)
        await announce(scope, "bill.delivered", *once, data={"bill": _told(purchase, late=late)})
    if late:
        log.error("delivered after the money went back", bill=purchase.id, reference=purchase.reference)


def _told(purchase: BillPurchase, *, late: bool) -> dict[str, Any]:
    """What is announced: neither the token nor whose number it is."""
    return {
        "id": purchase.id,
        "uid": str(purchase.uid),
        "reference": purchase.reference,
        "biller": purchase.biller.name,
        "amount_minor": purchase.amount_minor,
        "currency": purchase.currency,
        "late": late,
    }


async def give_back(purchase: BillPurchase, state: str, reason: str) -> None:
    """Nothing was delivered (or nobody would say so in time): the money goes back onto the card.

    `reason` is a sentence for the customer.
    """
    scope = await scope_of(purchase)
    async with transaction():
        if not await move(purchase, state, retry_in=FIRST_LOOK, done_at=now(), reason=reason[:255]):
            return
        suspense = await shared_account(scope, "suspense", "suspense")
        card = await card_of(scope, purchase.customer_id)
        await _book(scope, purchase, "returned", "bill_refund", suspense, card.account)
        await tell(scope, purchase, "bill_failed", reason=reason)


async def take_back(purchase: BillPurchase, reason: str) -> None:
    """The biller took back what it had delivered: whoever paid for it, the customer or we, has the money again."""
    scope = await scope_of(purchase)
    async with transaction():
        if not await move(purchase, "Reversed", retry_in=FIRST_LOOK, done_at=now(), reason=reason[:255]):
            return
        biller = await _biller_account(scope, purchase)
        if await _was_returned(purchase):
            losses = await shared_account(scope, "bill_losses", "loss")
            await _book(scope, purchase, f"unlate:{purchase.attempts}", "bill_loss", biller, losses)
            return
        card = await card_of(scope, purchase.customer_id)
        await _book(scope, purchase, "returned", "bill_refund", biller, card.account)
        await tell(scope, purchase, "bill_failed", reason=reason)


async def move(purchase: BillPurchase, state: str, *, retry_in: timedelta | None, **changes: Any) -> bool:
    """Give a claimed purchase back in `state`; False where its lease was lost to another worker meanwhile.

    Raises `AnothersDelivery`, with nothing written, where `changes` name it by another purchase's `provider_id`.
    """
    if state != purchase.state:
        BILL_STATES.check(purchase.state, state)
    try:
        return await purchase.release(retry_in=retry_in, state=state, updated_at=now(), **changes)
    except IntegrityError as error:
        if "provider_id" not in changes:
            raise
        raise AnothersDelivery(changes["provider_id"]) from error


def named_by(result: BillResult) -> dict[str, str]:
    """What an answer calls the purchase, to be written down; one that calls it nothing changes nothing."""
    return {"provider_id": result.provider_id} if result.provider_id else {}


def next_look(purchase: BillPurchase) -> timedelta | None:
    """When to look once more at what was given back: ever later, and not at all once it was watched long enough."""
    passed = now() - (purchase.done_at or purchase.created_at)
    return None if passed > WATCHED else min(max(passed, FIRST_LOOK), LONGEST_PAUSE)


async def scope_of(purchase: BillPurchase) -> Scope:
    return await scope_by_id(purchase.platform_id, purchase.environment)  # type: ignore[arg-type]


async def _book(
    scope: Scope, purchase: BillPurchase, step: str, kind: str, source: Account, target: Account
) -> None:
    sides = [(source, -purchase.amount_minor), (target, purchase.amount_minor)]
    what = f"{NARRATIVES[kind]}{purchase.biller.name} for {number_of_purchase(purchase)}"
    key = f"bill:{purchase.id}:{step}"
    entry = await post(scope, key=key, kind=kind, narrative=what, sides=sides)
    if entry is None:
        # The state says that this hasn't happened yet and the book that it has: neither may be believed.
        raise RuntimeError(f"{key} is in the book already")


async def _was_returned(purchase: BillPurchase) -> bool:
    found = await fetch_one(
        "SELECT id FROM journal_entry WHERE platform_id = $1 AND environment = $2 AND key = $3",
        purchase.platform_id,
        purchase.environment,
        f"bill:{purchase.id}:returned",
    )
    return found is not None


async def _biller_account(scope: Scope, purchase: BillPurchase) -> Account:
    return await shared_account(scope, f"biller:{purchase.biller.provider}", "biller")


async def _remember_beneficiary(purchase: BillPurchase) -> None:
    await fetch(
        "INSERT INTO beneficiary (uid, created_at, updated_at, platform_id, environment, customer_id, biller_id, "
        "number, name, last_purchase_id) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, '', $8) "
        "ON CONFLICT (customer_id, biller_id, number) DO UPDATE SET last_purchase_id = $8, updated_at = $2 "
        "RETURNING id",
        new_uid(),
        now(),
        purchase.platform_id,
        purchase.environment,
        purchase.customer_id,
        purchase.biller_id,
        number_of_purchase(purchase),
        purchase.id,
    )
