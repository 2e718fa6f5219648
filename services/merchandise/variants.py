"""Making, changing and taking away variants, and counting the pieces on their shelves."""

from typing import Any

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, transaction
from core.errors import InvalidInput, NotFound
from core.ids import readable_code
from models import StockLevel, Variant
from services.catalogue import VariantView, get_variants
from services.catalogue.variants import LISTED, VARIANT_COLUMNS, VARIANT_TABLES, fill_assets, variant_of
from services.listing import Listing, list_rows
from services.merchandise.drafts import VariantDraft
from services.merchandise.facets import write_values
from services.merchandise.options import write_options
from services.merchandise.owning import own_product, own_variant
from services.paging import possible_ids
from services.search.indexing import reindex_products
from services.staff import Desk, changes, check_may, record
from services.taxes.rates import check_category
from services.tenants import Scope

_COLUMNS = ("name", "option", "sku", "price_minor", "compare_at_minor", "enabled")


async def show_variant(desk: Desk, variant_id: int) -> VariantView | None:
    """A variant with its pictures, for sale or not; None where it isn't theirs to see."""
    try:
        await own_variant(desk, variant_id)
    except NotFound:
        return None
    return (await get_variants(desk.scope, [variant_id], with_assets=True))[0]


async def list_variants(
    desk: Desk,
    listing: Listing,
    *,
    product_id: int | None = None,
    left: int | None = None,
    with_assets: bool = False,
) -> tuple[list[VariantView], int]:
    """A page of variants, for sale or not, of all products or of one, oldest first, and how many there are.

    With `left` only what is for sale of which no more than so many pieces can be bought. Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReadProduct", "ReadCatalog")
    mine = "v.platform_id = $1 AND v.environment = $2 AND v.deleted_at IS NULL"
    if desk.seller_id is not None:
        mine += f" AND p.seller_id = {int(desk.seller_id)}"
    if product_id is not None:
        mine += f" AND v.product_id = {(possible_ids([product_id]) or [0])[0]}"
    if left is not None:
        # Written out, so that the index of what runs low serves.
        mine += f" AND l.on_hand - l.allocated <= {left:d} AND v.enabled AND p.enabled"
    rows, total = await list_rows(
        VARIANT_COLUMNS,
        VARIANT_TABLES,
        mine,
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="v.id" if product_id is None else "v.position, v.id",
    )
    variants = [variant_of(row) for row in rows]
    if with_assets:
        await fill_assets(variants)
    return variants, total


async def create_variant(desk: Desk, product_id: int, draft: VariantDraft) -> int:
    """A new variant of a product; its id. Without a SKU it gets one.

    Raises `Forbidden`, `NotFound`, and `InvalidInput` for a SKU that is taken or where the price is missing.
    """
    check_may(desk, "CreateProduct", "CreateCatalog")
    async with transaction():
        product = await own_product(desk, product_id)
        variant_id = await add_variant(desk, product, draft)
        await reindex_products(desk.scope, [product_id])
    return variant_id


async def add_variant(desk: Desk, product: Row, draft: VariantDraft) -> int:
    """A new variant of a locked product, in the caller's transaction."""
    scope = desk.scope
    if draft.price_minor is None:
        raise InvalidInput("A variant needs a price.", field="price")
    await _check_tax(scope, draft)
    sku = draft.sku or await _new_sku(scope)
    await _check_sku(scope, sku, None)
    place = await fetch_one(
        "SELECT COALESCE(MAX(position) + 1, 0) AS next FROM variant WHERE product_id = $1", product["id"]
    )
    option = draft.option or ""
    variant = await Variant.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        product_id=product["id"],
        name=draft.name or f"{product['name']} {option}".strip(),
        option=option,
        sku=sku,
        price_minor=draft.price_minor,
        compare_at_minor=draft.compare_at_minor,
        position=place["next"] if place else 0,
        enabled=draft.enabled is not False,
        tax_category_id=draft.tax_category_id,
    )
    await StockLevel.create(variant_id=variant.id, on_hand=draft.pieces or 0)
    await _write_choices(scope, product["id"], variant.id, draft)
    await record(desk, "created", "variant", variant.id, **draft.said())
    return int(variant.id)


async def update_variant(desk: Desk, variant_id: int, draft: VariantDraft) -> None:
    """Write what the draft says; the rest stays.

    Raises `Forbidden`, `NotFound`, and `InvalidInput` for a SKU that is taken, or for fewer pieces on the shelf than are
    promised to orders being paid.
    """
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        before = await own_variant(desk, variant_id)
        written = {name: value for name, value in draft.said(*_COLUMNS).items() if value is not None}
        if "compare_at_minor" in draft.model_fields_set:
            written["compare_at_minor"] = draft.compare_at_minor
        if "tax_category_id" in draft.model_fields_set:
            await _check_tax(desk.scope, draft)
            written["tax_category_id"] = draft.tax_category_id
        if "sku" in written:
            await _check_sku(desk.scope, written["sku"], variant_id)
        different = changes(before, written)
        if different:
            await Variant.filter(id=variant_id).update(**written, updated_at=now())
        await _write_choices(desk.scope, before["product_id"], variant_id, draft)
        different |= draft.said("option_ids", "facet_value_ids")
        if draft.pieces is not None:
            different["pieces"] = await count_pieces(variant_id, draft.pieces)
        if different:
            await record(desk, "updated", "variant", variant_id, **different)
            await reindex_products(desk.scope, [before["product_id"]])


async def _write_choices(scope: Scope, product_id: int, variant_id: int, draft: VariantDraft) -> None:
    """What it is of its product's options, and has of the facets."""
    if draft.facet_value_ids is not None:
        await write_values(scope, product_id, draft.facet_value_ids, variant_id)
    if draft.option_ids is not None:
        await write_options(product_id, variant_id, draft.option_ids, named=draft.name is not None)


async def count_pieces(variant_id: int, pieces: int) -> list[Any]:
    """Say how many lie on the shelf; what there was before, and is now. Raises `InvalidInput` for fewer than are promised."""
    before = await fetch_one("SELECT on_hand FROM stock_level WHERE variant_id = $1", variant_id)
    rows = await fetch(
        "INSERT INTO stock_level (variant_id, on_hand, allocated) VALUES ($1, $2, 0) "
        "ON CONFLICT (variant_id) DO UPDATE SET on_hand = excluded.on_hand "
        "WHERE excluded.on_hand >= stock_level.allocated RETURNING on_hand",
        variant_id,
        pieces,
    )
    if not rows:
        raise InvalidInput("More pieces than that are promised to orders being paid.", field="stockOnHand")
    return [before["on_hand"] if before else 0, pieces]


async def delete_variant(desk: Desk, variant_id: int) -> None:
    """Take it off the market; orders that hold it keep it. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "DeleteProduct", "DeleteCatalog")
    async with transaction():
        before = await own_variant(desk, variant_id)
        await execute(
            # Its SKU is free again.
            "UPDATE variant SET enabled = $2, deleted_at = $3, updated_at = $3, sku = sku || '~' || id WHERE id = $1",
            variant_id,
            False,
            now(),
        )
        await record(desk, "deleted", "variant", variant_id, sku=before["sku"])
        await reindex_products(desk.scope, [before["product_id"]])


async def _check_tax(scope: Scope, draft: VariantDraft) -> None:
    if draft.tax_category_id is not None:
        await check_category(scope, draft.tax_category_id)


async def _check_sku(scope: Scope, sku: str, variant_id: int | None) -> None:
    taken = await Variant.filter(platform_id=scope.platform_id, environment=scope.environment, sku=sku).exclude(
        id=variant_id or 0
    ).exists()  # fmt: skip
    if taken:
        raise InvalidInput(f'The SKU "{sku}" is taken.', field="sku")


async def _new_sku(scope: Scope) -> str:
    while True:
        sku = f"{scope.order_prefix}-{readable_code(8)}"
        if not await Variant.exists(platform_id=scope.platform_id, environment=scope.environment, sku=sku):
            return sku
