"""Announced is what was committed, once; and a delivery outlives the worker that had it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from core import clock
from core.clock import now
from core.db import fetch, transaction
from core.settings import Settings
from core.work import LEASE
from models import WebhookDelivery, WebhookEvent, WebhookTry
from models.outgoing import AT_ONCE
from providers import public_addresses
from providers.errors import ProviderRefused
from providers.registry import registry
from providers.webhooks import WebhookPoster
from services.checkout import pay
from services.outgoing import Fact, announce, announce_all
from services.outgoing.endpoints import create_endpoint, delete_endpoint, update_endpoint
from services.outgoing.sending import send_delivery
from services.tenants import Scope, scope_by_code
from tests.deposits.hands import an_option, buy
from tests.outgoing.receiver import Receiver, receiving
from tests.sellers.hands import a_desk
from tests.services.helpers import PIN, a_buyer, a_variant, fill_cart
from workers.jobs import WORK, drain
from workers.settings import sweep_forever


async def an_endpoint(scope: Scope, url: str, *topics: str) -> int:
    return (await create_endpoint(await a_desk(scope), url=url, topics=topics or ("*",))).endpoint.id


async def test_what_was_rolled_back_is_told_to_nobody(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url)
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await announce(demo, "order.paid", 1, data={})
            raise ZeroDivisionError
    await drain(market)
    assert receiver.got == [] and await WebhookEvent.all().count() == 0


async def test_the_same_fact_is_told_once_however_often_it_is_announced(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url)
    same = Fact(demo.platform_id, demo.environment, "order.paid", "order.paid:1", {"n": 1})
    await announce_all([same, same])
    await announce(demo, "order.paid", 1, data={"n": 2})
    await drain(market)
    await announce(demo, "order.paid", 1, data={"n": 3})
    await drain(market)
    assert [got.told["data"] for got in receiver.got] == [{"n": 1}]


async def test_what_is_no_topic_can_not_be_announced(market: Settings, demo: Scope) -> None:
    with pytest.raises(LookupError):
        await announce(demo, "order.eaten", 1, data={})


async def test_many_facts_of_several_shops_reach_each_its_own(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    await an_endpoint(demo, receiver.url, "order.*")
    async with receiving() as theirs:
        await an_endpoint(kasuwa, theirs.url, "*")
        await announce_all(
            [
                Fact(scope.platform_id, scope.environment, topic, f"{topic}:{n}", {"n": n})
                for scope in (demo, kasuwa)
                for topic in ("order.paid", "bill.delivered")
                for n in range(20)
            ]
        )
        await drain(market)
        assert sorted(got.told["data"]["n"] for got in receiver.got) == list(range(20))
        assert len(theirs.got) == 40


async def test_a_worker_that_is_killed_leaves_the_delivery_to_another(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url)
    await announce(demo, "order.paid", 1, data={})
    (held,) = await WebhookDelivery.claim()
    assert held.attempts == 1
    await drain(market)
    assert receiver.got == [], "it is held by a worker that nobody knows is dead"
    clock.travel(LEASE + timedelta(seconds=1))
    await drain(market)
    assert len(receiver.got) == 1
    (done,) = await WebhookDelivery.all()
    assert (done.state, done.attempts) == ("Delivered", 2)


async def test_a_worker_that_lost_its_lease_sends_nothing_and_writes_nothing(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url)
    await announce(demo, "order.paid", 1, data={})
    (slow,) = await WebhookDelivery.claim()
    clock.travel(LEASE + timedelta(seconds=1))
    await drain(market)
    await send_delivery(slow, market)
    assert len(receiver.got) == 1 and await WebhookTry.all().count() == 1


async def test_one_that_was_turned_off_or_deleted_meanwhile_is_told_nothing(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    desk = await a_desk(demo)
    off, gone = await an_endpoint(demo, receiver.url), await an_endpoint(demo, receiver.url)
    await announce(demo, "order.paid", 1, data={})
    await update_endpoint(desk, off, {"enabled": False})
    await delete_endpoint(desk, gone)
    await drain(market)
    assert receiver.got == []
    assert {(each.state, each.reason) for each in await WebhookDelivery.all()} == {
        ("Dead", "The endpoint is turned off.")
    }


async def test_a_payment_that_is_declined_and_a_balance_that_nobody_pays_are_told(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url, "balance.*", "order.*", "payment.*", "refund.*")
    variant = await a_variant(demo, pieces=10)
    buyer = await a_buyer(demo, balance_minor=20_000, pin=True)
    await buy(buyer, variant, await an_option(demo, variant))
    for _day in range(45):
        clock.travel(timedelta(days=1))
        await drain(market)
    assert receiver.topics() == [
        "balance.due",
        "balance.overdue",
        "order.placed",
        "order.state_changed",
        "payment.settled",
    ]
    overdue = next(
        got.told["data"]["charge"] for got in receiver.got if got.told["type"] == "balance.overdue"
    )
    rows = await fetch("SELECT id, amount_minor FROM scheduled_charge WHERE state = 'Overdue'")
    assert [(overdue["id"], overdue["outstanding_minor"])] == [
        (row["id"], row["amount_minor"]) for row in rows
    ]


async def test_a_balance_that_is_taken_from_the_card_completes_the_order(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url, "order.*", "payment.settled", "balance.*")
    variant = await a_variant(demo, pieces=10)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    await buy(buyer, variant, await an_option(demo, variant))
    clock.travel(timedelta(days=31))
    await drain(market)
    placed, paid = {"order.placed", "order.state_changed", "payment.settled"}, {"balance.due", "order.paid"}
    assert set(receiver.topics()) == placed | paid
    assert len(receiver.got) == 7, "the state and the payment twice"


@asynccontextmanager
async def sweeping(settings: Settings) -> AsyncIterator[None]:
    """A worker's sweeper of deliveries, as it runs for real."""
    (work,) = (work for work in WORK if work.rows is WebhookDelivery)
    sweeper = asyncio.create_task(sweep_forever(work, settings))
    try:
        yield
    finally:
        sweeper.cancel()
        await asyncio.gather(sweeper, return_exceptions=True)


async def test_a_server_that_hangs_holds_up_only_itself(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    async with receiving("hangs") as slow:
        await an_endpoint(demo, slow.url, "payment.settled")
        quick = await an_endpoint(demo, receiver.url, "order.paid")
        await announce_all(
            [
                Fact(demo.platform_id, demo.environment, "payment.settled", f"payment:{n}", {})
                for n in range(300)
            ]
        )
        async with sweeping(market), asyncio.timeout(60):
            await slow.came.wait()
            await announce(demo, "order.paid", 1, data={})
            await receiver.came.wait()
            assert await WebhookTry.filter(status=None).count() == 0, "not one of those that hang is over"
            assert len(slow.got) <= AT_ONCE
            slow.free.set()
    (taken,) = await WebhookDelivery.filter(endpoint_id=quick)
    assert taken.attempts == 1


async def test_who_takes_them_quickly_is_told_of_many_within_seconds(
    market: Settings, demo: Scope, receiver: Receiver
) -> None:
    await an_endpoint(demo, receiver.url)
    await announce_all(
        [
            Fact(demo.platform_id, demo.environment, "order.paid", f"order.paid:{n}", {"n": n})
            for n in range(300)
        ]
    )
    # Five of an endpoint are claimed at a time, once a second: that alone would take a minute.
    async with sweeping(market), asyncio.timeout(40):
        await receiver.has(300)
    assert len({got.id for got in receiver.got}) == 300


async def test_where_money_moves_nobody_is_told_of_this_machine_or_without_tls(
    market: Settings, demo: Scope, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are judged when the connection is made: what was public when it was named may lead here by now."""

    async def here(_: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        address = "127.0.0.1" if host == "turned.example" else "8.8.8.8"
        return [{"hostname": host, "host": address, "port": port, "family": 2, "proto": 0, "flags": 0}]

    monkeypatch.setattr(public_addresses.DefaultResolver, "resolve", here)
    live = registry().webhooks("live")
    port = receiver.url.split(":")[2].split("/")[0]
    for url in (
        receiver.url,
        f"https://127.0.0.1:{port}/hook",
        f"https://127.1:{port}/hook",
        f"https://2130706433.:{port}/hook",
        f"https://turned.example:{port}/hook",
        f"https://[::ffff:127.0.0.1]:{port}/hook",
    ):
        with pytest.raises(ProviderRefused) as refused:
            await live.post(url, {}, b"{}")
        assert refused.value.code in ("not_allowed", "unreachable")
    # The same name in plain HTTP would have been answered: it is the resolver that refuses.
    lax = WebhookPoster(anywhere=True, timeout_s=5)
    strict = WebhookPoster(anywhere=False, timeout_s=5)
    monkeypatch.setattr(WebhookPoster, "fault", lambda *_: None)
    with pytest.raises(ProviderRefused) as refused:
        await strict.post(f"http://turned.example:{port}/hook", {}, b"{}")
    assert refused.value.code == "not_allowed"
    await lax.post(receiver.url, {}, b"{}")
    assert len(receiver.got) == 1
    await lax.close()
    await strict.close()


async def test_a_purchase_in_a_shop_that_tells_nobody_writes_no_event(market: Settings, demo: Scope) -> None:
    buyer = await a_buyer(demo, balance_minor=10**6, pin=True)
    await fill_cart(buyer, await a_variant(demo, pieces=10), 1)
    await pay(buyer, "shopping-card", pin=PIN)
    assert await WebhookEvent.all().count() == 0
    assert now() and await WebhookDelivery.all().count() == 0
