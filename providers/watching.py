"""Every call to a provider is counted, timed and logged by how it ended: an answer, a no, or not knowing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog

from core.db import in_a_transaction
from core.metrics import PROVIDER_CALLS, PROVIDER_SECONDS
from core.tracing import note, span
from providers.errors import ProviderRefused

log = structlog.get_logger()


class Asked:
    """How a call ended; not known until somebody says so."""

    __slots__ = ("outcome",)

    def __init__(self) -> None:
        self.outcome: Literal["ok", "refused", "unknown"] = "unknown"


@contextmanager
def watched(provider: str, call: str) -> Iterator[Asked]:
    """Count, time and log one call; `call` is a name of our own or of the provider's API."""
    started, asked = time.monotonic(), Asked()
    try:
        with span(f"{provider} {call}", "client", peer__service=provider, makola__call=call):
            try:
                yield asked
            finally:
                note(makola__outcome=asked.outcome)
    finally:
        # Neither path nor body is logged: they hold phone numbers and keys.
        seconds = time.monotonic() - started
        PROVIDER_CALLS.labels(provider, call, asked.outcome).inc()
        PROVIDER_SECONDS.labels(provider, call).observe(seconds)
        log.info(
            "provider_call", provider=provider, call=call, outcome=asked.outcome, ms=round(seconds * 1000, 1)
        )


@contextmanager
def counted(provider: str, call: str) -> Iterator[None]:
    """`watched`, with the outcome by what is raised. Raises as `refuse_inside_transaction`."""
    refuse_inside_transaction(provider)
    with watched(provider, call) as asked:
        try:
            yield
            asked.outcome = "ok"
        except ProviderRefused:
            asked.outcome = "refused"
            raise


def refuse_inside_transaction(provider: str) -> None:
    """Raises `RuntimeError` where a transaction would wait for a provider, and all who need its rows with it.

    A chat's turn is one transaction, so this is also how long a turn waits for a provider: not at all. The network gives
    a USSD call up within seconds, and a provider seldom answers in the few hundred milliseconds that could be spent; what
    is asked is asked by a worker, shown by the next screen and told by message.
    """
    if in_a_transaction():
        raise RuntimeError(f"{provider} is asked inside a transaction")
