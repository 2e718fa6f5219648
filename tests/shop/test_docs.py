"""What docs/shop-api.md prints is true: its journey is played as it stands there."""

import re
from pathlib import Path

from tests.shop.conftest import Phone
from tests.shop.test_story import pay_on_page

GUIDE = Path(__file__).parents[2] / "docs" / "shop-api.md"


def journey() -> list[str]:
    """The documents of the ten requests."""
    section = GUIDE.read_text(encoding="utf-8").split("## The journey in ten requests")[1].split("\n## ")[0]
    return re.findall(r"^ *shop .*?-d '(.*?)'$", section, re.DOTALL | re.MULTILINE)


async def test_the_journey_leads_to_a_paid_order(phone: Phone) -> None:
    look, put, ask_code, give_code, complete, *_, look_again = requests = journey()
    assert len(requests) == 10
    assert (await phone.ask(look))["search"]["totalItems"] > 0
    cart = (await phone.ask(put))["addItemToOrder"]
    await phone.ask(ask_code)
    assert '"123456"' in give_code and '"MK123456789"' in look_again
    otp = await phone.world.code_for("0246215478")
    await phone.ask(give_code.replace("123456", otp))
    await phone.ask(complete)
    for request in requests[5:8]:
        assert all("errorCode" not in answer for answer in (await phone.ask(request)).values())
    paying = (await phone.ask(requests[8]))["addPaymentToOrder"]
    assert paying["code"] == cart["code"]
    await pay_on_page(phone, paying["payments"][0]["metadata"]["public"]["paymentUrl"])

    async def settled() -> bool:
        answer = await phone.ask(look_again.replace("MK123456789", cart["code"]))
        return bool(answer["orderByCode"]["state"] == "PaymentSettled")

    await phone.world.until(settled)
