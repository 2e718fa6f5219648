"""Buying a bill: the money is set aside and the reference stored before anybody is asked, once for each key."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import phonenumbers

from core.clock import now
from core.db import transaction
from core.errors import InvalidInput, NotFound, PaymentFailed, Unavailable
from core.ids import new_token
from core.jobs import enqueue
from core.money import format_money
from core.phones import parse_phone
from core.work import LEASE
from models import Biller, BillPlan, BillPurchase, IdempotencyRecord
from providers.bills import BillKind
from services.accounts.customers import get_customer, number_of
from services.accounts.pins import check_pin
from services.accounts.standing import check_standing
from services.accounts.trust import check_proven
from services.bills.booking import take_money
from services.bills.catalogue import find_biller, freshen, gateway_of
from services.bills.kinds import KINDS
from services.bills.views import PurchaseView, purchase_view
from services.bills.working import work_bill
from services.tenants import Scope

# After this without an answer the customer gets the money back.
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be bought: `amount_minor` of the biller with the uid `service`, for a line, meter or smart card.

    `plan` is a plan's slug; `biller_number` and `biller_slug` must agree with the biller where they are given.
    """

    kind: BillKind
    service: UUID
    amount_minor: int
    number: str
    plan: str | None = None
    biller_number: int | None = None
    biller_slug: str | None = None


async def buy_bill(
    scope: Scope,
    customer_id: int,
    wanted: Wanted,
    *,
    pin: str,
    key: str | None = None,
    at_once: bool = True,
) -> PurchaseView:
    """Buy with money from the customer's card; the view says whether it is delivered or still under way.

    A replay of `key` buys nothing and tells how the first one stands. With `at_once` false a worker asks the biller,
    and the customer hears of it by message. Raises `InvalidInput`, `NotFound`, `InsufficientFunds`, `PaymentFailed`
    (the money is back on the card), `Unavailable`, and as `check_pin`.
    """
    await check_pin(scope, customer_id, pin)
    payload = [wanted.kind, str(wanted.service), wanted.amount_minor, wanted.number, wanted.plan]
    return await place(scope, customer_id, wanted, key=key, payload=payload, at_once=at_once)


async def place(
    scope: Scope,
    customer_id: int,
    wanted: Wanted,
    *,
    key: str | None,
    payload: list[Any],
    at_once: bool = True,
) -> PurchaseView:
    """As `buy_bill`, for who has proven their PIN; `payload` is what a replay of `key` must repeat."""
    check_proven()
    if at_once:
        await _prepare(scope, wanted)
    held: list[str] = []

    async def begin() -> int:
        purchase = await _store(scope, customer_id, wanted, at_once=at_once)
        if purchase.lease:
            held.append(purchase.lease)
        else:
            await enqueue("work_bill", purchase.id)
        purchase_id: int = purchase.id
        return purchase_id

    if key:
        who = f"bill:{scope.platform_id}:{scope.environment}:{customer_id}"
        purchase_id = await IdempotencyRecord.once(who, key, payload, begin)
    else:
        async with transaction():
            purchase_id = await begin()
    purchase = await BillPurchase.get(id=purchase_id).select_related("biller", "plan")
    # Whoever stored it asks the biller now; if this process dies, the lease lapses and a worker goes on.
    if held and purchase.lease == held[0]:
        await work_bill(purchase)
        await purchase.refresh_from_db()
        await purchase.fetch_related("biller", "plan")
    view = purchase_view(purchase)
    if view.outcome == "failed":
        raise PaymentFailed(f"{view.reason} The money is back on your card.".strip())
    return view


async def _prepare(scope: Scope, wanted: Wanted) -> None:
    """What may need the provider, before the transaction: a plan that was never listed here."""
    if wanted.plan is None:
        return
    biller = await find_biller(scope, wanted.kind, wanted.service)
    if biller and not await BillPlan.exists(biller_id=biller.id, slug=wanted.plan):
        await freshen(biller)


async def _store(scope: Scope, customer_id: int, wanted: Wanted, *, at_once: bool) -> BillPurchase:
    """Check everything, set the money aside and store the purchase, in the caller's transaction."""
    await check_standing(customer_id)
    biller = await _checked_biller(scope, wanted)
    plan = await _checked_plan(scope, biller, wanted)
    check_limits(scope, biller, wanted.amount_minor)
    phone, account = await _checked_number(scope, customer_id, wanted)
    at = now()
    try:
        reference = gateway_of(biller).new_reference(at)
    except LookupError:
        raise Unavailable("This can't be bought at the moment.") from None
    # Held from the start by whoever asks the biller; else due at once for a worker.
    held: dict[str, Any] = (
        {"attempts": 1, "lease": new_token(), "leased_until": at + LEASE} if at_once else {"attempts": 0}
    )
    purchase = await BillPurchase.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        biller=biller,
        plan=plan,
        reference=reference,
        amount_minor=wanted.amount_minor,
        currency=scope.currency,
        phone=phone,
        account=account,
        expires_at=at + LIFETIME,
        next_attempt_at=at,
        **held,
    )
    await take_money(scope, purchase)
    return purchase


async def _checked_biller(scope: Scope, wanted: Wanted) -> Biller:
    biller = await find_biller(scope, wanted.kind, wanted.service)
    field = KINDS[wanted.kind].service_field
    if biller is None:
        raise NotFound("There is no such service.", field=field)
    if wanted.biller_number is not None and wanted.biller_number != biller.number:
        raise InvalidInput(f"{biller.name} has the number {biller.number}.", field="billerId")
    if wanted.biller_slug is not None and wanted.biller_slug.strip().casefold() != biller.slug:
        raise InvalidInput(f"{biller.name} has the slug {biller.slug}.", field="billerSlug")
    return biller


async def _checked_plan(scope: Scope, biller: Biller, wanted: Wanted) -> BillPlan | None:
    if not KINDS[wanted.kind].has_plans:
        return None
    plan = await BillPlan.get_or_none(biller_id=biller.id, slug=wanted.plan or "", active=True)
    if plan is None:
        raise InvalidInput(f"{biller.name} has no such package.", field="packageSlug")
    if plan.amount_minor is not None and plan.amount_minor != wanted.amount_minor:
        costs = format_money(plan.amount_minor, scope.currency)
        raise InvalidInput(f"{plan.name} costs {costs}.", field="amount")
    return plan


def check_limits(scope: Scope, biller: Biller, amount_minor: int) -> None:
    """Raises `InvalidInput` where the biller doesn't sell for so little or so much."""
    if not biller.least_minor <= amount_minor <= biller.most_minor:
        least, most = (
            format_money(limit, scope.currency) for limit in (biller.least_minor, biller.most_minor)
        )
        raise InvalidInput(f"Between {least} and {most} can be bought.", field="amount")


async def _checked_number(scope: Scope, customer_id: int, wanted: Wanted) -> tuple[str, str]:
    """The line to fill or to notify (E.164), and the meter or smart card."""
    kind = KINDS[wanted.kind]
    if kind.to_phone:
        return checked_line(scope, wanted.number), ""
    account = checked_account(wanted.number, kind.number_field)
    phone = number_of(await get_customer(scope, customer_id))
    if phone is None:
        raise InvalidInput(
            "Add a phone number to your profile first: the biller asks for one.", field="phone"
        )
    return phone, account


def checked_line(scope: Scope, number: str) -> str:
    """A line of the platform's country (E.164). Raises `InvalidInput`."""
    phone = parse_phone(number, scope.country)
    country_code = phonenumbers.country_code_for_region(scope.country)
    if not phone.startswith(f"+{country_code}"):
        raise InvalidInput(f"Only lines with +{country_code} can be filled.", field="phone")
    return phone


def checked_account(number: str, field: str) -> str:
    """A meter or smart card number without spaces. Raises `InvalidInput`."""
    account = "".join(number.split()).replace("-", "")
    if not (4 <= len(account) <= 50 and account.isascii() and account.removeprefix("+").isalnum()):
        raise InvalidInput("That is not the number of a meter or a smart card.", field=field)
    return account
