"""How often a turn of the chat asks the database, through a shopping journey: numbers that must not grow unseen."""

from chat_helpers import Phone

from bot.channels.sms.routes import store_text
from core.db import dialect
from core.jobs import woken
from models import InboundMessage, OutboundMessage
from tests.catalogue.helpers import counted
from workers.jobs import WORK, look_at

# What is typed, a word of the screen, and the most statements of the screen; those of the turn are apart, and so are
# `BEGIN` and `COMMIT`.
JOURNEY = [
    ("1", "What do you look for?", 0),
    ("2", "Shelves", 1),
    ("0", "What do you look for?", 0),
    ("1", "Type what you look for", 0),
    ("wiper", "found", 2),
    ("1", "in stock", 4),
    ("0", "found", 2),
    ("1", "in stock", 4),
    ("1", "How many?", 3),
    ("1", "In your cart now", 8),
    ("2", "Cart: ", 4),
    ("3", "Empty the whole cart?", 0),
    ("1", "Your cart is empty now", 2),
]
# A text is claimed, has its answer queued, and is wiped and given back while it is seen whether another waits.
BY_SMS = 3
# Its answer is claimed and given back.
SENDING = 2


def turn_of_its_own() -> int:
    """It is stored, its number and its conversation are read together, the conversation and the answer are written: on
    PostgreSQL in one statement each.
    """
    return 4 if dialect() == "sqlite" else 2


async def test_a_call_costs_no_more_than_it_did(phone: Phone) -> None:
    await phone.sign_up()
    await phone.dial()
    # What is read once and kept, and the cart that is begun, must not count.
    await phone.type(*(typed for typed, _, _ in JOURNEY))
    costs = []
    for typed, words, _ in JOURNEY:
        with counted() as seen:
            shown = await phone.type(typed)
        assert words in shown
        costs.append((typed, words, seen.statements - turn_of_its_own()))
    assert costs == JOURNEY


async def test_a_text_costs_no_more_than_it_did(phone: Phone, twins: str) -> None:
    await phone.sign_up()
    for words in ("menu", "1", "0"):
        await phone.text(words)
    await store_text({"id": "counted", "from": phone.number, "to": "44044", "text": "1"}, phone.settings)
    by_rows = {work.rows: work for work in WORK}
    with counted() as played:
        assert await look_at(by_rows[InboundMessage], phone.settings) == 1
    with counted() as sent:
        assert await look_at(by_rows[OutboundMessage], phone.settings) == 1
    assert (played.statements - turn_of_its_own(), sent.statements) == (BY_SMS, SENDING)


async def test_texts_that_wait_are_told_of_together_and_claimed_in_one_statement(phone: Phone) -> None:
    for number in range(3):
        form = {"id": f"together-{number}", "from": f"+23324123450{number}", "to": "44044", "text": "hi"}
        with counted() as stored:
            await store_text(form, phone.settings)
        # The second look at the number's market is kept.
        assert number == 0 or stored.statements == 1
    told = await woken("work_inbound", 5)
    with counted() as seen:
        claimed = await InboundMessage.claim()
    assert {row.pk for row in claimed} == set(told)
    assert (len(claimed), seen.statements) == (3, 1)
    assert await woken("work_inbound", 0.01) == {}
