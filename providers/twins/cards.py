"""The cards in the sandbox: those a person may pay with on a page, and how one that was stored behaves after."""

from dataclasses import dataclass
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from providers.twins.pages import respond
from providers.twins.sandbox import Sandbox
from providers.twins.store import Document, Shelf

Behaviour = Literal["ok", "insufficient_funds", "do_not_honor", "expired", "stolen", "challenge"]
# What an issuer says when a stored card behaves so.
DECLINES: dict[str, str] = {
    "insufficient_funds": "Insufficient funds",
    "do_not_honor": "Do not honor",
    "expired": "Expired card",
    "stolen": "Stolen card",
}
CHALLENGE = "challenge"
# The providers whose documents tell of a stored card that its customer has to confirm.
CHALLENGING = frozenset({"paystack"})


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card on a payment page: `does` is for the person who picks it, `declines` what the issuer says, if no."""

    number: str
    brand: str
    does: str
    declines: str = ""

    @property
    def bin(self) -> str:
        return self.number[:6]

    @property
    def last4(self) -> str:
        return self.number[-4:]


def picked(cards: tuple[TestCard, ...], number: object) -> TestCard:
    """The card with that `number`, or the first where a form says none."""
    for card in cards:
        if number in (None, "", card.number):
            return card
    raise web.HTTPBadRequest(text="That is none of the test cards.")


class Cards:
    """Every card that was stored, by its code. Each code belongs to one business and one e-mail."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._shelf = Shelf(sandbox.store, "cards", ("code", "email"))

    def keep(self, provider: str, business: str, email: str, number: str, code: str) -> None:
        """Store a card that was paid with; one that was forgotten can be charged again."""
        kept = self._shelf.first(code=code)
        if kept is None:
            self._shelf.add(
                {
                    "provider": provider,
                    "business": business,
                    "email": email,
                    "number": number,
                    "code": code,
                    "behaviour": "ok",
                    "active": True,
                }
            )
        elif not kept["active"]:
            self._shelf.save(kept | {"active": True})

    def find(self, provider: str, business: str, code: object) -> Document | None:
        """The card that the business may charge under `code`."""
        kept = self._shelf.first(code=code) if isinstance(code, str) else None
        mine = kept and (kept["provider"], kept["business"], kept["active"]) == (provider, business, True)
        return kept if mine else None

    def forget(self, kept: Document) -> None:
        """Never let the card be charged again, until it is paid with on a page."""
        self._shelf.save(kept | {"active": False})

    def confirmed(self, code: str) -> None:
        """The customer has confirmed a charge: the issuer asks no more."""
        kept = self._shelf.first(code=code)
        if kept and kept["behaviour"] == CHALLENGE:
            self._shelf.save(kept | {"behaviour": "ok"})

    def behave(self, kept: Document, behaviour: Behaviour) -> Document:
        """Have the card behave so from now on."""
        kept["behaviour"] = behaviour
        self._shelf.save(kept)
        return kept

    def shown(self, limit: int, **wanted: str) -> list[Document]:
        """The newest cards by `code` or `email`."""
        return self._shelf.find(limit, **wanted)

    def clear(self) -> None:
        self._shelf.clear()


class Turn(BaseModel):
    """One stored card, and how it behaves from now on; `authorization_code` is Monnify's card token, too."""

    model_config = ConfigDict(extra="forbid")

    authorization_code: str
    behaviour: Behaviour


class CardControl:
    """Two addresses: `POST /control/card` has a card behave, `GET /control/card` shows the stored ones."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    async def turn(self, request: web.Request) -> web.Response:
        try:
            wanted = Turn.model_validate_json(await request.read())
        except ValidationError as error:
            return respond({"error": error.errors(include_url=False, include_context=False)}, 400)
        found = self._cards.shown(1, code=wanted.authorization_code)
        if not found:
            return respond({"error": "there is no such card"}, 404)
        if wanted.behaviour == CHALLENGE and found[0]["provider"] not in CHALLENGING:
            return respond({"error": f"{found[0]['provider']} challenges no stored card"}, 409)
        return respond(_seen(self._cards.behave(found[0], wanted.behaviour)))

    async def show(self, request: web.Request) -> web.Response:
        """Cards by `authorization_code` or `email`."""
        keys = {"authorization_code": "code", "email": "email"}
        wanted = {key: request.query[name] for name, key in keys.items() if name in request.query}
        return respond({"cards": [_seen(kept) for kept in self._cards.shown(1000, **wanted)]})


def _seen(kept: Document) -> Document:
    names = ("provider", "business", "email", "behaviour", "active")
    return {"authorization_code": kept["code"], "last4": kept["number"][-4:]} | {n: kept[n] for n in names}
