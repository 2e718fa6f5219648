"""The page where anybody checks a receipt by its code: no account, no script, and nobody's name."""

from api.receipt_page.routes import add_receipt_page

__all__ = ["add_receipt_page"]
