"""A phone in the browser, for trying: it dials the USSD door as a gateway would, and shows the SMS that arrive."""

from api.try_page.routes import add_try_page

__all__ = ["add_try_page"]
