"""What the variants of a product differ in: groups of options on the product's page, and what is done with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.desk.forms import Form, refuse
from api.desk.pages import Acting, Done, Outcome
from api.desk.products import DELETE, UPDATE
from api.desk.visits import Visit
from core.errors import InvalidInput, NotFound
from services.catalogue.options import GroupView, chosen_of_variants, groups_of_products
from services.catalogue.views import VariantView
from services.merchandise.options import (
    OptionsInUse,
    add_group,
    create_option,
    delete_option,
    take_group,
    update_group,
    update_option,
)


class NewGroup(Form):
    """`options` are names, separated by commas."""

    name: str
    options: str


class WhichGroup(Form):
    group_id: int


class GroupWords(WhichGroup):
    name: str


class WhichOption(Form):
    product_option_id: int


class OptionWords(WhichOption):
    name: str


async def groups_of(visit: Visit) -> list[GroupView]:
    """The groups of the page's product, with all their options."""
    return (await groups_of_products([visit.id])).get(visit.id, [])


async def options_shown(visit: Visit, variants: Sequence[VariantView]) -> Mapping[str, Any]:
    """What the page shows of options; `chosen` and `options_of` (names) by the variant's id. Two statements, one without groups."""
    groups = await groups_of(visit)
    chosen = await chosen_of_variants([each.id for each in variants]) if groups and variants else {}
    return {
        "groups": groups,
        "choosing": to_choose(groups),
        "chosen": {each.id: chosen.get(each.id, set()) for each in variants},
        "options_of": {each.id: _names(groups, chosen.get(each.id, set())) for each in variants},
    }


def to_choose(groups: Sequence[GroupView]) -> list[GroupView]:
    """The groups of which a variant is one: not those that have no options yet."""
    return [each for each in groups if each.options]


def difference(groups: Sequence[GroupView], option: str, choice: list[int]) -> dict[str, Any]:
    """How a variant differs, as a draft says it: an option of each group, or a word where there are none.

    Raises `InvalidInput` where a group is left out.
    """
    choosing = to_choose(groups)
    if not choosing and not choice:
        return {"option": option}
    if missing := [each.name for each in choosing if {one.id for one in each.options}.isdisjoint(choice)]:
        raise refuse(choice=f"Please choose one of: {', '.join(missing)}.")
    return {"option_ids": choice}


async def new_group(visit: Visit, form: NewGroup) -> Outcome:
    names = [each.strip() for each in form.options.split(",") if each.strip()]
    if not names:
        raise refuse(options="Please name at least one option.")
    await add_group(visit.desk, visit.id, {"name": form.name}, [{"name": each} for each in names])
    return Done("Options added. Now choose one for each variant.")


async def group(visit: Visit, form: GroupWords) -> Outcome:
    await _own_group(visit, form.group_id)
    await update_group(visit.desk, form.group_id, {"name": form.name})
    return Done("Saved.")


async def no_group(visit: Visit, form: WhichGroup) -> Outcome:
    try:
        await take_group(visit.desk, visit.id, form.group_id)
    except OptionsInUse as used:
        raise InvalidInput(str(used)) from None
    return Done("Option group removed from the product.")


async def new_option(visit: Visit, form: GroupWords) -> Outcome:
    await _own_group(visit, form.group_id)
    await create_option(visit.desk, form.group_id, {"name": form.name})
    return Done("Option added.")


async def option(visit: Visit, form: OptionWords) -> Outcome:
    await _own_option(visit, form.product_option_id)
    await update_option(visit.desk, form.product_option_id, {"name": form.name})
    return Done("Saved.")


async def no_option(visit: Visit, form: WhichOption) -> Outcome:
    await _own_option(visit, form.product_option_id)
    await delete_option(visit.desk, form.product_option_id)
    return Done("Option deleted.")


# By the acts' names: who may, the form, and what it does.
ACTS: dict[str, tuple[tuple[str, ...], type[Form], Acting]] = {
    "add_group": (UPDATE, NewGroup, new_group),
    "group": (UPDATE, GroupWords, group),
    "take_group": (UPDATE, WhichGroup, no_group),
    "add_option": (UPDATE, GroupWords, new_option),
    "option": (UPDATE, OptionWords, option),
    "take_option": (DELETE, WhichOption, no_option),
}
# What isn't taken of a name's code is said at the name, of which it was made.
FIELDS = {"code": "name"}


def _names(groups: Sequence[GroupView], chosen: set[int]) -> list[tuple[str, str]]:
    """What a variant is, group by group."""
    return [(each.name, one.name) for each in groups for one in each.options if one.id in chosen]


async def _own_group(visit: Visit, group_id: int) -> None:
    if group_id not in {each.id for each in await groups_of(visit)}:
        raise NotFound("The product has no such option group.")


async def _own_option(visit: Visit, option_id: int) -> None:
    if option_id not in {one.id for each in await groups_of(visit) for one in each.options}:
        raise NotFound("The product has no such option.")
