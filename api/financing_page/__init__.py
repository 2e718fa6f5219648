"""The page on which a customer applies for financing: opened by a link, and needing no script."""

from api.financing_page.routes import add_financing_page

__all__ = ["add_financing_page"]
