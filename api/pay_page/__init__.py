"""The page behind the link in a message, where anybody pays what is owed of an order: no account, no script."""

from api.pay_page.routes import add_pay_page

__all__ = ["add_pay_page"]
