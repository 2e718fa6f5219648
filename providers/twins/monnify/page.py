"""The page on which a customer of the sandbox pays, by transfer (also another amount) or by card, or declines."""

from aiohttp import web
from yarl import URL

from core.money import format_money, to_decimal
from providers.twins.cards import picked
from providers.twins.monnify.book import Book, is_open
from providers.twins.monnify.forms import amount
from providers.twins.monnify.wire import CARDS, Refusal
from providers.twins.pages import render, way_back
from providers.twins.script import DECLINED
from providers.twins.store import Document

PAID = ("PAID", "OVERPAID")


class Page:
    """Pay takes the money and goes back to the shop; Decline fails it. What is settled stays so."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def show(self, request: web.Request) -> web.Response:
        return _page(self._transaction(request))

    async def decide(self, request: web.Request) -> web.Response:
        kept = self._transaction(request)
        form = await request.post()
        if DECLINED in request or form.get("outcome") == "decline":
            self._book.fail(kept)
        elif form.get("outcome") == "pay":
            if form.get("card") or not _by_transfer(kept):
                self._book.pay_by(kept, picked(CARDS, form.get("card")))
            else:
                self._book.pay(kept, _transferred(form.get("amount"), kept))
        else:
            raise web.HTTPBadRequest(text="Press Pay or Decline.")
        back = _back(kept)
        if back is None:
            return _page(kept)
        raise web.HTTPSeeOther(back)

    def _transaction(self, request: web.Request) -> Document:
        kept = self._book.find(transaction_reference=request.match_info["checkout"])
        if kept is None:
            raise web.HTTPNotFound(text="There is no such payment.")
        return kept


def _by_transfer(kept: Document) -> bool:
    return "ACCOUNT_TRANSFER" in kept["methods"]


def _transferred(given: object, kept: Document) -> int:
    if not given:
        return _left(kept)
    try:
        kobo = amount(given)
    except Refusal as refusal:
        raise web.HTTPBadRequest(text=str(refusal)) from refusal
    if kobo <= 0:
        raise web.HTTPBadRequest(text="More than nothing has to be transferred.")
    return kobo


def _left(kept: Document) -> int:
    return int(kept["amount"] - kept["paid"])


def _page(kept: Document) -> web.Response:
    payment = {name: kept[name] for name in ("business", "email", "reference")}
    payment["status"] = "success" if kept["status"] in PAID else kept["status"]
    payment["gateway_response"] = kept.get("words") or kept["status"].replace("_", " ").capitalize()
    left = to_decimal(_left(kept), "NGN") if is_open(kept) and _by_transfer(kept) else None
    amount_due = format_money(kept["amount"], "NGN")
    return render(
        "pay.html",
        payment=payment,
        amount=amount_due,
        is_open=is_open(kept),
        left=left,
        cards=CARDS if "CARD" in kept["methods"] else (),
        back=_back(kept),
    )


def _back(kept: Document) -> URL | None:
    return way_back(
        kept["redirect_url"],
        paymentReference=kept["reference"],
        transactionReference=kept["transaction_reference"],
        paymentStatus=kept["status"],
    )
