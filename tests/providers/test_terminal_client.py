"""The Terminal Africa client against the twin: addresses, quotes, drafts, bookings, tracking and refusals."""

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import aiohttp
import pytest
from terminal_helpers import (
    ABUJA,
    HOME,
    KEY,
    PARCEL,
    SHOP,
    WAY,
    answering,
    booked,
    move,
    rate_id,
    shipments,
)
from twin_helpers import TIMEOUT_S, eventually

from core import clock
from core.settings import Settings
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import Registry
from providers.terminal_africa import TerminalAfrica

RATE = {"rate_id": "RT-1", "amount": 5000, "currency": "NGN", "carrier_name": "DHL"}


async def test_quotes_are_those_of_the_contract_s_sample(terminal):
    rates = await terminal.quotes(**WAY, currency="NGN")
    assert [(rate.carrier_name, rate.amount_minor, rate.delivery_time) for rate in rates] == [
        ("Terminal Express", 500_000, "Within 3-5 days"),
        ("Terminal Standard", 350_000, "Within 5-7 days"),
        ("Terminal Premium", 750_000, "Within 1-2 days"),
    ]
    assert {rate.currency for rate in rates} == {"NGN"}
    assert rates[0].carrier_slug == "terminal-express"
    assert len({rate.rate_id for rate in rates}) == 3 and all(rate.eta_minutes > 0 for rate in rates)


async def test_a_carrier_s_logo_is_a_picture_that_anybody_can_see(terminal, twins):
    [first, *_] = await terminal.quotes(**WAY, currency="NGN")
    async with aiohttp.ClientSession() as stranger, stranger.get(first.carrier_logo) as answer:
        assert (answer.status, answer.content_type) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({"delivery": ABUJA}, True),
        ({"parcel": replace(PARCEL, weight_g=9_000)}, True),
        ({"parcel": replace(PARCEL, value_minor=50_000_000)}, True),
        ({"delivery": replace(HOME, line1="9 Other Street")}, False),
    ],
    ids=["a longer way", "more weight", "more value", "another street"],
)
async def test_fees_depend_on_way_weight_and_value_and_on_nothing_else(terminal, change, more):
    plain = [rate.amount_minor for rate in await terminal.quotes(**WAY, currency="NGN")]
    changed = [rate.amount_minor for rate in await terminal.quotes(**WAY | change, currency="NGN")]
    again = [rate.amount_minor for rate in await terminal.quotes(**WAY | change, currency="NGN")]
    assert changed == again
    assert all((after > before) is more for before, after in zip(plain, changed, strict=True))


async def test_quotes_come_in_cedis_where_they_are_asked_for(terminal):
    accra = replace(SHOP, city="Accra", state="Greater Accra", country="GH", phone="+233246215478")
    kumasi = replace(accra, city="Kumasi", state="Ashanti")
    box = replace(PARCEL, currency="GHS", weight_g=1333, value_minor=123_456)
    rates = await terminal.quotes(pickup=accra, delivery=kumasi, parcel=box, currency="GHS")
    assert {rate.currency for rate in rates} == {"GHS"}
    assert all(1000 < rate.amount_minor < 50_000 for rate in rates)


async def test_no_carrier_goes_everywhere(terminal):
    paris = replace(HOME, city="Paris", state="Paris", country="FR", phone="+33142681234")
    assert await terminal.quotes(**WAY | {"delivery": paris}, currency="NGN") == []


@pytest.mark.parametrize(
    "change",
    [
        {"delivery": replace(HOME, phone="")},
        {"delivery": replace(HOME, phone="12")},
        {"delivery": replace(HOME, line1="")},
        {"delivery": replace(HOME, country="Nigeria")},
        {"pickup": replace(SHOP, first_name="", last_name="")},
        {"parcel": replace(PARCEL, description="")},
        {"parcel": replace(PARCEL, weight_g=2_000_000)},
        {"currency": "USD"},
    ],
)
async def test_what_no_carrier_can_work_with_is_refused(terminal, change):
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.quotes(**{**WAY, "currency": "NGN"} | change)
    assert refusal.value.code == "http_400"


async def test_an_address_is_saved_and_changed(terminal, twins):
    address_id = await terminal.save_address(HOME)
    await terminal.update_address(address_id, ABUJA)
    headers = {"Authorization": f"Bearer {KEY}"}
    url = f"{twins.url}/terminal/v1/addresses/{address_id}"
    async with twins.session.get(url, headers=headers) as answer:
        kept = (await answer.json())["data"]
    assert (kept["city"], kept["state"], kept["phone"]) == ("Gwarinpa", "Abuja", HOME.phone)
    assert kept["coordinates"] == {"lat": 9.1, "lng": 7.5}
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.update_address("AD-UNHEARD", ABUJA)
    assert refusal.value.code == "http_404"
    with pytest.raises(ProviderRefused):
        await terminal.update_address("../shipments/quick", ABUJA)


async def test_a_draft_is_booked_at_a_quoted_rate(terminal, twins):
    shipment_id = await terminal.draft(**WAY, reference="order-1")
    assert (await terminal.track(shipment_id)).state == "draft"
    assert await shipments(twins, "order-1") == (1, 0)
    [_, standard, _] = await terminal.quotes(**WAY, currency="NGN")
    tracking = await terminal.book(shipment_id=shipment_id, rate_id=standard.rate_id)
    assert (tracking.shipment_id, tracking.state) == (shipment_id, "confirmed")
    assert tracking.carrier_name == "Terminal Standard" and tracking.tracking_number
    assert [event.status for event in tracking.events] == ["confirmed"]
    assert tracking.events[0].at.tzinfo is UTC and tracking.events[0].location == "Mushin, NG"
    assert await terminal.track(shipment_id) == tracking
    assert await shipments(twins, "order-1") == (1, 1)


async def test_a_booked_shipment_is_not_booked_twice(terminal, twins):
    first = await booked(terminal, "twice")
    again = await terminal.book(shipment_id=first.shipment_id, rate_id=await rate_id(terminal))
    assert again == first
    await move(twins, first.shipment_id, "delivered")
    again = await terminal.book(shipment_id=first.shipment_id, rate_id="RT-UNHEARD")
    assert again.state == "delivered"
    assert await shipments(twins, "twice") == (1, 1)


async def test_a_rate_is_not_used_for_two_shipments(terminal, twins):
    rate = await rate_id(terminal)
    one, two = [await terminal.draft(**WAY, reference="two") for _ in range(2)]
    await terminal.book(shipment_id=one, rate_id=rate)
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.book(shipment_id=two, rate_id=rate)
    assert refusal.value.code == "rate_expired"
    assert await shipments(twins, "two") == (2, 1)


async def test_a_rate_lasts_a_day(terminal, twins):
    shipment_id, rate = await terminal.draft(**WAY, reference="late"), await rate_id(terminal)
    clock.travel(timedelta(hours=24, seconds=1))
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.book(shipment_id=shipment_id, rate_id=rate)
    assert refusal.value.code == "rate_expired"
    assert (await terminal.track(shipment_id)).state == "draft"
    await terminal.book(shipment_id=shipment_id, rate_id=await rate_id(terminal))
    assert await shipments(twins, "late") == (1, 1)


async def test_an_unknown_rate_or_shipment_is_refused(terminal):
    shipment_id, rate = await terminal.draft(**WAY, reference="x"), await rate_id(terminal)
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.book(shipment_id=shipment_id, rate_id="RT-UNHEARD")
    assert refusal.value.code == "rate_expired"
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.book(shipment_id="SH-UNHEARD", rate_id=rate)
    assert refusal.value.code == "http_404"
    for strange in ("SH-UNHEARD", "../addresses", ""):
        with pytest.raises(ProviderRefused):
            await terminal.track(strange)


async def test_a_shipment_is_called_off_before_it_is_picked_up(terminal, twins):
    shipment_id = (await booked(terminal, "off")).shipment_id
    await terminal.cancel(shipment_id)
    await terminal.cancel(shipment_id)
    assert (await terminal.track(shipment_id)).state == "cancelled"
    with pytest.raises(ProviderRefused):
        await terminal.book(shipment_id=shipment_id, rate_id=await rate_id(terminal))
    gone = (await booked(terminal, "gone")).shipment_id
    await move(twins, gone, "in-transit")
    with pytest.raises(ProviderRefused):
        await terminal.cancel(gone)
    assert (await terminal.track(gone)).state == "in_transit"


async def test_a_shipment_moves_by_itself_until_it_is_delivered(start_twins):
    twins = await start_twins(transit_after_s=0.1, deliver_after_s=0.1)
    terminal = TerminalAfrica(f"{twins.url}/terminal/v1", KEY, TIMEOUT_S)
    shipment_id = (await booked(terminal, "moves")).shipment_id

    async def there() -> bool:
        return (await terminal.track(shipment_id)).state == "delivered"

    await eventually(there)
    events = (await terminal.track(shipment_id)).events
    assert [event.status for event in events] == ["confirmed", "in-transit", "delivered"]
    assert events[-1].location == "Victoria Island, NG"
    await terminal.close()


async def test_a_shipment_is_where_the_clock_says(terminal):
    shipment_id = (await booked(terminal, "clock")).shipment_id
    clock.travel(timedelta(seconds=601))
    assert (await terminal.track(shipment_id)).state == "in_transit"
    clock.travel(timedelta(seconds=601))
    assert (await terminal.track(shipment_id)).state == "delivered"


async def test_packaging_is_made_once_and_again_where_it_is_gone(terminal, twins):
    async def packaging() -> int:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with twins.session.get(f"{twins.url}/terminal/v1/packaging", headers=headers) as answer:
            return (await answer.json())["data"]["pagination"]["total"]

    other = TerminalAfrica(f"{twins.url}/terminal/v1", KEY, TIMEOUT_S)
    for client in (terminal, terminal, other):
        assert await client.quotes(**WAY, currency="NGN")
    await other.close()
    assert await packaging() == 1
    await twins.session.post(f"{twins.url}/control/reset?everything=1")
    assert await terminal.draft(**WAY, reference="after")
    assert await packaging() == 1


async def test_a_key_opens_its_own_account_only(twins):
    stranger = TerminalAfrica(f"{twins.url}/terminal/v1", "sk_test_other", TIMEOUT_S)
    for call in (
        stranger.quotes(**WAY, currency="NGN"),
        stranger.track("SH-1"),
        stranger.book(shipment_id="SH-1", rate_id="RT-1"),
    ):
        with pytest.raises(ProviderRefused) as refusal:
            await call
        assert refusal.value.code == "http_401"
    await stranger.close()


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (77726.89, 7_772_689),
        ("77726.89", 7_772_689),
        (0.07, 7),
        (1.1 + 2.2, 330),
        ("3500", 350_000),
        (1e9, 100_000_000_000),
        (19.99, 1999),
    ],
)
async def test_major_units_become_exactly_the_minor_units_they_are(amount, minor):
    async with answering(quotes=[RATE | {"amount": amount}]) as (terminal, _):
        [rate] = await terminal.quotes(**WAY, currency="NGN")
    assert rate.amount_minor == minor


@pytest.mark.parametrize(
    "odd",
    [
        {"amount": None},
        {"amount": True},
        {"amount": 0},
        {"amount": -5},
        {"amount": "free"},
        {"amount": "NaN"},
        {"amount": 10.005},
        {"amount": 1e30},
        {"amount": []},
        {"rate_id": None},
        {"rate_id": ""},
        {"currency": "USD"},
        {"currency": None},
        {"carrier_name": None},
    ],
)
async def test_a_rate_that_can_not_be_read_is_left_out_and_the_others_stay(odd):
    async with answering(quotes=[RATE | odd, "rate", None, RATE | {"rate_id": "RT-2"}]) as (terminal, _):
        assert [rate.rate_id for rate in await terminal.quotes(**WAY, currency="NGN")] == ["RT-2"]


async def test_rates_are_read_in_both_shapes_and_in_no_third():
    async with answering(quotes={"rates": [RATE]}) as (terminal, _):
        assert len(await terminal.quotes(**WAY, currency="NGN")) == 1
    for strange in ({"rate": RATE}, "none", None, {"rates": RATE}):
        async with answering(quotes=strange) as (terminal, _):
            with pytest.raises(ProviderUnknown):
                await terminal.quotes(**WAY, currency="NGN")


async def test_a_parcel_is_told_in_kilograms_and_major_units():
    box = replace(PARCEL, weight_g=2505, value_minor=123_456_789, quantity=3)
    async with answering(quotes=[RATE]) as (terminal, sent):
        await terminal.quotes(pickup=SHOP, delivery=HOME, parcel=box, currency="NGN")
    asked = sent[-1]
    [item] = asked["parcel"]["items"]
    assert (item["weight"], item["value"], item["quantity"]) == (2.505, 1_234_567.89, 1)
    assert item["name"] == "3 x Brake pads" and asked["parcel"]["weight_unit"] == "kg"
    assert asked["persist_data"] is True
    assert asked["delivery_address"]["zip"] == "0000" and asked["delivery_address"]["last_name"] == "Ama"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("canceled", "cancelled"),
        ("Cancelled", "cancelled"),
        ("in-transit", "in_transit"),
        ("in_transit", "in_transit"),
        ("In Transit", "in_transit"),
        ("pending", "pending"),
    ],
)
async def test_status_words_are_read_in_their_spellings(word, state):
    async with answering(**{"SH-1": {"shipment_id": "SH-1", "status": word}}) as (terminal, _):
        assert (await terminal.track("SH-1")).state == state


@pytest.mark.parametrize(
    "data",
    [
        {"shipment_id": "SH-1", "status": "teleported"},
        {"shipment_id": "SH-2", "status": "confirmed"},
        {"shipment_id": "SH-1"},
        [],
        None,
    ],
)
async def test_a_shipment_that_can_not_be_read_is_unknown(data):
    async with answering(**{"SH-1": data}) as (terminal, _):
        with pytest.raises(ProviderUnknown):
            await terminal.track("SH-1")


async def test_carriers_and_events_are_read_in_all_their_shapes():
    event = {"created_at": "2023-09-14T12:20:17.053Z", "status": "PU", "location": None}
    earlier = event | {"created_at": "2023-09-14T13:00:00+02:00", "status": "confirmed"}
    shipment = {"shipment_id": "SH-1", "status": "in-transit", "events": [event, {"status": "x"}, earlier]}
    for carrier, name in (({"name": "DHL"}, "DHL"), ("DHL", "DHL"), ("CA-819", ""), ({}, ""), (None, "")):
        async with answering(**{"SH-1": shipment | {"carrier": carrier}}) as (terminal, _):
            tracking = await terminal.track("SH-1")
        assert tracking.carrier_name == name
        assert [each.status for each in tracking.events] == ["confirmed", "PU"]


async def test_what_was_accepted_is_no_draft_whatever_the_answer_shows():
    shipment = {"shipment_id": "SH-1", "status": "draft", "extras": {"tracking_number": "TRK"}}
    async with answering(pickup=shipment) as (terminal, _):
        tracking = await terminal.book(shipment_id="SH-1", rate_id="RT-1")
    assert (tracking.state, tracking.tracking_number) == ("pending", "TRK")


async def test_a_refusal_is_no_refusal_where_the_shipment_can_not_be_seen():
    async with answering(pickup=(400, "no"), **{"SH-1": (403, "no")}) as (terminal, _):
        with pytest.raises(ProviderUnknown):
            await terminal.book(shipment_id="SH-1", rate_id="RT-1")


async def test_an_address_is_validated_field_by_field(twins):
    headers = {"Authorization": f"Bearer {KEY}"}
    url = f"{twins.url}/terminal/v1/addresses/validate"
    good = {"city": "Ikeja", "state": "Lagos State", "country": "NG", "line1": "12 Allen", "zip": "1"}
    for given, valid in ((good, True), (good | {"state": "Ashanti"}, False), (good | {"zip": ""}, False)):
        async with twins.session.post(url, json=given, headers=headers) as answer:
            data = (await answer.json())["data"]
        assert data["is_valid"] is valid and bool(data["validation_messages"]) is not valid


async def test_saved_addresses_and_a_parcel_are_rated_and_carried_without_a_draft(twins, terminal):
    async def call(method: str, path: str, **more) -> dict:
        headers = {"Authorization": f"Bearer {KEY}"}
        url = f"{twins.url}/terminal/v1{path}"
        async with twins.session.request(method, url, headers=headers, **more) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.json())["data"]

    pickup, delivery = await terminal.save_address(SHOP), await terminal.save_address(HOME)
    box = {"name": "Box", "type": "box", "height": 1, "length": 1, "width": 1, "weight": 0.1}
    packaging = (await call("POST", "/packaging", json=box))["packaging_id"]
    item = {"name": "a", "description": "b", "currency": "NGN", "value": 10, "quantity": 1, "weight": 1}
    parcel = {"packaging": packaging, "weight_unit": "kg", "items": [item]}
    parcel_id = (await call("POST", "/parcels", json=parcel))["parcel_id"]
    asked = {"pickup_address": pickup, "delivery_address": delivery, "parcel_id": parcel_id}
    [first, *_] = await call("GET", "/rates/shipment", params=asked)
    made = await call("POST", "/shipments/pickup", json={"rate_id": first["rate_id"]})
    assert (await terminal.track(made["shipment_id"])).state == "confirmed"
    draft = {"address_from": pickup, "address_to": delivery, "parcel": parcel_id}
    drafted = (await call("POST", "/shipments", json=draft))["shipment_id"]
    assert (await terminal.track(drafted)).state == "draft"
    listed = await call("GET", "/shipments", params={"perPage": 1, "status": "draft"})
    assert [each["shipment_id"] for each in listed["shipments"]] == [drafted]
    assert listed["pagination"]["total"] == 1


async def test_without_a_key_there_is_no_delivery():
    settings = Settings(_env_file=None, data=Path("var"))
    registry = Registry(settings)
    with pytest.raises(LookupError):
        registry.delivery("live")
    assert registry.delivery("test") is registry.delivery("test")
    live = Registry(settings.model_copy(update={"terminal_africa_secret_key": "sk_live_1"}))
    assert isinstance(live.delivery("live"), TerminalAfrica)
