"""What a catalogue file names in words: brands, sellers, tags, pictures and categories, made where missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tortoise.models import Model

from core.db import fetch, placeholders
from models import Asset, Brand, Category, Seller, Tag
from services.importing.facets import FacetIds, make_facets
from services.importing.rows import ProductRow
from services.search.words import slug
from services.tenants import Scope

_AT_ONCE = 1000
LONGEST_SLUG = 60  # of its parts; two and a number fit the column
Sizes = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class References:
    """Ids by name; a category's by its name and its subcategory's, which may be empty."""

    brands: dict[str, int]
    sellers: dict[str, int]
    tags: dict[str, int]
    assets: dict[str, int]
    categories: dict[tuple[str, str], int | None]
    facets: FacetIds


async def make_references(scope: Scope, rows: Sequence[ProductRow], sizes: Sizes) -> References:
    """The ids of everything that `rows` name; `sizes` are the pixels of their pictures."""
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}

    def picture(path: str) -> Asset:
        width, height = sizes[path]
        return Asset(name=path, path=path, mime="image/png", width=width, height=height, **mine)

    assets = await _ids(scope, "asset", "path", (row.picture for row in rows if row.picture), picture)
    return References(
        brands=await _ids(
            scope, "brand", "name", (row.brand for row in rows if row.brand), lambda n: Brand(name=n, **mine)
        ),
        sellers=await _ids(
            scope,
            "seller",
            "name",
            (row.seller for row in rows if row.seller),
            lambda n: Seller(name=n, **mine),
        ),
        tags=await _ids(
            scope, "tag", "name", (tag for row in rows for tag in row.tags), lambda n: Tag(name=n, **mine)
        ),
        assets=assets,
        categories=await _categories(scope, rows, assets),
        facets=await make_facets(scope, rows),
    )


async def _ids(
    scope: Scope, table: str, column: str, names: Iterable[str], make: Callable[[str], Model]
) -> dict[str, int]:
    wanted = list(dict.fromkeys(names))
    known = await known_ids(scope, table, column, wanted)
    missing = [make(name) for name in wanted if name not in known]
    if missing:
        await type(missing[0]).bulk_create(missing, ignore_conflicts=True)
        known = await known_ids(scope, table, column, wanted)
    return {name: known[name] for name in wanted}


async def known_ids(scope: Scope, table: str, column: str, names: Sequence[str]) -> dict[str, int]:
    """The ids of the scope's rows of `table` that have one of these in `column`."""
    known: dict[str, int] = {}
    for start in range(0, len(names), _AT_ONCE):
        asked = names[start : start + _AT_ONCE]
        rows = await fetch(
            f"SELECT id, {column} AS name FROM {table} WHERE platform_id = $1 AND environment = $2 "
            f"AND {column} IN ({placeholders(asked, 3)})",
            scope.platform_id,
            scope.environment,
            *asked,
        )
        known |= {row["name"]: row["id"] for row in rows}
    return known


async def _categories(
    scope: Scope, rows: Sequence[ProductRow], assets: Mapping[str, int]
) -> dict[tuple[str, str], int | None]:
    """Shelves by (category, subcategory), none where no category is said. A new one shows the picture of its first product."""
    firsts: dict[tuple[str, str], ProductRow] = {}
    for row in (row for row in rows if row.category):
        firsts.setdefault((row.category, ""), row)
        firsts.setdefault((row.category, row.subcategory), row)
    stored = await fetch(
        "SELECT id, name, slug, parent_id FROM category WHERE platform_id = $1 AND environment = $2",
        scope.platform_id,
        scope.environment,
    )
    known = {(row["parent_id"], row["name"]): int(row["id"]) for row in stored}
    slugs = {row["slug"] for row in stored}
    found: dict[tuple[str, str], int | None] = {("", ""): None}
    # A parent is made before its children: its pair sorts first.
    for position, (category, subcategory) in enumerate(sorted(firsts, key=lambda pair: bool(pair[1]))):
        parent_id = found[category, ""] if subcategory else None
        name = subcategory or category
        if (parent_id, name) not in known:
            picture = firsts[category, subcategory].picture
            made = await Category.create(
                platform_id=scope.platform_id,
                environment=scope.environment,
                name=name,
                slug=_free_slug(name, category if subcategory else "", slugs),
                position=position,
                parent_id=parent_id,
                asset_id=assets.get(picture),
            )
            known[parent_id, name] = made.id
        found[category, subcategory] = known[parent_id, name]
    return found


def _free_slug(name: str, parent: str, taken: set[str]) -> str:
    """The name's slug; where that is taken, with its parent's before it, or with a number behind it."""
    plain = (slug(name) or "category")[:LONGEST_SLUG]
    longer = [f"{slug(parent)[:LONGEST_SLUG]}-{plain}"] if slug(parent) else []
    numbered = (f"{plain}-{n}" for n in range(2, len(taken) + 3))
    free = next(candidate for candidate in (plain, *longer, *numbered) if candidate not in taken)
    taken.add(free)
    return free
