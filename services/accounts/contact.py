"""How a customer is told something: by SMS where there is a number, else by e-mail; of dangers where they are proven."""

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


async def warn(scope: Scope, customer: Customer, template: str) -> None:
    """Queue a message, in the caller's transaction, about the account itself: only to who has proven to own it."""
    to = customer.email if customer.email_verified_at else customer.phone
    if to is not None:
        await queue_message(scope, channel="email" if "@" in to else "sms", to=to, template=template)
