"""The lender's twin."""

from providers.twins.lender.api import create_lender
from providers.twins.lender.book import Applications

__all__ = ["Applications", "create_lender"]
