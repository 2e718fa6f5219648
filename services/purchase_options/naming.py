"""What an option's uid means where something is put into a cart."""

from uuid import UUID

from core.db import fetch_one
from core.errors import NotFound
from services.purchase_options.reading import LIVE_GROUP, OPTION_TABLES
from services.tenants import Scope


async def option_named(scope: Scope, uid: UUID) -> int:
    """The id of the market's purchase option with that uid. Raises `NotFound`."""
    row = await fetch_one(
        f"SELECT o.id FROM {OPTION_TABLES} WHERE {LIVE_GROUP} AND o.uid = $3 AND o.retired_at IS NULL",
        scope.platform_id,
        scope.environment,
        uid,
    )
    if row is None:
        raise NotFound("There is no such purchase option.", field="purchaseOptionId")
    option_id: int = row["id"]
    return option_id
