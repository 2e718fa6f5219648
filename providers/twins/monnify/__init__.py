"""The Monnify twin."""

from providers.twins.monnify.api import create_monnify
from providers.twins.monnify.book import Book

__all__ = ["Book", "create_monnify"]
