"""The Paystack twin's stored cards: charged again, now or queued, challenged, declined, and deactivated."""

from aiohttp import web

from providers.twins.cards import CHALLENGE, DECLINES
from providers.twins.paystack import forms, wire
from providers.twins.paystack.book import Book, Outcome
from providers.twins.paystack.forms import BUSINESS
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED
from providers.twins.store import Document

# [U] The codes of these refusals; how the messages begin is from Paystack's page of errors.
UNKNOWN = (
    "Authorization code does not exist or has been deactivated",
    "Ensure that the authorization is active",
    "authorization_not_found",
)
ANOTHERS = (
    "Email does not match Authorization code. Please confirm",
    "Ensure that you're passing the email that the authorization belongs to",
    "authorization_email_mismatch",
)


class Stored:
    """The handlers of /transaction/charge_authorization and /customer/authorization/deactivate."""

    def __init__(self, sandbox: Sandbox, book: Book) -> None:
        self._settings, self._book = sandbox.settings, book

    async def charge(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        business, details = request[BUSINESS], forms.payment(body)
        card = self._card(business, body)
        if card["email"].lower() != details["email"].lower():
            raise forms.invalid(*ANOTHERS)
        forms.refuse_known(self._book, business, details["reference"])
        why = "Declined" if DECLINED in request else DECLINES.get(card["behaviour"], "")
        kept = self._book.new(business, **details, card=card["number"], code=card["code"])
        # [U] Whether a queued charge is challenged at once; its customer isn't there, so the sooner it is known the better.
        if card["behaviour"] == CHALLENGE and not why:
            return wire.answer("The customer has to confirm the charge", self._challenge(kept))
        if body.get("queue") is True:
            self._queue(kept, why)
        elif why:
            self._book.fail(kept, why)
        else:
            self._book.settle(kept)
        return wire.answer("Charge attempted", wire.transaction(kept))

    async def deactivate(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        forms.refuse_on_command(request)
        self._book.cards.forget(self._card(request[BUSINESS], body))
        return wire.respond({"status": True, "message": "Authorization has been deactivated"})

    def _card(self, business: str, body: Document) -> Document:
        card = self._book.cards.find("paystack", business, body.get("authorization_code"))
        if card is None:
            raise forms.invalid(*UNKNOWN)
        return card

    def _challenge(self, kept: Document) -> Document:
        return {
            "authorization_url": f"{self._settings.public_url}/paystack/pay/{kept['access_code']}",
            "reference": kept["reference"],
            "access_code": kept["access_code"],
            "paused": True,
        }

    def _queue(self, kept: Document, why: str) -> None:
        outcome: Outcome = "failed" if why else "success"
        self._book.wait(kept, wire.QUEUED, outcome, why, self._settings.queue_after_s)
