"""What the services show, in the dialect's names. Pure: nothing is read here."""

from functools import cache
from typing import Any

from babel import Locale

from api.vendure.context import Context
from models import Customer
from services.accounts.names import split_name
from services.accounts.profile import PLACES
from services.catalogue import AssetView, CategoryView, FitmentView, ProductView, VariantView
from services.catalogue.translations import OWN_LANGUAGE
from services.catalogue.variants import FEW
from services.catalogue.views import SearchHit
from services.checkout import PaymentMethodView, ShippingMethodView
from services.orders.views import OrderView
from services.pricing import net

Shape = dict[str, Any]

LANGUAGE = OWN_LANGUAGE


def asset_shape(context: Context, asset: AssetView | None) -> Shape | None:
    if asset is None:
        return None
    focal = asset.focal_point
    return {
        "id": str(asset.id),
        "createdAt": asset.created_at,
        "updatedAt": asset.updated_at,
        "name": asset.name,
        "type": "IMAGE",
        "fileSize": asset.file_size,
        "mimeType": asset.mime,
        "width": asset.width,
        "height": asset.height,
        "source": context.asset_url(asset.path),
        "preview": context.asset_url(asset.preview),
        "focalPoint": {"x": focal[0], "y": focal[1]} if focal else None,
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
        "price": _net(context, variant.price_minor, variant.tax_basis_points),
        "priceWithTax": variant.price_minor,
        "currencyCode": context.scope.currency,
        "stockLevel": stock_level(variant.available),
        "enabled": variant.enabled,
        "stockOnHand": variant.on_hand,
        "stockAllocated": variant.on_hand - variant.available,
    }


def _net(context: Context, amount_minor: int, tax_basis_points: int | None) -> int:
    """What the fields without `WithTax` show; None is the platform's own rate."""
    return net(amount_minor, context.scope.tax_basis_points if tax_basis_points is None else tax_basis_points)


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
    least, most, rate = hit.price_min_minor, hit.price_max_minor, hit.tax_basis_points
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
        "price": _price_shape(_net(context, least, rate), _net(context, most, rate), grouped),
        "priceWithTax": _price_shape(least, most, grouped),
        "currencyCode": context.scope.currency,
        "description": hit.description,
        "score": hit.score,
        "inStock": hit.in_stock,
    }


def _price_shape(least: int, most: int, grouped: bool) -> Shape:
    """What a product's variants cost, or one variant."""
    if grouped:
        return {"__typename": "PriceRange", "min": least, "max": most}
    return {"__typename": "SinglePrice", "value": least}


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
    first, last = split_name(customer.full_name, customer.last_name)
    places = {name: getattr(customer, name) for name in PLACES if getattr(customer, name)}
    return {
        "id": str(customer.id),
        "uid": str(customer.uid),
        "createdAt": customer.created_at,
        "updatedAt": customer.updated_at,
        "title": customer.title or None,
        "firstName": first,
        "lastName": last,
        "phoneNumber": customer.stated_phone or customer.phone,
        "emailAddress": customer.email or "",
        "user": user_shape(customer),
        "customFields": places or None,
    }


def guest_shape(order: OrderView) -> Shape | None:
    """Who bought without an account, as far as they said so."""
    guest = order.guest
    if guest is None:
        return None
    return {
        "id": f"guest-{order.id}",
        "uid": str(order.uid),
        "createdAt": order.created_at,
        "updatedAt": order.updated_at,
        "title": guest.get("title"),
        "firstName": guest.get("first_name") or guest.get("full_name") or "",
        "lastName": guest.get("last_name") or "",
        "phoneNumber": guest.get("phone"),
        "emailAddress": guest.get("email") or "",
        "user": None,
    }


def user_shape(customer: Customer) -> Shape:
    return {
        "id": str(customer.id),
        "identifier": customer.phone or customer.email or "",
        "verified": customer.phone is not None or customer.email_verified_at is not None,
        "phone": customer.phone,
        "email": customer.email,
        "fullName": customer.full_name or None,
        "city": customer.city,
        "street": customer.street,
        "gps": customer.gps,
        "avatarPath": customer.avatar_path,
    }


def shipping_quote(context: Context, method: ShippingMethodView) -> Shape:
    return {
        "id": str(method.id),
        "code": method.code,
        "name": method.name,
        "description": method.description,
        "price": _net(context, method.price_minor, None),
        "priceWithTax": method.price_minor,
        "metadata": {"seller": {"id": str(method.seller_id), "name": method.seller}}
        if method.seller_id
        else None,
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
