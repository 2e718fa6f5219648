"""Purchase options as every door shows them: plain values; money in minor units, shares in millionths, times UTC."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Assignment = Literal["PRODUCTS", "VARIANTS", "TAGS"]
Trigger = Literal["ExactTime", "TimeAfterCheckout", "NoRemainingBalance"]


@dataclass(frozen=True, slots=True)
class OptionView:
    """One way to buy. Of `charge_ppm` (a share of the price) and `charge_minor` (an amount a piece) one is there.

    The rest falls due at `due_at`, `due_after` checkout (an ISO 8601 duration), or there is none.
    """

    id: int
    uid: UUID
    group_id: int
    description: str
    descriptor: str  # of its group: what a buyer reads in cart and checkout
    required: bool  # the group's products can't be bought without an option
    charge_ppm: int | None
    charge_minor: int | None
    trigger: Trigger
    due_at: datetime | None
    due_after: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """Terms of sale and how they are assigned."""

    id: int
    created_at: datetime
    merchant_code: str
    line_item_descriptor: str
    requires_option: bool
    assignment: Assignment
    options: list[OptionView]
