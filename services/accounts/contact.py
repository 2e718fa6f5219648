"""How a customer is told something: on Telegram where they like that, by SMS where there is a number, else by e-mail; of dangers where they are proven."""

from typing import Any

from core.db import fetch_one
from models import Customer
from services.accounts.customers import number_of
from services.notifications import queue_message
from services.notifications.queue import Channel
from services.tenants import Scope


async def tell(
    scope: Scope,
    customer: Customer,
    template: str,
    params: dict[str, Any],
    *,
    dedupe_key: str | None = None,
    like: str = "",
) -> None:
    """Queue a message in the caller's transaction; nothing where there is no way to reach them.

    `like` names the channel that what it is about was begun on: who bought on Telegram is told there.
    """
    chat = await chat_of(customer.id) if like == "telegram" else None
    found = reached_by(chat, number_of(customer), customer.email if customer.email_verified_at else None)
    if found is None:
        return
    channel, to = found
    await queue_message(
        scope,
        channel=channel,
        to=to,
        template=template,
        params=params,
        dedupe_key=dedupe_key,
        language=customer.language,
    )


def reached_by(chat: str | None, number: str | None, email: str | None) -> tuple[Channel, str] | None:
    """The best of the ways in which somebody can be told something, and their address there."""
    ways: tuple[tuple[Channel, str | None], ...] = (("telegram", chat), ("sms", number), ("email", email))
    return next(((channel, to) for channel, to in ways if to), None)


async def chat_of(customer_id: int, *, proven: bool = False) -> str | None:
    """The customer's newest chat on Telegram, if they have one where they are written to; `proven` leaves out one that
    is in doubt."""
    sure = " AND doubt = ''" if proven else ""
    row = await fetch_one(
        "SELECT external_id FROM channel_identity WHERE customer_id = $1 AND channel = 'telegram' "
        f"AND blocked_at IS NULL{sure} ORDER BY id DESC LIMIT 1",
        customer_id,
    )
    return str(row["external_id"]) if row else None


async def warn(scope: Scope, customer: Customer, template: str) -> None:
    """Queue a message, in the caller's transaction, about the account itself: only to who has proven to own it."""
    to = customer.email if customer.email_verified_at else customer.phone
    if to is not None:
        await queue_message(
            scope,
            channel="email" if "@" in to else "sms",
            to=to,
            template=template,
            language=customer.language,
        )
