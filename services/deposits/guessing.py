"""Codes of orders are short enough to be guessed: whoever names an order by its code alone is counted."""

from core.limits import count_try
from services.tenants import Scope

MOST = 40
WITHIN_S = 900


async def count_guess(scope: Scope, *names: str | None) -> None:
    """Count one look at an order by its code under each name that its asker is known by, such as `customer:5` or
    `address:…`. Raises `TooManyTries` past forty in a quarter of an hour.
    """
    for name in filter(None, names):
        await count_try(
            f"order-code:{scope.platform_id}:{scope.environment}:{name}", most=MOST, within_s=WITHIN_S
        )
