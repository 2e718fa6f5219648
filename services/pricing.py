"""What an order costs: pure functions over minor units. Prices contain their tax."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of goods, or of delivery: what it is listed at, and what is taken off; the tax in the rest is contained."""

    listed_minor: int
    discount_minor: int
    tax_basis_points: int
    quantity: int = 1

    @property
    def charged_minor(self) -> int:
        return self.listed_minor - self.discount_minor

    @property
    def tax_minor(self) -> int:
        return contained_tax(self.charged_minor, self.tax_basis_points)


@dataclass(frozen=True, slots=True)
class Totals:
    """All in minor units, reductions taken off; `tax_minor` is contained in the total, not added to it."""

    quantity: int
    subtotal_minor: int
    shipping_minor: int
    tax_minor: int
    shipping_tax_minor: int  # of `tax_minor`
    discount_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What of an order is taxed at one rate: `base_minor` and `tax_minor` make what is charged of it."""

    basis_points: int
    base_minor: int
    tax_minor: int


def contained_tax(amount_minor: int, tax_basis_points: int) -> int:
    """The tax inside an amount that contains it, to the nearest minor unit (half to even)."""
    share = Decimal(amount_minor) * tax_basis_points / (10_000 + tax_basis_points)
    return int(share.to_integral_value(ROUND_HALF_EVEN))


def net(amount_minor: int, tax_basis_points: int) -> int:
    """An amount without the tax that it contains."""
    return amount_minor - contained_tax(amount_minor, tax_basis_points)


def percentage(amount_minor: int, percent: float | int) -> int:
    """So many percent of an amount, to the nearest minor unit (half to even)."""
    return int((Decimal(amount_minor) * Decimal(str(percent)) / 100).to_integral_value(ROUND_HALF_EVEN))


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


def totals(goods: Iterable[Charge], delivery: Iterable[Charge]) -> Totals:
    """The totals of lines of goods and of delivery."""
    quantity = subtotal = tax = discount = 0
    for line in goods:
        quantity += line.quantity
        subtotal += line.charged_minor
        tax += line.tax_minor
        discount += line.discount_minor
    shipping = shipping_tax = 0
    for line in delivery:
        shipping += line.charged_minor
        shipping_tax += line.tax_minor
        discount += line.discount_minor
    return Totals(
        quantity, subtotal, shipping, tax + shipping_tax, shipping_tax, discount, subtotal + shipping
    )


def tax_shares(charges: Iterable[Charge]) -> list[TaxShare]:
    """What is taxed at each rate above zero, the highest first."""
    found: dict[int, tuple[int, int]] = {}
    for charge in charges:
        base, tax = found.get(charge.tax_basis_points, (0, 0))
        tax_minor = charge.tax_minor
        found[charge.tax_basis_points] = (base + charge.charged_minor - tax_minor, tax + tax_minor)
    return [TaxShare(rate, *found[rate]) for rate in sorted(found, reverse=True) if rate and found[rate][1]]
