"""What the screens of a bill know: whom it is for, whose number that is, and what their arguments mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.keywords import is_called
from bot.states import Context
from bot.text import Exact, Text, t
from core.errors import InvalidInput, NotFound
from core.phones import national
from models import Biller, BillPlan
from providers.bills import BillKind
from services.accounts.customers import get_customer, number_of
from services.bills import (
    KINDS,
    BeneficiaryView,
    beneficiaries,
    billers_of,
    check_limits,
    checked_account,
    checked_line,
    find_biller,
    listed_plans,
)

MYSELF = {"me", "myself", "mine", "my phone", "my number", "self"}

# `kind`, and as far as they are known `number`, `name`, `biller` (its uid), `plan` (its slug), `amount` (minor units).
Known = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bill:
    """What the arguments of a screen mean."""

    kind: BillKind
    biller: Biller
    plan: BillPlan | None
    number: str
    amount_minor: int

    @property
    def what(self) -> Text:
        """`Airtime`, or the plan's name."""
        return t("item", name=self.plan.name) if self.plan else t(f"bills.{self.kind}")


def known_of(one: BeneficiaryView) -> Known:
    """What buying for somebody saved needs not ask; a meter stays prepaid or postpaid."""
    known = {"kind": one.kind, "biller": str(one.biller_uid), "number": one.number, "name": one.name}
    return {**known, "plan": one.last_plan} if one.kind == "electricity" and one.last_plan else known


async def named(ctx: Context, kind: BillKind, name: str) -> Known:
    """Who is meant by a number, a name that was saved, or "me"; empty where that is nobody."""
    if name.lower() in MYSELF and KINDS[kind].to_phone:
        mine = await own_line(ctx)
        return {"number": mine} if mine else {}
    if any(c.isdigit() for c in name):
        try:
            return {"number": checked_number(ctx, kind, name)}
        except InvalidInput:
            pass
    for one in await beneficiaries(ctx.scope, ctx.customer_id):
        if not (is_called(one.nickname, name) or is_called(one.name, name)):
            continue
        if one.kind == kind:
            return known_of(one)
        if KINDS[one.kind].to_phone and KINDS[kind].to_phone:
            return {"number": one.number}
    return {}


def checked_number(ctx: Context, kind: BillKind, typed: str) -> str:
    """A line (E.164), meter or smart card as it was typed. Raises `InvalidInput`."""
    of_kind = KINDS[kind]
    return (
        checked_line(ctx.scope, typed) if of_kind.to_phone else checked_account(typed, of_kind.number_field)
    )


async def own_line(ctx: Context) -> str | None:
    """The customer's own number (E.164), where it can be filled here."""
    phone = number_of(await get_customer(ctx.scope, ctx.customer_id))
    try:
        return checked_line(ctx.scope, phone) if phone else None
    except InvalidInput:
        return None


async def saved_for(ctx: Context, known: Known) -> list[BeneficiaryView]:
    """Whom the customer paid for before with this kind, and this biller where it is known."""
    found = await beneficiaries(ctx.scope, ctx.customer_id, known["kind"])
    return [each for each in found if known.get("biller") in (None, str(each.biller_uid))]


async def biller_of(ctx: Context, known: Known) -> Biller:
    """Raises `NotFound` for one that isn't sold for any more."""
    found = await find_biller(ctx.scope, known["kind"], UUID(known["biller"]))
    if found is None:
        raise NotFound
    return found


async def plan_of(biller: Biller, slug: str) -> BillPlan:
    """Raises `NotFound` for one that isn't sold any more."""
    for each in await listed_plans(biller):
        if each.slug == slug:
            return each
    raise NotFound


async def bill_of(ctx: Context) -> Bill:
    """What is bought, once all of it is known. Raises `NotFound` where it isn't sold any more."""
    args = ctx.args
    one = await biller_of(ctx, args)
    plan = await plan_of(one, args["plan"]) if "plan" in args else None
    return Bill(args["kind"], one, plan, args["number"], args["amount"])


def shown_number(known: Known) -> Exact:
    """The number as people at home write it."""
    line = KINDS[known["kind"]].to_phone
    return Exact(national(known["number"]) if line else known["number"])


async def check_amount(ctx: Context, amount_minor: int) -> None:
    """Raises `InvalidInput` where nobody that may be meant sells for so little or so much."""
    known = "biller" in ctx.args
    sellers = [await biller_of(ctx, ctx.args)] if known else await billers_of(ctx.scope, ctx.args["kind"])
    if not any(each.least_minor <= amount_minor <= each.most_minor for each in sellers):
        check_limits(ctx.scope, sellers[0], amount_minor)
