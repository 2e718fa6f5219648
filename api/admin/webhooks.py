"""Webhooks that go out: endpoints, their log, and telling once more."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from core.errors import NotFound
from models import WebhookEndpoint
from services.outgoing.deliveries import (
    LISTED,
    DeliveryView,
    get_delivery,
    list_deliveries,
    replay,
    replay_failed,
)
from services.outgoing.endpoints import (
    Made,
    create_endpoint,
    delete_endpoint,
    get_endpoint,
    list_endpoints,
    rotate_secret,
    send_test,
    update_endpoint,
)
from services.outgoing.topics import TOPICS
from services.staff import check_may

Args = dict[str, Any]
Shape = dict[str, Any]

OVERLAP_HOURS = 24
_CHANGED = ("url", "topics", "description", "enabled")
_NAMES: Names = {
    "id": "id",
    "createdAt": "created_at",
    "endpointId": "endpoint_id",
    "topic": "topic",
    "state": "state",
    "status": "status",
}


async def topics(_: Any, __: Args, context: AdminContext, ___: Any) -> list[Shape]:
    check_may(await context.desk(), "ReadSettings")
    return [{"name": name, "description": what} for name, what in TOPICS.items()]


async def endpoints(_: Any, __: Args, context: AdminContext, ___: Any) -> list[Shape]:
    return [_endpoint(each) for each in await list_endpoints(await context.desk())]


async def endpoint(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    try:
        return _endpoint(await get_endpoint(await context.desk(), parse_id(args["id"])))
    except NotFound:
        return None


async def deliveries(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED)
    found, total = await list_deliveries(await context.desk(), listing)
    return {"items": [_delivery(each) for each in found], "totalItems": total}


async def delivery(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    try:
        return _delivery(await get_delivery(await context.desk(), parse_id(args["id"])))
    except NotFound:
        return None


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    return _with_secret(
        await create_endpoint(
            await context.desk(),
            url=given["url"],
            topics=given["topics"],
            description=given.get("description") or "",
        )
    )


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    said = {name: given[name] for name in _CHANGED if given.get(name) is not None}
    return _endpoint(await update_endpoint(await context.desk(), parse_id(given["id"]), said))


async def rotate(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    hours = args.get("overlapHours")
    overlap = timedelta(hours=OVERLAP_HOURS if hours is None else hours)
    return _with_secret(await rotate_secret(await context.desk(), parse_id(args["id"]), overlap))


async def test(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    await send_test(await context.desk(), parse_id(args["id"]))
    return {"success": True}


async def replay_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _delivery(await replay(await context.desk(), parse_id(args["id"])))


async def replay_all_failed(_: Any, args: Args, context: AdminContext, __: Any) -> int:
    since = args.get("since") or datetime(1970, 1, 1, tzinfo=UTC)
    return await replay_failed(await context.desk(), parse_id(args["endpointId"]), since)


def _with_secret(made: Made) -> Shape:
    return {"endpoint": _endpoint(made.endpoint), "secret": made.secret}


def _endpoint(found: WebhookEndpoint) -> Shape:
    return {
        "id": str(found.id),
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
        "url": found.url,
        "description": found.description,
        "topics": found.topics,
        "enabled": found.enabled,
        "overlapsUntil": found.overlaps_until,
        "failingSince": found.failing_since,
        "turnedOffAt": found.turned_off_at,
        "turnedOffBecause": found.turned_off_because or None,
    }


def _delivery(view: DeliveryView) -> Shape:
    return {
        "id": str(view.id),
        "createdAt": view.created_at,
        "updatedAt": view.updated_at,
        "endpointId": str(view.endpoint_id),
        "url": view.url,
        "eventId": view.event_id,
        "topic": view.topic,
        "data": view.data,
        "state": view.state,
        "attempts": view.attempts,
        "status": view.status,
        "reason": view.reason or None,
        "nextAttemptAt": view.next_at,
        "tries": [
            {"at": each.at, "status": each.status, "took": each.took_ms, "said": each.said}
            for each in view.tries
        ],
    }


RESOLVERS = {
    "Query.webhookTopics": topics,
    "Query.webhookEndpoints": endpoints,
    "Query.webhookEndpoint": endpoint,
    "Query.webhookDeliveries": deliveries,
    "Query.webhookDelivery": delivery,
    "Mutation.createWebhookEndpoint": create,
    "Mutation.updateWebhookEndpoint": update,
    "Mutation.deleteWebhookEndpoint": deletion(delete_endpoint),
    "Mutation.rotateWebhookSecret": rotate,
    "Mutation.testWebhookEndpoint": test,
    "Mutation.replayWebhookDelivery": replay_one,
    "Mutation.replayFailedWebhookDeliveries": replay_all_failed,
}
