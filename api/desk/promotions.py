"""Promotions: what they take off is said once, when they are made; when they hold, and for whom, can be changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from api.desk.forms import Confirmed, Form, refuse
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import Visit
from core.clock import now
from services.catalogue.shelves import list_shelves
from services.promotions.desk import (
    create_at_desk,
    delete_at_desk,
    list_at_desk,
    show_at_desk,
    update_at_desk,
)
from services.promotions.inputs import PromotionInput
from services.promotions.operations import ACTIONS, CONDITIONS
from services.promotions.views import Operation, PromotionView

pages = Pages()
# From the first minute of a day to its last.
DAY = timedelta(hours=23, minutes=59)
KINDS = [
    ("order_percentage_discount", "Percentage off goods"),
    ("order_fixed_discount", "Fixed amount off goods"),
    ("collections_percentage_discount", "Percentage off a category"),
    ("free_shipping", "Free delivery"),
]


class Terms(Form):
    name: str
    description: str = ""
    coupon_code: str | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    usage_limit: int | None = None
    per_customer_usage_limit: int | None = None
    priority: int = 0
    enabled: bool = False


class NewPromotion(Terms):
    kind: Literal[
        "order_percentage_discount",
        "order_fixed_discount",
        "collections_percentage_discount",
        "free_shipping",
    ]
    value: str = ""
    shelf: int | None = None
    minimum: str = ""
    first_order: bool = False


@pages.page(
    "/settings/promotions",
    "Promotions",
    "promotions.html",
    needs=("ReadPromotion",),
    nav=("Settings", "Promotions"),
)
async def promotions(visit: Visit) -> Mapping[str, Any]:
    found, total = await list_at_desk(visit.desk, visit.listing(sorts=("name", "starts_at", "ends_at")))
    at = now()
    shelves = await list_shelves(visit.scope)
    return {
        "promotions": [(each, state_of(each, at), in_words(visit, each)) for each in found],
        "total": total,
        "kinds": KINDS,
        "shelves": [
            (each.id, each.name)
            for shelf in shelves
            for each in (shelf.category, *(below.category for below in shelf.children))
        ],
    }


@promotions.act("create", needs=("CreatePromotion",), form=NewPromotion)
async def create(visit: Visit, form: NewPromotion) -> Outcome:
    made = await create_at_desk(
        visit.desk,
        PromotionInput(
            **_terms(visit, form), actions=(_action(visit, form),), conditions=_conditions(visit, form)
        ),
    )
    return Done("Promotion created.", to=f"/admin/settings/promotions/{made.id}")


@pages.page("/settings/promotions/{id:[0-9]{1,18}}", "Promotion", "promotion.html", needs=("ReadPromotion",))
async def promotion(visit: Visit) -> Mapping[str, Any]:
    found = await show_at_desk(visit.desk, visit.id)
    return {"promotion": found, "state": state_of(found, now()), "words": in_words(visit, found)}


@promotion.act("write", needs=("UpdatePromotion",), form=Terms)
async def write(visit: Visit, form: Terms) -> Outcome:
    await update_at_desk(visit.desk, visit.id, _terms(visit, form, await show_at_desk(visit.desk, visit.id)))
    return Done("Saved. Orders already placed keep their discount.")


@promotion.act("end", needs=("DeletePromotion",), form=Confirmed)
async def end(visit: Visit, _: Confirmed) -> Outcome:
    await delete_at_desk(visit.desk, visit.id)
    return Done("Promotion ended. Its coupon code can be used again.", to="/admin/settings/promotions")


def state_of(view: PromotionView, at: datetime) -> str:
    """Active, Off, Waiting (to begin), Closed (over) or Completed (used up)."""
    if not view.enabled:
        return "Off"
    if view.is_used_up:
        return "Completed"
    if view.starts_at and view.starts_at > at:
        return "Waiting"
    return "Closed" if view.ends_at and view.ends_at <= at else "Active"


def in_words(visit: Visit, view: PromotionView) -> list[str]:
    """What it asks and what it takes off."""
    said = [_said(visit, CONDITIONS[each.code], each) for each in view.conditions if each.code in CONDITIONS]
    return said + [_said(visit, ACTIONS[each.code], each) for each in view.actions if each.code in ACTIONS]


def _said(visit: Visit, known: Any, operation: Operation) -> str:
    shown = {
        name: visit.money(value) if known.args.get(name) == "money" else value
        for name, value in operation.args.items()
    }
    return str(known.description.format_map(shown))


def _terms(visit: Visit, form: Terms, before: PromotionView | None = None) -> dict[str, Any]:
    begun = _when(visit, form.starts_on, "starts_on", before.starts_at if before else None)
    return {
        "name": form.name,
        "description": form.description,
        "enabled": form.enabled,
        "coupon_code": form.coupon_code,
        "starts_at": begun,
        "ends_at": _when(visit, form.ends_on, "ends_on", before.ends_at if before else None, end=True),
        "usage_limit": form.usage_limit,
        "per_customer_usage_limit": form.per_customer_usage_limit,
        "priority": form.priority,
    }


def _when(
    visit: Visit, typed: str | None, name: str, before: datetime | None, *, end: bool = False
) -> datetime | None:
    """When a day begins, or ends, by the shop's clock; the time that was there, where that day was left as it was."""
    if not typed:
        return None
    if before is not None and visit.local(before).date().isoformat() == typed:
        return before
    last_minute = visit.day_typed(typed, name)
    return last_minute if end else last_minute - DAY


def _action(visit: Visit, form: NewPromotion) -> Operation:
    if form.kind == "free_shipping":
        return Operation(form.kind, {})
    if form.kind == "order_fixed_discount":
        return Operation(form.kind, {"discount": visit.amount(form.value, "value")})
    try:
        exact = Decimal(form.value.removesuffix("%").strip())
        percent = int(exact) if exact == exact.to_integral_value() else float(exact)
    except (ArithmeticError, ValueError):
        raise refuse(value="Enter a percentage, for example 12.5.") from None
    args: dict[str, Any] = {"discount": percent}
    if form.kind == "collections_percentage_discount":
        if form.shelf is None:
            raise refuse(shelf="Please choose a category.")
        args["collectionIds"] = [form.shelf]
    return Operation(form.kind, args)


def _conditions(visit: Visit, form: NewPromotion) -> tuple[Operation, ...]:
    minimum = (
        [Operation("minimum_order_amount", {"amount": visit.amount(form.minimum, "minimum")})]
        if form.minimum
        else []
    )
    first = [Operation("first_order", {})] if form.first_order else []
    return (*minimum, *first)
