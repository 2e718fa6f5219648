"""Finding products: `search` asks, `reindex_products` keeps what is asked in step with the catalogue."""

from services.search.indexing import reindex_products
from services.search.searching import SORTS, search

__all__ = ["SORTS", "reindex_products", "search"]
