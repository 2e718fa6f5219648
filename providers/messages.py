"""What every SMS gateway and every mail server can do, and what it tells us."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the gateway took; `cost` in its own words (`GHS 0.0400`), empty where it names none."""

    provider_message_id: str
    cost: str


@dataclass(frozen=True, slots=True)
class IncomingSms:
    """A text from a customer. `sender` and `recipient` as the gateway wrote them; `sent_at` is aware UTC."""

    provider_message_id: str
    sender: str
    recipient: str
    text: str
    network_code: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message that was sent."""

    provider_message_id: str
    state: Literal["delivered", "failed", "underway"]
    reason: str


class SmsGateway(Protocol):
    """One account at one provider."""

    async def send(self, *, to: str, text: str, sender: str) -> Sent:
        """Send `text` to one number (E.164) under the sender id `sender` (empty: the account's own).

        Raises `ProviderRefused` (not sent) and `ProviderUnknown` (perhaps sent: there is no way to ask).
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class EmailGateway(Protocol):
    """A server that takes e-mail for anybody."""

    async def send(self, *, to: str, subject: str, text: str, key: str) -> Sent:
        """Send plain `text` to one address. `key` names the message: its Message-ID is the same each time.

        Raises `ProviderRefused` (not taken; retryable where nothing but the moment is wrong) and `ProviderUnknown`
        (perhaps taken: a repeat can be told by its Message-ID alone, which many mailboxes do).
        """
        ...
