"""What of an order is due at checkout and what later, to the last minor unit. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.pricing import share_out
from services.purchase_options.terms import due_date, due_now
from services.purchase_options.views import OptionView


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A line of an order: `goods_minor` is what its pieces cost together, without delivery."""

    id: int
    pieces: int
    goods_minor: int
    option: OptionView | None


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due at one time (UTC), of which lines. `tax_minor` is contained in the amount."""

    at: datetime
    amount_minor: int
    tax_minor: int
    line_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """`now_minor` and the amounts of `later` sum to the order's total; so do their taxes. `deferred` is by line."""

    now_minor: int
    now_tax_minor: int
    later: tuple[Due, ...]
    deferred: dict[int, int]

    @property
    def later_minor(self) -> int:
        return sum(due.amount_minor for due in self.later)


def split(lines: Sequence[SplitLine], delivery_minor: int, tax_minor: int, checkout: datetime) -> Split:
    """Share an order out between checkout and the dates on which its lines' options let the rest fall due.

    Delivery is shared among the lines by what they cost, and each share is paid as its line is. What falls due at
    the same moment is one amount. Tax is shared by the amounts.
    """
    deliveries = share_out(delivery_minor, [line.goods_minor for line in lines])
    deferred: dict[int, int] = {}
    dates: dict[datetime, list[int]] = {}
    for line, delivery in zip(lines, deliveries, strict=True):
        at = due_date(line.option, checkout) if line.option else None
        later = _deferred(line, delivery) if line.option and at else 0
        if later and at:
            deferred[line.id] = later
            dates.setdefault(at, []).append(line.id)
    total = sum(line.goods_minor for line in lines) + delivery_minor
    now_minor = total - sum(deferred.values())
    times = sorted(dates)
    amounts = [sum(deferred[line_id] for line_id in dates[at]) for at in times]
    now_tax, *taxes = share_out(tax_minor, [now_minor, *amounts])
    return Split(
        now_minor,
        now_tax,
        tuple(
            Due(at, amount, tax, tuple(dates[at]))
            for at, amount, tax in zip(times, amounts, taxes, strict=True)
        ),
        deferred,
    )


def _deferred(line: SplitLine, delivery_minor: int) -> int:
    assert line.option is not None
    now = due_now(line.option, line.pieces, line.goods_minor)
    later = line.goods_minor - now
    return later + share_out(delivery_minor, [now, later])[1]
