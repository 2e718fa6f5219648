"""One message and its answer, as whoever plays it holds it."""

from dataclasses import dataclass, field
from typing import Any

from core.languages import SOURCE
from services.tenants import Scope


@dataclass(slots=True)
class Turn:
    """One message and its answer, inside one transaction.

    `session` is plain JSON and is kept as it is left, and so is the `language`: a customer's own, else that of the
    conversation. A `repeated` message was answered before: `reply` is what was said then, and nothing more is done.
    `body` is what is kept of the message; leave secrets out of it. A `doubted` number proves itself before it shows money,
    a `locked` customer is shown nothing of theirs.
    """

    scope: Scope
    channel: str
    sender: str
    identity_id: int = 0
    conversation_id: int = 0
    customer_id: int | None = None
    language: str = SOURCE
    session: dict[str, Any] = field(default_factory=dict)
    repeated: bool = False
    reply: Any = None
    body: Any = None
    network_code: str = ""
    name: str = ""
    doubted: bool = False
    locked: bool = False
