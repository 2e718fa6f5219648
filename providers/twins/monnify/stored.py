"""The Monnify twin's stored cards: charged again by token, at once, or declined."""

from aiohttp import web

from providers.twins.cards import DECLINES
from providers.twins.monnify import forms, wire
from providers.twins.monnify.book import Book
from providers.twins.monnify.forms import ACCOUNT
from providers.twins.monnify.wire import Refusal
from providers.twins.script import DECLINED


class Stored:
    """The handler of charge-card-token. Monnify documents neither a challenge nor an end of tokens."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def charge(self, request: web.Request) -> web.Response:
        account, body = request[ACCOUNT], await forms.json_body(request)
        details = forms.token_payment(body, account)
        card = self._book.cards.find("monnify", account.business, body.get("cardToken"))
        # [U] The words of both refusals, and the status of the second.
        if card is None:
            raise Refusal(404, "Card token was not found")
        if card["email"].lower() != details["email"].lower():
            raise Refusal(422, "Card token does not belong to the supplied customer email")
        forms.refuse_known(self._book, account.business, details["reference"])
        how = {"card": card["number"], "token": card["code"], "product": wire.BY_TOKEN}
        kept = self._book.new(account.business, **details, **how)
        words = "Declined" if DECLINED in request else DECLINES.get(card["behaviour"], "")
        if words:
            self._book.fail(kept, words)
        else:
            self._book.pay(kept, kept["amount"])
        return wire.answer(wire.status(kept), words)
