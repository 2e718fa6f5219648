"""Making, changing and taking away the categories of the market: two levels of them."""

from typing import Any

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, transaction
from core.errors import InvalidInput, NotFound
from models import Category
from services.merchandise.drafts import CategoryDraft
from services.merchandise.naming import free_slug
from services.merchandise.owning import check_assets
from services.paging import possible_ids
from services.search.indexing import reindex_products
from services.search.words import slug
from services.staff import Desk, changes, check_may, record
from services.tenants import Scope


async def own_category(scope: Scope, category_id: int, *, lock: bool = False) -> Row:
    """A category of the platform. Raises `NotFound`."""
    row = None
    if possible_ids([category_id]):
        row = await fetch_one(
            "SELECT * FROM category WHERE id = $1 AND platform_id = $2 AND environment = $3"
            f"{for_update() if lock else ''}",
            category_id,
            scope.platform_id,
            scope.environment,
        )
    if row is None:
        raise NotFound("There is no such category.", field="collectionId")
    return row


async def named_category(desk: Desk, name: str, below: str) -> int:
    """The category of that name, or the one `below` it, whatever their case; made where there is none. Its id.

    A category that is missing is made by whoever may fill it: the document's own app lets a seller write its name.
    """
    top = await _named(desk.scope, name, None) or await _make(desk, CategoryDraft(name=name))
    if not below or slug(below) == slug(name):
        return top
    return await _named(desk.scope, below, top) or await _make(desk, CategoryDraft(name=below, parent_id=top))


async def _named(scope: Scope, name: str, parent_id: int | None) -> int | None:
    row = await fetch_one(
        "SELECT id FROM category WHERE platform_id = $1 AND environment = $2 AND lower(name) = $3 "
        "AND COALESCE(parent_id, 0) = $4 ORDER BY id LIMIT 1",
        scope.platform_id,
        scope.environment,
        name.lower(),
        parent_id or 0,
    )
    return row["id"] if row else None


async def create_category(desk: Desk, draft: CategoryDraft) -> int:
    """A new category; its id. Raises `Forbidden`, `NotFound` (also for a picture that isn't the platform's), and `InvalidInput` without a name or on a third level."""
    check_may(desk, "CreateCollection", "CreateCatalog")
    async with transaction():
        return await _make(desk, draft)


async def _make(desk: Desk, draft: CategoryDraft) -> int:
    if draft.name is None:
        raise InvalidInput("A category needs a name.", field="name")
    scope = desk.scope
    await _check_parent(scope, draft.parent_id, None)
    await _check_picture(desk, draft)
    place = await fetch_one(
        "SELECT COALESCE(MAX(position) + 1, 0) AS next FROM category WHERE platform_id = $1 AND environment = $2 "
        "AND COALESCE(parent_id, 0) = $3",
        scope.platform_id,
        scope.environment,
        draft.parent_id or 0,
    )
    category = await Category.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        name=draft.name,
        slug=await free_slug(scope, "category", draft.slug or slug(draft.name)),
        description=draft.description or "",
        parent_id=draft.parent_id,
        asset_id=draft.asset_id,
        position=draft.position if draft.position is not None else (place["next"] if place else 0),
    )
    await record(desk, "created", "collection", category.id, **draft.said())
    return int(category.id)


async def update_category(desk: Desk, category_id: int, draft: CategoryDraft) -> None:
    """Write what the draft says; the rest stays. Raises as `create_category`."""
    check_may(desk, "UpdateCollection", "UpdateCatalog")
    async with transaction():
        before = await own_category(desk.scope, category_id, lock=True)
        await _check_picture(desk, draft)
        written: dict[str, Any] = {
            name: value
            for name, value in draft.said("name", "description", "asset_id", "position").items()
            if value is not None
        }
        if draft.slug is not None:
            written["slug"] = await free_slug(desk.scope, "category", draft.slug, category_id)
        if "parent_id" in draft.model_fields_set:
            await _check_parent(desk.scope, draft.parent_id, category_id)
            written["parent_id"] = draft.parent_id
        different = changes(before, written)
        if different:
            await Category.filter(id=category_id).update(**written, updated_at=now())
            await record(desk, "updated", "collection", category_id, **different)
            await _reindex(desk.scope, category_id)


async def delete_category(desk: Desk, category_id: int) -> None:
    """Take a category away with those below it, as Vendure does; products that lay there lie on its parent, or nowhere.

    Raises `Forbidden`, `NotFound`.
    """
    check_may(desk, "DeleteCollection", "DeleteCatalog")
    async with transaction():
        before = await own_category(desk.scope, category_id, lock=True)
        rows = await fetch(
            "SELECT p.id FROM product p JOIN category c ON c.id = p.category_id WHERE c.id = $1 OR c.parent_id = $1",
            category_id,
        )
        await execute(
            "UPDATE product SET category_id = $2 WHERE category_id IN (SELECT id FROM category WHERE id = $1 OR parent_id = $1)",
            category_id,
            before["parent_id"],
        )
        await execute("DELETE FROM category WHERE parent_id = $1", category_id)
        await execute("DELETE FROM category WHERE id = $1", category_id)
        await record(desk, "deleted", "collection", category_id, name=before["name"])
        await reindex_products(desk.scope, [row["id"] for row in rows])


async def _check_parent(scope: Scope, parent_id: int | None, category_id: int | None) -> None:
    if parent_id is None:
        return
    parent = await own_category(scope, parent_id)
    if parent["parent_id"] is not None:
        raise InvalidInput("The market has categories on two levels.", field="parentId")
    if category_id is not None:
        below = await Category.exists(parent_id=category_id)
        if below or parent_id == category_id:
            raise InvalidInput("A category with others below it stays on the first level.", field="parentId")


async def _check_picture(desk: Desk, draft: CategoryDraft) -> None:
    if draft.asset_id is not None:
        await check_assets(desk, [draft.asset_id])


async def _reindex(scope: Scope, category_id: int) -> None:
    rows = await fetch(
        "SELECT p.id FROM product p JOIN category c ON c.id = p.category_id WHERE c.id = $1 OR c.parent_id = $1",
        category_id,
    )
    await reindex_products(scope, [row["id"] for row in rows])
