"""Writing variants: what differs from what a file says of them, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.clock import now
from core.db import fetch, placeholders
from models import Variant
from services.importing.options import write_options
from services.importing.stock import write_stock
from services.imports.taking import Stored, stored_variants
from services.tenants import Scope

_COLUMNS = ("name", "option", "price_minor", "compare_at_minor", "enabled")
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Wish:
    """How a variant is to be: `said` by column, and `stock` where that is said. Its product is called `product_name` now,
    and was `called` before.
    """

    line: int
    sku: str
    product_id: int
    said: Mapping[str, Any]
    product_name: str = ""
    called: str = ""
    stock: int | None = None

    @classmethod
    def about(cls, stored: Stored, sku: str, line: int, said: Mapping[str, Any]) -> "Wish":
        """Of one that is there."""
        return cls(line, sku, stored.product_id, said)


@dataclass(slots=True)
class Written:
    """Lines whose variants were made or changed, and the products that search must look at again."""

    created: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    products: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A variant's option, as `write_options` reads it."""

    sku: str
    variant: str


async def write_variants(scope: Scope, wishes: Sequence[Wish], known: Mapping[str, Stored]) -> Written:
    """Make or change variants with their options and stock; `known` are those that are there, by SKU."""
    written = Written()
    columns = {wish.sku: _columns(wish, known.get(wish.sku)) for wish in wishes}
    new = [wish for wish in wishes if wish.sku not in known]
    different = [
        wish for wish in wishes if wish.sku in known and _differs(columns[wish.sku], known[wish.sku])
    ]
    places = await _next_places({wish.product_id for wish in new})

    def variant(wish: Wish, position: int) -> Variant:
        return Variant(
            platform_id=scope.platform_id,
            environment=scope.environment,
            product_id=wish.product_id,
            sku=wish.sku,
            position=position,
            updated_at=now(),
            **columns[wish.sku],
        )

    made = []
    for wish in new:
        made.append(variant(wish, places[wish.product_id]))
        places[wish.product_id] += 1
    await Variant.bulk_create(made)
    if different:
        await Variant.bulk_create(
            [variant(wish, 0) for wish in sorted(different, key=lambda wish: known[wish.sku].id)],
            on_conflict=["platform_id", "environment", "sku"],
            update_fields=[*_COLUMNS, "updated_at"],
        )
    ids = {sku: stored.id for sku, stored in known.items()}
    ids |= {sku: stored.id for sku, stored in (await stored_variants(scope, [w.sku for w in new])).items()}
    written.created = {wish.line for wish in new}
    written.changed = {wish.line for wish in different}
    written.products = {wish.product_id for wish in [*new, *different]}
    await _write_options(scope, [*new, *different], known, columns, ids)
    by_id = {ids[wish.sku]: wish for wish in wishes if wish.stock is not None or wish.sku not in known}
    counted = await write_stock({i: wish.stock or 0 for i, wish in by_id.items()})
    written.changed |= {by_id[i].line for i in counted} - written.created
    return written


def _columns(wish: Wish, before: Stored | None) -> dict[str, Any]:
    """A variant's columns. Where it was called as its product and its option, it goes on being called so."""
    kept = {name: getattr(before, name) for name in _COLUMNS} if before else {}
    columns = {"option": "", "compare_at_minor": None, "enabled": True} | kept | dict(wish.said)
    called = wish.called or wish.product_name
    own_name = before is not None and (not called or before.name != _name(called, before.option))
    if "name" not in wish.said and not own_name:
        columns["name"] = _name(wish.product_name, columns["option"])
    return columns


def _name(product: str, option: str) -> str:
    return f"{product} {option}".strip()[:LONGEST_NAME]


def _differs(columns: Mapping[str, Any], before: Stored) -> bool:
    return any(columns[name] != getattr(before, name) for name in _COLUMNS)


async def _next_places(products: Iterable[int]) -> defaultdict[int, int]:
    """Behind the last variant of each product."""
    places: defaultdict[int, int] = defaultdict(int)
    if ids := sorted(products):
        rows = await fetch(
            "SELECT product_id, MAX(position) + 1 AS next FROM variant "
            f"WHERE product_id IN ({placeholders(ids)}) GROUP BY product_id",
            *ids,
        )
        places |= {row["product_id"]: row["next"] for row in rows}
    return places


async def _write_options(
    scope: Scope,
    wishes: Sequence[Wish],
    known: Mapping[str, Stored],
    columns: Mapping[str, Mapping[str, Any]],
    ids: Mapping[str, int],
) -> None:
    """The options of variants that are new, or are another way now; what people chose for the others stays."""
    groups: dict[str, list[_Choice]] = defaultdict(list)
    for wish in wishes:
        before, option = known.get(wish.sku), columns[wish.sku]["option"]
        if option != (before.option if before else ""):
            groups[str(wish.product_id)].append(_Choice(wish.sku, option))
    if groups:
        skus = [choice.sku for choices in groups.values() for choice in choices]
        products = {handle: int(handle) for handle in groups}
        await write_options(scope, groups, products, {sku: ids[sku] for sku in skus})
