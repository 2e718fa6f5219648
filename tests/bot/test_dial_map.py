"""The published dial map leads where it says."""

import re
from pathlib import Path

import pytest
from chat_helpers import Phone, give_history

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


@pytest.mark.parametrize(("dialled", "state"), MAP)
async def test_a_dial_string_leads_where_the_map_says(
    dialled: str, state: str, phone: Phone, demo: Scope
) -> None:
    await phone.sign_up()
    if state.startswith(("cart", "checkout")):
        await phone.dial("*920*44*1*1*wiper*1*1*2#")
    await give_history(demo, (await Customer.get()).id)
    await phone.dial(dialled)
    conversation = await Conversation.get()
    assert screen_of(conversation.session[DIALOGUE]).rpartition(":")[0] == state
