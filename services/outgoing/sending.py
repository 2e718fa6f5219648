"""Sending deliveries: each is signed, posted, written down, and tried for 72 hours. One may arrive twice, under the same id."""

import time
from dataclasses import dataclass
from datetime import timedelta

import orjson
import structlog

from core.clock import now
from core.db import execute, transaction
from core.settings import Settings
from models import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookTry
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry
from providers.webhooks import WebhookPoster
from services.outgoing.announcing import forget_listeners
from services.outgoing.pace import TRIED_FOR, next_try
from services.outgoing.signing import headers_for, secrets_of
from services.outgoing.states import DELIVERY_STATES
from services.tenants import scope_by_id

log = structlog.get_logger(__name__)

# The receiver says that it wants nothing more (HTTP 410), as Standard Webhooks has it.
GONE = 410
# An endpoint that took nothing for as long as a delivery is tried is turned off; its first failure came a little later.
FAILED_FOR = TRIED_FOR - timedelta(hours=1)
LONGEST_SAID, LONGEST_REASON = 500, 255
# After that somebody else may go on, so that a worker which is to end does.
GOES_ON_S = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went: the status of the answer if there was one, its beginning or why there was none, and how long it took."""

    status: int | None
    said: str
    took_ms: int
    asked: timedelta | None = None  # to come back no sooner

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def reason(self) -> str:
        """Why it wasn't taken; empty where it was."""
        if self.taken:
            return ""
        return self.said if self.status is None else f"HTTP {self.status}"


async def send_delivery(delivery: WebhookDelivery, _: Settings) -> None:
    """Post a claimed delivery, and write down what came of it; while its endpoint takes them, then those that wait behind it.

    A worker that has one of an endpoint goes on with the next by itself: few of an endpoint are claimed at a time, and
    looking for them once a second would be slow for one that takes them quickly.
    """
    until = time.monotonic() + GOES_ON_S
    while await _send(delivery) and time.monotonic() < until:
        following = await WebhookDelivery.claim(limit=1, among=("endpoint_id", delivery.endpoint_id))
        if not following:
            return
        delivery = following[0]


async def _send(delivery: WebhookDelivery) -> bool:
    """Whether it was taken."""
    endpoint: WebhookEndpoint = delivery.endpoint
    if not endpoint.enabled or endpoint.deleted_at is not None:
        await _give_up(delivery, "The endpoint is turned off.")
        return False
    poster = registry().webhooks(endpoint.environment)  # type: ignore[arg-type]
    if not await delivery.renew(timedelta(seconds=poster.timeout_s + 5)):
        return False
    outcome = await _post(poster, delivery.event, endpoint)
    await _write(delivery, endpoint, outcome)
    return outcome.taken


async def _post(poster: WebhookPoster, event: WebhookEvent, endpoint: WebhookEndpoint) -> Outcome:
    at, started, message_id = now(), time.monotonic(), f"evt_{event.uid.hex}"
    body = body_of(event)
    secrets = secrets_of(endpoint, at)
    if not secrets:
        return Outcome(None, "Its secret is sealed with a key that is gone: give it another.", 0)
    headers = headers_for(secrets, message_id, int(at.timestamp()), body)
    status, asked = None, None
    try:
        answer = await poster.post(endpoint.url, headers, body)
        status, said = answer.status, answer.said
        asked = None if answer.retry_after_s is None else timedelta(seconds=answer.retry_after_s)
    except ProviderRefused as refusal:
        said = refusal.message
    except ProviderUnknown as trouble:
        said = str(trouble)
    took_ms = round((time.monotonic() - started) * 1000)
    return Outcome(status, said[:LONGEST_SAID], took_ms, asked)


def body_of(event: WebhookEvent) -> bytes:
    """An event as it is posted: the same bytes at every try."""
    return orjson.dumps(
        {
            "type": event.topic,
            "timestamp": event.created_at.isoformat().replace("+00:00", "Z"),
            "environment": event.environment,
            "data": event.data,
        },
        option=orjson.OPT_SORT_KEYS,
    )


async def _write(delivery: WebhookDelivery, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """The delivery's new state, a row for the try, and how its endpoint does; together or not at all."""
    at = now()
    pause = next_try(str(delivery.uid), delivery.attempts, at - delivery.begun_at, outcome.asked)
    if outcome.taken or outcome.status == GONE:
        pause = None
    state = "Delivered" if outcome.taken else "Dead" if pause is None else "Waiting"
    if state != delivery.state:
        DELIVERY_STATES.check(delivery.state, state)
    async with transaction():
        kept = await delivery.release(
            retry_in=pause,
            state=state,
            status=outcome.status,
            reason=outcome.reason[:LONGEST_REASON],
            updated_at=at,
        )
        if not kept:
            return
        await WebhookTry.create(
            delivery_id=delivery.id, at=at, status=outcome.status, took_ms=outcome.took_ms, said=outcome.said
        )
        await _remember(endpoint, taken=outcome.taken)
        if state == "Dead":
            await _judge(endpoint, gone=outcome.status == GONE)


async def _remember(endpoint: WebhookEndpoint, *, taken: bool) -> None:
    """Since when an endpoint has been failing; written only where that changes."""
    if taken and endpoint.failing_since is not None:
        await execute("UPDATE webhook_endpoint SET failing_since = NULL WHERE id = $1", endpoint.id)
    elif not taken and endpoint.failing_since is None:
        await execute(
            "UPDATE webhook_endpoint SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL",
            endpoint.id,
            now(),
        )


async def _judge(endpoint: WebhookEndpoint, *, gone: bool) -> None:
    """Turn an endpoint off that wants nothing more, or has failed for so long; staff see it with their endpoints."""
    at = now()
    because = (
        "It answered that it is gone (HTTP 410)." if gone else "Nothing could be delivered for three days."
    )
    touched = await execute(
        "UPDATE webhook_endpoint SET enabled = $2, turned_off_at = $3, turned_off_because = $4, updated_at = $3 "
        "WHERE id = $1 AND enabled AND ($5 OR failing_since <= $6)",
        endpoint.id,
        False,
        at,
        because,
        gone,
        at - FAILED_FOR,
    )
    if touched:
        scope = await scope_by_id(endpoint.platform_id, endpoint.environment)  # type: ignore[arg-type]
        forget_listeners(scope)
        log.warning("webhook endpoint turned off", endpoint=endpoint.id, platform=scope.code, reason=because)


async def _give_up(delivery: WebhookDelivery, reason: str) -> None:
    await delivery.release(retry_in=None, state="Dead", reason=reason, updated_at=now())
