"""The support inbox: who wants a person, what they stand at, and answers that go out on their channel."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import PER_PAGE, Visit
from core.errors import NotFound
from services.customers.transcript import transcript_of
from services.support.desk import (
    cart_behind,
    channels_behind,
    close,
    get_thread,
    hand_back,
    list_threads,
    reply,
    said_in,
    take,
    trouble_in,
)

pages = Pages()
STATES = ("Waiting", "Answered", "Closed")
TAKEN: dict[str, Any] = {"by_nobody": "Unassigned", "by_me": "Me"}
HISTORY = 20


class Answer(Form):
    text: str


@pages.page("/inbox", "Inbox", "inbox.html", needs=("AnswerConversation",), nav=("Sales", "Inbox"))
async def inbox(visit: Visit) -> Mapping[str, Any]:
    """All that are open where no state is asked for, those who wait first."""
    state = visit.asked_choice("state", STATES)
    threads, total = await list_threads(
        visit.desk,
        skip=(visit.page_number - 1) * PER_PAGE,
        take=PER_PAGE,
        state=state or None,
        still_open=not state,
        taken=visit.asked_choice("taken", TAKEN) or None,  # type: ignore[arg-type]
    )
    return {"threads": threads, "total": total, "options": [(each, each) for each in STATES], "taken": TAKEN}


@pages.page("/inbox/{id:[0-9]{1,18}}", "Conversation", "thread.html", needs=("AnswerConversation",))
async def thread(visit: Visit) -> Mapping[str, Any]:
    found = await get_thread(visit.desk, visit.id)
    if found is None:
        raise NotFound("There is no such conversation.")
    history = (
        await transcript_of(visit.desk, found.customer_id, take=HISTORY)
        if found.customer_id is not None and visit.may("ReadCustomer")
        else []
    )
    return {
        "thread": found,
        "said": await said_in(found),
        "cart": await cart_behind(visit.desk, found),
        "trouble": await trouble_in(found),
        "channels": await channels_behind(found),
        "history": [line for line in history[::-1] if line.by != "staff"],
    }


@thread.act("take")
async def take_it(visit: Visit, _: Form) -> Outcome:
    await take(visit.desk, visit.id)
    return Done("Assigned to you.")


@thread.act("take_over")
async def take_it_over(visit: Visit, _: Form) -> Outcome:
    await take(visit.desk, visit.id, over=True)
    return Done("Assigned to you.")


@thread.act("hand_back")
async def hand_it_back(visit: Visit, _: Form) -> Outcome:
    await hand_back(visit.desk, visit.id)
    return Done("Unassigned. Anybody can take it now.")


@thread.act("answer", form=Answer)
async def answer(visit: Visit, form: Answer) -> Outcome:
    await reply(visit.desk, visit.id, form.text)
    return Done("Your reply is on its way.")


@thread.act("close")
async def close_it(visit: Visit, _: Form) -> Outcome:
    await close(visit.desk, visit.id)
    return Done("Conversation closed. A new message starts a new one.", to="/admin/inbox")
