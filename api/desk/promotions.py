"""Promotions: what they take off is said once, when they are made; when they hold, and for whom, can be changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from api.desk.forms import Confirmed, Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.promotion_words import (
    KINDS,
    Discount,
    actions_of,
    conditions_of,
    in_words,
    names_for,
    shelves_to_choose,
)
from api.desk.visits import Visit
from core.clock import now
from services.merchandise.skus import find_skus
from services.promotions.desk import (
    create_at_desk,
    delete_at_desk,
    list_at_desk,
    show_at_desk,
    update_at_desk,
)
from services.promotions.inputs import PromotionInput
from services.promotions.views import PromotionView

pages = Pages()
# From the first minute of a day to its last.
DAY = timedelta(hours=23, minutes=59)


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


class NewPromotion(Terms, Discount):
    """A promotion whole."""


@pages.page(
    "/settings/promotions",
    "Promotions",
    "promotions.html",
    needs=("ReadPromotion",),
    nav=("Settings", "Promotions"),
)
async def promotions(visit: Visit) -> Mapping[str, Any]:
    found, total = await list_at_desk(visit.desk, visit.listing(sorts=("name", "starts_at", "ends_at")))
    at, shelves = now(), await shelves_to_choose(visit)
    names = await names_for(visit, found, shelves)
    looked_for = visit.asked("q") if visit.may("CreatePromotion") else ""
    return {
        "promotions": [(each, state_of(each, at), in_words(visit, each, names)) for each in found],
        "total": total,
        "kinds": KINDS,
        "shelves": shelves,
        "looked_for": looked_for,
        "found": [
            (each.sku, f"{each.sku}, {each.name}")
            for each in (await find_skus(visit.desk, looked_for) if looked_for else [])
        ],
    }


@promotions.act("create", needs=("CreatePromotion",), form=NewPromotion, fields={"collectionIds": "shelves"})
async def create(visit: Visit, form: NewPromotion) -> Outcome:
    said = PromotionInput(
        **_terms(visit, form),
        actions=await actions_of(visit, form),
        conditions=await conditions_of(visit, form),
    )
    made = await create_at_desk(visit.desk, said)
    return Done("Promotion created.", to=f"/admin/settings/promotions/{made.id}")


@pages.page("/settings/promotions/{id:[0-9]{1,18}}", "Promotion", "promotion.html", needs=("ReadPromotion",))
async def promotion(visit: Visit) -> Mapping[str, Any]:
    found = await show_at_desk(visit.desk, visit.id)
    names = await names_for(visit, [found], await shelves_to_choose(visit))
    return {"promotion": found, "state": state_of(found, now()), "words": in_words(visit, found, names)}


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
