"""Promotions made by calling services, for the stories of the shop's doors."""

from typing import Any

from services.promotions.inputs import PromotionInput
from services.promotions.managing import create_promotion
from services.promotions.views import Operation, PromotionView
from services.tenants import Scope


async def a_promotion(
    scope: Scope, action: str, *, when: dict[str, dict[str, Any]] | None = None, **rest: Any
) -> PromotionView:
    """`a_promotion(scope, "order_percentage_discount", discount=10, coupon_code="TEN")`: what isn't the promotion's own
    is the action's. `when` are conditions by their code.
    """
    own = {name: rest.pop(name) for name in list(rest) if name in PromotionInput.__dataclass_fields__}
    conditions = [Operation(code, args) for code, args in (when or {}).items()]
    given = {"name": action, "conditions": conditions, "actions": [Operation(action, rest)], **own}
    return await create_promotion(scope, PromotionInput(**given))
