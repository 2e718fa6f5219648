"""What staff say of a promotion, checked: nothing that the tables don't know, and no number that can't be meant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.db import fetch, placeholders
from core.errors import InvalidInput
from services.accounts.customers import checked_text
from services.promotions.operations import ACTIONS, CONDITIONS, Action, Condition, Kind
from services.promotions.views import Operation
from services.tenants import Scope

LONGEST_CODE = 20
MOST_OPERATIONS, MOST_IDS = 10, 500
LARGEST_MINOR, MOST_USES = 10**12, 10**9


@dataclass(frozen=True, slots=True)
class PromotionInput:
    """A promotion as it shall be. Times are UTC; money in its operations is in minor units, percent from 0 to 100."""

    name: str
    actions: Sequence[Operation]
    conditions: Sequence[Operation] = field(default_factory=tuple)
    description: str = ""
    enabled: bool = True
    coupon_code: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    usage_limit: int | None = None
    per_customer_usage_limit: int | None = None
    priority: int = 0


async def checked_columns(scope: Scope, given: PromotionInput) -> dict[str, Any]:
    """The columns of a promotion as it shall be. Raises `InvalidInput`."""
    if not given.actions:
        raise InvalidInput("A promotion needs an action.", field="actions")
    if not given.conditions and not given.coupon_code:
        # As Vendure has it: what takes something off every order is a mistake more often than not.
        raise InvalidInput("A promotion needs a condition or a coupon code.", field="conditions")
    if given.starts_at and given.ends_at and given.starts_at >= given.ends_at:
        raise InvalidInput("It must begin before it ends.", field="endsAt")
    return {
        "name": checked_text(given.name, "name", 120),
        "description": checked_text(given.description, "description", 255) if given.description else "",
        "enabled": given.enabled,
        "coupon_code": _checked_code(given.coupon_code),
        "starts_at": given.starts_at,
        "ends_at": given.ends_at,
        "usage_limit": _checked_limit(given.usage_limit, "usageLimit"),
        "per_customer_usage_limit": _checked_limit(given.per_customer_usage_limit, "perCustomerUsageLimit"),
        "priority": given.priority,
        "conditions": await _checked(scope, CONDITIONS, given.conditions, "conditions"),
        "actions": await _checked(scope, ACTIONS, given.actions, "actions"),
    }


def _checked_code(code: str | None) -> str | None:
    if not code or not code.strip():
        return None
    clean = code.strip().upper()
    if len(clean) > LONGEST_CODE or not (clean.isascii() and clean.replace("-", "").isalnum()):
        raise InvalidInput(
            f"A coupon code has at most {LONGEST_CODE} letters, digits and hyphens.", field="couponCode"
        )
    return clean


def _checked_limit(limit: int | None, name: str) -> int | None:
    if limit is not None and not 0 < limit <= MOST_USES:
        raise InvalidInput("A limit is at least 1.", field=name)
    return limit


async def _checked(
    scope: Scope,
    table: Mapping[str, Condition] | Mapping[str, Action],
    operations: Sequence[Operation],
    name: str,
) -> list[dict[str, Any]]:
    if len(operations) > MOST_OPERATIONS:
        raise InvalidInput(f"At most {MOST_OPERATIONS} are taken.", field=name)
    return [{"code": each.code, "args": await _checked_args(scope, table, each, name)} for each in operations]


async def _checked_args(
    scope: Scope, table: Mapping[str, Condition] | Mapping[str, Action], operation: Operation, name: str
) -> dict[str, Any]:
    known = table.get(operation.code)
    if known is None:
        raise InvalidInput(f"There is no {operation.code}; there are {', '.join(table)}.", field=name)
    if set(operation.args) != set(known.args):
        wanted = ", ".join(known.args) or "no arguments"
        raise InvalidInput(f"{operation.code} takes {wanted}.", field=name)
    for arg, kind in known.args.items():
        value = operation.args[arg]
        if not _FITS[kind](value):
            raise InvalidInput(f"{arg} of {operation.code} is not {_MEANT[kind]}.", field=name)
        if kind in _TABLES:
            await _check_there(scope, _TABLES[kind], value, arg)
    return dict(operation.args)


async def _check_there(scope: Scope, table: str, ids: Sequence[int], arg: str) -> None:
    rows = await fetch(
        f"SELECT id FROM {table} WHERE platform_id = $1 AND environment = $2 AND id IN ({placeholders(ids, 3)})",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    if len(rows) != len(set(ids)):
        raise InvalidInput(f"{arg} names something that isn't there.", field=arg)


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most


def _is_percent(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    exact = Decimal(str(value))
    return exact.is_finite() and 0 < exact <= 100 and exact == round(exact, 2)


def _are_ids(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_IDS
        and all(_is_whole(each, 2**63 - 1) for each in value)
    )


_FITS: dict[Kind, Callable[[Any], bool]] = {
    "money": lambda value: _is_whole(value, LARGEST_MINOR),
    "percent": _is_percent,
    "count": lambda value: _is_whole(value, 1000),
    "variants": _are_ids,
    "collections": _are_ids,
}
_MEANT: dict[Kind, str] = {
    "money": "an amount in minor units above zero",
    "percent": "a percentage above 0 up to 100, to two decimals",
    "count": "a number of pieces",
    "variants": "a list of ids of variants",
    "collections": "a list of ids of collections",
}
_TABLES: dict[Kind, str] = {"variants": "variant", "collections": "category"}
