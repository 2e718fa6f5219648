"""Three telephones in the browser, for trying: USSD, SMS and a chat like Telegram, beside each other for one person."""

from api.try_page.routes import add_try_page

__all__ = ["add_try_page"]
