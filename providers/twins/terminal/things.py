"""Addresses, packaging, parcels and rates: things with an id that are made, found and listed."""

from providers.twins.sandbox import Sandbox
from providers.twins.store import Document, Shelf
from providers.twins.terminal import wire
from providers.twins.terminal.wire import Refusal


class Things:
    """Documents of one kind. `name` is what the wire calls one: `address` has an `address_id`."""

    def __init__(self, sandbox: Sandbox, name: str, prefix: str) -> None:
        self._name, self._prefix, self._key = name, prefix, f"{name}_id"
        self._shelf = Shelf(sandbox.store, f"terminal_{name}", (self._key,))

    def add(self, details: Document) -> Document:
        now = wire.now()
        made = {self._key: wire.identifier(self._prefix), "created_at": now, "updated_at": now}
        return self._shelf.add(details | made)

    def get(self, identifier: str) -> Document:
        """The one with this id, or Terminal's 404."""
        kept = self._shelf.first(**{self._key: identifier})
        if kept is None:
            raise Refusal(404, f"{self._name.capitalize()} not found")
        return kept

    def save(self, kept: Document) -> None:
        kept["updated_at"] = wire.now()
        self._shelf.save(kept)

    def all(self) -> list[Document]:
        """Newest first."""
        return self._shelf.find()

    def clear(self) -> None:
        self._shelf.clear()
