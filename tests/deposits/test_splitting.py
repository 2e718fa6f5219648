"""What is due now and later adds up to the last minor unit, whatever is bought with whatever terms."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.deposits.plan import FIRST_TRY, PLAN, first_step, next_step
from services.deposits.splitting import SplitLine, split
from services.pricing import share_out
from services.purchase_options.views import OptionView

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)


def an_option(**terms: object) -> OptionView:
    given = {
        "id": 1,
        "uid": UUID(int=1),
        "group_id": 1,
        "description": "",
        "descriptor": "",
        "required": False,
        "charge_ppm": None,
        "charge_minor": None,
        "trigger": "TimeAfterCheckout",
        "due_at": None,
        "due_after": "P30D",
    }
    return OptionView(**{**given, **terms})


def a_line(number: int, goods_minor: int, option: OptionView | None = None, pieces: int = 1) -> SplitLine:
    return SplitLine(number, pieces, goods_minor, option)


shares = st.integers(0, 1_000_000).map(lambda ppm: an_option(charge_ppm=ppm))
prices = st.integers(0, 10**9).map(lambda minor: an_option(charge_minor=minor))
exact = st.integers(1, 400).map(
    lambda days: an_option(
        charge_ppm=250_000, trigger="ExactTime", due_at=AT + timedelta(days=days), due_after=""
    )
)
full = st.just(an_option(charge_ppm=1_000_000, trigger="NoRemainingBalance", due_after=""))
options = st.none() | shares | prices | exact | full
carts = st.lists(st.tuples(st.integers(0, 10**9), options, st.integers(1, 50)), min_size=1, max_size=8)


@given(carts, st.integers(0, 10**7), st.integers(0, 10**9))
def test_now_and_later_are_the_whole_order_and_so_are_their_taxes(cart, delivery, tax):
    lines = [a_line(n, goods, option, pieces) for n, (goods, option, pieces) in enumerate(cart)]
    shared = split(lines, delivery, tax, AT)
    total = sum(line.goods_minor for line in lines) + delivery
    assert shared.now_minor + shared.later_minor == total
    assert shared.now_tax_minor + sum(due.tax_minor for due in shared.later) == tax
    assert shared.now_minor >= 0 and all(due.amount_minor > 0 for due in shared.later)
    assert sum(shared.deferred.values()) == shared.later_minor
    assert [due.at for due in shared.later] == sorted({due.at for due in shared.later})
    assert sorted(n for due in shared.later for n in due.line_ids) == sorted(shared.deferred)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_what_is_shared_out_loses_and_makes_nothing_and_is_fair_to_a_minor_unit(total, weights):
    parts = share_out(total, weights)
    assert sum(parts) == total and all(part >= 0 for part in parts)
    if whole := sum(weights):
        assert all(
            abs(part - total * w / whole) <= 1 + 1e-6 * total for part, w in zip(parts, weights, strict=True)
        )


def test_thirty_percent_of_one_line_is_thirty_percent_of_its_delivery_too():
    shared = split([a_line(1, 100_00, an_option(charge_ppm=300_000))], 5_00, 0, AT)
    assert (shared.now_minor, shared.later_minor) == (31_50, 73_50)


def test_a_fixed_price_is_taken_for_each_piece_and_never_more_than_the_line():
    option = an_option(charge_minor=20_00)
    assert split([a_line(1, 90_00, option, pieces=3)], 0, 0, AT).now_minor == 60_00
    assert split([a_line(1, 30_00, option, pieces=3)], 0, 0, AT).later == ()


def test_lines_that_fall_due_at_the_same_moment_are_one_amount_and_others_their_own():
    month, year = an_option(charge_ppm=500_000), an_option(charge_ppm=500_000, due_after="P1Y")
    shared = split(
        [a_line(1, 100, month), a_line(2, 300, month), a_line(3, 50, year), a_line(4, 7)], 0, 0, AT
    )
    assert [(due.amount_minor, due.line_ids) for due in shared.later] == [(200, (1, 2)), (25, (3,))]
    assert shared.now_minor == 50 + 150 + 25 + 7


def test_a_month_after_the_last_of_january_is_the_last_of_february():
    option = an_option(charge_ppm=0, due_after="P1M")
    shared = split([a_line(1, 100, option)], 0, 0, datetime(2026, 1, 31, 9, tzinfo=UTC))
    assert shared.later[0].at == datetime(2026, 2, 28, 9, tzinfo=UTC)


@given(st.integers(-20, 400), st.integers(0, 30))
def test_the_plan_tells_before_it_tries_and_keeps_its_tries_apart(days, late):
    due_at = AT + timedelta(days=days)
    step, when = first_step(due_at, AT)
    tries = []
    while when is not None:
        assert when >= AT and (PLAN[step].kind == "try") == (when >= due_at)
        at = when + timedelta(hours=late)
        if PLAN[step].kind == "try":
            tries.append(at)
        step, when = next_step(due_at, step, at)
    assert len(tries) == len(PLAN) - FIRST_TRY
    assert all(b - a >= timedelta(days=1) for a, b in pairwise(tries))
