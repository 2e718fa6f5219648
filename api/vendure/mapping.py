"""What the services show, in the dialect's names. Pure: nothing is read here."""

from functools import cache
from typing import Any

from babel import Locale

from api.vendure.context import Context
from models import Customer
from services.catalogue import AssetView, CategoryView, FitmentView, ProductView, VariantView
from services.catalogue.translations import OWN_LANGUAGE
from services.catalogue.variants import FEW
from services.catalogue.views import SearchHit
from services.checkout import PaymentMethodView, ShippingMethodView

Shape = dict[str, Any]

LANGUAGE = OWN_LANGUAGE


def asset_shape(context: Context, asset: AssetView | None) -> Shape | None:
    if asset is None:
        return None
    url = context.asset_url(asset.path)
    return {
        "id": str(asset.id),
        "name": asset.name,
        "mimeType": asset.mime,
        "width": asset.width,
        "height": asset.height,
        "source": url,
        "preview": url,
    }


def stock_level(available: int) -> str:
    """In words, so that a competitor can't count the shelf."""
    if available <= 0:
        return "OUT_OF_STOCK"
    return "LOW_STOCK" if available <= FEW else "IN_STOCK"


def variant_shape(context: Context, variant: VariantView) -> Shape:
    context.expected.products.add(variant.product_id)
    context.expected.variants.add(variant.id)
    assets = [asset_shape(context, asset) for asset in variant.assets]
    return {
        "id": str(variant.id),
        "uid": str(variant.uid),
        "createdAt": variant.created_at,
        "updatedAt": variant.updated_at,
        "productId": str(variant.product_id),
        "product": product_stub(variant.product_id, variant.product_name, variant.product_slug),
        "sku": variant.sku,
        "name": variant.name,
        "languageCode": LANGUAGE,
        "featuredAsset": assets[0] if assets else None,
        "assets": assets,
        "price": variant.price_minor,
        "priceWithTax": variant.price_minor,
        "currencyCode": context.scope.currency,
        "stockLevel": stock_level(variant.available),
    }


def product_stub(product_id: int, name: str, slug: str) -> Shape:
    """As much of a product as its variant knows."""
    return {"id": str(product_id), "name": name, "slug": slug}


def product_shape(context: Context, product: ProductView) -> Shape:
    context.expected.products.add(product.id)
    assets = [asset_shape(context, asset) for asset in product.assets]
    texts = [_texts(product, product.id, LANGUAGE, product.name, product.description)]
    texts += [_texts(product, t.id, t.language, t.name, t.description) for t in product.translations]
    shown = next((each for each in texts if each["languageCode"] == context.language), texts[0])
    return {
        **shown,
        "id": str(product.id),
        "uid": str(product.uid),
        "createdAt": product.created_at,
        "updatedAt": product.updated_at,
        "enabled": product.enabled,
        "featuredAsset": assets[0] if assets else None,
        "assets": assets,
        "variants": [variant_shape(context, variant) for variant in product.variants],
        "collections": [category_shape(context, category) for category in product.categories],
        "translations": texts,
        "customFields": custom_fields(product),
    }


def _texts(product: ProductView, row_id: int, language: str, name: str, description: str) -> Shape:
    return {
        "id": str(row_id),
        "languageCode": language,
        "name": name,
        "slug": product.slug,
        "description": description,
    }


def custom_fields(product: ProductView) -> Shape:
    """The part's own facts; of the cars it fits, the first."""
    fits: FitmentView | None = product.fitments[0] if product.fitments else None
    return {
        "Make": fits and fits.make,
        "Model": fits and fits.model,
        "Year": fits and fits.year_from,
        "numStars": product.stars or None,
        "averageRating": product.average_rating,
        "CountryOfOrigin": product.country_of_origin or None,
        "Condition": product.condition,
    }


def category_shape(context: Context, category: CategoryView) -> Shape:
    context.expected.categories.add(category.id)
    asset = asset_shape(context, category.asset)
    return {
        "id": str(category.id),
        "uid": str(category.uid),
        "createdAt": category.created_at,
        "updatedAt": category.updated_at,
        "languageCode": LANGUAGE,
        "name": category.name,
        "slug": category.slug,
        "description": category.description,
        "position": category.position,
        "featuredAsset": asset,
        "assets": [asset] if asset else [],
        "parentId": str(category.parent_id or 0),
    }


def hit_shape(context: Context, hit: SearchHit, *, grouped: bool = True) -> Shape:
    context.expected.products.add(hit.product_id)
    asset = asset_shape(context, hit.asset)
    price = (
        {"__typename": "PriceRange", "min": hit.price_min_minor, "max": hit.price_max_minor}
        if grouped
        else {"__typename": "SinglePrice", "value": hit.price_min_minor}
    )
    return {
        "sku": hit.sku,
        "slug": hit.slug,
        "productId": str(hit.product_id),
        "productName": hit.name,
        "productAsset": asset,
        "productVariantId": str(hit.variant_id),
        "productVariantName": hit.variant_name,
        "productVariantAsset": asset,
        "categoryId": hit.category_id,
        "price": price,
        "priceWithTax": price,
        "currencyCode": context.scope.currency,
        "description": hit.description,
        "score": hit.score,
        "inStock": hit.in_stock,
    }


def channel_shape(context: Context) -> Shape:
    scope = context.scope
    return {
        "id": str(scope.platform_id),
        "code": scope.code,
        "token": scope.code,
        "defaultLanguageCode": LANGUAGE,
        "availableLanguageCodes": [LANGUAGE],
        "currencyCode": scope.currency,
        "defaultCurrencyCode": scope.currency,
        "availableCurrencyCodes": [scope.currency],
        "pricesIncludeTax": True,
    }


def customer_shape(customer: Customer) -> Shape:
    first, _, last = customer.full_name.partition(" ")
    return {
        "id": str(customer.id),
        "uid": str(customer.uid),
        "createdAt": customer.created_at,
        "updatedAt": customer.updated_at,
        "title": customer.title or None,
        "firstName": first,
        "lastName": last,
        "phoneNumber": customer.phone,
        "emailAddress": customer.email or "",
        "user": user_shape(customer),
    }


def user_shape(customer: Customer) -> Shape:
    return {
        "id": str(customer.id),
        "identifier": customer.phone or customer.email or "",
        "verified": customer.phone is not None,
        "phone": customer.phone,
        "email": customer.email,
        "fullName": customer.full_name or None,
        "city": customer.city,
        "street": customer.street,
        "gps": customer.gps,
    }


def shipping_quote(method: ShippingMethodView) -> Shape:
    return {
        "id": str(method.id),
        "code": method.code,
        "name": method.name,
        "description": method.description,
        "price": method.price_minor,
        "priceWithTax": method.price_minor,
    }


def payment_quote(method: PaymentMethodView) -> Shape:
    return {
        "id": str(method.id),
        "code": method.code,
        "name": method.name,
        "description": method.description,
        "isEligible": method.eligible,
        "eligibilityMessage": method.why_not or None,
    }


@cache
def country_name(code: str) -> str:
    """In English, by CLDR; the code itself where there is no such country."""
    return str(Locale(LANGUAGE).territories.get(code, code))
