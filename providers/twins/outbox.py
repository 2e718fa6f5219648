"""Every message that a twin was asked to send, so that a person or a test can read it."""

import sqlite3

from core import clock
from providers.twins.store import Document, Shelf

# Ghana and Nigeria: a number that begins with 0 may be either's.
COUNTRY_CODES = ("233", "234")
PAGE = 200


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
        self._messages = Shelf(store, "outbox", keys=("address",))

    def add(self, to: str, channel: str, text: str) -> None:
        """Keep a message to a phone number (E.164), an e-mail or a chat id."""
        document = {"to": to, "channel": channel, "text": text, "at": clock.now().isoformat()}
        self._messages.add(document | {"address": addresses(to)[0]})

    def to(self, to: str | None) -> list[Document]:
        """Up to 200 messages to one recipient in any spelling, or to all: `to`, `channel`, `text`, `at`."""
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
        return [{name: message[name] for name in ("to", "channel", "text", "at")} for message in found]

    def clear(self) -> None:
        self._messages.clear()
