"""What an order costs, for any lines at all."""

from hypothesis import given
from hypothesis import strategies as st

from core.money import format_money, from_decimal, to_decimal
from services.pricing import Charge, contained_tax, net, tax_shares, totals

minor = st.integers(0, 10**9)
lines = st.lists(st.tuples(st.integers(1, 1000), minor), max_size=20)


@given(lines, st.lists(minor, max_size=3), st.integers(0, 5000))
def test_the_total_is_the_sum_of_lines_and_delivery(lines, shipping, tax):
    goods = [Charge(pieces * price, 0, tax, pieces) for pieces, price in lines]
    delivery = [Charge(price, 0, tax) for price in shipping]
    t = totals(goods, delivery)
    assert t.subtotal_minor == sum(pieces * price for pieces, price in lines)
    assert t.total_minor == t.subtotal_minor + sum(shipping)
    assert t.quantity == sum(pieces for pieces, _ in lines)
    assert 0 <= t.tax_minor <= t.total_minor
    shares = tax_shares([*goods, *delivery])
    assert sum(share.tax_minor for share in shares) == t.tax_minor
    # What is shown without tax sums as what is shown with it.
    assert sum(net(line.charged_minor, tax) for line in goods) == t.subtotal_minor - (
        t.tax_minor - t.shipping_tax_minor
    )


@given(minor, st.integers(0, 5000))
def test_contained_tax_is_what_adding_it_to_the_net_amount_gives_back(amount, rate):
    tax = contained_tax(amount, rate)
    net = amount - tax
    assert abs(net * rate / 10_000 - tax) <= 1


@given(st.integers(-(10**15), 10**15), st.sampled_from(["GHS", "NGN", "XOF", "KWD"]))
def test_minor_units_survive_the_way_to_a_door_and_back(amount, currency):
    assert from_decimal(to_decimal(amount, currency), currency) == amount


def test_money_is_written_with_its_code_and_its_own_precision():
    assert format_money(123450, "GHS") == "GHS 1,234.50"
    assert format_money(1234, "XOF") == "XOF 1,234"
