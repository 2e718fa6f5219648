"""The customer's side: one open thread a conversation, which goes on wherever they write next."""

from dataclasses import dataclass
from typing import Any, Literal

from core.clock import now
from core.errors import TooManyTries
from models import Customer, SupportMessage, SupportThread
from services.accounts.customers import checked_text
from services.support.masking import masked
from services.tenants import Scope

About = Literal["order", "payment", "delivery", "other"]
LONGEST = 600
# A thread is for people to read.
MOST_UNANSWERED = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """An open thread: what it is about, and the last answer of staff ("" where there is none yet)."""

    about: str
    answer: str


async def standing_of(scope: Scope, conversation_id: int) -> Standing | None:
    """The conversation's open thread, if there is one."""
    thread = await _open_thread(scope, conversation_id)
    if thread is None:
        return None
    last = await SupportMessage.filter(thread_id=thread.id, staff_id__isnull=False).order_by("-id").first()
    return Standing(thread.about, last.text if last else "")


async def tell_staff(
    scope: Scope, conversation_id: int, *, about: str, channel: str, address: str, text: str
) -> None:
    """Add what a customer or guest says to their open thread, or begin one; in the caller's transaction.

    Raises `InvalidInput` for nothing, `TooManyTries` past fifty messages that nobody answered.
    """
    words = checked_text(text, "text", LONGEST)
    customer = await Customer.get_or_none(conversations=conversation_id)
    thread = await _open_thread(scope, conversation_id)
    where: dict[str, Any] = {"state": "Waiting", "channel": channel, "address": address, "updated_at": now()}
    if thread is None:
        thread = await SupportThread.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            conversation_id=conversation_id,
            about=about,
            **where,
        )
    elif await _unanswered(thread.id) >= MOST_UNANSWERED:
        raise TooManyTries
    await SupportMessage.create(
        thread_id=thread.id, channel=channel, text=masked(words, customer), created_at=now()
    )
    await SupportThread.filter(id=thread.id).update(**where)


async def _unanswered(thread_id: int) -> int:
    answered = (
        await SupportMessage.filter(thread_id=thread_id, staff_id__isnull=False).order_by("-id").first()
    )
    since = SupportMessage.filter(thread_id=thread_id, id__gt=answered.id if answered else 0)
    return int(await since.count())


async def _open_thread(scope: Scope, conversation_id: int) -> SupportThread | None:
    return (
        await SupportThread.filter(
            conversation_id=conversation_id,
            platform_id=scope.platform_id,
            environment=scope.environment,
            state__not="Closed",
        )
        .order_by("-id")
        .first()
    )
