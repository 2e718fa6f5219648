"""The page on which a customer of the sandbox pays or declines."""

from aiohttp import web
from yarl import URL

from providers.twins.pages import render, way_back
from providers.twins.paystack.book import OPEN, Book
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED
from providers.twins.store import Document


class Page:
    """Pay settles the transaction and goes back to the shop; Decline fails it. A second press changes nothing."""

    def __init__(self, sandbox: Sandbox, book: Book) -> None:
        self._book = book

    async def show(self, request: web.Request) -> web.Response:
        return _page(self._transaction(request))

    async def decide(self, request: web.Request) -> web.Response:
        kept = self._transaction(request)
        form = await request.post()
        if DECLINED in request or form.get("outcome") == "decline":
            self._book.fail(kept, "Declined")
        elif form.get("outcome") == "pay":
            self._book.settle(kept)
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
        "pay.html", payment=kept, amount=amount, is_open=kept["status"] in OPEN, back=_callback(kept)
    )


def _callback(kept: Document) -> URL | None:
    return way_back(kept["callback_url"] or "", trxref=kept["reference"], reference=kept["reference"])
