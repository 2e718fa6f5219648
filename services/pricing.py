"""What an order costs: pure functions over minor units. Prices contain the platform's tax."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """All in minor units; `tax_minor` is contained in the total, not added to it."""

    quantity: int
    subtotal_minor: int
    shipping_minor: int
    tax_minor: int
    total_minor: int


def contained_tax(amount_minor: int, tax_basis_points: int) -> int:
    """The tax inside an amount that contains it, to the nearest minor unit (half to even)."""
    share = Decimal(amount_minor) * tax_basis_points / (10_000 + tax_basis_points)
    return int(share.to_integral_value(ROUND_HALF_EVEN))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Parts of `total` in proportion to `weights` that sum to it exactly: what is left goes to the largest remainders.

    Where no weight is above zero all of it goes to the first.
    """
    whole = sum(weights)
    if whole <= 0:
        return [total, *([0] * (len(weights) - 1))] if weights else []
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def totals(lines: Iterable[tuple[int, int]], shipping: Iterable[int], tax_basis_points: int) -> Totals:
    """The totals of lines (quantity, unit price) and shipping prices."""
    quantity = subtotal = tax = 0
    for pieces, unit_price in lines:
        quantity += pieces
        subtotal += pieces * unit_price
        tax += contained_tax(pieces * unit_price, tax_basis_points)
    delivery = 0
    for price in shipping:
        delivery += price
        tax += contained_tax(price, tax_basis_points)
    return Totals(quantity, subtotal, delivery, tax, subtotal + delivery)
