"""What was said between a customer and the market, on all channels, newest first; PINs, codes and links of sign-in masked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.clock import now
from core.db import Row, fetch
from services.accounts.customers import get_customer
from services.codes import conceal
from services.customers.person import Person, person_of
from services.notifications.texts import masked_words
from services.notifications.wording import own_words
from services.paging import LARGEST_PAGE
from services.staff import Desk, check_may
from services.values import as_json, as_time

By = Literal["customer", "market", "staff"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said; `who` is the e-mail address of who of staff said it, else empty."""

    at: datetime
    by: By
    channel: str
    text: str
    who: str = ""


async def transcript_of(
    desk: Desk, customer_id: int, *, before: datetime | None = None, take: int = 50
) -> list[Line]:
    """The last `take` lines before a time, newest first. Five statements. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "AnswerConversation")
    person = await person_of(desk.scope, await get_customer(desk.scope, customer_id))
    take = max(1, min(take, LARGEST_PAGE))
    until = before or now() + timedelta(days=1)
    lines = [
        *await _turns(person, until, take),
        *await _messages(person, until, take),
        *await _threads(person, until, take),
    ]
    # What is shown first was said last; of one moment the answer came after the question.
    lines.sort(key=lambda line: (line.at, line.by != "customer"), reverse=True)
    return lines[:take]


async def _turns(person: Person, until: datetime, take: int) -> list[Line]:
    """What was typed in the chat, as it is kept, and the screen that was answered."""
    rows = await _rows(
        person,
        "received_at AS at, channel, body, reply FROM inbound_message",
        "sender IN ({addresses}) AND platform_id = {platform} AND environment = {environment} "
        "AND received_at >= {since}",
        "received_at",
        until,
        take,
    )
    lines: list[Line] = []
    for row in rows:
        at, body, reply = as_time(row["at"]), as_json(row["body"]), as_json(row["reply"])
        typed = [str(each) for each in (body or {}).get("inputs", ()) if each]
        if typed:
            lines.append(Line(at, "customer", row["channel"], " * ".join(typed)))
        shown = reply.get("text") if isinstance(reply, dict) else reply
        if isinstance(shown, str) and shown:
            lines.append(Line(at, "market", row["channel"], conceal(shown)))
    return lines


async def _messages(person: Person, until: datetime, take: int) -> list[Line]:
    rows = await _rows(
        person,
        "created_at AS at, channel, template, params FROM outbound_message",
        '"to" IN ({addresses}) AND platform_id = {platform} AND environment = {environment} '
        # What staff write stands in their thread.
        "AND created_at >= {since} AND template <> 'staff_reply'",
        "created_at",
        until,
        take,
    )
    shop, own = person.scope.name, await own_words(person.scope)
    return [
        Line(
            as_time(row["at"]),
            "market",
            row["channel"],
            masked_words(row["template"], shop, as_json(row["params"]), own).text,
        )
        for row in rows
    ]


async def _threads(person: Person, until: datetime, take: int) -> list[Line]:
    """What was said to staff and by them, which is stored with its secrets masked."""
    rows = await _rows(
        person,
        "m.created_at AS at, m.channel, m.text, COALESCE(s.email, '') AS who, m.staff_id FROM support_message m "
        "JOIN support_thread t ON t.id = m.thread_id LEFT JOIN staff_user s ON s.id = m.staff_id",
        "t.conversation_id IN ({conversations})",
        "m.created_at",
        until,
        take,
    )
    return [
        Line(
            as_time(row["at"]),
            "staff" if row["staff_id"] else "customer",
            row["channel"],
            row["text"],
            row["who"],
        )
        for row in rows
    ]


async def _rows(
    person: Person, select: str, condition: str, at: str, until: datetime, take: int
) -> list[Row]:
    where, values = person.bound(condition)
    return await fetch(
        f"SELECT {select} WHERE {where} AND {at} < ${len(values) + 1} ORDER BY {at} DESC LIMIT {take}",
        *values,
        until,
    )
