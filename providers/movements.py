"""What an account at a provider has moved: the list against which a book can be held."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

MovementKind = Literal["charge", "refund", "bill"]


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that was really moved (minor units). `reference` is ours: the charge's, also of a refund, or the bill's.

    `provider_id` is the provider's own for it; `note` is what we wrote on a refund, `done` false where it may still change.
    """

    kind: MovementKind
    provider: str
    reference: str
    amount_minor: int
    currency: str
    provider_id: str = ""
    note: str = ""
    done: bool = True


@runtime_checkable
class ListsMovements(Protocol):
    """A client of a provider that lists what it has moved."""

    def movements(self, since: datetime) -> AsyncIterator[Movement]:
        """Everything that was begun since then (aware UTC) and took money, charges first.

        Raises `ProviderRefused` and `ProviderUnknown`: then the list is not whole.
        """
        ...
