"""A checkout that says what it buys: pieces, how they are handed over, and the total the buyer has agreed to.

The cart becomes what is listed. What else was in it is parked, and is the cart again when this order is placed
or given up.
"""

from dataclasses import dataclass
from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch
from core.errors import InvalidInput, PaymentPending
from core.ids import digits, new_uid
from core.money import format_money
from services.buyers import Buyer
from services.carts import begin_cart, lock_cart, put_line
from services.delivery.choosing import deliver_by_carrier, deliver_by_pickup
from services.delivery.offers import is_brought_so
from services.values import as_uid


class AnotherIsBeingPaid(Exception):
    """The buyer's order waits for a payment and isn't what is listed: it has to be reopened first."""


@dataclass(frozen=True, slots=True)
class ByCarrier:
    """To an address, at a carrier's rate: `rate_id` names it, else company and fee (minor units) do."""

    address: str
    rate_id: str | None
    company: str
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Listing:
    """`pieces` are (variant id, quantity). `total_minor` is what the buyer was shown.

    Without `carrier` the order is picked up at the location; with `keep_delivery` a method chosen before stays.
    """

    pieces: tuple[tuple[int, int], ...]
    total_minor: int
    location: UUID
    carrier: ByCarrier | None = None
    keep_delivery: bool = False


async def arrange(buyer: Buyer, listing: Listing) -> Row:
    """Make the buyer's cart what is listed, in the caller's transaction; its row, locked.

    Raises `NotFound`, `InvalidInput`, `OrderLimit`, `AnotherIsBeingPaid`, `PaymentPending`.
    """
    row = await lock_cart(buyer) or await begin_cart(buyer)
    if row["state"] == "ArrangingPayment":
        if await _is_listed(row, listing):
            return row
        raise AnotherIsBeingPaid
    if row["state"] != "AddingItems":
        raise PaymentPending
    parked_id = await _take_lines(buyer, row["id"], dict(listing.pieces))
    await _hand_over(buyer, row["id"], listing)
    return {**row, "parked_id": parked_id or row["parked_id"]}


def check_total(row: Row, listing: Listing, currency: str) -> None:
    """Raises `InvalidInput` where the order costs something else than the buyer was shown."""
    if row["total_minor"] != listing.total_minor:
        right = format_money(row["total_minor"], currency)
        raise InvalidInput(f"Total amount mismatch: totalAmount must be {right}", field="totalAmount")


async def _is_listed(row: Row, listing: Listing) -> bool:
    """Whether the order that is being paid for is this very listing, asked for again."""
    if row["total_minor"] != listing.total_minor or await _lines(row["id"]) != dict(listing.pieces):
        return False
    carrier = listing.carrier
    if carrier is not None:
        return await is_brought_so(
            row["id"],
            listing.location,
            carrier.address,
            rate_id=carrier.rate_id,
            company=carrier.company,
            fee_minor=carrier.fee_minor,
        )
    chosen = await _chosen(row["id"])
    return listing.keep_delivery or [line["location"] for line in chosen] == [listing.location]


async def _lines(order_id: int) -> dict[int, int]:
    rows = await fetch("SELECT variant_id, quantity FROM order_line WHERE order_id = $1", order_id)
    return {row["variant_id"]: row["quantity"] for row in rows}


async def _take_lines(buyer: Buyer, order_id: int, wanted: dict[int, int]) -> int | None:
    """Make the order's lines those that are wanted; the order that holds the rest, if there is any."""
    has = await _lines(order_id)
    if has == wanted:
        return None
    rest = {
        variant_id: quantity - wanted.get(variant_id, 0)
        for variant_id, quantity in has.items()
        if quantity > wanted.get(variant_id, 0)
    }
    parked_id = await _park(buyer, order_id, rest) if rest else None
    for variant_id, quantity in wanted.items():
        if variant_id in has:
            await execute(
                "UPDATE order_line SET quantity = $3 WHERE order_id = $1 AND variant_id = $2",
                order_id,
                variant_id,
                quantity,
            )
        else:
            await put_line(buyer, order_id, variant_id, quantity)
    return parked_id


async def _park(buyer: Buyer, order_id: int, rest: dict[int, int]) -> int:
    """Set pieces aside in an order of their own, which waits until this one is placed or given up; its id."""
    parked = await fetch(
        "INSERT INTO customer_order (uid, created_at, updated_at, platform_id, environment, code, state, active, "
        "customer_id, currency, channel, quantity, subtotal_minor, shipping_minor, tax_minor, total_minor, organization_id) "
        "SELECT $1, $2, $2, $3, $4, $5, 'AddingItems', $6, $7, $8, $9, 0, 0, 0, 0, 0, o.organization_id "
        "FROM customer_order o WHERE o.id = $10 RETURNING id",
        new_uid(),
        now(),
        buyer.scope.platform_id,
        buyer.scope.environment,
        f"{buyer.scope.order_prefix}{digits(9)}",
        False,
        buyer.customer_id,
        buyer.scope.currency,
        buyer.channel,
        order_id,
    )
    for variant_id, quantity in rest.items():
        await fetch(
            "INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, added_at, option_id) "
            "SELECT $1, variant_id, seller_id, $4, unit_price_minor, added_at, option_id FROM order_line "
            "WHERE order_id = $2 AND variant_id = $3 RETURNING id",
            parked[0]["id"],
            order_id,
            variant_id,
            quantity,
        )
        await execute(
            "DELETE FROM order_line WHERE order_id = $1 AND variant_id = $2 AND quantity = $3",
            order_id,
            variant_id,
            quantity,
        )
    parked_id: int = parked[0]["id"]
    await execute("UPDATE customer_order SET parked_id = $2 WHERE id = $1", order_id, parked_id)
    return parked_id


async def _hand_over(buyer: Buyer, order_id: int, listing: Listing) -> None:
    carrier, scope = listing.carrier, buyer.scope
    if carrier is None:
        chosen = await _chosen(order_id)
        kept = listing.keep_delivery and any(line["kind"] == "flat" for line in chosen)
        if not kept and [line["location"] for line in chosen] != [listing.location]:
            await deliver_by_pickup(order_id, scope, listing.location, instead=bool(chosen))
        return
    frozen = await deliver_by_carrier(
        order_id,
        scope,
        buyer.customer_id or 0,
        listing.location,
        carrier.address,
        rate_id=carrier.rate_id,
        company=carrier.company,
        fee_minor=carrier.fee_minor,
    )
    if frozen != carrier.fee_minor:
        raise InvalidInput(
            f"Total amount mismatch: deliveryFee must be {format_money(frozen, scope.currency)}",
            field="deliveryFee",
        )


async def _chosen(order_id: int) -> list[Row]:
    """How the order is handed over so far: kind, and the uid of the location where it is fetched."""
    rows = await fetch(
        "SELECT m.kind, l.uid AS location FROM shipping_line s JOIN shipping_method m ON m.id = s.method_id "
        "LEFT JOIN pickup_location l ON l.id = s.pickup_location_id WHERE s.order_id = $1",
        order_id,
    )
    return [{**row, "location": as_uid(row["location"]) if row["location"] else None} for row in rows]
