"""Under which numbers, addresses, chats and conversations a customer is known, to find what is held of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.db import fetch, placeholders
from models import Customer, OtpChallenge
from services.tenants import Scope

_OTHERS = "platform_id = $1 AND environment = $2 AND id <> $3"


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, their `addresses` (numbers, e-mail addresses, chats), those that they had before and that are nobody's by now
    (`former`, where it is asked for), and the ids of their `conversations`.
    """

    scope: Scope
    customer: Customer
    addresses: tuple[str, ...]
    former: tuple[str, ...]
    conversations: tuple[int, ...]

    def bound(self, condition: str) -> tuple[str, list[Any]]:
        """SQL and its values: of `{customer}`, `{platform}`, `{environment}`, `{since}` (when they became a customer),
        and the lists `{addresses}`, `{former}` and `{conversations}`, each as often as it stands there.
        """
        known: dict[str, Any] = {
            "customer": self.customer.id,
            "platform": self.scope.platform_id,
            "environment": self.scope.environment,
            "since": self.customer.created_at,
            "addresses": self.addresses or (None,),
            "former": self.former or (None,),
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
        (),
        tuple(sorted(each for each in conversations if each)),
    )


async def with_former(person: Person) -> Person:
    """The same, known also by what they had before. Two statements."""
    return replace(person, former=await _former(person.customer, set(person.addresses)))


async def _former(customer: Customer, addresses: set[str]) -> tuple[str, ...]:
    """What they have proven at some time, or put another in the place of, and nobody is known by any more."""
    mine = {"platform_id": customer.platform_id, "environment": customer.environment}
    proven = await OtpChallenge.filter(
        **mine, customer_id=customer.id, purpose__in=("contact", "email"), used_at__isnull=False
    )
    known = {each.contact for each in proven} | {_replaced(each.payload) for each in proven}
    had = sorted(each for each in known - addresses if each)
    if not had:
        return ()
    taken = await fetch(
        f"SELECT phone AS contact FROM customer WHERE {_OTHERS} AND phone IN ({placeholders(had, 4)}) "
        f"UNION SELECT stated_phone FROM customer WHERE {_OTHERS} AND stated_phone IN ({placeholders(had, 4)}) "
        f"UNION SELECT email FROM customer WHERE {_OTHERS} AND email IN ({placeholders(had, 4)}) "
        "UNION SELECT external_id FROM channel_identity WHERE platform_id = $1 AND environment = $2 "
        f"AND customer_id <> $3 AND external_id IN ({placeholders(had, 4)})",
        customer.platform_id,
        customer.environment,
        customer.id,
        *had,
    )
    others = {row["contact"] for row in taken}
    return tuple(each for each in had if each not in others)


def _replaced(payload: dict[str, Any]) -> str | None:
    """The number or the address that the change of a challenge was of."""
    change = payload.get("change") or payload
    found: str | None = change.get("of") if isinstance(change, dict) else None
    return found
