"""Purchase options: what is paid at checkout and when the rest is due, for products, variants, or whatever has a tag."""

from collections.abc import Mapping
from typing import Any, Literal

from api.desk.forms import Confirmed, Form, refuse
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import Visit
from core.money import to_decimal
from services.purchase_options.desk import (
    add_option,
    create_at_desk,
    delete_at_desk,
    list_at_desk,
    retire_option,
    show_at_desk,
    update_at_desk,
)
from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput, Resources
from services.purchase_options.views import OptionView

pages = Pages()
PPM_PER_PERCENT = 10_000
ASSIGNMENTS = [("TAGS", "Everything with a tag"), ("PRODUCTS", "Products"), ("VARIANTS", "Variants")]
# The services' names of fields, where a problem is told of one, and the forms'.
_FIELDS = {
    "purchaseOptionGroupInput.merchantCode": "code",
    "purchaseOptionGroupInput.lineItemDescriptor": "descriptor",
    "resources.tags": "what",
    "resources.productIds": "what",
    "resources.productVariantIds": "what",
    **{
        f"purchaseOptionGroupInput.purchaseOptionsToCreate.0.{theirs}": ours
        for theirs, ours in {
            "description": "description",
            "billingPolicy.checkoutCharge.value.percentage": "percent",
            "billingPolicy.checkoutCharge.value.fixedValue": "amount",
            "billingPolicy.remainingBalanceChargeTrigger": "days",
            "billingPolicy.remainingBalanceChargeTimeAfterCheckout": "days",
        }.items()
    },
}


class Option(Form):
    """Either a percentage or an amount an item is paid at checkout."""

    description: str
    percent: float | None = None
    amount: str = ""
    days: int | None = None


class Group(Option):
    code: str
    descriptor: str
    required: bool = False
    assignment: Literal["TAGS", "PRODUCTS", "VARIANTS"]
    what: str


class Names(Form):
    code: str
    descriptor: str
    required: bool = False


class Which(Form):
    option_id: int


@pages.page(
    "/settings/terms",
    "Purchase options",
    "sale_terms.html",
    needs=("ReadSettings",),
    nav=("Settings", "Purchase options"),
)
async def groups(visit: Visit) -> Mapping[str, Any]:
    found = await list_at_desk(visit.desk)
    return {"groups": found, "assignments": ASSIGNMENTS, "said_of": dict(ASSIGNMENTS)}


@groups.act("create", needs=("UpdateSettings",), form=Group, fields=_FIELDS)
async def create(visit: Visit, form: Group) -> Outcome:
    made = await create_at_desk(
        visit.desk,
        GroupInput(
            merchant_code=form.code,
            line_item_descriptor=form.descriptor,
            requires_option=form.required,
            to_create=[_option(visit, form)],
        ),
        form.assignment,
        _resources(form),
    )
    return Done(
        "Purchase options created. Buyers can choose them now.", to=f"/admin/settings/terms/{made.id}"
    )


@pages.page("/settings/terms/{id:[0-9]{1,18}}", "Purchase options", "sale_term.html", needs=("ReadSettings",))
async def group(visit: Visit) -> Mapping[str, Any]:
    found = await show_at_desk(visit.desk, visit.id)
    return {
        "group": found,
        "said_of": dict(ASSIGNMENTS),
        "options": [(each, in_words(visit, each)) for each in found.options],
    }


@group.act("write", needs=("UpdateSettings",), form=Names, fields=_FIELDS)
async def write(visit: Visit, form: Names) -> Outcome:
    said = GroupInput(
        id=visit.id,
        merchant_code=form.code,
        line_item_descriptor=form.descriptor,
        requires_option=form.required,
    )
    await update_at_desk(visit.desk, said)
    return Done("Saved.")


@group.act("add", needs=("UpdateSettings",), form=Option, fields=_FIELDS)
async def add(visit: Visit, form: Option) -> Outcome:
    await add_option(visit.desk, visit.id, _option(visit, form))
    return Done("Option added.")


@group.act("retire", needs=("UpdateSettings",), form=Which)
async def retire(visit: Visit, form: Which) -> Outcome:
    await retire_option(visit.desk, visit.id, form.option_id)
    return Done("Option no longer offered. Orders that use it keep it.")


@group.act("delete", needs=("UpdateSettings",), form=Confirmed)
async def delete(visit: Visit, _: Confirmed) -> Outcome:
    await delete_at_desk(visit.desk, visit.id)
    return Done("Purchase options deleted.", to="/admin/settings/terms")


def in_words(visit: Visit, option: OptionView) -> str:
    """What an option means: how much at checkout, and when the rest."""
    now = (
        f"{visit.money(option.charge_minor)} per item at checkout"
        if option.charge_ppm is None and option.charge_minor is not None
        else f"{(option.charge_ppm or 0) / PPM_PER_PERCENT:g} percent at checkout"
    )
    rest = {
        "ExactTime": f"the rest on {visit.day(option.due_at)}",
        "TimeAfterCheckout": f"the rest after {option.due_after}",
        "NoRemainingBalance": "nothing later",
    }[option.trigger]
    return f"{now}, {rest}"


def _option(visit: Visit, form: Option) -> OptionInput:
    if (form.percent is None) == (not form.amount):
        raise refuse(percent="Enter a percentage, or an amount per item: one of the two.")
    later = None if form.days is None else f"P{form.days}D"
    if form.percent is None:
        value = to_decimal(visit.amount(form.amount, "amount"), visit.scope.currency)
        policy = PolicyInput("PRICE", fixed_value=str(value), trigger="TimeAfterCheckout", due_after=later)
    else:
        at_once = form.percent == 100 and later is None
        policy = PolicyInput(
            "PERCENTAGE",
            percentage=form.percent,
            trigger="NoRemainingBalance" if at_once else "TimeAfterCheckout",
            due_after=later,
        )
    return OptionInput(description=form.description, policy=policy)


def _resources(form: Group) -> Resources:
    named = [each.strip() for each in form.what.split(",") if each.strip()]
    if form.assignment == "TAGS":
        return Resources(tags=named)
    if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in named):
        raise refuse(what="Enter the numbers of products or variants, separated by commas.")
    ids = [int(each) for each in named]
    return Resources(product_ids=ids) if form.assignment == "PRODUCTS" else Resources(variant_ids=ids)
