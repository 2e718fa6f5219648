"""A receipt as PDF: what was bought, what it came to, what is paid; in letters of all our languages and both currencies' signs."""

from typing import Any

from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos

from api.desk.fonts import letters
from api.desk.rendering import spaced
from api.desk.visits import Visit
from core.money import precision, to_decimal
from services.orders.views import OrderView

SIGNS = {"GHS": "GH₵", "NGN": "₦", "XOF": "CFA", "KES": "KSh"}
MARGIN, WIDTH = 18, 210 - 2 * 18
INK, SOFT, LINE = (38, 31, 25), (104, 92, 80), (214, 203, 188)


def receipt_pdf(visit: Visit, order: OrderView, who: str) -> bytes:
    """One page or more, A4. Nothing in it is executed or fetched."""
    pdf = _paper(visit, order)
    _head(pdf, visit, order, who)
    _lines(pdf, order)
    _sums(pdf, visit, order)
    return bytes(pdf.output())


def _paper(visit: Visit, order: OrderView) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    pdf.add_font("Roboto", "", letters())
    pdf.set_title(f"Receipt {order.code}")
    pdf.set_author(visit.scope.name)
    pdf.set_lang("en")
    pdf.add_page()
    pdf.set_draw_color(*LINE)
    return pdf


def _write(
    pdf: FPDF, text: str, size: float, *, bold: bool = False, soft: bool = False, height: float = 5.5
) -> None:
    _pen(pdf, size, bold=bold, soft=soft)
    pdf.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _pen(pdf: FPDF, size: float, *, bold: bool = False, soft: bool = False) -> None:
    """Bold letters are the same ones, drawn with an outline: a second font would take as long as all else of a receipt."""
    pdf.set_font("Roboto", "", size)
    pdf.set_text_color(*(SOFT if soft else INK))
    pdf.text_mode = TextMode.FILL_STROKE if bold else TextMode.FILL
    pdf.set_draw_color(*(INK if bold else LINE))
    pdf.set_line_width(size * 0.009 if bold else 0.2)


def _head(pdf: FPDF, visit: Visit, order: OrderView, who: str) -> None:
    _write(pdf, visit.scope.name, 11, bold=True)
    _write(pdf, f"Receipt {order.code}", 20, bold=True, height=11)
    if visit.scope.environment == "test":
        _write(pdf, "A test order: no money moved.", 10, soft=True)
    pdf.ln(2)
    _write(pdf, f"Ordered on {visit.time(order.placed_at)}", 10)
    if who:
        _write(pdf, f"For {who}", 10)
    address = order.shipping_address or {}
    place = ", ".join(
        str(address[name]) for name in ("street", "street2", "city", "region") if address.get(name)
    )
    if place:
        _write(pdf, f"To {place}", 10)
    _write(pdf, spaced(order.state), 10, soft=True)
    pdf.ln(4)


def _row(pdf: FPDF, cells: list[str], *, soft: bool = False) -> None:
    """Item, quantity, unit price, total; a long name takes several lines."""
    widths = (WIDTH - 80, 16, 32, 32)
    _pen(pdf, 10, soft=soft)
    lines: Any = pdf.multi_cell(widths[0], 5.5, cells[0], dry_run=True, output="LINES")
    height = 5.5 * max(1, len(lines))
    if pdf.will_page_break(height + 2):
        pdf.add_page()
    top = pdf.get_y()
    pdf.multi_cell(widths[0], 5.5, cells[0], new_x=XPos.RIGHT, new_y=YPos.TOP)
    for width, cell in zip(widths[1:], cells[1:], strict=True):
        pdf.cell(width, 5.5, cell, align="R")
    pdf.set_xy(MARGIN, top + height + 1)
    pdf.line(MARGIN, pdf.get_y(), MARGIN + WIDTH, pdf.get_y())
    pdf.ln(1)


def _lines(pdf: FPDF, order: OrderView) -> None:
    _row(pdf, ["Item", "Qty", "Unit price", "Total"], soft=True)
    for line in order.lines:
        each, together = (
            _money(line.unit_price_minor, order.currency),
            _money(line.listed_minor, order.currency),
        )
        _row(pdf, [f"{line.name}\n{line.sku}", str(line.quantity), each, together])
    for way in order.shipping:
        price = _money(way.price_minor, order.currency)
        _row(pdf, [f"Delivery: {way.label or way.name}", "", "", price])
    for discount in order.discounts:
        _row(pdf, [discount.name, "", "", _money(-discount.amount_minor, order.currency)])
    pdf.ln(2)


def _sums(pdf: FPDF, visit: Visit, order: OrderView) -> None:
    sums: list[tuple[str, int, bool]] = [
        ("Total", order.total_minor, True),
        ("Including tax", order.tax_minor, False),
    ]
    if visit.desk.seller_id is None:
        owed = order.outstanding_minor
        sums += [("Paid", order.total_minor - owed, False)] + ([("Balance due", owed, True)] if owed else [])
    for name, amount, bold in sums:
        _pen(pdf, 11 if bold else 10, bold=bold, soft=not bold)
        pdf.cell(WIDTH - 50, 6.5, name, align="R")
        pdf.cell(50, 6.5, _money(amount, order.currency), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _money(minor: int, currency: str) -> str:
    """`GH₵ 1,234.50`: with the sign, as people write it on paper."""
    sign: Any = SIGNS.get(currency, currency)
    return f"{'−' if minor < 0 else ''}{sign} {to_decimal(abs(minor), currency):,.{precision(currency)}f}"
