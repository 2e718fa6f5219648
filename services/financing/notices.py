"""The lender's notices: verified before they are stored, and never believed. They say where to look."""

from collections.abc import Mapping
from uuid import UUID

from core.errors import Forbidden
from providers.lending import LendingNotice
from providers.registry import Environment, registry
from services.webhooks import store_event


async def take_lender_webhook(
    headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> None:
    """Store a genuine webhook once; delivered again, nothing happens. Raises `Forbidden` for a forged one."""
    notice = _verified(headers, body, environments)
    if notice is None:
        raise Forbidden("That signature is not right.")
    try:
        reference = str(UUID(notice.reference))
    except ValueError:
        # Genuine, and about nothing of ours.
        return
    await store_event("lender", event_id=notice.event_id, kind="financing", reference=reference, body=body)


def _verified(
    headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> LendingNotice | None:
    for environment in environments:
        try:
            lender = registry().lender(environment)
        except LookupError:
            continue
        notice = lender.verify_webhook(headers, body)
        if notice is not None:
            return notice
    return None
