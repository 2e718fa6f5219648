"""A merchant's own systems hear of what happens: asked for at the admin API, told by signed posts, told again by hand."""

from datetime import timedelta

import pytest

from core import clock
from core.db import fetch, fetch_one
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.outgoing.receiver import Receiver, is_signed
from tests.services.helpers import a_variant
from tests.stories.hands import App
from tests.stories.test_statements import CHECKOUT

CREATE = """mutation($url: String!, $topics: [String!]!) { createWebhookEndpoint(input: {url: $url, topics: $topics}) {
  secret endpoint { id url topics enabled } } }"""
LOG = """query($o: WebhookDeliveryListOptions) { webhookDeliveries(options: $o) { totalItems items { id eventId topic state
  attempts status reason nextAttemptAt data tries { at status took said } } } }"""
ENDPOINTS = (
    "{ webhookEndpoints { id url topics enabled failingSince turnedOffAt turnedOffBecause overlapsUntil } }"
)


async def an_endpoint(desk: DeskHands, url: str, *topics: str) -> tuple[str, str]:
    """Its id and its secret."""
    if not desk.token:
        await desk.log_in()
    made = (await desk.ask(CREATE, url=url, topics=list(topics)))["createWebhookEndpoint"]
    return made["endpoint"]["id"], made["secret"]


async def an_order(world: World, platform: str = "demo") -> str:
    """A guest buys something; the order's id."""
    variant = await a_variant(await scope_by_code(platform, "test"), pieces=10)
    async with App(world) as app:
        app.headers["vendure-token"] = platform
        for query, _ in CHECKOUT:
            await app.ask(query.replace("%s", str(variant)))
    row = await fetch_one("SELECT MAX(id) AS id FROM customer_order")
    assert row
    return str(row["id"])


async def test_an_order_is_told_signed_and_once(world: World, desk: DeskHands, receiver: Receiver) -> None:
    _, secret = await an_endpoint(desk, receiver.url, "order.*", "payment.settled")
    order = await an_order(world)
    assert not receiver.got, "nobody is told while the buyer waits"
    await world.drain()
    assert receiver.topics() == ["order.paid", "order.placed", "order.state_changed", "payment.settled"]
    assert all(is_signed(got, secret) for got in receiver.got)
    assert len({got.id for got in receiver.got}) == 4
    placed = next(got.told for got in receiver.got if got.told["type"] == "order.placed")
    assert placed["environment"] == "test" and placed["timestamp"].endswith("Z")
    shown = placed["data"]["order"]
    row = await fetch_one("SELECT code, total_minor FROM customer_order WHERE id = $1", int(order))
    assert row and (str(shown["id"]), shown["code"], shown["total_minor"]) == (
        order,
        row["code"],
        row["total_minor"],
    )
    assert (shown["state"], shown["currency"]) == ("PaymentSettled", "GHS")
    await world.drain()
    assert len(receiver.got) == 4
    log = (await desk.ask(LOG))["webhookDeliveries"]
    assert log["totalItems"] == 4 and {each["state"] for each in log["items"]} == {"Delivered"}
    assert [each["tries"][0]["status"] for each in log["items"]] == [200] * 4


async def test_a_secret_is_shown_once_and_never_stored_or_written_down(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    _, secret = await an_endpoint(desk, receiver.url, "*")
    bare = secret.removeprefix("whsec_")
    assert bare not in str(await desk.ask(ENDPOINTS))
    assert bare not in str(await desk.ask("{ auditLog { items { noun act data } } }"))
    for table in ("webhook_endpoint", "webhook_event", "webhook_delivery", "audit_entry"):
        assert bare not in str(await fetch(f"SELECT * FROM {table}")), table


async def test_nobody_is_told_of_another_shops_orders_or_of_another_environments(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    await an_endpoint(desk, receiver.url, "*")
    await an_order(world, "kasuwa")
    await world.drain()
    assert receiver.got == []
    assert (await desk.ask(LOG))["webhookDeliveries"]["totalItems"] == 0


async def test_for_a_while_both_secrets_sign_and_then_the_new_one_alone(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    endpoint, old = await an_endpoint(desk, receiver.url, "*")
    rotate = "mutation($id: ID!) { rotateWebhookSecret(id: $id, overlapHours: 2) { secret } }"
    new = (await desk.ask(rotate, id=endpoint))["rotateWebhookSecret"]["secret"]
    test = "mutation($id: ID!) { testWebhookEndpoint(id: $id) { success } }"
    await desk.ask(test, id=endpoint)
    await world.drain()
    clock.travel(timedelta(hours=2, seconds=1))
    await desk.ask(test, id=endpoint)
    await world.drain()
    during, after = receiver.got
    assert is_signed(during, new) and is_signed(during, old)
    assert is_signed(after, new) and not is_signed(after, old)
    assert (
        await desk.refused(
            "mutation($id: ID!) { rotateWebhookSecret(id: $id, overlapHours: 169) { secret } }", id=endpoint
        )
        == "INVALID_INPUT"
    )


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("fails", 500),
        ("refuses", 401),
        ("sends elsewhere", 302),
        ("sends elsewhere for good", 308),
        ("drips", 500),
        ("breaks", None),
        ("is busy", 429),
    ],
)
async def test_what_was_not_taken_is_told_again_under_the_same_id(
    world: World, desk: DeskHands, receiver: Receiver, way: str, status: int | None
) -> None:
    endpoint, secret = await an_endpoint(desk, receiver.url, "endpoint.test")
    receiver.way = way
    await desk.ask("mutation($id: ID!) { testWebhookEndpoint(id: $id) { success } }", id=endpoint)
    await world.drain()
    (waiting,) = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert (waiting["state"], waiting["status"], waiting["attempts"]) == ("Waiting", status, 1)
    assert waiting["reason"] and waiting["nextAttemptAt"]
    (endpoint_shown,) = (await desk.ask(ENDPOINTS))["webhookEndpoints"]
    assert endpoint_shown["failingSince"]
    receiver.way = "takes with nothing to say"
    # Who is busy said when to come back: in two hours.
    clock.travel(timedelta(minutes=1) if way != "is busy" else timedelta(minutes=119))
    await world.drain()
    if way == "is busy":
        assert len(receiver.got) == 1
        clock.travel(timedelta(minutes=2))
        await world.drain()
    (done,) = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert (done["state"], done["status"], done["attempts"]) == ("Delivered", 204, 2)
    assert [each["status"] for each in done["tries"]] == [status, 204]
    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body) and is_signed(second, secret)
    assert receiver.elsewhere == 0, "a redirect is followed by nobody"
    (endpoint_shown,) = (await desk.ask(ENDPOINTS))["webhookEndpoints"]
    assert endpoint_shown["failingSince"] is None


async def test_of_an_endless_answer_the_beginning_is_kept(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    endpoint, _ = await an_endpoint(desk, receiver.url, "endpoint.test")
    receiver.way = "floods"
    await desk.ask("mutation($id: ID!) { testWebhookEndpoint(id: $id) { success } }", id=endpoint)
    await world.drain()
    (done,) = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert done["state"] == "Delivered" and done["tries"][0]["said"] == "x" * 500


async def test_after_three_days_it_is_given_up_the_endpoint_is_turned_off_and_all_is_told_again_by_hand(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    endpoint, _ = await an_endpoint(desk, receiver.url, "order.paid")
    receiver.way = "fails"
    for _n in range(3):
        await an_order(world)
    for _n in range(80):
        await world.drain()
        clock.travel(timedelta(hours=1))
    await desk.log_in()
    tries = len(receiver.got)
    assert 3 * 15 < tries < 3 * 40
    log = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert {each["state"] for each in log} == {"Dead"} and len(log) == 3
    (shown,) = (await desk.ask(ENDPOINTS))["webhookEndpoints"]
    assert not shown["enabled"] and shown["turnedOffAt"] and "three days" in shown["turnedOffBecause"]
    await an_order(world)
    await world.drain()
    assert len(receiver.got) == tries, "it is told of nothing more"
    receiver.way = "takes"
    turn_on = "mutation($id: ID!) { updateWebhookEndpoint(input: {id: $id, enabled: true}) { enabled turnedOffAt failingSince } }"
    on = (await desk.ask(turn_on, id=endpoint))["updateWebhookEndpoint"]
    assert on == {"enabled": True, "turnedOffAt": None, "failingSince": None}
    replay = "mutation($id: ID!) { replayFailedWebhookDeliveries(endpointId: $id) }"
    assert (await desk.ask(replay, id=endpoint))["replayFailedWebhookDeliveries"] == 3
    await world.drain()
    assert len(receiver.got) == tries + 3
    assert {got.id for got in receiver.got[-3:]} == {got.id for got in receiver.got[:-3]}
    assert (await desk.ask(replay, id=endpoint))["replayFailedWebhookDeliveries"] == 0


async def test_what_failed_while_another_was_taken_turns_nothing_off(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    await an_endpoint(desk, receiver.url, "order.paid")
    receiver.way = "chokes on the first"
    for hour in range(80):
        if hour % 24 == 0:
            await an_order(world)
        await world.drain()
        clock.travel(timedelta(hours=1))
    await desk.log_in()
    log = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert [each["state"] for each in log] == ["Delivered", "Delivered", "Delivered", "Dead"]
    (shown,) = (await desk.ask(ENDPOINTS))["webhookEndpoints"]
    assert shown["enabled"] and shown["turnedOffAt"] is None


async def test_who_says_that_they_are_gone_is_told_nothing_more(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    endpoint, _ = await an_endpoint(desk, receiver.url, "endpoint.test")
    receiver.way = "is gone"
    test = "mutation($id: ID!) { testWebhookEndpoint(id: $id) { success } }"
    await desk.ask(test, id=endpoint)
    await world.drain()
    (dead,) = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert (dead["state"], dead["status"]) == ("Dead", 410)
    (shown,) = (await desk.ask(ENDPOINTS))["webhookEndpoints"]
    assert not shown["enabled"] and "410" in shown["turnedOffBecause"]
    assert await desk.refused(test, id=endpoint) == "INVALID_INPUT"


async def test_a_delivery_is_told_once_more_by_hand_and_not_while_it_is_on_its_way(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    endpoint, _ = await an_endpoint(desk, receiver.url, "endpoint.test")
    await desk.ask("mutation($id: ID!) { testWebhookEndpoint(id: $id) { success } }", id=endpoint)
    replay = "mutation($id: ID!) { replayWebhookDelivery(id: $id) { state attempts } }"
    (waiting,) = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert await desk.refused(replay, id=waiting["id"]) == "ILLEGAL_TRANSITION"
    await world.drain()
    assert (await desk.ask(replay, id=waiting["id"]))["replayWebhookDelivery"] == {
        "state": "Waiting",
        "attempts": 0,
    }
    await world.drain()
    first, second = receiver.got
    assert first.id == second.id
    (told,) = (await desk.ask(LOG))["webhookDeliveries"]["items"]
    assert told["state"] == "Delivered" and len(told["tries"]) == 2


async def test_an_endpoint_is_changed_turned_off_and_deleted_and_each_is_in_the_audit_log(
    world: World, desk: DeskHands, receiver: Receiver
) -> None:
    endpoint, _ = await an_endpoint(desk, receiver.url, "order.*")
    update = "mutation($i: UpdateWebhookEndpointInput!) { updateWebhookEndpoint(input: $i) { topics enabled description } }"
    changed = await desk.ask(update, i={"id": endpoint, "topics": ["endpoint.*"], "description": "Stock"})
    assert changed["updateWebhookEndpoint"] == {
        "topics": ["endpoint.*"],
        "enabled": True,
        "description": "Stock",
    }
    await an_order(world)
    await desk.ask(update, i={"id": endpoint, "topics": ["*"], "enabled": False})
    await an_order(world)
    await world.drain()
    assert receiver.got == []
    delete = "mutation($id: ID!) { deleteWebhookEndpoint(id: $id) { result } }"
    assert (await desk.ask(delete, id=endpoint))["deleteWebhookEndpoint"]["result"] == "DELETED"
    assert (await desk.ask(delete, id=endpoint))["deleteWebhookEndpoint"]["result"] == "NOT_DELETED"
    assert (await desk.ask(ENDPOINTS))["webhookEndpoints"] == []
    acts = await desk.ask(
        '{ auditLog(options: {filter: {noun: {eq: "webhookEndpoint"}}}) { items { act } } }'
    )
    assert [each["act"] for each in acts["auditLog"]["items"]] == ["deleted", "updated", "updated", "created"]


@pytest.mark.parametrize(
    ("url", "topics"),
    [
        ("ftp://x.test/", ["*"]),
        ("x", ["*"]),
        ("https://u:p@x.test/", ["*"]),
        ("https://x.test/", []),
        ("https://x.test/", ["order.eaten"]),
        ("https://x.test/", ["*", "cart.*"]),
    ],
)
async def test_what_could_never_work_is_refused_by_its_field(
    world: World, desk: DeskHands, url: str, topics: list[str]
) -> None:
    await desk.log_in()
    assert await desk.refused(CREATE, url=url, topics=topics) == "INVALID_INPUT"


async def test_the_log_costs_the_same_number_of_statements_whatever_its_length(
    world: World, desk: DeskHands, receiver: Receiver, statements: list[str]
) -> None:
    await an_endpoint(desk, receiver.url, "*")
    for _n in range(3):
        await an_order(world)
    await world.drain()
    asked = []
    for take in (1, 12):
        statements.clear()
        found = (await desk.ask(LOG, o={"take": take}))["webhookDeliveries"]
        assert len(found["items"]) == take
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 4


async def test_an_order_that_is_told_costs_two_statements_a_fact(
    world: World, desk: DeskHands, receiver: Receiver, statements: list[str]
) -> None:
    counts = []
    for told in (False, True):
        if told:
            await an_endpoint(desk, receiver.url, "*")
        await an_order(world)
        statements.clear()
        await an_order(world)
        counts.append(len(statements))
    # The payment in one announcement, and all that is told of the order in another.
    assert counts[1] == counts[0] + 4
