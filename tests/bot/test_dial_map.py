"""The published dial map leads where it says."""

import re
from pathlib import Path

import pytest
from chat_helpers import REQUESTS, Phone, give_history, sell_bills

from bot.channels.playing import DIALOGUE
from bot.engine import screen_of
from bot.states import STATES
from models import Conversation, Customer
from services.tenants import Scope

PAGE = Path(__file__).parents[2] / "docs" / "chat.md"
MAP = re.findall(r"^\| `(\*[^`]+#)` \| [^|]+ \| `([\w.]+)` \|$", PAGE.read_text(), re.MULTILINE)


def test_the_map_is_read() -> None:
    assert len(MAP) >= 15
    assert {state for _, state in MAP} <= set(STATES)


@pytest.mark.parametrize("gateway", REQUESTS)
async def test_each_dial_string_leads_where_the_map_says(phone: Phone, demo: Scope, gateway: str) -> None:
    phone.gateway = gateway
    await phone.sign_up()
    await give_history(demo, (await Customer.get()).id)
    await sell_bills(demo, (await Customer.get()).id)
    await phone.dial("*920*44*1*1*wiper*1*4#")
    await phone.dial("*920*44*1*1*wiper*1*1*2#")
    await phone.type("00")
    found = {}
    for dialled, _ in MAP:
        await phone.dial(dialled)
        conversation = await Conversation.get()
        found[dialled] = screen_of(conversation.session[DIALOGUE]).rpartition(":")[0]
    assert found == dict(MAP)
