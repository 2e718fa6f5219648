"""Delivery quotes: a customer's question is stored, answered at once where possible, and asked only once."""

import asyncio
import hashlib
import time
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, fetch, lock_name, transaction
from core.errors import InvalidInput, NotFound
from core.ids import new_token
from core.jobs import enqueue
from core.limits import count_try
from core.work import LEASE
from models import Customer, DeliveryQuote, DeliveryRate, PickupLocation
from services.delivery.asking import LIFE, NOT_CONFIGURED, ask, gateway_of
from services.delivery.locations import get_location
from services.delivery.places import checked_address_text, normalised, place_for
from services.tenants import Scope

# How long a request waits for the carriers: less than its lease.
PATIENCE_S = 6.0
LOOK_EVERY_S = 0.1
HEAVIEST_G = 1_000_000
MOST, WITHIN_S = 60, 600


@dataclass(frozen=True, slots=True)
class Quoted:
    """The carriers' offers, in their order; `pending` where they haven't answered yet."""

    rates: list[DeliveryRate]
    pending: bool = False


def key_of(location_id: int, address: str, weight_g: int, value_minor: int) -> str:
    """What makes two questions of a customer the same."""
    asked = f"{location_id}|{weight_g}|{value_minor}|{normalised(address)}"
    return hashlib.sha256(asked.encode()).hexdigest()


async def quote(
    scope: Scope, customer: Customer, location_uid: UUID, address: str, weight_g: int, value_minor: int
) -> Quoted:
    """What carriers ask for bringing so many grams, worth `value_minor`, from the location to the address.

    The same question within half an hour has the same answer, at the same prices, until an order was placed with
    one of them. Raises `InvalidInput` naming
    `deliveryAddress` or `packageWeight`, or where the platform has no delivery service, `NotFound` for the
    location, `TooManyTries`.
    """
    held = {"attempts": 1, "lease": new_token(), "leased_until": now() + LEASE}
    known, mine = await _asked(scope, customer, location_uid, address, weight_g, value_minor, held)
    if mine:
        await ask(known, patience_s=PATIENCE_S)
    return await _answer(known.id)


async def quote_later(
    scope: Scope,
    customer: Customer,
    location_uid: UUID,
    address: str,
    weight_g: int,
    value_minor: int,
    *,
    tell_on: str,
) -> DeliveryQuote:
    """As `quote`, in the caller's transaction: a worker asks what wasn't asked yet, and tells the customer the answer
    as they are told things on that channel.
    """
    told = {"attempts": 0, "tell_on": tell_on}
    known, mine = await _asked(scope, customer, location_uid, address, weight_g, value_minor, told)
    if mine:
        await enqueue("work_quote", known.id)
    return known


async def quote_of_own(
    scope: Scope, customer_id: int, quote_id: int
) -> tuple[DeliveryQuote, list[DeliveryRate]]:
    """A customer's question, and the answers to it while they are good. Raises `NotFound`."""
    found = await DeliveryQuote.get_or_none(
        id=quote_id, platform_id=scope.platform_id, environment=scope.environment, customer_id=customer_id
    )
    if found is None:
        raise NotFound
    good = found.state == "Answered" and found.expires_at > now()
    return found, await DeliveryRate.filter(quote_id=found.id).order_by("price_minor", "id") if good else []


async def used_rates(scope: Scope, customer_id: int, *, besides: int = 0) -> list[Row]:
    """The rates, with their quotes' ids, that the customer's orders were placed with, while their quotes are good.

    Without those of the order with the id `besides`.
    """
    return await fetch(
        "SELECT r.rate_id, r.quote_id FROM customer_order o JOIN shipping_line s ON s.order_id = o.id "
        "JOIN delivery_rate r ON r.id = s.rate_id JOIN delivery_quote q ON q.id = r.quote_id "
        "WHERE o.platform_id = $1 AND o.environment = $2 AND o.customer_id = $3 AND o.placed_at IS NOT NULL "
        "AND o.id <> $4 AND q.expires_at > $5",
        scope.platform_id,
        scope.environment,
        customer_id,
        besides,
        now(),
    )


async def _asked(
    scope: Scope,
    customer: Customer,
    location_uid: UUID,
    address: str,
    weight_g: int,
    value_minor: int,
    begun: dict[str, Any],
) -> tuple[DeliveryQuote, bool]:
    """The question, and whether it is new and ours to ask; a new one is stored as it was `begun`."""
    text = checked_address_text(address)
    if not 0 < weight_g <= HEAVIEST_G:
        raise InvalidInput(f"packageWeight must be above 0 and at most {HEAVIEST_G // 1000} kg")
    location = await get_location(scope, location_uid)
    gateway_of(scope.environment)
    asked: dict[str, Any] = {
        "customer_id": customer.id,
        "location_id": location.id,
        "weight_g": weight_g,
        "value_minor": value_minor,
        "key": key_of(location.id, text, weight_g, value_minor),
    }
    if known := await _known(scope, asked):
        return known, False
    await count_try(f"quote:{customer.id}", most=MOST, within_s=WITHIN_S)
    return await _open(scope, customer, location, text, asked, begun)


async def _known(scope: Scope, asked: dict[str, Any]) -> DeliveryQuote | None:
    found = (
        await DeliveryQuote.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            customer_id=asked["customer_id"],
            key=asked["key"],
            state__in=("Stored", "Answered"),
            expires_at__gt=now(),
        )
        .order_by("-id")
        .first()
    )
    if found is None:
        return None
    # A rate brings one order: who asks again after that order needs others.
    used = await used_rates(scope, asked["customer_id"])
    return None if any(row["quote_id"] == found.id for row in used) else found


async def _open(
    scope: Scope,
    customer: Customer,
    location: PickupLocation,
    text: str,
    asked: dict[str, Any],
    begun: dict[str, Any],
) -> tuple[DeliveryQuote, bool]:
    """The stored question, and whether it is ours to ask: of two at the same time one is."""
    async with transaction():
        await lock_name(f"quote:{customer.id}:{asked['key']}")
        if known := await _known(scope, asked):
            return known, False
        at = now()
        stored = await DeliveryQuote.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            place=asdict(await place_for(scope, customer, location, text)),
            expires_at=at + LIFE,
            next_attempt_at=at,
            **begun,
            **asked,
        )
        return stored, True


async def _answer(quote_id: int) -> Quoted:
    """How the question stands, once nobody is asking any more or patience ends. Raises `InvalidInput`."""
    end = time.monotonic() + PATIENCE_S
    found = await DeliveryQuote.get(id=quote_id)
    while found.state == "Stored" and found.lease and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY_S)
        found = await DeliveryQuote.get(id=quote_id)
    if found.state == "Refused":
        raise InvalidInput(found.reason, field="" if found.reason == NOT_CONFIGURED else "deliveryAddress")
    if found.state == "Stored":
        return Quoted([], pending=True)
    return Quoted(await DeliveryRate.filter(quote_id=quote_id).order_by("id"))
