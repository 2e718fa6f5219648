"""Parcels: booked once whatever is lost on the way, followed with or without notices, and never moved back."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession

from core import clock
from core.clock import now
from core.db import execute, fetch, fetch_one, transaction
from core.errors import IllegalTransition, InvalidInput, NotFound
from models import Customer, DeliveryRate, Fulfillment, Order, PickupLocation, Shipment
from providers.delivery import Place
from providers.registry import TERMINAL_SANDBOX_KEY, registry
from services.buyers import Buyer
from services.carts import active_order_id, add_to_cart, clear_cart, lock_cart
from services.checkout import pay
from services.checkout.on_account import place_on_account
from services.delivery.asking import HOLD, way_of
from services.delivery.choosing import deliver_by_carrier, deliver_by_pickup
from services.delivery.quotes import quote
from services.deposits.cancelling import cancel_order
from services.tenants import Scope, scope_by_code
from services.values import as_uid
from tests.conftest import World
from tests.deposits.test_on_account import in_parts
from tests.services.helpers import a_customer, a_variant, fill_cart

HOME = "123 Main Street, Victoria Island, Lagos"
HOOK = "/webhooks/terminal-africa"


@dataclass
class Parcel:
    """A paid order that a carrier brings, and hands to look at it."""

    world: World
    scope: Scope
    customer: Customer
    order_id: int
    location: PickupLocation

    async def row(self) -> Shipment:
        return await Shipment.get(order_id=self.order_id)

    async def order(self) -> Order:
        return await Order.get(id=self.order_id)

    async def at_the_carriers(self) -> dict[str, Any]:
        """The twin's shipments of this parcel, and how often it was charged for them."""
        query = {"reference": (await self.row()).uid.hex}
        async with ClientSession() as client:
            answer = await client.get(f"{self.world.twins}/control/shipment", params=query)
            return await answer.json()

    async def hurry(self) -> None:
        """Let a worker look at it now, as its time would come."""
        await execute(
            "UPDATE shipment SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL AND order_id = $2",
            now(),
            self.order_id,
        )
        await self.world.drain()

    async def until(self, state: str) -> Shipment:
        async def there() -> Any:
            await self.hurry()
            row = await self.row()
            return row.state == state and row

        return await self.world.until(there)

    async def move(self, status: str) -> None:
        row = await self.row()
        await self.world.twin("/control/shipment", shipment_id=row.provider_id, status=status)

    async def events(self, kind: str) -> list[dict[str, Any]]:
        rows = await fetch(
            "SELECT data FROM order_event WHERE order_id = $1 AND kind = $2 ORDER BY id", self.order_id, kind
        )
        return [orjson.loads(row["data"]) if isinstance(row["data"], str) else row["data"] for row in rows]


async def by_rate(
    order_id: int,
    scope: Scope,
    who: Customer,
    location: PickupLocation,
    rate_id: str | None,
    address: str = HOME,
    **more: Any,
) -> int:
    """Have an order brought at a rate; its price."""
    return await deliver_by_carrier(order_id, scope, who.id, location.uid, address, rate_id=rate_id, **more)


async def a_parcel(world: World, *, silent: bool = False, on_account: bool = False) -> Parcel:
    """Somebody at Kasuwa pays for a piece and for Terminal Express to bring it, now or on account. `silent`: no notices come."""
    if silent:
        await world.twin("/control/fail", provider="terminal", call="*", mode="no_webhook", times=100)
    scope = await scope_by_code("kasuwa", "test")
    customer = await a_customer(scope)
    buyer = Buyer(scope, "rest", customer.id)
    location = await PickupLocation.get(platform_id=scope.platform_id, name="Lagos Main Store")
    await add_to_cart(buyer, await a_variant(scope, pieces=10), 1)
    rates = (await quote(scope, customer, location.uid, HOME, 2500, 19_998)).rates
    async with transaction():
        row = await lock_cart(buyer)
        assert row
        await by_rate(row["id"], scope, customer, location, rates[0].rate_id)
    if on_account:
        await place_on_account(scope, as_uid(row["uid"]), in_parts(1, 1))
        return Parcel(world, scope, customer, row["id"], location)
    order = await pay(buyer, "standard-payment")
    assert order.shipping_minor == rates[0].price_minor and order.total_minor > order.shipping_minor
    return Parcel(world, scope, customer, order.id, location)


async def test_a_paid_parcel_is_booked_once_and_followed_to_the_door(world):
    parcel = await a_parcel(world)
    assert (await parcel.row()).state == "Stored"
    row = await parcel.until("Confirmed")
    assert row.provider_id.startswith("SH-") and row.tracking_number and row.next_attempt_at
    assert (await parcel.at_the_carriers())["charges"] == 1
    assert (await parcel.order()).state == "PaymentSettled"
    await parcel.move("in-transit")
    await parcel.until("InTransit")
    assert (await parcel.order()).state == "Shipped"
    await parcel.move("delivered")
    row = await parcel.until("Delivered")
    assert row.next_attempt_at is None and (await parcel.order()).state == "Delivered"
    assert [event["status"] for event in row.events] == ["confirmed", "in-transit", "delivered"]
    assert [event["to"] for event in await parcel.events("shipment")] == [
        "Confirmed",
        "InTransit",
        "Delivered",
    ]
    assert not await parcel.events("delivery_cost")
    await world.drain()
    texts = [message["text"] for message in await world.outbox(parcel.customer.phone)]
    code = (await parcel.order()).code
    assert sum("on its way to you with Terminal Express. Tracking number TA" in text for text in texts) == 1
    assert sum(f"has delivered order {code}" in text for text in texts) == 1


async def test_an_order_that_is_fetched_or_goes_flat_has_no_parcel(world):
    scope = await scope_by_code("kasuwa", "test")
    buyer = Buyer(scope, "rest", (await a_customer(scope)).id)
    variant = await a_variant(scope, pieces=10)
    location = await PickupLocation.filter(platform_id=scope.platform_id).order_by("id").first()
    await add_to_cart(buyer, variant, 1)
    async with transaction():
        await deliver_by_pickup((await lock_cart(buyer))["id"], scope, location.uid)
    fetched = await pay(buyer, "standard-payment")
    assert [(line.kind, line.label, line.price_minor) for line in fetched.shipping] == [
        ("pickup", "Lagos Main Store", 0)
    ]
    await fill_cart(buyer, variant, 1)
    await pay(buyer, "standard-payment")
    assert not await Shipment.exists()


async def test_a_parcel_paid_on_a_gateways_page_is_sent_once_it_is_paid(world):
    scope = await scope_by_code("kasuwa", "test")
    customer = await a_customer(scope)
    buyer = Buyer(scope, "rest", customer.id)
    location = await PickupLocation.get(platform_id=scope.platform_id, name="Lagos Main Store")
    await add_to_cart(buyer, await a_variant(scope, pieces=10), 1)
    rates = (await quote(scope, customer, location.uid, HOME, 1000, 0)).rates
    async with transaction():
        cart = await lock_cart(buyer)
        await by_rate(cart["id"], scope, customer, location, rates[0].rate_id)
    order = await pay(buyer, "connected-payment-method")
    assert not await Shipment.exists()
    async with ClientSession() as browser:
        url = order.payments[-1].payment_url
        async with browser.post(url, data={"outcome": "pay"}, allow_redirects=False) as answer:
            assert answer.ok

    async def opened() -> bool:
        return await Shipment.exists(order_id=order.id)

    await world.until(opened)


@pytest.mark.parametrize("call", ["quick_shipment", "pickup", "track"])
@pytest.mark.parametrize("mode", ["error_500_before", "error_500_after", "garbage"])
async def test_a_lost_answer_books_nothing_twice(world, call, mode):
    parcel = await a_parcel(world)
    await world.twin("/control/fail", provider="terminal", call=call, mode=mode, times=2)
    await parcel.until("Confirmed")
    assert (await parcel.at_the_carriers())["charges"] == 1
    assert len(await parcel.events("shipment")) == 1


async def test_a_worker_that_dies_after_booking_leaves_one_booking(world):
    parcel = await a_parcel(world, silent=True)
    [row] = await Shipment.claim()
    # It drafts and stores, and then books and dies before it can store that.
    provider_id = await registry().delivery("test").draft(**await way(row), reference=row.uid.hex)
    await row.release(retry_in=timedelta(), state="Drafted", provider_id=provider_id)
    [row] = await Shipment.claim()
    rate = await DeliveryRate.get(id=row.rate_id)
    await registry().delivery("test").book(shipment_id=provider_id, rate_id=rate.rate_id)
    await world.drain()
    assert (await parcel.row()).state == "Drafted", "whoever claimed it may still be at work"
    clock.travel(HOLD)
    # Half a minute later the carrier has been at the door already.
    await parcel.until("Delivered")
    assert (await parcel.at_the_carriers())["charges"] == 1


async def test_a_worker_that_dies_after_drafting_costs_nothing(world):
    parcel = await a_parcel(world, silent=True)
    [row] = await Shipment.claim()
    await registry().delivery("test").draft(**await way(row), reference=row.uid.hex)
    clock.travel(HOLD)
    await parcel.until("Confirmed")
    seen = await parcel.at_the_carriers()
    assert (len(seen["shipments"]), seen["charges"]) == (2, 1)


async def way(row: Shipment) -> dict[str, Any]:
    rate = await DeliveryRate.get(id=row.rate_id).select_related("quote")
    return await way_of(rate.quote, Place(**row.place), 1000)


async def test_a_parcel_is_followed_without_any_notice(world):
    parcel = await a_parcel(world, silent=True)
    await parcel.until("Confirmed")
    await parcel.move("delivered")
    await parcel.until("Delivered")
    assert (await parcel.order()).state == "Delivered"
    assert not await fetch("SELECT id FROM external_event WHERE provider = 'terminal_africa'")


async def test_notices_alone_move_it_on_and_twice_is_once(world):
    await world.twin("/control/fail", provider="terminal", call="*", mode="duplicate_webhook", times=100)
    parcel = await a_parcel(world)
    await parcel.until("Confirmed")
    await parcel.move("in-transit")

    async def shipped() -> bool:
        return (await parcel.order()).state == "Shipped"

    await world.until(shipped)
    assert [event["to"] for event in await parcel.events("shipment")] == ["Confirmed", "InTransit"]
    noted = await fetch("SELECT event_id FROM external_event WHERE provider = 'terminal_africa'")
    assert len({row["event_id"] for row in noted}) == len(noted)


def signed(body: bytes, key: str = TERMINAL_SANDBOX_KEY) -> dict[str, str]:
    return {"X-Terminal-Signature": hmac.new(key.encode(), body, hashlib.sha512).hexdigest()}


async def test_a_late_or_lying_notice_moves_nothing_back(world):
    parcel = await a_parcel(world, silent=True)
    await parcel.until("Confirmed")
    await parcel.move("in-transit")
    row = await parcel.until("InTransit")
    # The carrier itself now says something older, and a genuine notice makes us look.
    for status in ("confirmed", "pending"):
        await parcel.move(status)
        data = {"shipment_id": row.provider_id, "status": "delivered"}
        body = orjson.dumps({"event": "shipment.delivered", "data": data, "said": status})
        for _ in range(2):
            answer = await world.http.post(HOOK, data=body, headers=signed(body))
            assert answer.status == 200
        await world.drain()
        assert (await parcel.row()).state == "InTransit"
    assert (await parcel.order()).state == "Shipped"
    assert len(await fetch("SELECT id FROM external_event WHERE provider = 'terminal_africa'")) == 2
    await parcel.move("delivered")
    await parcel.until("Delivered")
    await parcel.move("in-transit")
    body = orjson.dumps({"event": "shipment.in-transit", "data": {"shipment_id": row.provider_id}})
    await world.http.post(HOOK, data=body, headers=signed(body))
    await world.drain()
    assert (await parcel.row()).state == "Delivered" and (await parcel.order()).state == "Delivered"


async def test_a_forged_notice_is_refused_and_nothing_is_stored(world):
    body = orjson.dumps({"event": "shipment.delivered", "data": {"shipment_id": "SH-1"}})
    for headers in (
        {},
        signed(body, "sk_test_demo"),
        signed(body + b" "),
        {"X-Terminal-Signature": "0" * 128},
    ):
        assert (await world.http.post(HOOK, data=body, headers=headers)).status == 403
    assert (await world.http.post(HOOK, data=b"\xff", headers=signed(b"\xff"))).status == 403
    assert not await fetch("SELECT id FROM external_event")


async def test_of_an_expired_rate_the_platform_bears_the_difference(world):
    parcel = await a_parcel(world, silent=True)
    old = await DeliveryRate.get(id=(await parcel.row()).rate_id)
    # The carrier doesn't know the rate any more, and asks more for a dearer parcel now.
    await execute("UPDATE delivery_rate SET rate_id = 'RT-GONE' WHERE id = $1", old.id)
    await execute("UPDATE delivery_quote SET weight_g = 7500 WHERE id = $1", old.quote_id)
    row = await parcel.until("Confirmed")
    new = await DeliveryRate.get(id=row.rate_id)
    assert new.id != old.id and new.carrier_slug == old.carrier_slug and new.price_minor > old.price_minor
    assert (await parcel.at_the_carriers())["charges"] == 1
    [cost] = await parcel.events("delivery_cost")
    assert cost["cost_minor"] == new.price_minor - old.price_minor > 0 and cost["currency"] == "NGN"
    order, line = await parcel.order(), await fetch_one("SELECT price_minor FROM shipping_line")
    assert order.shipping_minor == old.price_minor == line["price_minor"]
    # What was asked for this parcel is no offer to anybody.
    async with transaction():
        with pytest.raises(InvalidInput):
            await by_rate(order.id, parcel.scope, parcel.customer, parcel.location, new.rate_id)


async def test_a_refused_booking_is_told_once_and_tried_again(world):
    parcel = await a_parcel(world, silent=True)
    await world.twin("/control/fail", provider="terminal", call="pickup", mode="decline", times=2)
    for _ in range(3):
        await parcel.hurry()
    row = await parcel.until("Confirmed")
    assert row.reason == ""
    [told] = await parcel.events("shipment_refused")
    assert told["reason"] == "Insufficient wallet balance"
    assert (await parcel.at_the_carriers())["charges"] == 1


async def test_of_a_cancelled_order_no_parcel_goes_out(world):
    unsent = await a_parcel(world, silent=True)
    await Order.filter(id=unsent.order_id).update(state="Cancelled")
    await unsent.until("Cancelled")
    assert (await unsent.at_the_carriers())["charges"] == 0
    booked = await a_parcel(world)
    await booked.until("Confirmed")
    await Order.filter(id=booked.order_id).update(state="Cancelled")
    await booked.until("Cancelled")
    [seen] = (await booked.at_the_carriers())["shipments"]
    assert seen["status"] == "canceled"


async def test_what_is_on_account_is_brought_before_it_is_paid(world):
    parcel = await a_parcel(world, on_account=True)
    await parcel.until("Confirmed")
    await parcel.move("in-transit")
    await parcel.until("InTransit")
    order = await parcel.order()
    assert order.state == "PaymentAuthorized"
    assert await Fulfillment.filter(order_id=order.id, state="Shipped").count() == 1
    with pytest.raises(IllegalTransition, match="on its way"):
        await cancel_order(parcel.scope, order.uid)
    await parcel.move("delivered")
    await parcel.until("Delivered")
    assert (await parcel.order()).state == "PaymentAuthorized"
    assert await Fulfillment.filter(order_id=order.id, state="Delivered").count() == 1
    assert (await parcel.at_the_carriers())["charges"] == 1


async def test_what_is_on_account_and_called_off_before_it_was_fetched_is_not_brought(world):
    parcel = await a_parcel(world, silent=True, on_account=True)
    await parcel.until("Confirmed")
    await cancel_order(parcel.scope, (await parcel.order()).uid)
    # At once, and not when the carrier would have been asked next.
    await world.drain()
    assert (await parcel.row()).state == "Cancelled"
    [seen] = (await parcel.at_the_carriers())["shipments"]
    assert seen["status"] == "canceled"


async def test_a_parcel_that_its_carrier_called_off_leaves_the_order_paid(world):
    parcel = await a_parcel(world)
    await parcel.until("Confirmed")
    await parcel.move("canceled")
    row = await parcel.until("Cancelled")
    assert row.next_attempt_at is None and (await parcel.order()).state == "PaymentSettled"
    assert (await parcel.events("shipment"))[-1]["to"] == "Cancelled"


async def test_a_rate_is_good_for_its_customer_and_its_address_alone(world):
    scope = await scope_by_code("kasuwa", "test")
    mine, other = await a_customer(scope), await a_customer(scope)
    location = await PickupLocation.get(platform_id=scope.platform_id, name="Lagos Main Store")
    [rate, *_] = (await quote(scope, mine, location.uid, HOME, 1000, 0)).rates
    buyer = Buyer(scope, "rest", mine.id)
    await add_to_cart(buyer, await a_variant(scope, pieces=10), 1)
    cart = await active_order_id(buyer)
    same = {"company": rate.carrier_name, "fee_minor": rate.price_minor}
    for name in (rate.rate_id, None):
        assert await by_rate(cart, scope, mine, location, name, **same) == rate.price_minor
        for who, address, more in (
            (other, HOME, same),
            (mine, f"Flat 1, {HOME}", same),
            *([(mine, HOME, {**same, "fee_minor": rate.price_minor - 1})] if name is None else []),
        ):
            with pytest.raises(InvalidInput) as refusal:
                await by_rate(cart, scope, who, location, name, address, **more)
            assert refusal.value.field == "selectedRateId"
        next_door = await PickupLocation.filter(platform_id=scope.platform_id).exclude(id=location.id).first()
        with pytest.raises(InvalidInput) as refusal:
            await by_rate(cart, scope, mine, next_door, name, **same)
        assert refusal.value.field == "storeLocationId"
        for where in (await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "live")):
            with pytest.raises(NotFound) as unknown:
                await by_rate(cart, where, mine, location, name, **same)
            assert unknown.value.field == "storeLocationId"


async def test_a_rate_is_for_no_more_than_the_parcel_that_was_asked_for(world):
    scope = await scope_by_code("kasuwa", "test")
    customer = await a_customer(scope)
    buyer = Buyer(scope, "rest", customer.id)
    location = await PickupLocation.get(platform_id=scope.platform_id, name="Lagos Main Store")
    await add_to_cart(buyer, await a_variant(scope, pieces=50), 3)
    cart = await active_order_id(buyer)
    for weight_g in (1, 99, 149):
        [rate, *_] = (await quote(scope, customer, location.uid, HOME, weight_g, 0)).rates
        for name in (rate.rate_id, None):
            named = {"company": rate.carrier_name, "fee_minor": rate.price_minor}
            with pytest.raises(InvalidInput, match=r"at least 0\.15 kg") as refusal:
                await by_rate(cart, scope, customer, location, name, **named)
            assert refusal.value.field == "selectedRateId"
    [rate, *_] = (await quote(scope, customer, location.uid, HOME, 150, 0)).rates
    await by_rate(cart, scope, customer, location, rate.rate_id)
    # What is put in afterwards, at another door, isn't brought for the same fee.
    await add_to_cart(buyer, (await fetch_one("SELECT variant_id FROM order_line"))["variant_id"], 1)
    with pytest.raises(IllegalTransition, match=r"at least 0\.2 kg"):
        await pay(buyer, "standard-payment")
    # A single piece weighs something as well.
    await clear_cart(buyer)
    await add_to_cart(buyer, await a_variant(scope, pieces=10), 1)
    [light, *_] = (await quote(scope, customer, location.uid, HOME, 99, 0)).rates
    with pytest.raises(InvalidInput, match=r"at least 0\.1 kg"):
        await by_rate(cart, scope, customer, location, light.rate_id)
