"""What providers pay out of what they took: settlements, and the charges that each is made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SettlementState = Literal["paid", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Money (minor units) that a provider pays out: what it took, less its fees. `settled_at` is aware UTC."""

    id: str
    state: SettlementState
    currency: str
    gross_minor: int
    fees_minor: int
    net_minor: int
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SettledCharge:
    """A charge that a settlement is made of, by the reference that it was made under. `paid_at` is aware UTC."""

    reference: str
    provider_id: str
    amount_minor: int
    fees_minor: int
    currency: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class SettledPage:
    """Some of a settlement's charges, and whether there are more."""

    charges: list[SettledCharge]
    more: bool
