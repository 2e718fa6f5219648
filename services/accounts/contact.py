"""How a customer is told something: by SMS where there is a number, else by e-mail."""

from typing import Any

from models import Customer
from services.accounts.customers import number_of
from services.notifications import queue_message
from services.tenants import Scope


async def tell(
    scope: Scope, customer: Customer, template: str, params: dict[str, Any], *, dedupe_key: str | None = None
) -> None:
    """Queue a message in the caller's transaction; nothing where there is no way to reach them."""
    number = number_of(customer)
    to = number or (customer.email if customer.email_verified_at else None)
    if to is None:
        return
    await queue_message(
        scope,
        channel="sms" if number else "email",
        to=to,
        template=template,
        params=params,
        dedupe_key=dedupe_key,
    )
