"""What orders show of their deposits: the options of their lines, and what falls due when."""

from core.clock import now
from core.db import Row, fetch, placeholders
from services.deposits.splitting import Split, SplitLine, split
from services.orders.views import DueView, LineView, OrderView
from services.purchase_options.offers import options_by_id
from services.values import as_time, as_uid


async def fill_options(orders: dict[int, OrderView]) -> None:
    """Give the lines of orders the options that they are bought with. No statement where none is."""
    lines = [line for order in orders.values() for line in order.lines if line.option_id is not None]
    if not lines:
        return
    options = await options_by_id(list({line.option_id for line in lines if line.option_id is not None}))
    for line in lines:
        line.option = options[line.option_id or 0]


def split_of(order: OrderView) -> Split:
    """How an order with its lines and totals is shared out, if it is placed now."""
    return split(
        [SplitLine(line.id, line.quantity, line.total_minor, line.option) for line in order.lines],
        order.shipping_minor,
        order.tax_minor,
        now(),
    )


def split_order(order: OrderView) -> None:
    """Write what would fall due later, and when, into an order that isn't placed yet."""
    if not any(line.option for line in order.lines):
        order.deferred_minor = 0
        return
    shares = split_of(order)
    order.deferred_minor = shares.later_minor
    order.due = [DueView(due.at, due.amount_minor, due.tax_minor) for due in shares.later]
    lines: dict[int, LineView] = {line.id: line for line in order.lines}
    for due in shares.later:
        for line_id in due.line_ids:
            lines[line_id].deferred_minor, lines[line_id].due_at = shares.deferred[line_id], due.at


async def fill_due(orders: dict[int, OrderView]) -> None:
    """Read what of placed orders fell or falls due, and with which of it each line. Two statements, for any number."""
    if not orders:
        return
    ids = list(orders)
    rows = await fetch(
        "SELECT id, uid, order_id, due_at, amount_minor, tax_minor, collected_minor, state, reason "
        f"FROM scheduled_charge WHERE order_id IN ({placeholders(ids)}) ORDER BY due_at, id",
        *ids,
    )
    charges = {row["id"]: _due(row) for row in rows}
    for row in rows:
        orders[row["order_id"]].due.append(charges[row["id"]])
    lines = {line.id: line for order in orders.values() for line in order.lines if line.option_id}
    if lines:
        await _fill_lines(lines, charges)


async def _fill_lines(lines: dict[int, LineView], charges: dict[int, DueView]) -> None:
    ids = list(lines)
    rows = await fetch(
        f"SELECT id, charge_id, deferred_minor FROM order_line WHERE id IN ({placeholders(ids)})", *ids
    )
    for row in rows:
        line = lines[row["id"]]
        line.deferred_minor = row["deferred_minor"]
        line.due_at = charges[row["charge_id"]].at if row["charge_id"] else None


def _due(row: Row) -> DueView:
    return DueView(
        as_time(row["due_at"]),
        row["amount_minor"],
        row["tax_minor"],
        row["collected_minor"],
        row["state"],
        row["reason"],
        as_uid(row["uid"]),
    )
