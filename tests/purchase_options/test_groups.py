"""Groups are their merchant's own, and what was agreed with a buyer is never changed."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from core.db import fetch
from core.errors import InvalidInput, NotFound
from core.settings import Settings
from services.keyset import Window
from services.purchase_options.coverage import counts_of, products_of, tags_of
from services.purchase_options.groups import create_group, delete_group, update_group
from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput, Resources
from services.purchase_options.members import add_members, remove_members
from services.purchase_options.offers import options_by_id
from services.purchase_options.orders_of import orders_of_groups
from services.purchase_options.reading import get_group, list_groups
from services.tenants import Scope, scope_by_code
from tests.purchase_options.hands import HALF, THIRTY, bought, group_of, tagged, terms, variants_of


async def problems_of(call: Any) -> list[str]:
    """The paths of everything that is refused."""
    with pytest.raises(InvalidInput) as refused:
        await call
    return [path for path, _ in refused.value.problems] or [refused.value.field]


async def test_a_group_is_kept_as_it_was_said(demo: Scope) -> None:
    made = await create_group(demo, terms(requires_option=True), "PRODUCTS", Resources(product_ids=[7, 8, 7]))
    assert made == await get_group(demo, made.id)
    assert (made.merchant_code, made.line_item_descriptor, made.requires_option) == ("code", "Deposit", True)
    assert [(o.description, o.charge_ppm, o.due_after) for o in made.options] == [
        ("30% now", 300_000, "P14D"),
        ("Half now", 500_000, "P30D"),
    ]
    assert [p.id for p in (await products_of([made.id]))[made.id]] == [7, 8]


async def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_stored(demo: Scope) -> None:
    before = await list_groups(demo, Window())
    said = GroupInput(
        id=5,
        merchant_code=" ",
        to_create=[
            OptionInput(id=3, description="x" * 161),
            OptionInput(description="a\nb", policy=PolicyInput("PRICE", due_after="P1D")),
        ],
        to_update=[THIRTY],
        to_delete=[1],
    )
    resources = Resources(product_ids=[1, 2**70, -3, 0, 99_999_999], tags=["turbo"])
    at = "purchaseOptionGroupInput."
    create = f"{at}purchaseOptionsToCreate."
    assert set(await problems_of(create_group(demo, said, "PRODUCTS", resources))) == {
        f"{at}id",
        f"{at}merchantCode",
        f"{at}lineItemDescriptor",
        f"{create}0.id",
        f"{create}0.description",
        f"{create}0.billingPolicy",
        f"{create}1.description",
        f"{create}1.billingPolicy.checkoutCharge.value.fixedValue",
        f"{at}purchaseOptionsToUpdate",
        f"{at}purchaseOptionsToDelete",
        "resources.productTags",
        *(f"resources.productIds.{i}" for i in (1, 2, 3, 4)),
    }
    assert await list_groups(demo, Window()) == before


@pytest.mark.parametrize(("count", "fine"), [(0, False), (1, True), (20, True), (21, False), (500, False)])
async def test_a_group_has_one_to_twenty_options(demo: Scope, count: int, fine: bool) -> None:
    said = replace(terms(), to_create=[THIRTY] * count)
    if fine:
        assert len((await create_group(demo, said, "TAGS", Resources())).options) == count
    else:
        wrong = await problems_of(create_group(demo, said, "TAGS", Resources()))
        assert wrong == ["purchaseOptionGroupInput.purchaseOptionsToCreate"]


async def test_what_is_not_said_stays(demo: Scope) -> None:
    made = await group_of(demo, product_ids=[7])
    assert await update_group(demo, GroupInput(id=made.id)) == made
    renamed = await update_group(demo, GroupInput(id=made.id, merchant_code="other", requires_option=True))
    assert renamed == replace(
        made,
        merchant_code="other",
        requires_option=True,
        options=[replace(option, required=True) for option in made.options],
    )


async def test_an_option_that_nobody_chose_is_changed_where_it_is(demo: Scope) -> None:
    made = await group_of(demo, product_ids=[7])
    first, second = made.options
    changed = await update_group(
        demo,
        GroupInput(
            id=made.id,
            to_update=[
                OptionInput(first.id, "Ten now", PolicyInput("PRICE", fixed_value="10", due_after="P1D"))
            ],
            to_delete=[second.id],
            to_create=[HALF],
        ),
    )
    assert [(o.id == first.id, o.description, o.charge_minor, o.charge_ppm) for o in changed.options] == [
        (True, "Ten now", 1000, None),
        (False, "Half now", None, 500_000),
    ]
    assert (await options_by_id([second.id]))[second.id] == second


@pytest.mark.parametrize("placed", [True, False])
async def test_an_option_that_was_chosen_is_retired_and_followed_by_another(
    demo: Scope, placed: bool
) -> None:
    made = await group_of(demo, product_ids=[7])
    first, second = made.options
    await bought(demo, first.id, (await variants_of(7))[0], placed=placed)
    same = OptionInput(
        first.id, first.description, PolicyInput("PERCENTAGE", percentage=30, due_after="P14D")
    )
    assert await update_group(demo, GroupInput(id=made.id, to_update=[same])) == made
    dearer = OptionInput(first.id, policy=PolicyInput("PERCENTAGE", percentage=40, due_after="P14D"))
    changed = await update_group(demo, GroupInput(id=made.id, to_update=[dearer]))
    assert [o.charge_ppm for o in changed.options] == [400_000, 500_000]
    assert changed.options[0].id not in (first.id, second.id)
    assert (await options_by_id([first.id]))[first.id] == first
    again = await problems_of(update_group(demo, GroupInput(id=made.id, to_update=[dearer])))
    assert again == ["purchaseOptionGroupInput.purchaseOptionsToUpdate.0.id"]


async def test_options_of_others_unknown_or_meant_twice_are_refused(demo: Scope) -> None:
    made, other = await group_of(demo), await group_of(demo)
    first, second = (option.id for option in made.options)
    at = "purchaseOptionGroupInput.purchaseOptionsTo"
    assert await problems_of(
        update_group(
            demo,
            GroupInput(
                id=made.id,
                to_update=[OptionInput(None), OptionInput(other.options[0].id), *[OptionInput(first)] * 2, OptionInput(second)],
                to_delete=[second, 2**63],
            ),
        )
    ) == [f"{at}Update.0.id", f"{at}Update.1.id", f"{at}Update.3.id", f"{at}Update.4.id", f"{at}Delete.1"]  # fmt: skip
    everything = GroupInput(id=made.id, to_delete=[first, second])
    assert await problems_of(update_group(demo, everything)) == [f"{at}Delete"]
    assert await get_group(demo, made.id) == made


async def test_members_come_and_go(demo: Scope) -> None:
    made = await group_of(demo, "VARIANTS")
    await add_members(demo, made.id, "VARIANTS", [46, 56])
    await add_members(demo, made.id, "VARIANTS", [56, 58])
    assert (await counts_of([made.id]))[made.id].variants == 3
    assert await problems_of(add_members(demo, made.id, "VARIANTS", [46, 0, 10**8])) == [
        "productVariantIds.1",
        "productVariantIds.2",
    ]
    assert await problems_of(add_members(demo, made.id, "PRODUCTS", [7])) == ["productIds"]
    assert await problems_of(remove_members(demo, made.id, "TAGS", ["turbo"])) == ["productTags"]
    assert await problems_of(add_members(demo, made.id, "VARIANTS", range(1, 252))) == ["productVariantIds"]
    assert await remove_members(demo, made.id, "VARIANTS", [58, 46, 1, -1, 2**80]) == [58, 46]
    assert await remove_members(demo, made.id, "VARIANTS", [58, 46]) == []
    assert (await counts_of([made.id]))[made.id].variants == 1


async def test_a_tag_may_come_before_the_products(demo: Scope) -> None:
    made = await group_of(demo, "TAGS", tags=[" brand new ", "turbo"])
    assert (await tags_of([made.id]))[made.id] == ["brand new", "turbo"]
    before = (await counts_of([made.id]))[made.id]
    await tagged(demo, 7, "brand new")
    after = (await counts_of([made.id]))[made.id]
    assert (after.products, after.variants) == (
        before.products + 1,
        before.variants + len(await variants_of(7)),
    )
    assert await problems_of(add_members(demo, made.id, "TAGS", ["", "x" * 61, "a\0b", "fine"])) == [
        "productTags.0",
        "productTags.1",
        "productTags.2",
    ]
    assert await fetch("SELECT 1 AS one FROM tag WHERE name = 'fine'") == []
    assert await remove_members(demo, made.id, "TAGS", ["turbo", "unknown"]) == ["turbo"]


async def test_a_deleted_group_is_gone_for_its_merchant_and_not_for_its_orders(demo: Scope) -> None:
    made = await group_of(demo, product_ids=[7])
    option = made.options[0]
    order_id = await bought(demo, option.id, (await variants_of(7))[0])
    await bought(demo, option.id, (await variants_of(7))[0], placed=False)
    page = (await orders_of_groups([made.id], Window()))[made.id]
    assert [order.id for order in page.items] == [order_id]
    await delete_group(demo, made.id)
    assert await get_group(demo, made.id) is None
    for again in (delete_group(demo, made.id), update_group(demo, GroupInput(id=made.id))):
        with pytest.raises(NotFound):
            await again
    assert await options_by_id([option.id, -1, 2**70]) == {option.id: option}


async def test_another_tenant_s_things_are_as_unknown_as_none(market: Settings) -> None:
    demo, kasuwa = await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "test")
    live = await scope_by_code("demo", "live")
    made = await group_of(demo, product_ids=[7])
    for stranger in (kasuwa, live):
        assert await get_group(stranger, made.id) is None
        assert (await list_groups(stranger, Window())).items == []
        for act in (
            delete_group(stranger, made.id),
            update_group(stranger, GroupInput(id=made.id, merchant_code="mine")),
            add_members(stranger, made.id, "PRODUCTS", [8]),
            remove_members(stranger, made.id, "PRODUCTS", [7]),
        ):
            with pytest.raises(NotFound):
                await act
        wrong = await problems_of(create_group(stranger, terms(), "PRODUCTS", Resources(product_ids=[7])))
        assert wrong == ["resources.productIds.0"]
    assert await get_group(demo, made.id) == made


async def test_two_changes_at_once_come_one_after_the_other(demo: Scope) -> None:
    made = await group_of(demo)
    more = GroupInput(id=made.id, to_create=[HALF] * 15)
    outcomes = await asyncio.gather(
        *(update_group(demo, more) for _ in range(2)),
        *(add_members(demo, made.id, "PRODUCTS", [7, 8]) for _ in range(4)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes].count(InvalidInput) == 1
    now = await get_group(demo, made.id)
    assert now is not None and len(now.options) == 17
    assert [p.id for p in (await products_of([made.id]))[made.id]] == [7, 8]


async def test_a_line_and_a_change_of_its_option_at_once_agree(demo: Scope) -> None:
    variant = (await variants_of(7))[0]
    for _ in range(5):
        made = await group_of(demo, product_ids=[7])
        option = made.options[0]
        dearer = OptionInput(option.id, policy=PolicyInput("PERCENTAGE", percentage=40, due_after="P14D"))
        order_id, changed = await asyncio.gather(
            bought(demo, option.id, variant), update_group(demo, GroupInput(id=made.id, to_update=[dearer]))
        )
        line = (await fetch("SELECT option_id FROM order_line WHERE order_id = $1", order_id))[0]
        # Either the line came first and keeps the old terms, or it came after and its option has the new ones.
        kept = (await options_by_id([line["option_id"]]))[option.id]
        assert changed.options[0].charge_ppm == 400_000
        assert (kept.charge_ppm == 400_000) is (changed.options[0].id == option.id)
