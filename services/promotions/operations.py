"""What a promotion asks of an order and what it takes off: two tables of pure functions, in Vendure's names where it has them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.pricing import percentage, share_out

Args = Mapping[str, Any]
# money: minor units, above zero. percent: above 0, up to 100. count: pieces. ids: of variants or collections.
Kind = Literal["money", "percent", "count", "variants", "collections"]
# Reductions of lines come first, then those of the whole order, and those of delivery at last.
Phase = Literal["line", "order", "delivery"]
PHASES: tuple[Phase, ...] = ("line", "order", "delivery")


@dataclass(frozen=True, slots=True)
class Goods:
    """A line as promotions see it: `listed_minor` is what its pieces cost together; its shelf and the one above that."""

    variant_id: int
    quantity: int
    listed_minor: int
    collections: frozenset[int] = frozenset()


@dataclass(slots=True)
class Situation:
    """An order while it is reckoned: what is still charged of each line of goods and of delivery, in minor units."""

    goods: Sequence[Goods]
    left: list[int]
    delivery: list[int]
    first_order: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    description: str
    args: Mapping[str, Kind]
    holds: Callable[[Situation, Args], bool]


@dataclass(frozen=True, slots=True)
class Action:
    """`reduces` gives what comes off each line of its phase: none more than is left of it."""

    description: str
    args: Mapping[str, Kind]
    phase: Phase
    reduces: Callable[[Situation, Args], list[int]]


def _pieces(situation: Situation, among: Callable[[Goods], bool]) -> int:
    return sum(each.quantity for each in situation.goods if among(each))


def _percent_of(among: Callable[[Goods, Args], bool]) -> Callable[[Situation, Args], list[int]]:
    def reduces(situation: Situation, args: Args) -> list[int]:
        return [
            percentage(left, args["discount"]) if among(each, args) else 0
            for each, left in zip(situation.goods, situation.left, strict=True)
        ]

    return reduces


def _order_percentage(situation: Situation, args: Args) -> list[int]:
    return share_out(percentage(sum(situation.left), args["discount"]), situation.left)


def _order_fixed(situation: Situation, args: Args) -> list[int]:
    return share_out(min(args["discount"], sum(situation.left)), situation.left)


def _is_variant(each: Goods, args: Args) -> bool:
    return each.variant_id in args["productVariantIds"]


def _is_in_collection(each: Goods, args: Args) -> bool:
    return not each.collections.isdisjoint(args["collectionIds"])


CONDITIONS: dict[str, Condition] = {
    "minimum_order_amount": Condition(
        "The goods cost at least {amount}, what was taken off before not counted",
        {"amount": "money"},
        lambda now, args: sum(now.left) >= args["amount"],
    ),
    "contains_products": Condition(
        "At least {minimum} pieces of these variants are in it",
        {"minimum": "count", "productVariantIds": "variants"},
        lambda now, args: _pieces(now, lambda each: _is_variant(each, args)) >= args["minimum"],
    ),
    "contains_collections": Condition(
        "At least {minimum} pieces of these collections are in it",
        {"minimum": "count", "collectionIds": "collections"},
        lambda now, args: _pieces(now, lambda each: _is_in_collection(each, args)) >= args["minimum"],
    ),
    "first_order": Condition(
        "It is the first order of a customer with an account",
        {},
        lambda now, args: now.first_order,
    ),
}

ACTIONS: dict[str, Action] = {
    "products_percentage_discount": Action(
        "{discount} percent off these variants",
        {"discount": "percent", "productVariantIds": "variants"},
        "line",
        _percent_of(_is_variant),
    ),
    "collections_percentage_discount": Action(
        "{discount} percent off what is in these collections",
        {"discount": "percent", "collectionIds": "collections"},
        "line",
        _percent_of(_is_in_collection),
    ),
    "order_percentage_discount": Action(
        "{discount} percent off the goods", {"discount": "percent"}, "order", _order_percentage
    ),
    "order_fixed_discount": Action(
        "{discount} off the goods, which cost nothing less than nothing",
        {"discount": "money"},
        "order",
        _order_fixed,
    ),
    "free_shipping": Action("Delivery is free", {}, "delivery", lambda now, args: list(now.delivery)),
}
