"""A receipt is shown to whoever has its code; a code that was made up shows nothing."""

from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from api.middleware import STATUS
from api.peers import peer_of
from core.errors import DomainError, NotFound
from core.languages import SOURCE, Day
from core.limits import count_try
from core.money import format_money
from services.receipts import ReceiptView, check_receipt

HERE = Path(__file__).parent
TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("receipt_page_templates", jinja2.Environment)
# Many people share the address of a mobile network.
MOST, WITHIN_S = 120, 900
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
MADE_UP = "There is no receipt with this code. Please compare it with what you were shown, digit by digit."


def add_receipt_page(app: web.Application) -> None:
    """`GET /r/{code}`. It is styled as the pay page is."""
    aiohttp_jinja2.setup(app, app_key=TEMPLATES, loader=jinja2.FileSystemLoader(HERE))
    app.router.add_get("/r/{code}", show)


async def show(request: web.Request) -> web.Response:
    """Shop, day, amount, number of pieces, and whether it is paid."""
    try:
        if peer := peer_of(request):
            await count_try(f"receipt-page:{peer}", most=MOST, within_s=WITHIN_S)
        receipt = await check_receipt(request.match_info["code"])
    except DomainError as error:
        words = MADE_UP if isinstance(error, NotFound) else error.message
        return _render(request, {"error": words}, STATUS.get(type(error), 400))
    return _render(request, _values(receipt), 200)


def _values(receipt: ReceiptView) -> dict[str, Any]:
    return {
        "receipt": receipt,
        "total": format_money(receipt.total_minor, receipt.currency),
        "paid": format_money(receipt.paid_minor, receipt.currency),
        "day": Day(receipt.at).written(SOURCE),
    }


def _render(request: web.Request, values: dict[str, Any], status: int) -> web.Response:
    response = aiohttp_jinja2.render_template("page.html", request, values, app_key=TEMPLATES, status=status)
    response.headers.update(HEADERS)
    return response
