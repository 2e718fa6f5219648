"""Webhooks of the delivery service: verified before they are stored. They say where to look, not what is so."""

from collections.abc import Mapping

from core.errors import Forbidden
from providers.delivery import ShipmentNotice
from providers.registry import Environment, registry
from services.webhooks import store_event

PROVIDER = "terminal_africa"


async def take_delivery_webhook(
    headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> None:
    """Store a genuine notice once; delivered again, nothing happens. Raises `Forbidden` for a forged one."""
    notice = _verified(headers, body, environments)
    if notice is None:
        raise Forbidden("That signature is not right.")
    await store_event(
        PROVIDER,
        event_id=notice.event_id,
        kind="shipment",
        reference=notice.shipment_id or "",
        body=body,
    )


def _verified(
    headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> ShipmentNotice | None:
    for environment in environments:
        try:
            gateway = registry().delivery(environment)
        except LookupError:
            continue
        notice = gateway.verify_webhook(headers, body)
        if notice is not None:
            return notice
    return None
