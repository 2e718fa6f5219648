"""Asking the carriers: what they want for a parcel, outside any transaction, and keeping their answer."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from core.clock import now
from core.db import transaction
from core.errors import InvalidInput
from core.jobs import enqueue
from core.work import backoff
from models import DeliveryQuote, DeliveryRate, PickupLocation
from providers.delivery import DeliveryGateway, Parcel, Place, Rate
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry
from services.delivery.places import pickup_place
from services.delivery.states import QUOTE_STATES
from services.delivery.telling import tell_prices
from services.tenants import Environment, scope_by_id

log = structlog.get_logger(__name__)

NOT_CONFIGURED = "Terminal Africa settings not configured for this platform"
NOBODY_WAITS = "The carriers did not answer in time."
# How long rates are good; that no carrier goes there is soon asked again.
LIFE = timedelta(minutes=30)
EMPTY_LIFE = timedelta(minutes=1)
# A delivery service asks many carriers before it answers: longer than other calls may take.
HOLD = timedelta(seconds=30)


def gateway_of(environment: Environment) -> DeliveryGateway:
    """The delivery service. Raises `InvalidInput` where the platform has none."""
    try:
        return registry().delivery(environment)
    except LookupError:
        raise InvalidInput(NOT_CONFIGURED) from None


async def way_of(quote: DeliveryQuote, place: Place, value_minor: int) -> dict[str, Any]:
    """From where to where and what, as a delivery service is told. `place` may be without a phone number."""
    scope = await scope_by_id(quote.platform_id, quote.environment)  # type: ignore[arg-type]
    location = await PickupLocation.get(id=quote.location_id)
    return {
        "pickup": pickup_place(scope, location),
        # Carriers want a number to call: the shop knows how to reach its customer.
        "delivery": replace(place, phone=place.phone or location.phone),
        "parcel": Parcel(
            description=f"Order from {scope.name}",
            weight_g=quote.weight_g,
            value_minor=value_minor,
            currency=scope.currency,
        ),
    }


async def rates_for(quote: DeliveryQuote, value_minor: int) -> list[Rate]:
    """What carriers ask now, each rate once. Raises `ProviderRefused`, `ProviderUnknown`."""
    way = await way_of(quote, Place(**quote.place), value_minor)
    rates = await gateway_of(quote.environment).quotes(**way, currency=way["parcel"].currency)  # type: ignore[arg-type]
    return list({rate.rate_id: rate for rate in rates}.values())


async def ask(quote: DeliveryQuote, *, patience_s: float | None = None) -> None:
    """Ask for a claimed quote, and store the answer. What stays open is the worker's, with back-off.

    Nobody waits longer than `patience_s`.
    """
    try:
        async with asyncio.timeout(patience_s):
            rates = await rates_for(quote, quote.value_minor)
    except (ProviderUnknown, TimeoutError) as trouble:
        await _later(quote, trouble)
    except ProviderRefused as refusal:
        if refusal.retryable:
            await _later(quote, refusal)
        else:
            await _refused(quote, refusal)
    else:
        await _answered(quote, rates)


async def work_quote(quote: DeliveryQuote) -> None:
    """Ask for a claimed quote that nobody got an answer for yet, while somebody may still want it."""
    if quote.state != "Stored":
        await quote.release(retry_in=None)
    elif quote.expires_at <= now():
        await _refuse(quote, NOBODY_WAITS)
    elif await quote.renew(HOLD):
        await ask(quote)


async def keep_rate(quote_id: int, rate: Rate) -> DeliveryRate:
    """Store an offer; its price is frozen with it."""
    return await DeliveryRate.create(
        quote_id=quote_id,
        rate_id=rate.rate_id,
        carrier_name=rate.carrier_name[:120],
        carrier_slug=rate.carrier_slug[:120],
        carrier_logo=rate.carrier_logo if len(rate.carrier_logo) <= 500 else "",
        delivery_time=rate.delivery_time[:120],
        price_minor=rate.amount_minor,
        currency=rate.currency,
    )


async def keep_answer(
    quote: DeliveryQuote, key: str, value_minor: int, rates: list[Rate]
) -> list[DeliveryRate]:
    """Store what was asked again for a parcel, in the caller's transaction. It is over at once: nobody may choose it for an order."""
    asked = await DeliveryQuote.create(
        platform_id=quote.platform_id,
        environment=quote.environment,
        customer_id=quote.customer_id,
        location_id=quote.location_id,
        key=key,
        place=quote.place,
        weight_g=quote.weight_g,
        value_minor=value_minor,
        state="Answered",
        expires_at=now(),
    )
    return [await keep_rate(asked.id, rate) for rate in rates]


async def _answered(quote: DeliveryQuote, rates: list[Rate]) -> None:
    QUOTE_STATES.check(quote.state, "Answered")
    good_until = now() + (LIFE if rates else EMPTY_LIFE)
    async with transaction():
        if await quote.release(retry_in=None, state="Answered", expires_at=good_until):
            for rate in rates:
                await keep_rate(quote.id, rate)
            await tell_prices(quote, rates)


async def _refused(quote: DeliveryQuote, refusal: ProviderRefused) -> None:
    log.warning("no delivery quote", quote=quote.id, reason=str(refusal))
    ours = refusal.code == "http_401"
    await _refuse(quote, NOT_CONFIGURED if ours else f"The carriers can't deliver there: {refusal.message}")


async def _refuse(quote: DeliveryQuote, reason: str) -> None:
    QUOTE_STATES.check(quote.state, "Refused")
    async with transaction():
        if await quote.release(retry_in=None, state="Refused", reason=reason[:255]):
            await tell_prices(quote, [])


async def _later(quote: DeliveryQuote, trouble: Exception) -> None:
    log.info("delivery quote still open", quote=quote.id, reason=str(trouble))
    first = quote.attempts == 1
    wait = timedelta() if first else backoff(quote.attempts, first_s=1, longest_s=60)
    if await quote.release(retry_in=wait) and first:
        await enqueue("work_quote", quote.id)
