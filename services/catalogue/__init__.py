"""The catalogue: reading products, variants and categories."""

from services.catalogue.categories import list_categories, variants_of_categories
from services.catalogue.products import ProductOptions, get_product, list_products
from services.catalogue.variants import get_variants
from services.catalogue.views import AssetView, CategoryView, FitmentView, ProductView, VariantView

__all__ = [
    "AssetView",
    "CategoryView",
    "FitmentView",
    "ProductOptions",
    "ProductView",
    "VariantView",
    "get_product",
    "get_variants",
    "list_categories",
    "list_products",
    "variants_of_categories",
]
