"""API keys: made, followed by another, revoked. A key is shown once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages, Show
from api.desk.visits import Visit
from core.clock import now
from services.api_keys import create_key, is_good, list_keys, revoke_key, rotate_key

pages = Pages()
AUDIENCES = [
    ("shop", "Apps: /shop-api and /api"),
    ("downpay", "Back offices: /downpay/graphql"),
    ("financing", "Dealers: /financing/graphql"),
]
OVERLAPS = [("1", "An hour"), ("24", "A day"), ("168", "A week"), ("720", "Thirty days")]


class NewKey(Form):
    label: str
    audience: Literal["shop", "downpay", "financing"]


class Next(Form):
    key_id: int
    hours: Literal["1", "24", "168", "720"]


class Which(Form):
    key_id: int


@pages.page(
    "/settings/keys", "API keys", "api_keys.html", needs=("ReadSettings",), nav=("Settings", "API keys")
)
async def keys(visit: Visit) -> Mapping[str, Any]:
    found = await list_keys(visit.desk)
    return {
        "keys": [(each, is_good(each)) for each in found],
        "audiences": AUDIENCES,
        "said_of": dict(AUDIENCES),
        "overlaps": OVERLAPS,
        "made": None,
    }


@keys.act("create", needs=("UpdateSettings",), form=NewKey)
async def create(visit: Visit, form: NewKey) -> Outcome:
    return Show({"made": await create_key(visit.desk, label=form.label, audience=form.audience)})


@keys.act("rotate", needs=("UpdateSettings",), form=Next)
async def rotate(visit: Visit, form: Next) -> Outcome:
    until = now() + timedelta(hours=int(form.hours))
    return Show({"made": await rotate_key(visit.desk, form.key_id, until)})


@keys.act("revoke", needs=("UpdateSettings",), form=Which)
async def revoke(visit: Visit, form: Which) -> Outcome:
    await revoke_key(visit.desk, form.key_id)
    return Done("Key revoked.")
