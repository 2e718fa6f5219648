"""Webhooks of payment gateways: verified before they are stored. They say where to look, not how much."""

from collections.abc import Mapping

from core.errors import Forbidden
from providers.payments import WebhookEvent
from providers.registry import Environment, registry
from services.webhooks import SETTLEMENT, store_event


async def take_payment_webhook(
    provider: str, headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> None:
    """Store a genuine webhook once; delivered again, nothing happens. Raises `Forbidden` for a forged one."""
    event, environment = _verified(provider, headers, body, environments)
    if event is None:
        raise Forbidden("That signature is not right.")
    # A settlement is nobody's row yet: whose it may be follows from where its notice is genuine.
    kind = f"{SETTLEMENT}:{environment}" if event.kind == SETTLEMENT else event.kind
    await store_event(
        provider, event_id=event.event_id, kind=kind, reference=event.reference or "", body=body
    )


def _verified(
    provider: str, headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> tuple[WebhookEvent | None, Environment]:
    for environment in environments:
        try:
            gateway = registry().payments(provider, environment)
        except LookupError:
            continue
        event = gateway.verify_webhook(headers, body)
        if event is not None:
            return event, environment
    return None, "test"
