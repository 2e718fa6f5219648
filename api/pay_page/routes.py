"""A balance is shown and paid by whoever holds its link; a guessed link shows nothing."""

import re
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from api.middleware import STATUS
from api.peers import peer_of
from core.db import Row
from core.errors import DomainError, NotFound
from core.keys import SETTINGS
from core.languages import SOURCE, Day
from core.limits import count_try
from core.money import format_money, from_decimal, to_decimal
from core.settings import Settings
from services.buyers import Buyer
from services.deposits.links import order_of_link
from services.deposits.paying import Which, pay_balance
from services.deposits.statements import BalanceView, balance_by_code
from services.payments.verifying import Standing, verify_order_payment
from services.tenants import Scope, scope_by_id

HERE = Path(__file__).parent
TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("pay_page_templates", jinja2.Environment)
# What a link ends with: the order's code, and its mark.
LINK = re.compile(r"[A-Za-z0-9]{1,20}-[0-9a-f]{10}")
# Many people share the address of a mobile network.
MOST, WITHIN_S = 120, 900
LONGEST_AMOUNT = 40
# What gateways call the reference in the address that they send the payer back to.
REFERENCES = ("reference", "paymentReference")
LOOK_AGAIN_S = 4
# The link is a secret, so no other site is told of it.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https:{twins}"
NO_LINK = "This link leads nowhere. Please check that it is complete, or ask the shop for a new one."


def add_pay_page(app: web.Application) -> None:
    """`GET` and `POST /pay/{name}`, and what the page is styled with."""
    aiohttp_jinja2.setup(app, app_key=TEMPLATES, loader=jinja2.FileSystemLoader(HERE))
    app.router.add_get("/pay/page.css", _style)
    app.router.add_get("/pay/{name}", show)
    app.router.add_post("/pay/{name}", pay)


async def show(request: web.Request) -> web.Response:
    """What is owed; to somebody who comes back from a gateway's page, how their payment stands."""
    try:
        order, scope = await _linked(request)
    except DomainError as error:
        return _nowhere(request, error)
    return await _page(request, scope, order, standing=await _standing(request, order))


async def pay(request: web.Request) -> web.Response:
    """Begin a payment, and go on to the gateway's page."""
    try:
        order, scope = await _linked(request)
    except DomainError as error:
        return _nowhere(request, error)
    typed = str((await request.post()).get("amount", ""))[:LONGEST_AMOUNT]
    back = f"{request.app[SETTINGS].base_url}/pay/{request.match_info['name']}?paid=1"
    try:
        payment = await pay_balance(
            Buyer(scope, "web"),
            Which(code=order["code"]),
            scope.default_gateway,
            amount_minor=_amount(typed, scope.currency),
            callback_url=back,
            keep=False,
        )
    except DomainError as error:
        return await _page(request, scope, order, error=error, typed=typed)
    raise web.HTTPSeeOther(payment.payment_url or back, headers=HEADERS)


async def _linked(request: web.Request) -> tuple[Row, Scope]:
    """The order that the link names, and whose it is. Raises `NotFound`, `TooManyTries`."""
    if peer := peer_of(request):
        await count_try(f"pay-page:{peer}", most=MOST, within_s=WITHIN_S)
    name = request.match_info["name"]
    if not LINK.fullmatch(name):
        raise NotFound
    order = await order_of_link(name)
    return order, await scope_by_id(order["platform_id"], order["environment"])


async def _standing(request: web.Request, order: Row) -> Standing | None:
    """How the payment stands that the payer comes back from; nothing for a reference of another order's."""
    reference = next((request.query[name] for name in REFERENCES if name in request.query), "")
    if "paid" not in request.query or not reference.isascii() or not reference.isprintable():
        return None
    try:
        return await verify_order_payment(order["id"], reference)
    except NotFound:
        return None


def _amount(typed: str, currency: str) -> int | None:
    """Minor units; None, which is all, where nothing was typed. Raises `InvalidInput`."""
    plain = typed.replace(",", "").replace(" ", "").removeprefix(currency)
    return from_decimal(plain, currency) if plain else None


async def _page(
    request: web.Request,
    scope: Scope,
    order: Row,
    *,
    standing: Standing | None = None,
    error: DomainError | None = None,
    typed: str = "",
) -> web.Response:
    try:
        balance = await balance_by_code(scope, order["code"])
    except NotFound:
        balance = None
    values = {
        "shop": scope.name,
        "order": order["code"],
        "path": f"/pay/{request.match_info['name']}",
        "error": error.message if error else "",
        **_told_of(standing, scope.currency),
        **(_owed(balance, typed) if balance else {}),
    }
    return _render(request, values, STATUS.get(type(error), 400) if error else 200)


def _owed(balance: BalanceView, typed: str) -> dict[str, Any]:
    currency = balance.currency
    return {
        "currency": currency,
        "owed": format_money(balance.outstanding_minor, currency),
        "total": format_money(balance.total_minor, currency),
        "paid": format_money(balance.paid_minor, currency),
        "dues": [
            (
                format_money(due.outstanding_minor, currency),
                Day(due.at).written(SOURCE),
                due.state == "Overdue",
            )
            for due in balance.due
            if due.outstanding_minor
        ],
        "amount": typed or str(to_decimal(balance.outstanding_minor, currency)),
    }


def _told_of(standing: Standing | None, currency: str) -> dict[str, Any]:
    """A sentence about the payment that the payer comes back from, and whether it is worth to look again."""
    if standing is None:
        return {}
    payment, amount = standing.payment, format_money(standing.payment.amount_minor, currency)
    if standing.returned:
        return {"said": f"Nothing was owed any more when {amount} came. It goes back the way it came."}
    sentences = {
        "Settled": f"Thank you, {amount} is paid.",
        "Declined": f"{amount} was not paid. {payment.reason}",
        "Cancelled": f"{amount} was not paid: that payment was given up.",
    }
    waiting = payment.state not in sentences
    said = sentences.get(payment.state, f"We are waiting for the payment of {amount}.")
    return {"said": said, "good": payment.state == "Settled", "look_again_s": LOOK_AGAIN_S if waiting else 0}


def _nowhere(request: web.Request, error: DomainError) -> web.Response:
    values = {"shop": "", "error": NO_LINK if isinstance(error, NotFound) else error.message}
    return _render(request, values, STATUS.get(type(error), 400))


def _render(request: web.Request, values: dict[str, Any], status: int) -> web.Response:
    response = aiohttp_jinja2.render_template("page.html", request, values, app_key=TEMPLATES, status=status)
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = POLICY.format(twins=_twins(request.app[SETTINGS]))
    return response


def _twins(settings: Settings) -> str:
    """Where the sandbox's gateways are: a form may lead there, too."""
    return f" {settings.twins_base_url}" if settings.environment == "development" else ""


async def _style(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(HERE / "page.css", headers={"Cache-Control": "public, max-age=3600"})
