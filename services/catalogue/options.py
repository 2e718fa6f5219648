"""Reading what the variants of products differ in."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.db import Row, fetch, placeholders
from services.values import as_time


@dataclass(frozen=True, slots=True)
class OptionView:
    """One of the ways in which variants differ."""

    id: int
    name: str
    code: str
    group_id: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GroupView:
    """What variants differ in, with the ways in which they do."""

    id: int
    name: str
    code: str
    created_at: datetime
    updated_at: datetime
    options: list[OptionView] = field(default_factory=list)


_GROUP = "g.id AS group_id, g.name AS group_name, g.code AS group_code, g.created_at AS made, g.updated_at AS changed"
_COLUMNS = f"o.id, o.name, o.code, o.created_at, o.updated_at, {_GROUP}"
_IN_ORDER = "g.position, g.id, o.position, o.id"


async def groups_of_products(product_ids: Sequence[int]) -> dict[int, list[GroupView]]:
    """The option groups of each product, each with all its options. One statement."""
    rows = await fetch(
        f"SELECT g.product_id, {_COLUMNS} FROM option_group g LEFT JOIN option o ON o.group_id = g.id "
        f"WHERE g.product_id IN ({placeholders(product_ids)}) ORDER BY {_IN_ORDER}",
        *product_ids,
    )
    found: dict[int, dict[int, GroupView]] = defaultdict(dict)
    for row in rows:
        group = found[row["product_id"]].setdefault(row["group_id"], _group(row))
        if row["id"] is not None:
            group.options.append(_option(row))
    return {product_id: list(groups.values()) for product_id, groups in found.items()}


async def groups_by_id(ids: Sequence[int]) -> list[GroupView]:
    """These groups with all their options, in the order asked for. One statement."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM option_group g LEFT JOIN option o ON o.group_id = g.id "
        f"WHERE g.id IN ({placeholders(ids or [0])}) ORDER BY {_IN_ORDER}",
        *(ids or [0]),
    )
    found: dict[int, GroupView] = {}
    for row in rows:
        group = found.setdefault(row["group_id"], _group(row))
        if row["id"] is not None:
            group.options.append(_option(row))
    return [found[id_] for id_ in ids if id_ in found]


async def options_of_variants(variant_ids: Sequence[int]) -> dict[int, list[tuple[OptionView, GroupView]]]:
    """What each variant is, each with the group that it is one of and all that others may be. One statement."""
    rows = await fetch(
        f"SELECT x.variant_id, x.option_id, {_COLUMNS} FROM variant_option x JOIN option c ON c.id = x.option_id "
        "JOIN option_group g ON g.id = c.group_id JOIN option o ON o.group_id = g.id "
        f"WHERE x.variant_id IN ({placeholders(variant_ids)}) ORDER BY {_IN_ORDER}",
        *variant_ids,
    )
    groups: dict[int, dict[int, GroupView]] = defaultdict(dict)
    chosen: dict[int, list[OptionView]] = defaultdict(list)
    for row in rows:
        option = _option(row)
        groups[row["variant_id"]].setdefault(option.group_id, _group(row)).options.append(option)
        if option.id == row["option_id"]:
            chosen[row["variant_id"]].append(option)
    return {
        variant_id: [(option, groups[variant_id][option.group_id]) for option in options]
        for variant_id, options in chosen.items()
    }


async def chosen_of_variants(variant_ids: Sequence[int]) -> dict[int, set[int]]:
    """The ids of the options that each variant is. One statement."""
    rows = await fetch(
        f"SELECT variant_id, option_id FROM variant_option WHERE variant_id IN ({placeholders(variant_ids or [0])})",
        *(variant_ids or [0]),
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row["variant_id"]].add(row["option_id"])
    return found


def _group(row: Row) -> GroupView:
    made, changed = as_time(row["made"]), as_time(row["changed"])
    return GroupView(row["group_id"], row["group_name"], row["group_code"], made, changed)


def _option(row: Row) -> OptionView:
    made, changed = as_time(row["created_at"]), as_time(row["updated_at"])
    return OptionView(row["id"], row["name"], row["code"], row["group_id"], made, changed)
