"""Messages of one person that come in at the same moment, as gateways send them that repeat and networks that are slow."""

import asyncio

from chat_helpers import Phone

from services.conversations.opening import open_turn
from services.tenants import scope_by_id

AT_ONCE = 8


async def test_messages_at_once_are_played_one_after_another_and_the_same_one_once(phone: Phone) -> None:
    await phone.sign_up()
    scope = await scope_by_id(1, "test")
    found: list[int] = []

    async def message(external_id: str) -> bool:
        async with open_turn(
            scope, channel="ussd", gateway="at-once", external_id=external_id, sender=phone.number
        ) as turn:
            if not turn.repeated:
                found.append(turn.session.get("found", 0))
                turn.session["found"], turn.reply = found[-1] + 1, external_id
            return turn.repeated and turn.reply == external_id

    repeated = await asyncio.gather(*(message(str(n)) for n in range(AT_ONCE)))
    assert (sorted(found), any(repeated)) == (list(range(AT_ONCE)), False)
    repeated = await asyncio.gather(*(message("the same") for _ in range(AT_ONCE)))
    assert (sorted(found), sum(repeated)) == (list(range(AT_ONCE + 1)), AT_ONCE - 1)
