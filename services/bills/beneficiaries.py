"""Whom a customer paid for before: to pay again, to forget, and to hear the token once more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import InvalidInput, NotFound
from core.limits import count_try
from models import Beneficiary, BillPurchase
from providers.bills import BillKind
from services.accounts.customers import checked_text
from services.accounts.pins import check_pin
from services.bills.kinds import KINDS
from services.bills.messages import tell
from services.bills.purchasing import Wanted, place
from services.bills.views import PurchaseView, find_purchase, number_of_purchase, purchase_view
from services.tenants import Scope

MOST_RESENT, RESENT_WITHIN_S = 5, 3600
LONGEST_NICKNAME = 40


@dataclass(frozen=True, slots=True)
class BeneficiaryView:
    """A line, meter or smart card; `last_amount_minor` in minor units of `currency`, `last_plan` a plan's slug.

    `name` is the biller's for it, `nickname` the customer's own.
    """

    uid: UUID
    kind: BillKind
    biller: str
    biller_slug: str
    number: str
    name: str
    last_amount_minor: int | None
    currency: str
    last_used_at: datetime
    biller_uid: UUID
    nickname: str
    last_plan: str | None


async def beneficiaries(
    scope: Scope, customer_id: int, kind: BillKind | None = None
) -> list[BeneficiaryView]:
    """A customer's, who was paid for last first; of one kind, or of all."""
    which = {"biller__kind": kind} if kind else {}
    rows = (
        await Beneficiary.filter(
            platform_id=scope.platform_id, environment=scope.environment, customer_id=customer_id, **which
        )
        .order_by("-updated_at", "-id")
        .limit(100)
        .select_related("biller", "last_purchase__plan")
    )
    return [
        BeneficiaryView(
            row.uid,
            row.biller.kind,
            row.biller.name,
            row.biller.slug,
            row.number,
            row.name,
            row.last_purchase.amount_minor if row.last_purchase else None,
            scope.currency,
            row.updated_at,
            row.biller.uid,
            row.nickname,
            row.last_purchase.plan.slug if row.last_purchase and row.last_purchase.plan else None,
        )
        for row in rows
    ]


async def forget_beneficiary(scope: Scope, customer_id: int, uid: UUID) -> None:
    """Raises `NotFound` also for somebody else's."""
    forgotten = await Beneficiary.filter(
        platform_id=scope.platform_id, environment=scope.environment, customer_id=customer_id, uid=uid
    ).delete()
    if not forgotten:
        raise NotFound("There is no such beneficiary.", field="id")


async def name_beneficiary(scope: Scope, customer_id: int, uid: UUID, nickname: str) -> None:
    """Call one of one's own by a name, to pay by it. Raises `NotFound`, `InvalidInput`."""
    written = checked_text(nickname, "nickname", LONGEST_NICKNAME)
    if not any(letter.isalpha() for letter in written):
        raise InvalidInput("A name has letters.", field="nickname")
    named = await Beneficiary.filter(
        platform_id=scope.platform_id, environment=scope.environment, customer_id=customer_id, uid=uid
    ).update(nickname=written)
    if not named:
        raise NotFound("There is no such beneficiary.", field="id")


async def repeat_last(
    scope: Scope,
    customer_id: int,
    *,
    pin: str,
    kind: BillKind | None = None,
    key: str | None = None,
    at_once: bool = True,
) -> PurchaseView:
    """Buy once more what the customer bought last (of that kind), for the same number and the same amount.

    Raises as `buy_bill`, `NotFound` where nothing was bought, and `InvalidInput` where its price has changed.
    """
    await check_pin(scope, customer_id, pin)
    wanted = await last_wanted(scope, customer_id, kind)
    # Which one is last may have changed when the key comes again.
    return await place(scope, customer_id, wanted, key=key, payload=["repeat last", kind], at_once=at_once)


async def last_wanted(scope: Scope, customer_id: int, kind: BillKind | None = None) -> Wanted:
    """What the customer bought last (of that kind), to be bought again. Raises `NotFound` where nothing was."""
    last = await _delivered(scope, customer_id, kind).first()
    if last is None:
        raise NotFound("There is nothing to repeat yet.")
    return Wanted(
        kind=last.biller.kind,
        service=last.biller.uid,
        amount_minor=last.amount_minor,
        number=number_of_purchase(last),
        plan=last.plan.slug if last.plan else None,
    )


async def token_purchases(scope: Scope, customer_id: int) -> list[PurchaseView]:
    """The purchases that came with a token, the latest first; 20 at most."""
    found = _delivered(scope, customer_id, "electricity").exclude(token="").limit(20)
    return [purchase_view(purchase) for purchase in await found]


async def resend_token(scope: Scope, customer_id: int, reference: str) -> PurchaseView:
    """Send the message with the token, or the confirmation, of a delivered purchase again.

    Raises `NotFound`, `InvalidInput` for one that isn't delivered, `TooManyTries`.
    """
    purchase = await find_purchase(scope, customer_id, reference)
    if purchase.state != "Delivered":
        raise InvalidInput(
            f"This {KINDS[purchase.biller.kind].title.lower()} purchase is not delivered.", field="reference"
        )
    await count_try(f"bill-token:{purchase.id}", most=MOST_RESENT, within_s=RESENT_WITHIN_S)
    await tell(scope, purchase, "bill_token" if purchase.token else "bill_delivered", again=True)
    return purchase_view(purchase)


def _delivered(scope: Scope, customer_id: int, kind: BillKind | None) -> Any:
    """What was delivered to a customer, the latest first."""
    which = {"biller__kind": kind} if kind else {}
    return (
        BillPurchase.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            customer_id=customer_id,
            state="Delivered",
            **which,
        )
        .order_by("-id")
        .select_related("biller", "plan")
    )
