"""The addresses that are told of what happens: kept by staff. A secret is shown once, when it is made or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.clock import now
from core.db import transaction
from core.errors import InvalidInput, NotFound
from core.ids import new_token
from models import WebhookEndpoint
from providers.registry import registry
from services.accounts.customers import checked_text
from services.outgoing.announcing import announce, forget_listeners
from services.outgoing.signing import kept_secrets, new_secret
from services.outgoing.topics import TOPICS, is_known
from services.paging import possible_ids
from services.sealing import seal
from services.staff import Desk, changes, check_may, record
from services.tenants import Scope

MOST = 20
LONGEST_OVERLAP = timedelta(days=7)
_AUDITED = ("url", "description", "topics", "enabled")


@dataclass(frozen=True, slots=True)
class Made:
    """An endpoint, and its secret, which is shown now and never again."""

    endpoint: WebhookEndpoint
    secret: str


async def list_endpoints(desk: Desk) -> list[WebhookEndpoint]:
    """All that aren't deleted, the oldest first. Raises `Forbidden`."""
    check_may(desk, "ReadSettings")
    return await WebhookEndpoint.filter(**_mine(desk.scope)).order_by("id")


async def get_endpoint(desk: Desk, endpoint_id: int) -> WebhookEndpoint:
    """Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadSettings")
    return await _get(desk, endpoint_id)


async def create_endpoint(desk: Desk, *, url: str, topics: Sequence[str], description: str = "") -> Made:
    """An address that is told of `topics` from now on (other processes know within ten seconds).

    Raises `Forbidden`, `InvalidInput` for an address that may not be called, an unknown topic, or more than twenty endpoints.
    """
    check_may(desk, "UpdateSettings")
    secret = new_secret()
    written = _checked(desk.scope, {"url": url, "topics": topics, "description": description})
    async with transaction():
        if await WebhookEndpoint.filter(**_mine(desk.scope)).count() >= MOST:
            raise InvalidInput(f"A shop has at most {MOST} endpoints.")
        made = await WebhookEndpoint.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            secrets_sealed=seal(secret),
            **written,
        )
        await record(desk, "created", "webhookEndpoint", made.id, **{name: written[name] for name in written})
    forget_listeners(desk.scope)
    return Made(made, secret)


async def update_endpoint(desk: Desk, endpoint_id: int, said: Mapping[str, Any]) -> WebhookEndpoint:
    """Write what is said of url, topics, description and enabled; one that is turned on again begins anew.

    Raises `Forbidden`, `NotFound`, `InvalidInput`.
    """
    check_may(desk, "UpdateSettings")
    written = _checked(desk.scope, said)
    if written.get("enabled"):
        written |= {"failing_since": None, "turned_off_at": None, "turned_off_because": ""}
    async with transaction():
        before = await _get(desk, endpoint_id, lock=True)
        different = changes(
            {name: getattr(before, name) for name in _AUDITED},
            {name: value for name, value in written.items() if name in _AUDITED},
        )
        await WebhookEndpoint.filter(id=before.id).update(**written, updated_at=now())
        if different:
            await record(desk, "updated", "webhookEndpoint", before.id, **different)
    forget_listeners(desk.scope)
    return await _get(desk, endpoint_id)


async def delete_endpoint(desk: Desk, endpoint_id: int) -> None:
    """It is told of nothing any more; what it was told stays in the log. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "UpdateSettings")
    async with transaction():
        before = await _get(desk, endpoint_id, lock=True)
        await WebhookEndpoint.filter(id=before.id).update(enabled=False, deleted_at=now(), updated_at=now())
        await record(desk, "deleted", "webhookEndpoint", before.id, url=before.url)
    forget_listeners(desk.scope)


async def rotate_secret(desk: Desk, endpoint_id: int, overlap: timedelta) -> Made:
    """A new secret. For so long the one before signs as well, so that the receiver can be changed meanwhile.

    Raises `Forbidden`, `NotFound`, `InvalidInput` for more than seven days.
    """
    check_may(desk, "UpdateSettings")
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise InvalidInput(
            f"The old secret signs for at most {LONGEST_OVERLAP.days} days.", field="overlapHours"
        )
    async with transaction():
        before = await _get(desk, endpoint_id, lock=True)
        secret = new_secret()
        await WebhookEndpoint.filter(id=before.id).update(
            secrets_sealed=seal(" ".join([secret, *kept_secrets(before)[:1]])),
            secret_number=before.secret_number + 1,
            overlaps_until=now() + overlap,
            updated_at=now(),
        )
        await record(desk, "rotated", "webhookEndpoint", before.id, until=now() + overlap)
    return Made(await _get(desk, endpoint_id), secret)


async def send_test(desk: Desk, endpoint_id: int) -> None:
    """Tell an endpoint that nothing happened. Raises `Forbidden`, `NotFound`, and `InvalidInput` where it isn't told of that."""
    check_may(desk, "UpdateSettings")
    endpoint = await _get(desk, endpoint_id)
    if not endpoint.enabled or not {"endpoint.test", "endpoint.*", "*"}.intersection(endpoint.topics):
        raise InvalidInput("It is turned off, or doesn't ask for endpoint.test.", field="id")
    await announce(
        desk.scope, "endpoint.test", new_token(), data={"endpoint": str(endpoint.uid), "by": desk.email}
    )


def _checked(scope: Scope, said: Mapping[str, Any]) -> dict[str, Any]:
    written = dict(said)
    if "url" in written:
        written["url"] = written["url"].strip()
        if why := registry().webhooks(scope.environment).fault(written["url"]):
            raise InvalidInput(why, field="url")
    if "topics" in written:
        written["topics"] = list(dict.fromkeys(written["topics"]))
        unknown = [each for each in written["topics"] if not is_known(each)]
        if unknown or not written["topics"]:
            raise InvalidInput(
                f"Topics are * (all), a noun as in order.*, or of: {', '.join(TOPICS)}.", field="topics"
            )
    if text := written.get("description"):
        written["description"] = checked_text(text, "description", 120)
    return written


async def _get(desk: Desk, endpoint_id: int, *, lock: bool = False) -> WebhookEndpoint:
    asked = WebhookEndpoint.filter(id__in=possible_ids([endpoint_id]), **_mine(desk.scope))
    found = await (asked.select_for_update() if lock else asked).first()
    if found is None:
        raise NotFound("There is no such endpoint.")
    return found


def _mine(scope: Scope) -> dict[str, Any]:
    return {"platform_id": scope.platform_id, "environment": scope.environment, "deleted_at": None}
