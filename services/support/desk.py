"""The staff's side: the threads of their shop, what a customer stands at, answering and closing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.clock import now
from core.db import Row, fetch, fetch_one, transaction
from core.errors import IllegalTransition, NotFound
from models import OutboundMessage, SupportMessage, SupportThread
from services.accounts.customers import checked_text
from services.accounts.linking import LinkedChannel
from services.buyers import Buyer
from services.carts import find_cart
from services.conversations.sessions import lock_conversation, note_in_session, session_of
from services.notifications import queue_message
from services.orders import OrderView
from services.staff import Desk, check_may, record
from services.support.states import THREAD_STATES
from services.support.threads import LONGEST
from services.tenants import Scope
from services.values import as_time

MOST = 100
# On which channel an answer goes out to who wrote on another.
ANSWERED_BY: dict[str, Any] = {"ussd": "sms"}
# Where the dialogue notes what was last refused, and finds that the next message on a channel is to staff, whatever screen it shows.
TROUBLE, NEXT_TO_STAFF = "trouble", "to_staff"


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as it stands in the list. `staff_id` and `staff` (their e-mail address) look after it, None and "" where nobody
    does; `last_words` is the beginning of what was said last.
    """

    id: int
    conversation_id: int
    about: str
    state: str
    channel: str
    address: str
    created_at: datetime
    updated_at: datetime
    customer_id: int | None
    customer_name: str
    customer_phone: str
    staff_id: int | None
    staff: str
    taken_at: datetime | None
    last_words: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message; `staff` is the e-mail address of who answered, "" for the customer."""

    id: int
    staff: str
    channel: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """The last thing that was refused to a customer in the chat."""

    at: datetime
    screen: str
    words: str


@dataclass(frozen=True, slots=True)
class Known(LinkedChannel):
    """A channel of the conversation, and why whoever is on it must prove themselves first ("" where they needn't)."""

    doubt: str


_COLUMNS = (
    "t.id, t.conversation_id, t.about, t.state, t.channel, t.address, t.created_at, t.updated_at, k.id AS customer_id, "
    "COALESCE(k.full_name, '') AS customer_name, COALESCE(k.phone, '') AS customer_phone, t.staff_id, "
    "COALESCE(u.email, '') AS staff, t.taken_at, COALESCE((SELECT SUBSTR(m.text, 1, 140) FROM support_message m "
    "WHERE m.thread_id = t.id ORDER BY m.id DESC LIMIT 1), '') AS last_words"
)
_FROM = (
    "FROM support_thread t JOIN conversation c ON c.id = t.conversation_id LEFT JOIN customer k ON k.id = c.customer_id "
    "LEFT JOIN staff_user u ON u.id = t.staff_id WHERE t.platform_id = $1 AND t.environment = $2"
)


async def list_threads(
    desk: Desk,
    *,
    skip: int = 0,
    take: int = 20,
    state: str | None = None,
    still_open: bool = False,
    taken: Literal["by_me", "by_nobody"] | None = None,
) -> tuple[list[ThreadView], int]:
    """The shop's threads, those that waited longest for staff first, and how many there are; of a `state`, or all that are
    `still_open`. Raises `Forbidden`.
    """
    check_may(desk, "AnswerConversation")
    mine: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    where = _FROM
    if state is not None:
        mine.append(state)
        where += f" AND t.state = ${len(mine)}"
    if still_open:
        where += " AND t.state <> 'Closed'"
    if taken == "by_nobody":
        where += " AND t.staff_id IS NULL"
    if taken == "by_me":
        mine.append(desk.staff_id)
        where += f" AND t.staff_id = ${len(mine)}"
    at = len(mine)
    rows = await fetch(
        f"SELECT {_COLUMNS} {where} ORDER BY CASE WHEN t.state = 'Waiting' THEN 0 ELSE 1 END, t.updated_at, t.id "
        f"LIMIT ${at + 1} OFFSET ${at + 2}",
        *mine,
        max(0, min(take, MOST)),
        max(0, skip),
    )
    count = await fetch_one(f"SELECT COUNT(*) AS n {where}", *mine)
    return [_view(row) for row in rows], count["n"] if count else 0


async def get_thread(desk: Desk, thread_id: int) -> ThreadView | None:
    """A thread of the shop; another's is as unknown as none. Raises `Forbidden`."""
    check_may(desk, "AnswerConversation")
    row = await fetch_one(
        f"SELECT {_COLUMNS} {_FROM} AND t.id = $3", desk.scope.platform_id, desk.scope.environment, thread_id
    )
    return _view(row) if row else None


async def said_in(thread: ThreadView) -> list[Said]:
    """What was said, oldest first."""
    rows = await fetch(
        "SELECT m.id, COALESCE(s.email, '') AS staff, m.channel, m.text, m.created_at AS at FROM support_message m "
        "LEFT JOIN staff_user s ON s.id = m.staff_id WHERE m.thread_id = $1 ORDER BY m.id",
        thread.id,
    )
    return [Said(**{**row, "at": as_time(row["at"])}) for row in rows]


async def cart_behind(desk: Desk, thread: ThreadView) -> OrderView | None:
    """The customer's cart; None for a guest, and where there is none."""
    return await find_cart(Buyer(desk.scope, "desk", thread.customer_id)) if thread.customer_id else None


async def trouble_in(thread: ThreadView) -> Trouble | None:
    """The last thing that was refused in the conversation, if anything was."""
    noted = (await session_of(thread.conversation_id)).get(TROUBLE)
    return Trouble(datetime.fromisoformat(noted["at"]), noted["screen"], noted["words"]) if noted else None


async def channels_behind(thread: ThreadView) -> list[Known]:
    """By which channels the conversation is reached."""
    rows = await fetch(
        "SELECT id, channel, external_id AS address, doubt FROM channel_identity WHERE conversation_id = $1 ORDER BY id",
        thread.conversation_id,
    )
    return [Known(**row) for row in rows]


async def take(desk: Desk, thread_id: int, *, over: bool = False) -> ThreadView:
    """Look after a thread from now on; `over` also one that somebody else looks after.

    Raises `NotFound`, `Forbidden`, `IllegalTransition` for a closed one and for one that is somebody else's.
    """
    async with transaction():
        thread = await _locked(desk, thread_id)
        if thread.state == "Closed":
            raise IllegalTransition("Closed", "Taken", ())
        await _take(desk, thread, over=over)
    return await _again(desk, thread_id)


async def hand_back(desk: Desk, thread_id: int) -> ThreadView:
    """Let anybody look after a thread again, whoever did. Raises `NotFound`, `Forbidden`."""
    async with transaction():
        thread = await _locked(desk, thread_id)
        if thread.staff_id is not None:
            await SupportThread.filter(id=thread.id).update(staff_id=None, taken_at=None)
            await record(desk, "handed_back", "conversation", thread.id)
    return await _again(desk, thread_id)


async def _take(desk: Desk, thread: ThreadView, *, over: bool = False) -> None:
    """Make a locked thread theirs. Raises `IllegalTransition` where it is somebody else's."""
    if thread.staff_id == desk.staff_id:
        return
    if thread.staff_id is not None and not over:
        raise IllegalTransition("Taken", "Taken", (), f"{thread.staff} looks after it: take it over first.")
    await SupportThread.filter(id=thread.id).update(staff_id=desk.staff_id, taken_at=now())
    await record(desk, "taken", "conversation", thread.id, before=thread.staff or None)


async def reply(desk: Desk, thread_id: int, text: str) -> ThreadView:
    """Answer on the channel where the customer last wrote (a call by SMS); what they write there next goes on with it.

    Whoever answers looks after the thread from then on. Raises `NotFound`, `InvalidInput`, `Forbidden`, and
    `IllegalTransition` for a thread that was closed, or that somebody else looks after.
    """
    words = checked_text(text, "text", LONGEST)
    async with transaction():
        thread = await _locked(desk, thread_id)
        THREAD_STATES.check(thread.state, "Answered")
        await _take(desk, thread)
        channel = ANSWERED_BY.get(thread.channel, thread.channel)
        said = await SupportMessage.create(
            thread_id=thread.id, staff_id=desk.staff_id, channel=channel, text=words, created_at=now()
        )
        await THREAD_STATES.move(thread.id, thread.state, "Answered")
        await record(desk, "answered", "conversation", thread.id)
        await note_in_session(thread.conversation_id, **{NEXT_TO_STAFF: channel})
        await queue_message(
            desk.scope,
            channel=channel,
            to=thread.address,
            template="staff_reply",
            params={
                "text": words,
                **(await _line_of(desk.scope, thread.address) if channel == "sms" else {}),
            },
            dedupe_key=f"staff_reply:{said.id}",
        )
    return await _again(desk, thread_id)


async def close(desk: Desk, thread_id: int) -> ThreadView:
    """Nothing more is to be said; what the customer says next begins anew. Raises `NotFound`, `Forbidden`."""
    async with transaction():
        thread = await _locked(desk, thread_id)
        if thread.state != "Closed":
            await THREAD_STATES.move(thread.id, thread.state, "Closed")
            await record(desk, "closed", "conversation", thread.id)
    return await _again(desk, thread_id)


async def _locked(desk: Desk, thread_id: int) -> ThreadView:
    """A thread with its conversation locked, so that its customer's turn comes before or after. Raises `NotFound`."""
    thread = await get_thread(desk, thread_id)
    if thread is None:
        raise NotFound("There is no such conversation.")
    await lock_conversation(thread.conversation_id)
    return await _again(desk, thread_id)


async def _again(desk: Desk, thread_id: int) -> ThreadView:
    thread = await get_thread(desk, thread_id)
    assert thread is not None
    return thread


async def _line_of(scope: Scope, number: str) -> dict[str, str]:
    """The number that somebody texted to last, so that the answer comes from it and can be replied to."""
    answered = (
        await OutboundMessage.filter(
            platform_id=scope.platform_id, environment=scope.environment, to=number, template="said"
        )
        .order_by("-created_at")
        .first()
    )
    if answered is None:
        return {}
    return {name: answered.params[name] for name in ("gateway", "line") if answered.params.get(name)}


def _view(row: Row) -> ThreadView:
    times = {name: row[name] and as_time(row[name]) for name in ("created_at", "updated_at", "taken_at")}
    return ThreadView(**{**row, **times})
