"""What promotions take off, for any order and any promotions at all."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.ids import new_uid
from services.pricing import Charge, net, totals
from services.promotions.operations import ACTIONS, CONDITIONS, Goods
from services.promotions.reducing import reduce_order
from services.promotions.views import Operation, PromotionView

ids = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
ARGS: dict[str, st.SearchStrategy[Any]] = {
    "money": st.integers(1, 10**7),
    "percent": st.one_of(st.integers(1, 100), st.sampled_from([0.01, 12.5, 33.33, 99.99])),
    "count": st.integers(1, 5),
    "variants": ids,
    "collections": ids,
}


def operations(table: Any) -> st.SearchStrategy[Operation]:
    return st.sampled_from(sorted(table)).flatmap(
        lambda code: st.fixed_dictionaries({name: ARGS[kind] for name, kind in table[code].args.items()}).map(
            lambda args: Operation(code, args)
        )
    )


def promotion(
    id_: int, priority: int, conditions: list[Operation], actions: list[Operation]
) -> PromotionView:
    at = clock.now()
    return PromotionView(
        id_, new_uid(), f"P{id_}", "", True, None, None, None, None, None, 0, priority,
        tuple(conditions), tuple(actions), at, at,
    )  # fmt: skip


promotions = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.lists(operations(CONDITIONS), max_size=2),
        st.lists(operations(ACTIONS), min_size=1, max_size=3),
    ),
    max_size=5,
).map(lambda found: [promotion(i, *each) for i, each in enumerate(found, 1)])
goods = st.lists(
    st.builds(
        Goods,
        variant_id=st.integers(1, 4),
        quantity=st.integers(1, 6),
        listed_minor=st.integers(0, 10**7),
        collections=st.frozensets(st.integers(1, 4), max_size=2),
    ),
    max_size=6,
)
delivery = st.lists(st.integers(0, 10**5), max_size=2)


@given(promotions, goods, delivery, st.booleans(), st.integers(0, 3000), st.randoms())
def test_no_line_goes_below_zero_and_the_parts_are_the_whole(
    promotions: list[PromotionView],
    goods: list[Goods],
    delivery: list[int],
    first: bool,
    rate: int,
    shuffled: random.Random,
) -> None:
    reduced = reduce_order(promotions, goods, delivery, first_order=first)
    off = [sum(d.amount_minor for d in found) for found in reduced.goods]
    free = [sum(d.amount_minor for d in found) for found in reduced.delivery]
    assert all(d.amount_minor > 0 for found in (*reduced.goods, *reduced.delivery) for d in found)
    assert all(0 <= less <= each.listed_minor for less, each in zip(off, goods, strict=True))
    assert all(less in (0, price) for less, price in zip(free, delivery, strict=True))
    lines = [Charge(each.listed_minor, less, rate) for each, less in zip(goods, off, strict=True)]
    ways = [Charge(price, less, rate) for price, less in zip(delivery, free, strict=True)]
    t = totals(lines, ways)
    listed = sum(each.listed_minor for each in goods) + sum(delivery)
    assert t.total_minor == listed - t.discount_minor == listed - sum(off) - sum(free)
    assert sum(net(line.charged_minor, rate) for line in (*lines, *ways)) == t.total_minor - t.tax_minor
    # In whatever order they are read, they are applied in theirs.
    shuffled.shuffle(promotions)
    assert reduce_order(promotions, goods, delivery, first_order=first) == reduced


@given(goods, st.integers(1, 10**8))
def test_a_fixed_reduction_is_shared_to_the_last_minor_unit(goods: list[Goods], discount: int) -> None:
    fixed = promotion(1, 0, [], [Operation("order_fixed_discount", {"discount": discount})])
    reduced = reduce_order([fixed], goods, [])
    off = sum(d.amount_minor for found in reduced.goods for d in found)
    assert off == min(discount, sum(each.listed_minor for each in goods))


def test_those_with_the_smaller_priority_come_first_and_lines_before_the_whole_order() -> None:
    one = [Goods(1, 1, 10_000)]
    half = Operation("order_percentage_discount", {"discount": 50})
    fixed = Operation("order_fixed_discount", {"discount": 1_000})
    line = Operation("products_percentage_discount", {"discount": 10, "productVariantIds": [1]})
    first, last = promotion(2, 0, [], [fixed]), promotion(1, 1, [], [half, line])
    found = reduce_order([last, first], one, []).goods[0]
    assert [(d.promotion_id, d.amount_minor, d.spread) for d in found] == [
        (1, 1_000, False),
        (2, 1_000, True),
        (1, 4_000, True),
    ]


def test_a_condition_counts_what_earlier_promotions_have_left() -> None:
    one = [Goods(1, 2, 10_000)]
    earlier = promotion(1, 0, [], [Operation("order_fixed_discount", {"discount": 1})])
    later = promotion(
        2,
        1,
        [Operation("minimum_order_amount", {"amount": 10_000})],
        [Operation("order_percentage_discount", {"discount": 50})],
    )
    assert [d.promotion_id for d in reduce_order([earlier, later], one, []).goods[0]] == [1]
    assert [d.promotion_id for d in reduce_order([later], one, []).goods[0]] == [2]
