"""What a promotion asks and takes off: read from the form that makes one, and said in words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from api.desk.forms import Form, refuse
from api.desk.visits import Visit
from services.catalogue.shelves import list_shelves
from services.merchandise.skus import skus_of, variants_by_sku
from services.promotions.operations import ACTIONS, CONDITIONS
from services.promotions.views import Operation, PromotionView

KINDS = [
    ("order_percentage_discount", "Percentage off goods"),
    ("order_fixed_discount", "Fixed amount off goods"),
    ("products_percentage_discount", "Percentage off products"),
    ("collections_percentage_discount", "Percentage off categories"),
    ("free_shipping", "Free delivery"),
]
MOST_NAMED = 12  # of a list of goods, before the rest is only counted


class Discount(Form):
    """What is taken off, and what the order must be for that. SKUs stand in a text, or are ticked where they were found."""

    kind: Literal[
        "order_percentage_discount",
        "order_fixed_discount",
        "products_percentage_discount",
        "collections_percentage_discount",
        "free_shipping",
    ]
    value: str = ""
    skus: str = ""
    found_skus: list[str] = []
    shelves: list[int] = []
    free_delivery: bool = False
    minimum: str = ""
    first_order: bool = False
    needs_pieces: int = 1
    needs_skus: str = ""
    needs_found_skus: list[str] = []
    needs_shelf_pieces: int = 1
    needs_shelves: list[int] = []


@dataclass(frozen=True, slots=True)
class Names:
    """What the goods of promotions are called: SKUs by variant, names by category."""

    skus: Mapping[int, str]
    shelves: Mapping[int, str]


async def shelves_to_choose(visit: Visit) -> list[tuple[int, str]]:
    """Every category, those of the second level behind the one they are in."""
    return [
        (each.id, each.name)
        for shelf in await list_shelves(visit.scope)
        for each in (shelf.category, *(below.category for below in shelf.children))
    ]


async def names_for(visit: Visit, promotions: Iterable[PromotionView], shelves: Iterable[Any]) -> Names:
    """The names of all goods that are named in promotions. One statement where there are variants."""
    operations = [each for view in promotions for each in (*view.conditions, *view.actions)]
    variants = [one for each in operations for one in each.args.get("productVariantIds", ())]
    return Names(await skus_of(visit.scope, variants), dict(shelves))


def in_words(visit: Visit, view: PromotionView, names: Names) -> list[str]:
    """What it asks and what it takes off."""
    said = [_said(visit, CONDITIONS, each, names) for each in view.conditions]
    return said + [_said(visit, ACTIONS, each, names) for each in view.actions]


def _said(visit: Visit, table: Mapping[str, Any], operation: Operation, names: Names) -> str:
    known, shown, goods = table[operation.code], dict(operation.args), ""
    for name, kind in known.args.items():
        value = operation.args[name]
        if kind == "money":
            shown[name] = visit.money(value)
        elif kind in ("variants", "collections"):
            goods = f": {_listed(names.skus if kind == 'variants' else names.shelves, value)}"
    return str(known.description.format_map(shown)) + goods


def _listed(names: Mapping[int, str], ids: list[int]) -> str:
    said = ", ".join(names.get(each, f"number {each}, which is gone") for each in ids[:MOST_NAMED])
    more = len(ids) - MOST_NAMED
    return f"{said} and {more} more" if more > 0 else said


async def actions_of(visit: Visit, form: Discount) -> tuple[Operation, ...]:
    """What it takes off. Raises `InvalidInput` at the fields that are wrong."""
    free = Operation("free_shipping", {})
    if form.kind == "free_shipping":
        return (free,)
    args: dict[str, Any]
    if form.kind == "order_fixed_discount":
        args = {"discount": visit.amount(form.value, "value")}
    else:
        args = {"discount": _percent(form.value)}
    if form.kind == "collections_percentage_discount":
        if not form.shelves:
            raise refuse(shelves="Please choose a category.")
        args["collectionIds"] = form.shelves
    if form.kind == "products_percentage_discount":
        args["productVariantIds"] = await _variants(visit, form.skus, form.found_skus, "skus")
        if not args["productVariantIds"]:
            raise refuse(skus="Please enter the SKUs that it is off, or tick some that were found.")
    action = Operation(form.kind, args)
    return (action, free) if form.free_delivery else (action,)


async def conditions_of(visit: Visit, form: Discount) -> tuple[Operation, ...]:
    """What the order must be. Raises `InvalidInput` at the fields that are wrong."""
    found: list[Operation] = []
    if form.minimum:
        found.append(Operation("minimum_order_amount", {"amount": visit.amount(form.minimum, "minimum")}))
    if variants := await _variants(visit, form.needs_skus, form.needs_found_skus, "needs_skus"):
        _check_pieces(needs_pieces=form.needs_pieces)
        args = {"minimum": form.needs_pieces, "productVariantIds": variants}
        found.append(Operation("contains_products", args))
    if form.needs_shelves:
        _check_pieces(needs_shelf_pieces=form.needs_shelf_pieces)
        args = {"minimum": form.needs_shelf_pieces, "collectionIds": form.needs_shelves}
        found.append(Operation("contains_collections", args))
    if form.first_order:
        found.append(Operation("first_order", {}))
    return tuple(found)


async def _variants(visit: Visit, typed: str, ticked: list[str], field: str) -> list[int]:
    return await variants_by_sku(visit.scope, [*re.split(r"[\s,;]+", typed), *ticked], field)


def _check_pieces(**pieces: int) -> None:
    for name, count in pieces.items():
        if not 0 < count <= 1000:
            raise refuse(**{name: "From 1 to 1,000 pieces."})


def _percent(text: str) -> int | float:
    try:
        exact = Decimal(text.removesuffix("%").strip())
        return int(exact) if exact == exact.to_integral_value() else float(exact)
    except (ArithmeticError, ValueError):
        raise refuse(value="Enter a percentage, for example 12.5.") from None
