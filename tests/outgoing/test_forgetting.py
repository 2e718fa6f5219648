"""What was told long ago is deleted, a few events at a time, and what is still to be told is not."""

from datetime import timedelta

import pytest

from core import clock
from core.db import fetch
from services.outgoing import forgetting
from services.outgoing.forgetting import forget_events
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.outgoing.receiver import Receiver
from tests.outgoing.test_story import an_endpoint, an_order


async def kept() -> dict[str, int]:
    """How many rows there are of each kind."""
    return {
        table: (await fetch(f"SELECT COUNT(*) AS n FROM webhook_{table}"))[0]["n"]
        for table in ("event", "delivery", "try")
    }


async def test_events_are_deleted_90_days_after_they_were_last_told(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    await an_endpoint(desk, receiver.url, "order.*")
    await an_order(world)
    await world.drain()
    assert await kept() == {"event": 3, "delivery": 3, "try": 3}
    clock.travel(timedelta(days=89))
    assert await forget_events() == 0

    await desk.log_in()
    (first, *_) = await fetch("SELECT id FROM webhook_delivery ORDER BY id")
    await desk.ask("mutation($id: ID!) { replayWebhookDelivery(id: $id) { id } }", id=str(first["id"]))
    await world.drain()
    clock.travel(timedelta(days=2))
    await world.drain()
    assert await kept() == {"event": 1, "delivery": 1, "try": 2}, "a worker deletes them by itself"

    receiver.status = 503
    await an_order(world)
    clock.travel(timedelta(days=91))
    assert await forget_events() == 1
    assert await kept() == {"event": 3, "delivery": 3, "try": 0}, "what was never told waits on"


async def test_many_are_deleted_a_batch_at_a_time(
    world: World, desk: DeskHands, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_endpoint(desk, receiver.url, "order.*")
    await an_order(world)
    await world.drain()
    clock.travel(timedelta(days=91))
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    monkeypatch.setattr(forgetting, "BATCHES", 2)
    assert [await forget_events() for _ in range(3)] == [2, 1, 0]
    assert await kept() == {"event": 0, "delivery": 0, "try": 0}
