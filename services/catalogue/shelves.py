"""Reading all shelves of a market at once, each with those below it."""

from dataclasses import dataclass, field

from core.db import fetch
from core.errors import NotFound
from services.catalogue.categories import CATEGORY_COLUMNS, category_of
from services.catalogue.views import CategoryView
from services.tenants import Scope


@dataclass(slots=True)
class Shelf:
    """A category with its children. `featured` where a product on it, or below it, is."""

    category: CategoryView
    featured: bool
    children: list["Shelf"] = field(default_factory=list)


async def list_shelves(scope: Scope) -> list[Shelf]:
    """Every category of the first level in its order, with its children in theirs. One statement."""
    rows = await fetch(
        f"SELECT {CATEGORY_COLUMNS}, EXISTS (SELECT 1 FROM product p WHERE p.category_id = c.id AND p.enabled "
        "AND p.featured) AS featured FROM category c LEFT JOIN asset a ON a.id = c.asset_id "
        "WHERE c.platform_id = $1 AND c.environment = $2 ORDER BY c.position, c.name, c.id",
        scope.platform_id,
        scope.environment,
    )
    shelves = {row["id"]: Shelf(category_of(row), bool(row["featured"])) for row in rows}
    tops: list[Shelf] = []
    for shelf in shelves.values():
        parent_id = shelf.category.parent_id
        if parent_id is None:
            tops.append(shelf)
        else:
            shelves[parent_id].children.append(shelf)
            shelves[parent_id].featured |= shelf.featured
    return tops


async def subshelves(scope: Scope, category_id: int) -> list[Shelf]:
    """The children of a category; none of one that is itself a child. Raises `NotFound`."""
    tops = await list_shelves(scope)
    for shelf in tops:
        if shelf.category.id == category_id:
            return shelf.children
        if any(child.category.id == category_id for child in shelf.children):
            return []
    raise NotFound("Category not found", field="categoryId")
