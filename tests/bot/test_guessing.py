"""Who names orders by their code alone is counted, also in the chat, and not for their own."""

from chat_helpers import Phone, give_history

from models import Customer
from services.deposits.guessing import MOST
from services.tenants import Scope


async def test_codes_of_others_can_be_tried_so_often_and_ones_own_is_always_shown(
    phone: Phone, demo: Scope
) -> None:
    await phone.sign_up()
    await give_history(demo, (await Customer.get()).id)
    await phone.dial()
    for number in range(MOST):
        shown = await phone.type(f"pay MK{number:09}")
        assert "Too many tries" not in shown
    assert "Too many tries" in await phone.type("pay MK999999999")
    assert "GHS 0.70 is owed" in await phone.type("pay MK123456788")
