"""The page on which a customer of the sandbox pays with a card of the test data, confirms a charge, or declines."""

from aiohttp import web
from yarl import URL

from providers.twins.cards import picked
from providers.twins.pages import render, way_back
from providers.twins.paystack.book import OPEN, Book
from providers.twins.paystack.wire import CARDS
from providers.twins.script import DECLINED
from providers.twins.store import Document


class Page:
    """Pay settles the transaction with the card picked and goes back to the shop; Decline fails it. A second press
    changes nothing. The page of a challenged charge is the same, with its own card alone.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    async def show(self, request: web.Request) -> web.Response:
        return _page(self._transaction(request))

    async def decide(self, request: web.Request) -> web.Response:
        kept = self._transaction(request)
        form = await request.post()
        if DECLINED in request or form.get("outcome") == "decline":
            self._book.fail(kept, "Declined")
        elif form.get("outcome") == "pay":
            if kept.get("code"):
                self._book.confirm(kept)
            else:
                self._book.pay(kept, picked(CARDS, form.get("card")))
        else:
            raise web.HTTPBadRequest(text="Press Pay or Decline.")
        back = _callback(kept)
        if back is None:
            return _page(kept)
        raise web.HTTPSeeOther(back)

    def _transaction(self, request: web.Request) -> Document:
        kept = self._book.find(access_code=request.match_info["access_code"])
        if kept is None:
            raise web.HTTPNotFound(text="There is no such payment.")
        return kept


def _page(kept: Document) -> web.Response:
    amount = f"{kept['currency']} {kept['amount'] // 100:,}.{kept['amount'] % 100:02d}"
    return render(
        "pay.html",
        payment=kept,
        amount=amount,
        is_open=kept["status"] in OPEN,
        cards=() if kept.get("code") else CARDS,
        back=_callback(kept),
    )


def _callback(kept: Document) -> URL | None:
    return way_back(kept["callback_url"] or "", trxref=kept["reference"], reference=kept["reference"])
