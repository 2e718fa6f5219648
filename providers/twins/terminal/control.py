"""The hand on a parcel: moves a shipment as a person or a test says, also out of order, and shows how it stands."""

from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from providers.twins.store import Document
from providers.twins.terminal import wire
from providers.twins.terminal.book import Book
from providers.twins.terminal.wire import Refusal

Status = Literal["draft", "pending", "confirmed", "in-transit", "delivered", "canceled"]


class Move(BaseModel):
    """One shipment, and the status it gets at once; from then on it no longer moves by itself."""

    model_config = ConfigDict(extra="forbid")

    shipment_id: str
    status: Status


class Control:
    """Two addresses: `POST /control/shipment` moves, `GET /control/shipment` shows."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def move(self, request: web.Request) -> web.Response:
        try:
            wanted = Move.model_validate_json(await request.read())
            kept = self._book.shipment(wanted.shipment_id)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False)
            return wire.respond({"error": found}, 400)
        except Refusal as refusal:
            return wire.respond({"error": str(refusal)}, 404)
        self._book.move(kept, wanted.status)
        return wire.respond(_seen(kept))

    async def show(self, request: web.Request) -> web.Response:
        """Shipments by `reference`, `shipment_id` or `status`, and how often they were charged together."""
        names = ("reference", "shipment_id", "status")
        wanted = {name: request.query[name] for name in names if name in request.query}
        found = [_seen(kept) for kept in self._book.shipments(**wanted)]
        return wire.respond({"charges": sum(each["charges"] for each in found), "shipments": found})


def _seen(kept: Document) -> Document:
    names = ("shipment_id", "reference", "status", "rate", "tracking_number", "events", "charges")
    return {name: kept[name] for name in names}
