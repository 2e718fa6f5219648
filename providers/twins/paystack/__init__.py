"""The Paystack twin."""

from providers.twins.paystack.api import create_paystack
from providers.twins.paystack.book import Book

__all__ = ["Book", "create_paystack"]
