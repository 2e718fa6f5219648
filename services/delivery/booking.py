"""Booking parcels: drafted, stored, and only then booked; what became of a booking is asked before it is repeated."""

from dataclasses import replace
from datetime import timedelta

import structlog

from core.clock import now
from core.db import transaction
from core.jobs import enqueue
from core.work import backoff
from models import DeliveryQuote, DeliveryRate, Order, Shipment
from providers.delivery import DeliveryGateway, Place, Tracking
from providers.errors import ProviderRefused, ProviderUnknown
from services.delivery.asking import HOLD, gateway_of, keep_answer, rates_for, way_of
from services.delivery.states import SHIPMENT_STATES
from services.delivery.tracking import take_in
from services.fulfillment.making import lines_left
from services.orders.events import record

log = structlog.get_logger(__name__)

ORDER_CANCELLED = "The order was cancelled."
SENT_OTHERWISE = "Everything in it was sent without the delivery service."
NO_CARRIER = "No carrier goes there any more."


async def work_shipment(shipment: Shipment) -> None:
    """Take a claimed shipment one step on: draft it, book it, or look how it stands."""
    if shipment.state == "Delivered" or not await shipment.renew(HOLD):
        await shipment.release(retry_in=None)
        return
    order = await Order.get(id=shipment.order_id)
    gateway = gateway_of(shipment.environment)  # type: ignore[arg-type]
    try:
        if order.state == "Cancelled" and shipment.state != "Cancelled":
            await _call_off(shipment, gateway, ORDER_CANCELLED)
        elif shipment.state in ("Stored", "Drafted") and await _nothing_is_left(order):
            await _call_off(shipment, gateway, SENT_OTHERWISE)
        elif shipment.state == "Stored":
            await _draft(shipment, order, gateway)
        elif shipment.state == "Drafted":
            await _book(shipment, order, gateway)
        else:
            await take_in(shipment, await gateway.track(shipment.provider_id or ""))
    except ProviderUnknown as trouble:
        await _later(shipment, trouble)
    except ProviderRefused as refusal:
        if refusal.retryable:
            await _later(shipment, refusal)
        else:
            await _stuck(shipment, refusal.message)


async def _draft(shipment: Shipment, order: Order, gateway: DeliveryGateway) -> None:
    quote = await quote_of(shipment)
    way = await way_of(quote, Place(**shipment.place), order.subtotal_minor)
    # Made twice it costs nothing, so a draft whose answer is lost is simply made again.
    provider_id = await gateway.draft(**way, reference=shipment.uid.hex)
    SHIPMENT_STATES.check(shipment.state, "Drafted")
    if await shipment.release(retry_in=timedelta(), state="Drafted", provider_id=provider_id, reason=""):
        await enqueue("work_shipment", shipment.id)


async def _book(shipment: Shipment, order: Order, gateway: DeliveryGateway) -> None:
    standing = await standing_of(shipment, gateway)
    if standing is not None and standing.state != "draft":
        await take_in(shipment, standing)
        return
    rate = await DeliveryRate.get(id=shipment.rate_id)
    booked = await _booked_at(shipment, rate.rate_id, gateway)
    if booked is None:
        if not await _ask_again(shipment, order, rate):
            return
        rate = await DeliveryRate.get(id=shipment.rate_id)
        booked = await _booked_at(shipment, rate.rate_id, gateway)
    if booked is None:
        raise ProviderUnknown("a rate that was just given is not to be had")
    await take_in(shipment, booked)


async def _booked_at(shipment: Shipment, rate_id: str, gateway: DeliveryGateway) -> Tracking | None:
    """How the booked shipment stands; None where the rate is not to be had any more."""
    if not await shipment.renew(HOLD):
        raise ProviderUnknown("another worker took over")
    try:
        return await gateway.book(shipment_id=shipment.provider_id or "", rate_id=rate_id)
    except ProviderRefused as refusal:
        if refusal.code != "rate_expired":
            raise
        return None


async def standing_of(shipment: Shipment, gateway: DeliveryGateway) -> Tracking | None:
    """How a drafted shipment stands: whoever had it before may have booked it. None where that isn't shown."""
    try:
        return await gateway.track(shipment.provider_id or "")
    except ProviderRefused as refusal:
        # Nobody promises that a draft can be tracked; what is booked can.
        if refusal.retryable:
            raise
        return None


async def _ask_again(shipment: Shipment, order: Order, old: DeliveryRate) -> bool:
    """Choose a new rate where the old one is gone: the same carrier's, else the cheapest. The buyer pays no more.

    Stored before it is booked. False where there is none, or the shipment was lost to another worker.
    """
    quote = await quote_of(shipment)
    rates = await rates_for(quote, order.subtotal_minor)
    if not rates:
        await _stuck(shipment, NO_CARRIER)
        return False
    cheapest = min(rates, key=lambda rate: rate.amount_minor)
    chosen = next((rate for rate in rates if rate.carrier_slug == old.carrier_slug), cheapest)
    async with transaction():
        [rate] = await keep_answer(quote, f"shipment:{shipment.id}", order.subtotal_minor, [chosen])
        mine = Shipment.filter(id=shipment.id, lease=shipment.lease)
        if not await mine.update(rate_id=rate.id, updated_at=now()):
            return False
    shipment.rate_id = rate.id
    return True


async def _nothing_is_left(order: Order) -> bool:
    """Whether staff or sellers have put every piece of the order into parcels of their own."""
    return not any(line.left for line in (await lines_left(order.id)).values())


async def _call_off(shipment: Shipment, gateway: DeliveryGateway, reason: str) -> None:
    """Nobody wants the parcel any more. What is under way already is only looked after."""
    standing = await gateway.track(shipment.provider_id) if shipment.provider_id else None
    if standing is None or standing.state == "draft":
        SHIPMENT_STATES.check(shipment.state, "Cancelled")
        await shipment.release(retry_in=None, state="Cancelled", reason=reason)
        return
    if standing.state in ("pending", "confirmed"):
        await gateway.cancel(standing.shipment_id)
        standing = replace(standing, state="cancelled")
    await take_in(shipment, standing)


async def quote_of(shipment: Shipment) -> DeliveryQuote:
    """What the carriers were asked at the rate that the parcel has."""
    rate = await DeliveryRate.get(id=shipment.rate_id).select_related("quote")
    quote: DeliveryQuote = rate.quote
    return quote


async def _later(shipment: Shipment, trouble: Exception) -> None:
    log.info("shipment not moved on", shipment=shipment.id, reason=str(trouble))
    await shipment.release(retry_in=backoff(shipment.attempts, first_s=2, longest_s=600))


async def _stuck(shipment: Shipment, reason: str) -> None:
    """It was refused, and the order is placed: a person must look. It is tried again, ever less often."""
    log.error("shipment refused", shipment=shipment.id, reason=reason)
    known = shipment.reason == reason[:255]
    async with transaction():
        wait = backoff(shipment.attempts, first_s=30, longest_s=3600)
        if await shipment.release(retry_in=wait, reason=reason[:255]) and not known:
            await record(shipment.order_id, "shipment_refused", reason=reason[:255])
