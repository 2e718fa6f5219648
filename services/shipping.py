"""The delivery methods that a platform offers to choose from, at a flat price."""

from dataclasses import dataclass

from core.cache import Remembered
from core.db import fetch
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class ShippingMethodView:
    """`price_minor` contains tax."""

    id: int
    code: str
    name: str
    description: str
    price_minor: int


_known: Remembered[list[ShippingMethodView]] = Remembered(seconds=10)


async def methods_of(scope: Scope) -> list[ShippingMethodView]:
    """The platform's methods in their order."""

    async def load() -> list[ShippingMethodView]:
        rows = await fetch(
            "SELECT id, code, name, description, price_minor FROM shipping_method "
            "WHERE platform_id = $1 AND environment = $2 AND kind = 'flat' ORDER BY position, id",
            scope.platform_id,
            scope.environment,
        )
        return [ShippingMethodView(**row) for row in rows]

    return await _known.get((scope.platform_id, scope.environment), load)
