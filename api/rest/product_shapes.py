"""What a product is over REST."""

from collections.abc import Mapping, Sequence

from api.rest.calls import Call
from api.rest.deposit_shapes import OfferedOption, option_fields
from api.rest.fields import Guid, Money, Percent, Shape, money, money_or_none
from services.catalogue import ProductView, Terms, VariantView
from services.purchase_options.views import OptionView

# What must be read of a product to show it.
PARTS = frozenset({"assets", "variants", "categories"})


class CategoryName(Shape):
    id: int
    name: str
    slug: str


class BrandName(Shape):
    id: Guid
    name: str


class Variant(Shape):
    """One of a product's; its `id` goes into a cart as well as the product's."""

    id: Guid
    name: str
    sku: str
    price: Money
    stock_quantity: int


class Product(Shape):
    """What the product's `id` puts into a cart is its first variant: `sku`, prices and `stockQuantity` are that one's.

    Everything is sold by the platform's own business, brought or fetched, and installed by nobody.
    """

    id: Guid
    name: str
    description: str
    slug: str
    sku: str
    price: Money
    compare_at_price: Money | None
    discount_percentage: Percent | None
    stock_quantity: int
    is_active: bool
    is_featured: bool
    requires_shipping: bool = True
    installation_available: bool = False
    installation_charge: Money | None = None
    is_merchant: bool = False
    available_for_pickup: bool
    available_for_delivery: bool
    min_delivery_days: int
    max_delivery_days: int
    images: list[str]
    product_category_id: int | None
    product_subcategory_id: int | None
    brand_id: Guid | None
    business_id: Guid
    platform_id: Guid
    product_category: CategoryName | None
    brand: BrandName | None
    average_rating: float
    total_ratings: int
    total_reviews: int = 0
    variants: list[Variant]


class ProductDetails(Product):
    """A product with what its variants may be bought with, other than in full: name one as `purchaseOptionId`."""

    purchase_options: list[OfferedOption]


def product_shape(call: Call, product: ProductView, terms: Terms) -> Product:
    """A product read with its `PARTS`, of which a variant is for sale."""
    first, currency = product.variants[0], call.scope.currency
    shelves = product.categories
    top = shelves[-1] if shelves else None
    return Product(
        id=product.uid,
        name=product.name,
        description=product.description,
        slug=product.slug,
        sku=first.sku,
        price=money(first.price_minor, currency),
        compare_at_price=money_or_none(first.former_minor, currency),
        discount_percentage=first.discount_percent,
        stock_quantity=max(first.available, 0),
        is_active=product.enabled,
        is_featured=product.featured,
        available_for_pickup=terms.fetched,
        available_for_delivery=terms.delivered,
        min_delivery_days=terms.soonest_days,
        max_delivery_days=terms.latest_days,
        images=[call.asset_url(asset.preview) for asset in product.assets],
        product_category_id=top.id if top else None,
        product_subcategory_id=shelves[0].id if len(shelves) > 1 else None,
        brand_id=product.brand_uid,
        business_id=call.scope.uid,
        platform_id=call.scope.uid,
        product_category=CategoryName(id=top.id, name=top.name, slug=top.slug) if top else None,
        brand=BrandName(id=product.brand_uid, name=product.brand or "") if product.brand_uid else None,
        average_rating=round(product.average_rating or 0, 2),
        total_ratings=product.stars,
        variants=[_variant(variant, currency) for variant in product.variants],
    )


def _variant(variant: VariantView, currency: str) -> Variant:
    return Variant(
        id=variant.uid,
        name=variant.name,
        sku=variant.sku,
        price=money(variant.price_minor, currency),
        stock_quantity=max(variant.available, 0),
    )


def details_shape(
    call: Call, product: ProductView, terms: Terms, offered: Mapping[int, Sequence[OptionView]]
) -> ProductDetails:
    """The same with what each of its variants (by id) may be bought with."""
    options = {option.id: option for each in offered.values() for option in each}
    return ProductDetails(
        **dict(product_shape(call, product, terms)),
        purchase_options=[
            OfferedOption.model_validate(
                option_fields(option, call.scope.currency)
                | {"variant_ids": [v.uid for v in product.variants if option in offered.get(v.id, ())]}
            )
            for option in options.values()
        ],
    )
