"""What promotions take off an order: pure, the same for the same order and promotions, and never more than is there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.promotions.operations import ACTIONS, CONDITIONS, PHASES, Goods, Phase, Situation
from services.promotions.views import Discount, PromotionView


@dataclass(frozen=True, slots=True)
class Reduced:
    """What comes off each line of goods and of delivery, in the order in which it was reckoned."""

    goods: list[list[Discount]]
    delivery: list[list[Discount]]


def reduce_order(
    promotions: Iterable[PromotionView],
    goods: Sequence[Goods],
    delivery: Sequence[int],
    *,
    first_order: bool = False,
) -> Reduced:
    """Apply promotions to lines and delivery prices (minor units), those with the smallest priority first.

    Each is asked with what those before it have left, once in each phase: lines, the whole order, delivery.
    """
    now = Situation(goods, [each.listed_minor for each in goods], list(delivery), first_order)
    reduced = Reduced([[] for _ in goods], [[] for _ in delivery])
    in_order = sorted(promotions, key=lambda each: (each.priority, each.id))
    for phase in PHASES:
        for promotion in in_order:
            _apply(promotion, phase, now, reduced)
    return reduced


def _apply(promotion: PromotionView, phase: Phase, now: Situation, reduced: Reduced) -> None:
    actions = [each for each in promotion.actions if ACTIONS[each.code].phase == phase]
    if not actions or not all(CONDITIONS[each.code].holds(now, each.args) for each in promotion.conditions):
        return
    left, found = (now.delivery, reduced.delivery) if phase == "delivery" else (now.left, reduced.goods)
    for action in actions:
        for i, amount in enumerate(ACTIONS[action.code].reduces(now, action.args)):
            if amount:
                found[i].append(Discount(promotion.id, promotion.name, amount, spread=phase == "order"))
                left[i] -= amount
