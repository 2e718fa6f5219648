"""Queueing: the row first, the wake-up after the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from core.clock import now
from core.db import as_given, execute, fetch, given
from core.ids import new_uid
from core.jobs import wake
from core.languages import SOURCE
from services.tenants import Scope

Channel = Literal["sms", "email", "telegram"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a number (E.164), a chat or an e-mail address; `once` makes that it is queued once, ever.

    `params` say in which `language` it is read.
    """

    platform_id: int
    environment: str
    channel: Channel
    to: str
    template: str
    params: dict[str, Any]
    once: str


async def queue_messages(messages: Sequence[Message]) -> None:
    """Queue many, in one statement of the caller's transaction. Nobody is woken: a sweeper finds them within a second."""
    if not messages:
        return
    columns = {
        "uid": "uuid",
        "platform_id": "bigint",
        "environment": "text",
        "channel": "text",
        '"to"': "text",
        "template": "text",
        "params": "jsonb",
        "once": "text",
    }
    named = [name.strip('"') for name in columns if name != "uid"]
    rows = [{"uid": new_uid(), **{name: getattr(each, name) for name in named}} for each in messages]
    await execute(
        'INSERT INTO outbound_message (uid, created_at, updated_at, platform_id, environment, channel, "to", template, '
        "params, state, dedupe_key, reason, attempts, next_attempt_at) "
        'SELECT given.uid, $2, $2, given.platform_id, given.environment, given.channel, given."to", given.template, '
        f"given.params, 'Queued', given.once, '', 0, $2 FROM {given('$1', **columns)} WHERE 1 = 1 "
        "ON CONFLICT (dedupe_key) DO NOTHING",
        as_given(rows),
        now(),
    )


async def queue_message(
    scope: Scope,
    *,
    channel: Channel,
    to: str,
    template: str,
    params: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
    language: str = SOURCE,
) -> None:
    """Queue a message to a number (E.164) or an e-mail address, in the caller's transaction and the reader's language.

    With a `dedupe_key` it is queued once, ever.
    """
    rows = await fetch(
        'INSERT INTO outbound_message (uid, created_at, updated_at, platform_id, environment, channel, "to", '
        "template, params, state, dedupe_key, reason, attempts, next_attempt_at) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, 'Queued', $9, '', 0, $2) "
        "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        channel,
        to,
        template,
        orjson.dumps({"language": language, **(params or {})}).decode(),
        dedupe_key,
    )
    if rows:
        await wake("send_message", rows[0]["id"])
