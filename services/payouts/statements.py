"""The statement of a payout: every sale and refund in it, which together are what was paid, as CSV."""

import csv
from dataclasses import dataclass
from io import StringIO

from core.db import fetch
from core.errors import NotFound
from core.money import precision, to_decimal
from services.cells import harmless
from services.payouts import read_by
from services.payouts.lines import LINES, PayoutLine, line_of
from services.payouts.reading import PayoutView, find_payouts
from services.staff import Desk

COLUMNS = (
    "payout", "seller", "date", "kind", "order", "goods", "delivery", "commission", "payable", "currency"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A payout and its lines, the oldest first."""

    payout: PayoutView
    lines: list[PayoutLine]


async def statement_of(desk: Desk, payout_id: int) -> Statement:
    """The statement of a payout. Raises `NotFound`, `Forbidden`."""
    scope = read_by(desk)
    found, _ = await find_payouts(scope, payout_id=payout_id, seller_id=desk.seller_id)
    if not found:
        raise NotFound("There is no such payout.", field="id")
    rows = await fetch(
        f"SELECT l.* FROM {LINES} l WHERE l.payout_id = $3 ORDER BY l.created_at, l.kind DESC, l.id",
        scope.platform_id,
        scope.environment,
        payout_id,
    )
    return Statement(found[0], [line_of(row) for row in rows])


def as_csv(statement: Statement) -> str:
    """The statement with a heading, amounts in major units, and last what they come to. Text that a spreadsheet would
    take for a formula is quoted.
    """
    payout, out = statement.payout, StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in statement.lines:
        writer.writerow(_row(payout, line.at.date().isoformat(), line.kind, line.order_code, _amounts(line)))
    sums = [sum(column) for column in zip(*map(_amounts, statement.lines), strict=True)] or [0] * 4
    made = payout.created_at.date().isoformat()
    writer.writerow(_row(payout, made, "Total", payout.reference, sums))
    return out.getvalue()


def _amounts(line: PayoutLine) -> list[int]:
    return [line.goods_minor, line.delivery_minor, line.commission_minor, line.payable_minor]


def _row(payout: PayoutView, date: str, kind: str, order: str, amounts: list[int]) -> list[str]:
    places = precision(payout.currency)
    written = [f"{to_decimal(amount, payout.currency):.{places}f}" for amount in amounts]
    texts = [str(payout.id), harmless(payout.seller), date, kind, harmless(order)]
    return [*texts, *written, payout.currency]
