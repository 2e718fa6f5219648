"""The Paystack twin's settlements: what it took on each day, paid out on the next."""

from datetime import datetime

from aiohttp import web

from providers.twins.paystack import forms, wire
from providers.twins.paystack.book import Book
from providers.twins.paystack.forms import BUSINESS
from providers.twins.paystack.wire import Refusal
from providers.twins.store import Document

USUAL, MOST = 50, 100


class Settled:
    """The handlers of /settlement."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def list(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        found = [_settlement(kept) for kept in self._book.settlements.of(request[BUSINESS])]
        return _paged(request, "Settlements retrieved", found)

    async def transactions(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        text = request.match_info["id"]
        id = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
        if self._book.settlements.find(request[BUSINESS], id=id) is None:
            raise Refusal(404, "Settlement not found", "settlement_not_found", "Check the settlement's id")
        found = [wire.transaction(kept) for kept in self._book.settled(id)]
        return _paged(request, "Settlement transactions retrieved", found)


def _paged(request: web.Request, message: str, found: list[Document]) -> web.Response:
    per = min(max(_number(request, "perPage", USUAL), 1), MOST)
    page = max(_number(request, "page", 1), 1)
    meta = {
        "total": len(found),
        "skipped": (page - 1) * per,
        "perPage": per,
        "page": page,
        "pageCount": -(-len(found) // per),
    }
    return wire.answer(message, found[(page - 1) * per : page * per], meta=meta)


def _number(request: web.Request, name: str, usual: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else usual


def _settlement(kept: Document) -> Document:
    net = kept["gross"] - kept["fees"]
    day = datetime.fromisoformat(kept["settled_at"] or kept["created_at"])
    return {
        "id": kept["id"],
        "domain": "test",
        "status": kept["status"],
        "currency": kept["currency"],
        "integration": 100_000,
        "total_amount": net,
        "effective_amount": net,
        "total_fees": kept["fees"],
        "total_processed": kept["gross"],
        "deductions": None,
        "settlement_date": wire.written(day.replace(hour=0, minute=0, second=0)),
        "settled_by": None,
        "createdAt": wire.written(datetime.fromisoformat(kept["created_at"])),
        "updatedAt": wire.written(day),
    }
