"""Whose something is: a seller finds only what is theirs, and another's answers as if it weren't there."""

from core.clock import now
from core.db import Row, fetch, fetch_one, for_update, placeholders
from core.errors import NotFound
from core.ids import new_uid
from services.paging import possible_ids
from services.staff import Desk
from services.tenants import Scope


async def own_product(desk: Desk, product_id: int) -> Row:
    """A product that they may change, locked until the transaction ends. Raises `NotFound`."""
    return await _own(
        desk, "product p", "p.*", "p.deleted_at IS NULL AND p.id", product_id, "There is no such product."
    )


async def own_variant(desk: Desk, variant_id: int) -> Row:
    """A variant that they may change, locked until the transaction ends. Raises `NotFound`."""
    return await _own(
        desk,
        "variant v JOIN product p ON p.id = v.product_id",
        "v.*, p.name AS product_name, p.seller_id",
        "v.deleted_at IS NULL AND v.id",
        variant_id,
        "There is no such variant.",
        " OF v" if for_update() else "",
    )


async def _own(
    desk: Desk, tables: str, columns: str, which: str, id_: int, missing: str, of: str = ""
) -> Row:
    row = None
    if possible_ids([id_]):
        mine = f" AND p.seller_id = {int(desk.seller_id)}" if desk.seller_id is not None else ""
        row = await fetch_one(
            f"SELECT {columns} FROM {tables} WHERE p.platform_id = $1 AND p.environment = $2 AND {which} = $3{mine}"
            f"{for_update()}{of}",
            desk.scope.platform_id,
            desk.scope.environment,
            id_,
        )
    if row is None:
        raise NotFound(missing)
    return row


async def seller_for(desk: Desk, seller_id: int | None) -> int:
    """Whose a new product is: the seller's own, else that of the seller who is named, else the market's.

    Raises `NotFound` for a seller that the platform doesn't have.
    """
    if desk.seller_id is not None:
        return desk.seller_id
    scope = desk.scope
    if seller_id is None:
        return await house_of(scope)
    row = await fetch_one(
        "SELECT id FROM seller WHERE id = $1 AND platform_id = $2 AND environment = $3 AND deleted_at IS NULL"
        f"{for_update()}",
        *(possible_ids([seller_id]) or [0]),
        scope.platform_id,
        scope.environment,
    )
    if row is None:
        raise NotFound("There is no such seller.", field="sellerId")
    return seller_id


async def house_of(scope: Scope) -> int:
    """The market itself as a seller, named as the platform."""
    rows = await fetch(
        "INSERT INTO seller (uid, created_at, updated_at, platform_id, environment, name) VALUES ($1, $2, $2, $3, $4, $5) "
        "ON CONFLICT (platform_id, environment, name) DO UPDATE SET name = excluded.name RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        scope.name,
    )
    seller_id: int = rows[0]["id"]
    return seller_id


async def check_assets(desk: Desk, asset_ids: list[int]) -> None:
    """Raises `NotFound` where one of these pictures isn't the platform's; a seller may show the market's and their own."""
    wanted = possible_ids(asset_ids)
    theirs = "" if desk.seller_id is None else f"AND (seller_id IS NULL OR seller_id = {desk.seller_id:d}) "
    rows = await fetch(
        f"SELECT id FROM asset WHERE platform_id = $1 AND environment = $2 {theirs}"
        f"AND id IN ({placeholders(wanted or [0], 3)})",
        desk.scope.platform_id,
        desk.scope.environment,
        *(wanted or [0]),
    )
    if len(rows) != len(set(asset_ids)):
        raise NotFound("There is no such picture.", field="assetIds")
