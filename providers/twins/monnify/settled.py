"""What a settlement of the Monnify twin's is made of, by the reference that its notice tells."""

from aiohttp import web

from providers.twins.monnify import forms, wire
from providers.twins.monnify.book import Book
from providers.twins.monnify.forms import ACCOUNT

USUAL, MOST = 10, 100


class Settled:
    """The handler of find-by-settlement-reference."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def transactions(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        reference = request.query.get("reference", "")
        kept = self._book.settlements.find(request[ACCOUNT].business, reference=reference)
        found = self._book.settled(kept["id"]) if kept and reference else []
        size = min(max(_number(request, "size", USUAL), 1), MOST)
        page = _number(request, "page", 0)
        return wire.answer(
            {
                "content": [wire.status(each) for each in found[page * size : (page + 1) * size]],
                "pageable": {"pageNumber": page, "pageSize": size},
                "totalElements": len(found),
                "totalPages": -(-len(found) // size),
            }
        )


def _number(request: web.Request, name: str, usual: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else usual
