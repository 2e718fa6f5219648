"""The catalogue: reading products, variants and categories."""

from services.catalogue.brands import BrandView, list_brands
from services.catalogue.categories import list_categories
from services.catalogue.featured import list_featured
from services.catalogue.products import ProductOptions, get_product, list_products
from services.catalogue.shelved import variants_of
from services.catalogue.shelves import Shelf, list_shelves, subshelves
from services.catalogue.terms import Terms, terms_of
from services.catalogue.variants import get_variants
from services.catalogue.views import AssetView, Behind, CategoryView, FitmentView, ProductView, VariantView

__all__ = [
    "AssetView",
    "Behind",
    "BrandView",
    "CategoryView",
    "FitmentView",
    "ProductOptions",
    "ProductView",
    "Shelf",
    "Terms",
    "VariantView",
    "get_product",
    "get_variants",
    "list_brands",
    "list_categories",
    "list_featured",
    "list_products",
    "list_shelves",
    "subshelves",
    "terms_of",
    "variants_of",
]
