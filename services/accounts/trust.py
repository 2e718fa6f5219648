"""Numbers that may be somebody else's by now: one that was silent for long, changed its network or was flagged shows no
money and spends none until whoever speaks has proven themselves.

The network vouches for a number and not for the person: lost numbers are given out again, and swapped to another SIM.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from core.errors import NumberUnproven
from services.tenants import Scope
from services.values import as_time

PHONE_CHANNELS = ("ussd", "sms")
Doubt = Literal["silent", "network", "flagged"]
# Said by gateways of calls that no network carries.
NO_NETWORKS = {"", "99999"}

_silence = timedelta(days=180)


@dataclass(slots=True)
class Speaker:
    """Whose message is being worked on. A `doubted` one has a customer, and may be another person by now."""

    identity_id: int
    channel: str
    address: str
    doubted: bool


_speaker: ContextVar[Speaker | None] = ContextVar("speaker", default=None)


def use_silence(days: int) -> None:
    """After how long a silence a number must prove itself again, from the settings."""
    global _silence
    _silence = timedelta(days=days)


@contextmanager
def speaking(speaker: Speaker) -> Iterator[None]:
    """Everything inside is done for this speaker."""
    before = _speaker.set(speaker)
    try:
        yield
    finally:
        _speaker.reset(before)


def check_proven() -> None:
    """Raises `NumberUnproven` where whoever speaks must prove themselves first. Elsewhere than in a chat nobody must."""
    speaker = _speaker.get()
    if speaker is not None and speaker.doubted:
        raise NumberUnproven


async def believe_speaker() -> None:
    """Whoever speaks has proven to be the customer: by the PIN, or by what else only they have."""
    speaker = _speaker.get()
    if speaker is None or not speaker.doubted:
        return
    speaker.doubted = False
    await execute(
        "UPDATE channel_identity SET doubt = '', doubted_at = NULL WHERE id IN (SELECT o.id FROM channel_identity i "
        "JOIN channel_identity o ON o.platform_id = i.platform_id AND o.environment = i.environment "
        "AND o.external_id = i.external_id AND (o.id = i.id OR (i.channel IN ('ussd', 'sms') "
        "AND o.channel IN ('ussd', 'sms'))) WHERE i.id = $1)",
        speaker.identity_id,
    )


async def weigh(mine: Row, number: Sequence[Row], customer_id: int | None, network: str) -> bool:
    """Note that somebody speaks on the channel `mine`; whether they must prove themselves first.

    `number` are all rows of their number, with `doubt`, `last_seen_at`, `network_code` and `created_at`; of a channel
    without one, `mine` alone.
    """
    known = network not in NO_NETWORKS
    doubt: str = next((row["doubt"] for row in number if row["doubt"]), "")
    if not doubt and customer_id is not None and mine["channel"] in PHONE_CHANNELS:
        if known and _differ(mine["network_code"], network):
            doubt = "network"
        elif await _is_silent(number, customer_id):
            doubt = "silent"
    changed = {
        "doubt": doubt if doubt and not any(row["doubt"] for row in number) else None,
        "network_code": network if known and network != mine["network_code"] else None,
    }
    seen = mine["last_seen_at"]
    if any(changed.values()) or seen is None or now() - as_time(seen) > timedelta(days=1):
        await execute(
            "UPDATE channel_identity SET last_seen_at = $2, network_code = COALESCE($3, network_code), "
            "doubt = COALESCE($4, doubt), doubted_at = COALESCE($5, doubted_at) WHERE id = $1",
            mine["id"],
            now(),
            changed["network_code"],
            changed["doubt"],
            now() if changed["doubt"] else None,
        )
    return bool(doubt) and customer_id is not None


def _differ(before: str, network: str) -> bool:
    """Whether a call came from another network. Some gateways number networks, others name them: only like is compared."""
    return before not in ("", network) and before.isdigit() == network.isdigit()


async def in_doubt(scope: Scope, phone: str, customer_id: int) -> bool:
    """Whether a customer's number (E.164) must prove itself before it opens anything."""
    rows = await fetch(
        "SELECT doubt, last_seen_at, created_at FROM channel_identity WHERE platform_id = $1 AND environment = $2 "
        "AND channel IN ('ussd', 'sms') AND external_id = $3",
        scope.platform_id,
        scope.environment,
        phone,
    )
    return any(row["doubt"] for row in rows) or await _is_silent(rows, customer_id)


async def mark_identity(scope: Scope, identity_id: int, doubt: Doubt | None) -> bool:
    """Let a number prove itself again ("flagged"), or take it as proven (None); False where there is no such row."""
    values: tuple[Any, ...] = (doubt or "", now() if doubt else None, now())
    return bool(
        await execute(
            "UPDATE channel_identity SET doubt = $1, doubted_at = $2, last_seen_at = $3 WHERE id IN ("
            "SELECT o.id FROM channel_identity i JOIN channel_identity o ON o.platform_id = i.platform_id "
            "AND o.environment = i.environment AND o.external_id = i.external_id AND (o.id = i.id OR "
            "(i.channel IN ('ussd', 'sms') AND o.channel IN ('ussd', 'sms'))) "
            "WHERE i.id = $4 AND i.platform_id = $5 AND i.environment = $6)",
            *values,
            identity_id,
            scope.platform_id,
            scope.environment,
        )
    )


async def _is_silent(number: Sequence[Row], customer_id: int) -> bool:
    """Whether nothing was heard of a number for long: on the phone, or of its customer where it never called."""
    heard = [as_time(row["last_seen_at"]) for row in number if row["last_seen_at"]]
    last = max(heard, default=None) or await _last_sign(customer_id)
    return last is not None and now() - last > _silence


async def _last_sign(customer_id: int) -> datetime | None:
    row = await fetch_one("SELECT created_at, last_login_at FROM customer WHERE id = $1", customer_id)
    if row is None:
        return None
    return max(as_time(at) for at in (row["created_at"], row["last_login_at"]) if at)
