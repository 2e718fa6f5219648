"""Under which numbers, addresses, chats and conversations a customer is known, to find what is held of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.db import fetch
from models import Customer
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, their `addresses` (numbers, e-mail addresses, chats) and the ids of their `conversations`."""

    scope: Scope
    customer: Customer
    addresses: tuple[str, ...]
    conversations: tuple[int, ...]

    def bound(self, condition: str) -> tuple[str, list[Any]]:
        """SQL and its values: of `{customer}`, `{platform}`, `{environment}`, `{since}` (when they became a customer),
        and the lists `{addresses}` and `{conversations}`, each as often as it stands there.
        """
        known: dict[str, Any] = {
            "customer": self.customer.id,
            "platform": self.scope.platform_id,
            "environment": self.scope.environment,
            "since": self.customer.created_at,
            "addresses": self.addresses or (None,),
            "conversations": self.conversations or (None,),
        }
        values: list[Any] = []
        marks: dict[str, str] = {}
        for name, value in known.items():
            if f"{{{name}}}" not in condition:
                continue
            given: Sequence[Any] = value if isinstance(value, tuple) else (value,)
            marks[name] = ", ".join(f"${len(values) + n}" for n in range(1, len(given) + 1))
            values.extend(given)
        return condition.format_map(marks), values


async def person_of(scope: Scope, customer: Customer) -> Person:
    """What a customer is known by; a number or address that they only stated isn't, since anybody may state it.

    One statement. A number that signed out and is nobody else's counts: its calls and texts are theirs.
    """
    rows = await fetch(
        "SELECT i.external_id, i.conversation_id FROM channel_identity i WHERE i.platform_id = $1 AND i.environment = $2 "
        "AND (i.customer_id = $3 OR (i.customer_id IS NULL AND i.external_id = $4 AND i.channel IN ('ussd', 'sms'))) "
        "UNION SELECT NULL, c.id FROM conversation c WHERE c.customer_id = $3",
        scope.platform_id,
        scope.environment,
        customer.id,
        customer.phone or "",
    )
    proven = (customer.phone, customer.email if customer.email_verified_at else None)
    addresses = {row["external_id"] for row in rows} | set(proven)
    conversations = {row["conversation_id"] for row in rows}
    return Person(
        scope,
        customer,
        tuple(sorted(each for each in addresses if each)),
        tuple(sorted(each for each in conversations if each)),
    )
