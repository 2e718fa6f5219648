"""Products (arkifi-rest-api.txt, "Products"): the catalogue, its shelves and brands, for anybody with the key."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.rest.calls import Call
from api.rest.endpoints import Section, Who
from api.rest.fields import Guid, Number, Query, Shape, Text
from api.rest.product_shapes import PARTS, Product, ProductDetails, details_shape, product_shape
from core.errors import NotFound
from services.catalogue import (
    AssetView,
    BrandView,
    ProductOptions,
    Shelf,
    get_product,
    list_brands,
    list_featured,
    list_products,
    list_shelves,
    subshelves,
    terms_of,
)
from services.purchase_options.offers import options_by_variant
from services.search import search as search_catalogue

section = Section("Products", "/api/CustomerProuct", well_spelt="/api/CustomerProduct")
SORTS = {"name": "name", "price": "price", "createddate": "created_at"}


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _filled(value: Any) -> Any:
    """Blanks are as good as nothing."""
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("missing", "Field required")
    return value


Term = Annotated[Text, StringConstraints(strip_whitespace=True), BeforeValidator(_filled)]


class Paged(Query):
    page_number: Number = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 20

    @property
    def skip(self) -> int:
        return (self.page_number - 1) * self.page_size


class ProductsWanted(Paged):
    """`categoryId` includes its subcategories; every word of `searchTerm` is in the name or the description."""

    category_id: Number | None = None
    brand_id: Guid | None = None
    subcategory_id: Number | None = None
    search_term: Text | None = None
    sort_by: Annotated[Literal["name", "price", "createddate"], BeforeValidator(_lower)] = "name"
    sort_order: Annotated[Literal["asc", "desc"], BeforeValidator(_lower)] = "asc"


class Searched(Paged):
    search_term: Term


class HowMany(Query):
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class OneProduct(Query):
    id: Guid


class OneCategory(Query):
    category_id: Number


class Subcategory(Shape):
    """`isFeatured` where a product on it is."""

    id: int
    product_category_id: int
    name: str
    description: str
    slug: str
    icon_url: str | None
    display_order: int
    is_active: bool = True
    is_featured: bool
    meta_title: str
    meta_description: str


class Category(Shape):
    """`isFeatured` where a product on it, or on a subcategory, is."""

    id: int
    name: str
    description: str
    slug: str
    icon_url: str | None
    display_order: int
    is_active: bool = True
    is_featured: bool
    meta_title: str
    meta_description: str
    subcategories: list[Subcategory]


class Brand(Shape):
    """`isFeatured` where one of its products is."""

    id: Guid
    name: str
    description: str
    slug: str
    logo_url: str | None = None
    is_active: bool = True
    is_featured: bool


@section.get("", "Products retrieved successfully", who=Who.ANYBODY)
async def products(call: Call, query: ProductsWanted) -> list[Product]:
    """A page of the products for sale, as filtered and sorted."""
    options = ProductOptions(
        term=query.search_term,
        category_id=query.category_id,
        subcategory_id=query.subcategory_id,
        brand_uid=query.brand_id,
        for_sale=True,
        sort=((SORTS[query.sort_by], query.sort_order.upper()),),
        skip=query.skip,
        take=query.page_size,
    )
    return await _shapes(call, options)


@section.get("/categories", "Categories retrieved successfully", who=Who.ANYBODY)
async def categories(call: Call) -> list[Category]:
    """Every category, with its subcategories."""
    return [_category(call, shelf) for shelf in await list_shelves(call.scope)]


@section.get(
    "/categories/{categoryId}/subcategories", "Subcategories retrieved successfully", who=Who.ANYBODY
)
async def subcategories(call: Call, path: OneCategory) -> list[Subcategory]:
    """The subcategories of one category."""
    return [_subcategory(call, shelf) for shelf in await subshelves(call.scope, path.category_id)]


@section.get("/brands", "Brands retrieved successfully", who=Who.ANYBODY)
async def brands(call: Call) -> list[Brand]:
    """Every brand of which there are products."""
    return [_brand(brand) for brand in await list_brands(call.scope)]


@section.get(
    "/search",
    "Products retrieved successfully",
    who=Who.ANYBODY,
    required={"searchTerm": "Search term is required"},
)
async def search(call: Call, query: Searched) -> list[Product]:
    """What is found, the best first: by name and description, but also by brand, car and part number."""
    found = await search_catalogue(call.scope, query.search_term, skip=query.skip, take=query.page_size)
    ids = [hit.product_id for hit in found.hits]
    return await _shapes(call, ProductOptions(ids=ids, for_sale=True, take=query.page_size), ids)


@section.get("/featured", "Featured products retrieved successfully", who=Who.ANYBODY)
async def featured(call: Call, query: HowMany) -> list[Product]:
    """The products that the shop features, the most sold first, and then the most sold of all."""
    terms = await terms_of(call.scope)
    best = await list_featured(call.scope, query.limit, PARTS)
    return [product_shape(call, each, terms) for each in best]


@section.get(
    "/{id}",
    "Product retrieved successfully",
    who=Who.ANYBODY,
    words={NotFound: "Product not found"},
)
async def product(call: Call, path: OneProduct) -> ProductDetails:
    """One product, with its purchase options."""
    found = await get_product(call.scope, uid=path.id, include=PARTS)
    if found is None or not found.variants:
        raise NotFound
    offered = await options_by_variant(call.scope, [variant.id for variant in found.variants])
    return details_shape(call, found, await terms_of(call.scope), offered)


async def _shapes(call: Call, options: ProductOptions, order: Sequence[int] = ()) -> list[Product]:
    """`order` are ids of products, where they shall come in another order than the options'."""
    found, _ = await list_products(call.scope, options, PARTS)
    terms = await terms_of(call.scope)
    if order:
        found.sort(key=lambda each: order.index(each.id))
    return [product_shape(call, each, terms) for each in found]


def _icon(call: Call, asset: AssetView | None) -> str | None:
    return call.asset_url(asset.preview) if asset else None


def _about(description: str, name: str) -> str:
    return description or f"Browse {name.lower()}"


def _category(call: Call, shelf: Shelf) -> Category:
    category = shelf.category
    return Category(
        id=category.id,
        name=category.name,
        description=category.description,
        slug=category.slug,
        icon_url=_icon(call, category.asset),
        display_order=category.position,
        is_featured=shelf.featured,
        meta_title=category.name,
        meta_description=_about(category.description, category.name),
        subcategories=[_subcategory(call, child) for child in shelf.children],
    )


def _subcategory(call: Call, shelf: Shelf) -> Subcategory:
    category = shelf.category
    return Subcategory(
        id=category.id,
        product_category_id=category.parent_id or 0,
        name=category.name,
        description=category.description,
        slug=category.slug,
        icon_url=_icon(call, category.asset),
        display_order=category.position,
        is_featured=shelf.featured,
        meta_title=category.name,
        meta_description=_about(category.description, category.name),
    )


def _brand(brand: BrandView) -> Brand:
    return Brand(
        id=brand.uid,
        name=brand.name,
        description="",
        slug=brand.slug,
        is_featured=brand.featured,
    )
