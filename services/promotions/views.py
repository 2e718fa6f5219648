"""What a promotion and a reduction show, to every door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Operation:
    """A condition or an action of a promotion, by its code in the tables, with what it was given."""

    code: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PromotionView:
    """`used` is by how many orders; limits are None where there is none."""

    id: int
    uid: UUID
    name: str
    description: str
    enabled: bool
    coupon_code: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    usage_limit: int | None
    per_customer_usage_limit: int | None
    used: int
    priority: int
    conditions: tuple[Operation, ...]
    actions: tuple[Operation, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def is_used_up(self) -> bool:
        return self.usage_limit is not None and self.used >= self.usage_limit

    def runs(self, at: datetime) -> bool:
        """Whether it holds at that time, for who may use it."""
        return (
            self.enabled
            and (self.starts_at is None or self.starts_at <= at)
            and (self.ends_at is None or at < self.ends_at)
        )

    def asks(self, code: str) -> bool:
        """Whether that condition is one of its."""
        return any(each.code == code for each in self.conditions)


@dataclass(frozen=True, slots=True)
class Discount:
    """What a promotion takes off a line, above zero; `spread` where that is the line's share of an order's reduction."""

    promotion_id: int
    name: str
    amount_minor: int
    spread: bool = False
