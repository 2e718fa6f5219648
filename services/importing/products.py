"""Writing a batch of products with their fitments, tags, facets and pictures; what is as it should be is left alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.clock import now
from core.db import Row, execute, fetch, placeholders
from models import Fitment, Product, ProductAsset
from services.importing.facets import spoken_of, write_facets
from services.importing.references import References
from services.importing.rows import Fit, ProductRow
from services.tenants import Scope

# Each column of the table, and that of a row which says it.
_COLUMNS = {
    "name": "name",
    "description": "description",
    "category_id": "category",
    "brand_id": "brand",
    "seller_id": "seller",
    "asset_id": "picture",
    "country_of_origin": "country_of_origin",
    "condition": "condition",
    "featured": "featured",
    "enabled": "enabled",
}
_PAIRS = 500


@dataclass(frozen=True, slots=True)
class ProductBatch:
    """Ids by handle of the batch's products, which of them were made or changed, and what they were called before."""

    ids: dict[str, int]
    created: set[int]
    changed: set[int]
    called: dict[str, str]


async def write_products(
    scope: Scope, firsts: Mapping[str, ProductRow], names: References, *, gently: bool = False
) -> ProductBatch:
    """Make or change the products of `firsts` (each handle's first row). What a row doesn't say stays.

    `gently` leaves the facets of what is otherwise as it should be as people set them.
    """
    before = await _stored(scope, list(firsts))
    wanted = {handle: _wanted(row, names, before.get(handle)) for handle, row in firsts.items()}
    new = [handle for handle in firsts if handle not in before]
    changed = [h for h, row in before.items() if any(row[c] != wanted[h][c] for c in _COLUMNS)]
    await Product.bulk_create(_product(scope, handle, wanted[handle]) for handle in new)
    if changed:
        await Product.bulk_create(
            (_product(scope, handle, wanted[handle]) for handle in changed),
            on_conflict=["platform_id", "environment", "slug"],
            update_fields=[*_COLUMNS, "updated_at"],
        )
    after = await _stored(scope, list(firsts)) if new else before
    ids = {handle: int(row["id"]) for handle, row in after.items()}
    await _write_pictures(
        {ids[h]: wanted[h]["asset_id"] for h in firsts},
        {row["id"]: row["asset_id"] for row in before.values()},
    )
    touched = {ids[handle] for handle in changed}
    touched |= await _write_fitments({ids[handle]: row.fits for handle, row in _saying(firsts, "fits")})
    touched |= await _write_tags(
        {ids[handle]: {names.tags[tag] for tag in row.tags} for handle, row in _saying(firsts, "tags")}
    )
    created = {ids[handle] for handle in new}
    having = {ids[handle]: names.facets.of(row) for handle, row in firsts.items()}
    if gently:
        having = {i: values for i, values in having.items() if i in touched | created}
    # All rows of a file have the same columns.
    touched |= await write_facets(having, of=spoken_of(next(iter(firsts.values()))))
    called = {handle: row["name"] for handle, row in before.items()}
    return ProductBatch(ids, created, touched - created, called)


def _saying(firsts: Mapping[str, ProductRow], column: str) -> list[tuple[str, ProductRow]]:
    return [(handle, row) for handle, row in firsts.items() if column in row.model_fields_set]


async def _stored(scope: Scope, handles: Sequence[str]) -> dict[str, Row]:
    rows = await fetch(
        f"SELECT id, slug, {', '.join(_COLUMNS)} FROM product "
        f"WHERE platform_id = $1 AND environment = $2 AND slug IN ({placeholders(handles, 3)})",
        scope.platform_id,
        scope.environment,
        *handles,
    )
    return {
        row["slug"]: row | {"featured": bool(row["featured"]), "enabled": bool(row["enabled"])}
        for row in rows
    }


def _wanted(row: ProductRow, names: References, before: Row | None) -> dict[str, Any]:
    """A row's words, its defaults where the product is new, and else what is stored."""
    said = {
        "name": row.name,
        "description": row.description,
        "category_id": names.categories[row.category, row.subcategory],
        "brand_id": names.brands.get(row.brand),
        "seller_id": names.sellers[row.seller],
        "asset_id": names.assets[row.picture] if row.picture else None,
        "country_of_origin": row.country_of_origin,
        "condition": row.condition,
        "featured": bool(row.featured),
        "enabled": row.enabled,
    }
    if before is None:
        return said
    stays = {column for column, name in _COLUMNS.items() if name not in row.model_fields_set}
    if not row.picture:
        stays.add("asset_id")
    return {column: before[column] if column in stays else value for column, value in said.items()}


def _product(scope: Scope, handle: str, values: dict[str, Any]) -> Product:
    return Product(
        platform_id=scope.platform_id, environment=scope.environment, slug=handle, updated_at=now(), **values
    )


async def _write_pictures(wanted: dict[int, int | None], before: dict[int, int | None]) -> None:
    """A product's main picture is its first."""
    changed = [i for i, asset in wanted.items() if asset is not None and before.get(i) != asset]
    if not changed:
        return
    await execute(
        f"DELETE FROM product_asset WHERE position = 0 AND product_id IN ({placeholders(changed)})", *changed
    )
    await ProductAsset.bulk_create(
        (ProductAsset(product_id=i, asset_id=wanted[i], position=0) for i in changed),
        on_conflict=["product_id", "asset_id"],
        update_fields=["position"],
    )


async def _write_fitments(wanted: dict[int, list[Fit]]) -> set[int]:
    """The products whose fitments were not those; now they are."""
    stored: dict[int, list[Fit]] = defaultdict(list)
    rows = await _of_products("product_id, make, model, year_from, year_to FROM fitment", wanted, "id")
    for row in rows:
        stored[row.pop("product_id")].append(Fit(**row))
    changed = [i for i, fits in wanted.items() if stored[i] != fits]
    if changed:
        await execute(f"DELETE FROM fitment WHERE product_id IN ({placeholders(changed)})", *changed)
        await Fitment.bulk_create(
            Fitment(product_id=i, **fit._asdict()) for i in changed for fit in wanted[i]
        )
    return set(changed)


async def _write_tags(wanted: dict[int, set[int]]) -> set[int]:
    """The products whose tags were not those; now they are."""
    stored: dict[int, set[int]] = defaultdict(set)
    for row in await _of_products("product_id, tag_id FROM product_tag", wanted, "tag_id"):
        stored[row["product_id"]].add(row["tag_id"])
    changed = [i for i, tags in wanted.items() if stored[i] != tags]
    if changed:
        await execute(f"DELETE FROM product_tag WHERE product_id IN ({placeholders(changed)})", *changed)
    pairs = [(i, tag) for i in changed for tag in sorted(wanted[i])]
    for start in range(0, len(pairs), _PAIRS):
        flat = [number for pair in pairs[start : start + _PAIRS] for number in pair]
        values = ", ".join(f"(${n}, ${n + 1})" for n in range(1, len(flat), 2))
        await execute(f"INSERT INTO product_tag (product_id, tag_id) VALUES {values}", *flat)
    return set(changed)


async def _of_products(what: str, product_ids: Iterable[int], order: str) -> list[Row]:
    ids = list(product_ids)
    if not ids:
        return []
    return await fetch(f"SELECT {what} WHERE product_id IN ({placeholders(ids)}) ORDER BY {order}", *ids)
