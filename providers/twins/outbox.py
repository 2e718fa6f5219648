"""Every message that a twin was asked to send, so that a person or a test can read it."""

import sqlite3

from core import clock
from providers.twins.store import Document, Shelf

# Ghana and Nigeria: a number that begins with 0 may be either's.
COUNTRY_CODES = ("233", "234")
PAGE = 200
SHOWN = ("to", "channel", "subject", "text", "at")


def addresses(to: str) -> list[str]:
    """The forms under which `to` may be stored: an e-mail in lower case, else digits with a country code."""
    if "@" in to:
        return [to.strip().lower()]
    digits = "".join(c for c in to if c.isdigit()).removeprefix("00")
    if digits.startswith("0"):
        return [code + digits[1:] for code in COUNTRY_CODES]
    return [digits]


class Outbox:
    """Messages by recipient, the newest first."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._messages = Shelf(store, "outbox", keys=("address", "key"))

    def add(
        self, to: str, channel: str, text: str, *, subject: str | None = None, key: str | None = None
    ) -> None:
        """Keep a message to a phone number (E.164), an e-mail or a chat id; under the same `key` once only."""
        address = addresses(to)[0]
        if key and self._messages.first(address=address, key=key):
            return
        document = {"to": to, "channel": channel, "text": text, "at": clock.now().isoformat()}
        if subject is not None:
            document["subject"] = subject
        self._messages.add(document | {"address": address, "key": key})

    def to(self, to: str | None) -> list[Document]:
        """Up to 200 messages to one recipient in any spelling, or to all: `to`, `channel`, `text`, `at`.

        An e-mail has its `subject`, too.
        """
        found = (
            self._messages.find(limit=PAGE)
            if to is None
            else [
                message
                for address in addresses(to)
                for message in self._messages.find(limit=PAGE, address=address)
            ]
        )
        found.sort(key=lambda message: message["id"], reverse=True)
        return [{name: message[name] for name in SHOWN if name in message} for message in found]

    def clear(self) -> None:
        self._messages.clear()
