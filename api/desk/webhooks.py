"""Outgoing webhooks: who is told of what, the log of deliveries, and telling once more."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from api.desk.forms import Confirmed, Form
from api.desk.pages import Done, Outcome, Pages, Show
from api.desk.visits import Visit
from core.clock import now
from services.listing import Clause, Group
from services.outgoing.deliveries import list_deliveries, replay, replay_failed
from services.outgoing.endpoints import (
    create_endpoint,
    delete_endpoint,
    get_endpoint,
    list_endpoints,
    rotate_secret,
    send_test,
    update_endpoint,
)
from services.outgoing.topics import ALL, TOPICS

pages = Pages()
STATES = [("Waiting", "Waiting"), ("Delivered", "Delivered"), ("Dead", "Failed")]
OVERLAPS = [("0", "No: end it now"), ("24", "For a day"), ("168", "For a week")]
SINCE = [("1", "The last day"), ("3", "The last three days"), ("30", "The last thirty days")]
# A topic, with all that there are before the others.
CHOICES = [(ALL, "All topics, including future ones"), *TOPICS.items()]


class NewEndpoint(Form):
    url: str
    description: str = ""
    topics: list[str]


class Endpoint(NewEndpoint):
    enabled: bool = False


class Rotation(Form):
    hours: Literal["0", "24", "168"]


class Again(Form):
    days: Literal["1", "3", "30"]


class Which(Form):
    delivery_id: int


@pages.page(
    "/settings/webhooks", "Webhooks", "webhooks.html", needs=("ReadSettings",), nav=("Settings", "Webhooks")
)
async def endpoints(visit: Visit) -> Mapping[str, Any]:
    return {"endpoints": await list_endpoints(visit.desk), "choices": CHOICES, "made": None}


@endpoints.act("create", needs=("UpdateSettings",), form=NewEndpoint)
async def create(visit: Visit, form: NewEndpoint) -> Outcome:
    made = await create_endpoint(visit.desk, url=form.url, topics=form.topics, description=form.description)
    return Show({"made": made})


@pages.page("/settings/webhooks/{id:[0-9]{1,18}}", "Webhook", "webhook.html", needs=("ReadSettings",))
async def endpoint(visit: Visit) -> Mapping[str, Any]:
    found = await get_endpoint(visit.desk, visit.id)
    state = visit.asked_choice("state", [each for each, _ in STATES])
    topic = visit.asked_choice("topic", TOPICS)
    parts = [Clause("endpoint_id", "eq", found.id)]
    parts += [Clause("state", "eq", state)] if state else []
    parts += [Clause("topic", "eq", topic)] if topic else []
    log, total = await list_deliveries(visit.desk, visit.listing(where=Group(tuple(parts))))
    return {
        "endpoint": found,
        "choices": CHOICES,
        "states": STATES,
        "topics": [(each, each) for each in TOPICS],
        "overlaps": OVERLAPS,
        "since": SINCE,
        "log": log,
        "total": total,
        "secret": None,
    }


@endpoint.act("write", needs=("UpdateSettings",), form=Endpoint)
async def write(visit: Visit, form: Endpoint) -> Outcome:
    await update_endpoint(visit.desk, visit.id, form.model_dump())
    return Done("Saved.")


@endpoint.act("secret", needs=("UpdateSettings",), form=Rotation)
async def secret(visit: Visit, form: Rotation) -> Outcome:
    made = await rotate_secret(visit.desk, visit.id, timedelta(hours=int(form.hours)))
    return Show({"secret": made.secret, "endpoint": made.endpoint})


@endpoint.act("test", needs=("UpdateSettings",))
async def test(visit: Visit, _: Form) -> Outcome:
    await send_test(visit.desk, visit.id)
    return Done("Test sent. Refresh in a moment to see its result.")


@endpoint.act("replay", needs=("UpdateSettings",), form=Which)
async def replay_one(visit: Visit, form: Which) -> Outcome:
    await replay(visit.desk, form.delivery_id)
    return Done("It is being resent.")


@endpoint.act("replay_failed", needs=("UpdateSettings",), form=Again)
async def replay_all(visit: Visit, form: Again) -> Outcome:
    again = await replay_failed(visit.desk, visit.id, now() - timedelta(days=int(form.days)))
    return Done(f"{again} deliveries are being resent." if again != 1 else "One delivery is being resent.")


@endpoint.act("delete", needs=("UpdateSettings",), form=Confirmed)
async def delete(visit: Visit, _: Confirmed) -> Outcome:
    await delete_endpoint(visit.desk, visit.id)
    return Done("Endpoint deleted.", to="/admin/settings/webhooks")
