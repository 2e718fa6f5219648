"""Promotions, as staff see and keep them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.db import fetch, for_update, transaction
from services.listing import Column, Columns, Listing, list_rows
from services.promotions.inputs import PromotionInput
from services.promotions.managing import (
    COUNTED,
    create_promotion,
    delete_promotion,
    get_promotion,
    update_promotion,
)
from services.promotions.reading import forget_promotions, promotion_view
from services.promotions.views import PromotionView
from services.staff import Desk, changes, check_may, record

LISTED: Columns = {
    "id": Column("id", "id"),
    "created_at": Column("created_at", "time"),
    "updated_at": Column("updated_at", "time"),
    "starts_at": Column("starts_at", "time", nullable=True),
    "ends_at": Column("ends_at", "time", nullable=True),
    "coupon_code": Column("coupon_code", "text", nullable=True),
    "name": Column("name", "text"),
    "description": Column("description", "text"),
    "enabled": Column("enabled", "flag"),
    "usage_limit": Column("usage_limit", "number", nullable=True),
    "per_customer_usage_limit": Column("per_customer_usage_limit", "number", nullable=True),
}
_WRITTEN = tuple(PromotionInput.__dataclass_fields__)


async def list_at_desk(desk: Desk, listing: Listing) -> tuple[list[PromotionView], int]:
    """A page of promotions, the first to be applied first, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadPromotion")
    rows, total = await list_rows(
        COUNTED,
        "promotion",
        "platform_id = $1 AND environment = $2 AND deleted_at IS NULL",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="priority, id",
    )
    return [promotion_view(row) for row in rows], total


async def show_at_desk(desk: Desk, promotion_id: int) -> PromotionView:
    """Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadPromotion")
    return await get_promotion(desk.scope, promotion_id)


async def create_at_desk(desk: Desk, given: PromotionInput) -> PromotionView:
    """Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "CreatePromotion")
    async with transaction():
        made = await create_promotion(desk.scope, given)
        await record(desk, "created", "promotion", made.id, **_plain(made))
    forget_promotions(desk.scope)
    return made


async def update_at_desk(desk: Desk, promotion_id: int, said: Mapping[str, Any]) -> PromotionView:
    """Write what is said of the fields of a `PromotionInput`; the rest stays. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "UpdatePromotion")
    async with transaction():
        await _lock(desk, promotion_id)
        before = await get_promotion(desk.scope, promotion_id)
        whole = PromotionInput(**{name: getattr(before, name) for name in _WRITTEN})
        after = await update_promotion(desk.scope, promotion_id, replace(whole, **said))
        if different := changes(_plain(before), _plain(after)):
            await record(desk, "updated", "promotion", promotion_id, **different)
    forget_promotions(desk.scope)
    return after


async def delete_at_desk(desk: Desk, promotion_id: int) -> None:
    """Raises `Forbidden`, `NotFound`."""
    check_may(desk, "DeletePromotion")
    async with transaction():
        await _lock(desk, promotion_id)
        before = await get_promotion(desk.scope, promotion_id)
        await delete_promotion(desk.scope, promotion_id)
        await record(
            desk, "deleted", "promotion", promotion_id, name=before.name, coupon_code=before.coupon_code
        )
    forget_promotions(desk.scope)


async def _lock(desk: Desk, promotion_id: int) -> None:
    """Let one change wait for another."""
    await fetch(
        f"SELECT id FROM promotion WHERE id = $1 AND platform_id = $2 AND environment = $3{for_update()}",
        promotion_id,
        desk.scope.platform_id,
        desk.scope.environment,
    )


def _plain(view: PromotionView) -> dict[str, Any]:
    """What the audit log says of it."""
    told = {name: getattr(view, name) for name in _WRITTEN}
    for kind in ("conditions", "actions"):
        told[kind] = [{"code": each.code, "args": dict(each.args)} for each in told[kind]]
    return told
