"""Carriers' offers: which of them can bring an order. Each serves one order, of the parcel that was asked for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, fetch, fetch_one
from core.errors import InvalidInput
from services.delivery.quotes import key_of, used_rates
from services.tenants import Scope

NOT_VALID = "That rate is not valid for this address any more: ask for a new quote."
ELSEWHERE = (
    "That rate is from another location: storeLocationId must be the one that the quote was asked for."
)
USED = "Another order of yours is brought at that rate already: ask for a new quote."
NONE_ASKED = "Ask for a delivery quote first."
EXPIRED = "The delivery quote has expired: choose the delivery again."
# What a product weighs isn't known, and the parcel's weight is the customer's word: no rate for less than so many
# grams a piece, and so many in all, is believed.
LEAST_PIECE_G, LEAST_PARCEL_G = 50, 100
# A carrier's offer with its question.
OFFER = (
    "r.id, r.rate_id, r.carrier_name, r.price_minor, q.key, q.location_id, q.weight_g, q.value_minor, q.place"
)
# Offers while they are good, to the customer who was given them.
GOOD_OFFERS = (
    f"SELECT {OFFER} FROM delivery_rate r JOIN delivery_quote q ON q.id = r.quote_id WHERE q.platform_id = $1 "
    "AND q.environment = $2 AND q.customer_id = $3 AND q.expires_at > $4 AND q.state = 'Answered'"
)
CHOSEN_OFFER = (
    "FROM shipping_line s JOIN delivery_rate r ON r.id = s.rate_id JOIN delivery_quote q ON q.id = r.quote_id "
    "WHERE s.order_id = $1"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An offer as a buyer names it: by `rate_id`, or else by its company and its fee (minor units)."""

    location_id: int
    address: str
    rate_id: str | None
    company: str = ""
    fee_minor: int = 0


async def offer_for(order_id: int, scope: Scope, customer_id: int, wanted: Wanted) -> Row:
    """The customer's offer for the order, with its question.

    Raises `InvalidInput` naming `storeLocationId` for another location than was quoted for, or `selectedRateId` for
    a rate that is unknown, somebody else's, for another address, expired, used by an order already, or for a lighter
    parcel than so many pieces can be.
    """
    if wanted.rate_id:
        found = await _good_offers(scope, customer_id, wanted.address, "r.rate_id = $5", wanted.rate_id)
    else:
        same = "r.carrier_name = $5 AND r.price_minor = $6"
        named = (wanted.company, wanted.fee_minor)
        found = await _good_offers(scope, customer_id, wanted.address, same, *named)
    if not found:
        raise InvalidInput(NOT_VALID if wanted.rate_id else NONE_ASKED, field="selectedRateId")
    here = [rate for rate in found if rate["location_id"] == wanted.location_id]
    if not here:
        raise InvalidInput(ELSEWHERE, field="storeLocationId")
    return await _fit(order_id, scope, customer_id, here)


async def is_brought_so(
    order_id: int, location_uid: UUID, address: str, *, rate_id: str | None, company: str, fee_minor: int
) -> bool:
    """Whether what `deliver_by_carrier` takes is what was chosen for the order."""
    rate = await fetch_one(
        f"SELECT {OFFER} {CHOSEN_OFFER} AND q.location_id = (SELECT id FROM pickup_location WHERE uid = $2)",
        order_id,
        location_uid,
    )
    if rate is None or not _is_for(rate, address):
        return False
    if rate_id:
        return bool(rate["rate_id"] == rate_id)
    return (rate["carrier_name"], rate["price_minor"]) == (company, fee_minor)


async def why_rate_is_over(order_id: int) -> str | None:
    """Why the rate that was chosen for the order isn't good for it any more, as a sentence; None where it is.

    Its life has ended, or the order has become more than the parcel that was asked for.
    """
    rate = await fetch_one(f"SELECT q.expires_at <= $2 AS ended, q.weight_g {CHOSEN_OFFER}", order_id, now())
    if rate is None:
        return None
    return EXPIRED if rate["ended"] else _too_light(rate, await _pieces(order_id))


async def _good_offers(scope: Scope, customer_id: int, address: str, which: str, *values: Any) -> list[Row]:
    """The customer's for that address, the newest first; `which` are those, with `values` from `$5` on."""
    rows = await fetch(
        f"{GOOD_OFFERS} AND {which} ORDER BY r.id DESC",
        scope.platform_id,
        scope.environment,
        customer_id,
        now(),
        *values,
    )
    return [row for row in rows if _is_for(row, address)]


async def _fit(order_id: int, scope: Scope, customer_id: int, rates: list[Row]) -> Row:
    """The first rate that can bring the order. Raises `InvalidInput` where none can."""
    # Orders of one customer are placed one by one, so what isn't used yet stays so until this one is.
    used = {row["rate_id"] for row in await used_rates(scope, customer_id, besides=order_id)}
    pieces = await _pieces(order_id)
    reason = ""
    for rate in rates:
        why = USED if rate["rate_id"] in used else _too_light(rate, pieces)
        if why is None:
            return rate
        reason = reason or why
    raise InvalidInput(reason, field="selectedRateId")


async def _pieces(order_id: int) -> int:
    row = await fetch_one("SELECT SUM(quantity) AS pieces FROM order_line WHERE order_id = $1", order_id)
    return int(row["pieces"] or 0) if row else 0


def _too_light(rate: Row, pieces: int) -> str | None:
    """Why the rate isn't for a parcel of so many pieces; None where it may be."""
    least_g = max(LEAST_PARCEL_G, pieces * LEAST_PIECE_G)
    if rate["weight_g"] >= least_g:
        return None
    return (
        f"That rate is for {rate['weight_g'] / 1000:g} kg, and what is ordered weighs at least "
        f"{least_g / 1000:g} kg: ask for a new quote."
    )


def _is_for(rate: Row, address: str) -> bool:
    asked = key_of(rate["location_id"], address, rate["weight_g"], rate["value_minor"])
    return bool(asked == rate["key"])
