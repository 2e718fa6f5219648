"""Making, changing and taking away products."""

from typing import Any

from core.clock import now
from core.db import Row, execute, transaction
from core.errors import InvalidInput
from core.money import from_decimal
from models import Fitment, Product, ProductAsset, Variant
from services.catalogue.translations import translate_product, translations_of_products
from services.merchandise.categories import named_category, own_category
from services.merchandise.drafts import FIRST_YEAR, LAST_YEAR, ProductDraft, Texts, VariantDraft
from services.merchandise.facets import write_values
from services.merchandise.naming import free_slug
from services.merchandise.owning import check_assets, own_product, seller_for
from services.merchandise.variants import add_variant, update_variant
from services.search.indexing import reindex_products
from services.search.words import slug
from services.staff import Desk, changes, check_may, record

_COLUMNS = ("name", "description", "enabled", "country_of_origin", "condition")
_CAR = ("make", "model", "year")


async def create_product(desk: Desk, draft: ProductDraft) -> int:
    """A new product, of the seller who makes it; its id. With a price it has one variant.

    Raises `Forbidden`, `InvalidInput`, and `NotFound` for a picture, category or seller that isn't there.
    """
    check_may(desk, "CreateProduct", "CreateCatalog")
    if draft.name is None:
        raise InvalidInput("A product needs a name.", field="name")
    async with transaction():
        seller_id = await seller_for(desk, draft.seller_id)
        product = await Product.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            seller_id=seller_id,
            slug=await free_slug(desk.scope, "product", draft.slug or slug(draft.name)),
            category_id=await _category(desk, draft),
            **{name: value for name, value in draft.said(*_COLUMNS).items() if value is not None},
        )
        await _write_parts(desk, product.id, draft)
        if draft.price is not None:
            row = {"id": product.id, "name": product.name}
            await add_variant(desk, row, _first_variant(desk, draft))
        await record(desk, "created", "product", product.id, **draft.said())
        await reindex_products(desk.scope, [product.id])
    return int(product.id)


async def update_product(desk: Desk, product_id: int, draft: ProductDraft) -> None:
    """Write what the draft says; the rest stays. A price or pieces go to the product's only variant.

    Raises `Forbidden`, `NotFound`, `InvalidInput` (also for a price where it has several variants).
    """
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        before = await own_product(desk, product_id)
        written = {name: value for name, value in draft.said(*_COLUMNS).items() if value is not None}
        if draft.slug is not None:
            written["slug"] = await free_slug(desk.scope, "product", draft.slug, product_id)
        if {"category", "category_id"} & draft.model_fields_set:
            written["category_id"] = await _category(desk, draft)
        if draft.seller_id is not None and desk.seller_id is None:
            written["seller_id"] = await seller_for(desk, draft.seller_id)
        if different := changes(before, written):
            await Product.filter(id=product_id).update(**written, updated_at=now())
        await _write_parts(desk, product_id, draft)
        if draft.price is not None or draft.pieces is not None:
            await _write_only_variant(desk, before, draft)
        await record(desk, "updated", "product", product_id, **(different or draft.said()))
        await reindex_products(desk.scope, [product_id])


async def delete_product(desk: Desk, product_id: int) -> None:
    """Take it off the market with its variants; orders that hold them keep them. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "DeleteProduct", "DeleteCatalog")
    async with transaction():
        before = await own_product(desk, product_id)
        # Names are free again for what comes after.
        for table, name in (("product", "slug"), ("variant", "sku")):
            which = "id" if table == "product" else "product_id"
            await execute(
                f"UPDATE {table} SET enabled = $2, deleted_at = $3, updated_at = $3, {name} = {name} || '~' || id "
                f"WHERE {which} = $1 AND deleted_at IS NULL",
                product_id,
                False,
                now(),
            )
        await record(desk, "deleted", "product", product_id, slug=before["slug"])
        await reindex_products(desk.scope, [product_id])


async def _write_parts(desk: Desk, product_id: int, draft: ProductDraft) -> None:
    if draft.asset_ids is not None or draft.featured_asset_id is not None:
        await _write_pictures(desk, product_id, draft)
    if set(_CAR) & draft.model_fields_set:
        await _write_car(product_id, draft)
    if draft.facet_value_ids is not None:
        await write_values(desk.scope, product_id, draft.facet_value_ids)
    if draft.translations:
        await _write_translations(desk, product_id, draft.translations)


async def _write_translations(desk: Desk, product_id: int, translations: list[Texts]) -> None:
    """Texts in other languages; one that is new needs a name."""
    stored = (await translations_of_products([product_id])).get(product_id, [])
    known = {each.language: (each.name, each.description) for each in stored}
    for texts in translations:
        name, description = known.get(texts.language, ("", ""))
        name = texts.name or name
        if not name:
            raise InvalidInput(f"The product needs a name in {texts.language}.", field="translations")
        description = description if texts.description is None else texts.description
        await translate_product(desk.scope, product_id, texts.language, name, description)
        known[texts.language] = (name, description)


async def _write_pictures(desk: Desk, product_id: int, draft: ProductDraft) -> None:
    """The first picture is the main one."""
    ids = draft.asset_ids
    if ids is None:
        ids = await ProductAsset.filter(product_id=product_id).order_by("position", "id").values_list(
            "asset_id", flat=True
        )  # type: ignore[assignment]  # fmt: skip
    main = draft.featured_asset_id
    wanted = list(dict.fromkeys([*([main] if main is not None else []), *(ids or [])]))
    await check_assets(desk, wanted)
    await ProductAsset.filter(product_id=product_id).delete()
    await ProductAsset.bulk_create(
        ProductAsset(product_id=product_id, asset_id=asset_id, position=position)
        for position, asset_id in enumerate(wanted)
    )
    await Product.filter(id=product_id).update(asset_id=wanted[0] if wanted else None)


async def _write_car(product_id: int, draft: ProductDraft) -> None:
    """The first car that it fits; others, that a file brought, stay."""
    first = await Fitment.filter(product_id=product_id).order_by("id").first()
    car: dict[str, Any] = {
        "make": first.make if first else "",
        "model": first.model if first else "",
        "year": first.year_from if first else None,
    } | {name: value for name, value in draft.said(*_CAR).items() if value is not None}
    if not car["make"] or not car["model"]:
        raise InvalidInput("Say both the make and the model of the car.", field="Make")
    year = car.pop("year")
    if first is None or draft.year is not None:
        car |= {"year_from": year or FIRST_YEAR, "year_to": year or LAST_YEAR}
    if first is None:
        await Fitment.create(**car, product_id=product_id)
    else:
        await Fitment.filter(id=first.id).update(**car)


async def _category(desk: Desk, draft: ProductDraft) -> int | None:
    if draft.category_id is not None:
        return int((await own_category(desk.scope, draft.category_id))["id"])
    if draft.category:
        return await named_category(desk, draft.category, draft.subcategory or "")
    return None


def _first_variant(desk: Desk, draft: ProductDraft) -> VariantDraft:
    assert draft.price is not None
    price = from_decimal(draft.price, desk.scope.currency, "Price")
    return VariantDraft(price_minor=price, pieces=draft.pieces or 0)


async def _write_only_variant(desk: Desk, product: Row, draft: ProductDraft) -> None:
    ids = await Variant.filter(product_id=product["id"], deleted_at=None).values_list("id", flat=True)
    if len(ids) > 1:
        raise InvalidInput(
            "It has several variants: change their prices and pieces one by one.", field="Price"
        )
    if not ids and draft.price is not None:
        await add_variant(desk, product, _first_variant(desk, draft))
        return
    said: dict[str, Any] = {} if draft.pieces is None else {"pieces": draft.pieces}
    if draft.price is not None:
        said["price_minor"] = from_decimal(draft.price, desk.scope.currency, "Price")
    for variant_id in ids:
        await update_variant(desk, int(str(variant_id)), VariantDraft(**said))
