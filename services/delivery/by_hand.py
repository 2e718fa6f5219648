"""A parcel that no carrier has, seen to by staff: booked at another rate, or carried without the delivery service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, placeholders, transaction
from core.errors import InvalidInput, NotFound, Unavailable
from core.ids import new_token
from core.jobs import enqueue
from models import Shipment
from providers.errors import ProviderRefused, ProviderUnknown
from services.delivery.asking import HOLD, gateway_of, keep_answer, rates_for
from services.delivery.booking import quote_of, standing_of
from services.delivery.states import SHIPMENT_STATES
from services.fulfillment.making import fulfil, lines_left
from services.orders.acting import lock_any_order
from services.orders.events import record as record_event
from services.outgoing import announce
from services.paging import possible_ids
from services.staff import Desk, check_may, record
from services.values import as_time

# Where no carrier has it yet, or the one that had it called it off.
UNBOOKED = ("Stored", "Drafted", "Cancelled")
RATES_ARE_SHOWN = timedelta(minutes=30)
BUSY = "The parcel is being booked at this moment. Try again in a minute."
NO_ANSWER = "The delivery service doesn't answer. Try again in a minute."
BOOKED_AFTER_ALL = "A carrier has the parcel after all: reload the page in a moment to see which."
GONE = "There is no parcel that waits for a carrier."
_UNSENT = "NOT EXISTS (SELECT 1 FROM fulfillment f WHERE f.order_id = s.order_id AND f.state <> 'Cancelled')"


@dataclass(frozen=True, slots=True)
class OfferedRate:
    """What a carrier asks for the parcel (minor units). The buyer pays what was agreed, whatever it is."""

    id: int
    carrier_name: str
    delivery_time: str
    price_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Unbooked:
    """A parcel that waits for a carrier; `reason` is why it was refused, `rates` what staff were offered, the cheapest first."""

    id: int
    state: str
    reason: str
    next_attempt_at: datetime | None
    rates: list[OfferedRate]


async def unbooked_parcel(order_id: int) -> Unbooked | None:
    """The order's parcel, where no carrier has it and nothing was sent. The caller has made sure whose order it is."""
    row = await fetch_one(
        "SELECT s.id, s.state, s.reason, s.next_attempt_at, s.rate_id FROM shipment s "
        "JOIN customer_order o ON o.id = s.order_id "
        f"WHERE s.order_id = $1 AND o.state <> 'Cancelled' AND {_UNSENT} "
        f"AND s.state IN ({placeholders(UNBOOKED, 2)})",
        order_id,
        *UNBOOKED,
    )
    if row is None:
        return None
    rates = [OfferedRate(**each) for each in await _offered(row)]
    due = row["next_attempt_at"]
    return Unbooked(row["id"], row["state"], row["reason"], as_time(due) if due else None, rates)


async def ask_carriers(desk: Desk, order_id: int) -> int:
    """Ask what carriers want for the parcel now; how many offers came, for `book_at`.

    Raises `Forbidden`, `NotFound`, `InvalidInput` with what the delivery service refused, `Unavailable`.
    """
    async with _held(desk, order_id) as (order, shipment):
        quote = await quote_of(shipment)
        try:
            rates = await rates_for(quote, order["subtotal_minor"])
        except ProviderRefused as refusal:
            raise InvalidInput(refusal.message) from None
        except ProviderUnknown:
            raise Unavailable(NO_ANSWER) from None
        async with transaction():
            await keep_answer(quote, _key(shipment.id), order["subtotal_minor"], rates)
            await record(desk, "asked", "shipment", shipment.id, order=order["code"], offers=len(rates))
        return len(rates)


async def book_at(desk: Desk, order_id: int, rate_id: int) -> None:
    """Have the parcel booked at a rate that `ask_carriers` gave; a worker does so.

    Raises `Forbidden`, `NotFound`, also for a rate that isn't offered any more, `InvalidInput` while it is being booked.
    """
    async with _held(desk, order_id) as (order, shipment):
        known = {"id": shipment.id, "rate_id": shipment.rate_id}
        rate = next((each for each in await _offered(known) if each["id"] == rate_id), None)
        if rate is None:
            raise NotFound("That rate isn't offered any more: ask the carriers again.", field="rateId")
        # What was called off is drafted anew.
        anew = {"state": "Stored", "provider_id": None} if shipment.state == "Cancelled" else {}
        if anew:
            SHIPMENT_STATES.check(shipment.state, "Stored")
        async with transaction():
            await lock_any_order(desk, order_id)
            if not await shipment.release(
                retry_in=timedelta(), rate_id=rate_id, reason="", attempts=0, updated_at=now(), **anew
            ):
                raise InvalidInput(BUSY)
            told = {"carrier": rate["carrier_name"], "price_minor": rate["price_minor"]}
            await record_event(order_id, "carrier_chosen", **told, currency=rate["currency"], by=desk.email)
            await record(desk, "rebooked", "shipment", shipment.id, order=order["code"], **told)
            await enqueue("work_shipment", shipment.id)


async def carry_by_hand(desk: Desk, order_id: int, carrier: str, tracking_code: str) -> int:
    """Let somebody carry the parcel without the delivery service, which books it no more; the id of the new fulfilment
    (Pending) of everything in it.

    Raises `Forbidden`, `NotFound`, `InvalidInput` where a carrier has it after all, `Unavailable` where the delivery service
    doesn't say, and as `fulfil`.
    """
    async with _held(desk, order_id) as (order, shipment):
        await _check_nobody_has(shipment)
        was = shipment.state
        told = {"of": was, "to": "Cancelled", "carrier": carrier, "tracking_number": tracking_code}
        async with transaction():
            await lock_any_order(desk, order_id)
            if not await shipment.release(
                retry_in=None, state="Cancelled", reason="Carried by hand.", updated_at=now()
            ):
                raise InvalidInput(BUSY)
            if was != "Cancelled":
                SHIPMENT_STATES.check(was, "Cancelled")
                parcel = {"id": shipment.id, "order_id": order_id, "order_code": order["code"]}
                await announce(
                    desk.scope, "shipment.moved", shipment.id, "Cancelled", data={"shipment": parcel | told}
                )
            await record_event(order_id, "carried_by_hand", carrier=carrier[:120], by=desk.email)
            await record(desk, "carried", "shipment", shipment.id, order=order["code"], carrier=carrier[:120])
            left = {line.id: line.left for line in (await lines_left(order_id)).values() if line.left}
            return await fulfil(desk, left, method=carrier, tracking_code=tracking_code)


@asynccontextmanager
async def _held(desk: Desk, order_id: int) -> AsyncIterator[tuple[Row, Shipment]]:
    """An order and its unbooked parcel, which no worker touches meanwhile; given back as it was where something fails.

    Raises `Forbidden`, `NotFound`, `InvalidInput` while a worker has it.
    """
    check_may(desk, "UpdateOrder")
    async with transaction():
        order = await lock_any_order(desk, order_id)
        waiting = await unbooked_parcel(order_id)
        if waiting is None:
            raise NotFound(GONE)
        at = now()
        taken = await execute(
            "UPDATE shipment SET lease = $2, leased_until = $3, next_attempt_at = $4 "
            "WHERE id = $1 AND (leased_until IS NULL OR leased_until <= $4)",
            waiting.id,
            new_token(),
            at + 2 * HOLD,
            at,
        )
        if not taken:
            raise InvalidInput(BUSY)
        shipment = await Shipment.get(id=waiting.id)
    lease, over = shipment.lease, shipment.state == "Cancelled"
    try:
        yield order, shipment
    finally:
        # Where it was done, this lease is gone, and nothing is written.
        shipment = await Shipment.get(id=waiting.id)
        if shipment.lease == lease:
            await shipment.release(retry_in=None if over else timedelta())


async def _check_nobody_has(shipment: Shipment) -> None:
    """A booking whose answer was lost is found, so that no parcel is fetched twice."""
    if shipment.state != "Drafted":
        return
    try:
        standing = await standing_of(shipment, gateway_of(shipment.environment))  # type: ignore[arg-type]
    except (ProviderUnknown, ProviderRefused):
        raise Unavailable(NO_ANSWER) from None
    if standing is not None and standing.state not in ("draft", "cancelled"):
        raise InvalidInput(BOOKED_AFTER_ALL)


async def _offered(shipment: Row) -> list[Row]:
    """The rates of the last answer to staff about that parcel, while they are good."""
    if not possible_ids([shipment["id"]]):
        return []
    return await fetch(
        "SELECT r.id, r.carrier_name, r.delivery_time, r.price_minor, r.currency FROM delivery_rate r "
        "WHERE r.quote_id = (SELECT MAX(q.id) FROM delivery_quote q WHERE q.key = $1 AND q.created_at > $2 "
        "AND q.customer_id = (SELECT o.customer_id FROM delivery_quote o JOIN delivery_rate x ON x.quote_id = o.id "
        "WHERE x.id = $3)) ORDER BY r.price_minor, r.id",
        _key(shipment["id"]),
        now() - RATES_ARE_SHOWN,
        shipment["rate_id"],
    )


def _key(shipment_id: int) -> str:
    return f"desk:{shipment_id}"
