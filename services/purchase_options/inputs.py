"""What a merchant says of a group of purchase options, as it is said and before it is checked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.purchase_options.views import Trigger

ChargeType = Literal["PERCENTAGE", "PRICE"]


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """What is charged when. Of `percentage` (0 to 100) and `fixed_value` (a decimal, major units) one is meant."""

    charge_type: ChargeType
    percentage: float | None = None
    fixed_value: str | None = None
    trigger: Trigger | None = None
    due_at: datetime | None = None
    due_after: str | None = None


@dataclass(frozen=True, slots=True)
class OptionInput:
    """An option to be made, or changed; what is None stays as it is."""

    id: int | None = None
    description: str | None = None
    policy: PolicyInput | None = None


@dataclass(frozen=True, slots=True)
class GroupInput:
    """A group to be made, or changed; what is None stays as it is."""

    id: int | None = None
    merchant_code: str | None = None
    line_item_descriptor: str | None = None
    requires_option: bool | None = None
    to_create: list[OptionInput] = field(default_factory=list)
    to_update: list[OptionInput] = field(default_factory=list)
    to_delete: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Resources:
    """What the terms shall hold for; only one of the three has entries in a group."""

    product_ids: list[int] = field(default_factory=list)
    variant_ids: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
