"""Making, changing and ending promotions. Orders whose prices are agreed keep what they were given."""

from core.clock import now
from core.db import execute, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import InvalidInput, NotFound
from models import Promotion
from services.promotions.inputs import PromotionInput, checked_columns
from services.promotions.reading import COLUMNS, forget_promotions, promotion_view
from services.promotions.views import PromotionView
from services.tenants import Scope

# Uses of what has no limit are counted when they are looked at.
COUNTED = COLUMNS.replace(
    " used,", " (SELECT COUNT(*) FROM promotion_use u WHERE u.promotion_id = promotion.id) AS used,"
)


async def list_promotions(scope: Scope, *, skip: int = 0, take: int = 100) -> tuple[list[PromotionView], int]:
    """A page of the platform's promotions, the first to be applied first, and how many there are; 100 at most."""
    where = "platform_id = $1 AND environment = $2 AND deleted_at IS NULL"
    mine = (scope.platform_id, scope.environment)
    rows = await fetch(
        f"SELECT {COUNTED} FROM promotion WHERE {where} ORDER BY priority, id LIMIT $3 OFFSET $4",
        *mine,
        min(take, 100),
        skip,
    )
    count = await fetch_one(f"SELECT COUNT(*) AS n FROM promotion WHERE {where}", *mine)
    return [promotion_view(row) for row in rows], count["n"] if count else 0


async def promotions_by_id(scope: Scope, ids: list[int]) -> dict[int, PromotionView]:
    """Those of the platform's promotions, also such as were deleted since. One statement."""
    if not ids:
        return {}
    rows = await fetch(
        f"SELECT {COUNTED} FROM promotion WHERE platform_id = $1 AND environment = $2 AND id IN ({placeholders(ids, 3)})",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    return {row["id"]: promotion_view(row) for row in rows}


async def get_promotion(scope: Scope, promotion_id: int) -> PromotionView:
    """Raises `NotFound`, also for one that was deleted."""
    row = await fetch_one(
        f"SELECT {COUNTED} FROM promotion WHERE id = $1 AND platform_id = $2 AND environment = $3 AND deleted_at IS NULL",
        promotion_id,
        scope.platform_id,
        scope.environment,
    )
    if row is None:
        raise NotFound("There is no such promotion.", field="id")
    return promotion_view(row)


async def create_promotion(scope: Scope, given: PromotionInput) -> PromotionView:
    """Raises `InvalidInput`, also for a coupon code that another promotion has."""
    columns = await checked_columns(scope, given)
    async with transaction():
        await _check_free(scope, columns["coupon_code"], 0)
        made = await Promotion.create(platform_id=scope.platform_id, environment=scope.environment, **columns)
    forget_promotions(scope)
    return await get_promotion(scope, int(made.id))


async def update_promotion(scope: Scope, promotion_id: int, given: PromotionInput) -> PromotionView:
    """Make a promotion what is given. Raises `InvalidInput`, `NotFound`."""
    columns = await checked_columns(scope, given)
    async with transaction():
        found = await fetch_one(
            "SELECT id FROM promotion WHERE id = $1 AND platform_id = $2 AND environment = $3 "
            f"AND deleted_at IS NULL{for_update()}",
            promotion_id,
            scope.platform_id,
            scope.environment,
        )
        if found is None:
            raise NotFound("There is no such promotion.", field="id")
        await _check_free(scope, columns["coupon_code"], promotion_id)
        await Promotion.filter(id=promotion_id).update(**columns, updated_at=now())
        # What had no limit wasn't counted.
        await execute(
            "UPDATE promotion SET used = (SELECT COUNT(*) FROM promotion_use u WHERE u.promotion_id = promotion.id) "
            "WHERE id = $1",
            promotion_id,
        )
    forget_promotions(scope)
    return await get_promotion(scope, promotion_id)


async def delete_promotion(scope: Scope, promotion_id: int) -> None:
    """End a promotion; its coupon code is free again. Raises `NotFound`."""
    if not await execute(
        "UPDATE promotion SET deleted_at = $4, coupon_code = NULL, enabled = $5 WHERE id = $1 AND platform_id = $2 "
        "AND environment = $3 AND deleted_at IS NULL",
        promotion_id,
        scope.platform_id,
        scope.environment,
        now(),
        False,
    ):
        raise NotFound("There is no such promotion.", field="id")
    forget_promotions(scope)


async def _check_free(scope: Scope, code: str | None, promotion_id: int) -> None:
    if code is not None and await fetch_one(
        "SELECT id FROM promotion WHERE platform_id = $1 AND environment = $2 AND coupon_code = $3 AND id <> $4",
        scope.platform_id,
        scope.environment,
        code,
        promotion_id,
    ):
        raise InvalidInput("Another promotion has that coupon code.", field="couponCode")
