"""Finding products: `search` asks, `reindex_products` keeps what is asked in step with the catalogue."""

from services.search.indexing import reindex_products
from services.search.questions import SORTS, Narrowing
from services.search.searching import search

__all__ = ["SORTS", "Narrowing", "reindex_products", "search"]
