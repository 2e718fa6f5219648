"""The Paystack twin's lists: transactions and refunds of a business, newest first, page by page."""

from datetime import UTC, datetime

from aiohttp import web

from providers.twins.paystack import forms, wire
from providers.twins.paystack.book import Book
from providers.twins.paystack.forms import BUSINESS
from providers.twins.store import LIMIT, Document

MOST_A_PAGE = 100


class Lists:
    """The handlers of both lists; `from` and `to` are times, `perPage` and `page` numbers."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def transactions(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        found = [each for each in self._book.all(LIMIT) if each["business"] == request[BUSINESS]]
        page, meta = _page(request, found)
        return wire.answer("Transactions retrieved", [wire.transaction(each) for each in page], meta=meta)

    async def refunds(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        found = [each for each in self._book.refunds() if each["business"] == request[BUSINESS]]
        if "transaction" in request.query:
            found = [each for each in found if str(each["transaction"]) == request.query["transaction"]]
        page, meta = _page(request, found)
        data = [
            wire.refund(each, each["transaction"]) | {"transaction_reference": each["reference"]}
            for each in page
        ]
        return wire.answer("Refunds retrieved", data, meta=meta)


def _page(request: web.Request, found: list[Document]) -> tuple[list[Document], Document]:
    since, until = _time(request, "from"), _time(request, "to")
    within = [
        each
        for each in found
        if (since is None or datetime.fromisoformat(each["created_at"]) >= since.replace(microsecond=0))
        and (until is None or datetime.fromisoformat(each["created_at"]) <= until)
    ]
    size = min(max(_number(request, "perPage", 50), 1), MOST_A_PAGE)
    page = max(_number(request, "page", 1), 1)
    meta = {
        "total": len(within),
        "skipped": (page - 1) * size,
        "perPage": size,
        "page": page,
        "pageCount": max(-(-len(within) // size), 1),
    }
    return within[(page - 1) * size : page * size], meta


def _number(request: web.Request, name: str, usual: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else usual


def _time(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise forms.invalid(f"Invalid {name} date", "Give a time in ISO 8601") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
