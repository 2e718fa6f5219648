"""What the variants of products differ in: one group a product, filled from what a catalogue file says of each."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.db import Row, execute, fetch, placeholders
from models import Option, OptionGroup, VariantOption
from services.search.words import slug
from services.tenants import Scope

CODE, NAME = "option", "Option"


class Choice(Protocol):
    """What a row says a variant is; nothing where `variant` is empty."""

    @property
    def sku(self) -> str: ...

    @property
    def variant(self) -> str: ...


def option_code(name: str) -> str:
    """The code of an option; of a name without letters and digits the name itself."""
    return slug(name) or name.lower()


async def write_options(
    scope: Scope,
    groups: Mapping[str, Sequence[Choice]],
    product_ids: Mapping[str, int],
    ids: Mapping[str, int],
) -> None:
    """Give the variants of `groups` (rows by handle) their options; `ids` are theirs by SKU.

    Options that no variant has any more go. Products whose variants are all alike get no group.
    """
    wanted = {
        ids[row.sku]: (product_ids[handle], option_code(row.variant), row.variant)
        for handle, rows in groups.items()
        for row in rows
        if row.variant
    }
    stored = await _stored(list(ids.values()))
    changed = {variant: to for variant, to in wanted.items() if stored.get(variant) != to}
    gone = [variant for variant in stored if variant not in wanted or variant in changed]
    if gone:
        await execute(
            "DELETE FROM variant_option WHERE variant_id IN "
            f"({placeholders(gone)}) AND option_id IN (SELECT o.id FROM option o JOIN option_group g ON g.id = o.group_id "
            f"AND g.code = '{CODE}')",
            *gone,
        )
    if changed:
        made = await _make_options(scope, changed)
        await VariantOption.bulk_create(
            VariantOption(variant_id=variant, option_id=made[product, code])
            for variant, (product, code, _) in changed.items()
        )
    if gone:
        await _forget_unused({stored[variant][0] for variant in gone})


async def _make_options(
    scope: Scope, changed: Mapping[int, tuple[int, str, str]]
) -> dict[tuple[int, str], int]:
    """Options by product and code, made or renamed as they are wanted."""
    products = list(dict.fromkeys(product for product, _, _ in changed.values()))
    await OptionGroup.bulk_create(
        (
            OptionGroup(
                platform_id=scope.platform_id,
                environment=scope.environment,
                product_id=product,
                code=CODE,
                name=NAME,
            )
            for product in products
        ),
        ignore_conflicts=True,
    )
    groups = {
        row["product_id"]: row["id"]
        for row in await fetch(
            f"SELECT id, product_id FROM option_group WHERE code = '{CODE}' AND product_id IN ({placeholders(products)})",
            *products,
        )
    }
    names = {(groups[product], code): name for product, code, name in changed.values()}
    await Option.bulk_create(
        (
            Option(group_id=group, code=code, name=name, position=place)
            for place, ((group, code), name) in enumerate(names.items())
        ),
        on_conflict=["group_id", "code"],
        update_fields=["name"],
    )
    return {(row["product_id"], row["code"]): row["id"] for row in await _options(products)}


async def _stored(variants: Sequence[int]) -> dict[int, tuple[int, str, str]]:
    rows = await fetch(
        "SELECT x.variant_id, g.product_id, o.code, o.name FROM variant_option x JOIN option o ON o.id = x.option_id "
        f"JOIN option_group g ON g.id = o.group_id AND g.code = '{CODE}' WHERE x.variant_id IN ({placeholders(variants)})",
        *variants,
    )
    return {row["variant_id"]: (row["product_id"], row["code"], row["name"]) for row in rows}


async def _options(products: Sequence[int]) -> list[Row]:
    return await fetch(
        "SELECT g.product_id, o.code, o.id FROM option o JOIN option_group g ON g.id = o.group_id "
        f"AND g.code = '{CODE}' WHERE g.product_id IN ({placeholders(products)})",
        *products,
    )


async def _forget_unused(products: set[int]) -> None:
    ids = list(products)
    await execute(
        f"DELETE FROM option WHERE group_id IN (SELECT id FROM option_group WHERE code = '{CODE}' AND product_id IN "
        f"({placeholders(ids)})) AND NOT EXISTS (SELECT 1 FROM variant_option x WHERE x.option_id = option.id)",
        *ids,
    )
