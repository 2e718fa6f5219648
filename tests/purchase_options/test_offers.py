"""What something may be bought with: every group that names it, its product or a tag of its product."""

from datetime import timedelta

import pytest

from core import clock
from core.clock import now
from core.errors import NotFound
from core.settings import Settings
from services.purchase_options.groups import create_group, delete_group, update_group
from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput, Resources
from services.purchase_options.members import remove_members
from services.purchase_options.offers import (
    has_groups,
    option_for,
    options_by_product,
    options_by_variant,
)
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted
from tests.purchase_options.hands import group_of, tagged, terms, variants_of


async def test_a_variant_has_the_options_of_every_group_that_reaches_it(demo: Scope) -> None:
    variant = (await variants_of(7))[0]
    by_tag = await group_of(demo, "TAGS", tags=["new arrival"])
    by_variant = await group_of(demo, "VARIANTS", variant_ids=[variant])
    by_product = await group_of(demo, product_ids=[7, 8])
    await tagged(demo, 7, "new arrival")
    offered = await options_by_variant(demo, [variant, *await variants_of(8), *await variants_of(9)])
    assert offered == {
        variant: [*by_tag.options, *by_variant.options, *by_product.options],
        **dict.fromkeys(await variants_of(8), by_product.options),
    }
    assert await options_by_product(demo, [7, 8, 9]) == {
        7: [*by_tag.options, *by_product.options],
        8: by_product.options,
    }


async def test_one_statement_whatever_the_number(demo: Scope) -> None:
    await group_of(demo, product_ids=[7])
    await has_groups(demo)
    for ids in ([1], list(range(1, 201))):
        with counted() as counter:
            await options_by_variant(demo, ids)
            await options_by_product(demo, ids)
        assert counter.statements == 2


async def test_what_is_over_retired_unassigned_or_deleted_is_not_offered(demo: Scope) -> None:
    variant = (await variants_of(7))[0]
    soon = PolicyInput("PERCENTAGE", percentage=30, due_at=now() + timedelta(hours=1))
    made = await create_group(
        demo, terms(OptionInput(description="a", policy=soon)), "PRODUCTS", Resources(product_ids=[7])
    )
    assert await option_for(demo, made.options[0].id, variant) == made.options[0]
    clock.travel(timedelta(hours=2))
    assert await options_by_variant(demo, [variant]) == {}
    other = await group_of(demo, product_ids=[7])
    await update_group(demo, GroupInput(id=other.id, to_delete=[other.options[0].id]))
    assert (await options_by_variant(demo, [variant]))[variant] == other.options[1:]
    with pytest.raises(NotFound):
        await option_for(demo, other.options[0].id, variant)
    await remove_members(demo, other.id, "PRODUCTS", [7])
    assert await options_by_variant(demo, [variant]) == {}
    last = await group_of(demo, product_ids=[7])
    await delete_group(demo, last.id)
    assert await options_by_variant(demo, [variant]) == {}


async def test_an_option_holds_only_for_what_it_is_offered_for(demo: Scope) -> None:
    made = await group_of(demo, product_ids=[7])
    for option_id, variant_id in (
        (made.options[0].id, (await variants_of(8))[0]),
        (made.options[0].id, 2**70),
        (2**70, (await variants_of(7))[0]),
        (-1, (await variants_of(7))[0]),
    ):
        with pytest.raises(NotFound) as refused:
            await option_for(demo, option_id, variant_id)
        assert refused.value.field == "purchaseOptionId"


async def test_a_market_without_groups_asks_once_in_ten_seconds(market: Settings) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    product = 847
    variant = (await variants_of(product))[0]
    assert not await has_groups(kasuwa)
    with counted() as counter:
        assert await options_by_variant(kasuwa, [variant]) == {}
        assert await options_by_product(kasuwa, [product]) == {}
    assert counter.statements == 0
    made = await group_of(kasuwa, product_ids=[product])
    # Said by whoever stored it, so that it needn't be waited for.
    assert (await options_by_variant(kasuwa, [variant]))[variant] == made.options


async def test_the_demo_sells_turbochargers_and_gearboxes_on_terms(demo: Scope) -> None:
    offered = await options_by_product(demo, list(range(1, 847)))
    assert set(offered) == {544, 545, 546, 550, 551, 791, 794, 798}
    assert {option.description for options in offered.values() for option in options} == {
        "Pay 30% now, the rest in 14 days",
        "Pay 50% now, the rest in 30 days",
        "Pay GHS 2,000 now, the rest in 60 days",
        "Pay in full",
    }
    assert not any(option.required for options in offered.values() for option in options)
