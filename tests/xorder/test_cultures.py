"""What a status is called follows the culture that is asked for; what a machine reads stays as it is."""

import pytest

from api.xorder.statuses import OF_PAYMENTS, OF_SHIPMENTS, STATUSES, display_value
from core.languages import LANGUAGES
from tests.xorder.conftest import Hands, Somebody

SHOWN = "status statusDisplayValue"
ORDER = f"""query($i: String, $c: String) {{ order(id: $i, cultureName: $c) {{
  {SHOWN} items {{ {SHOWN} }} shipments {{ {SHOWN} }} inPayments {{ {SHOWN} }} }} }}"""


@pytest.mark.parametrize(
    ("culture", "order", "payment"),
    [
        (None, "New", "New"),
        ("en-GH", "New", "New"),
        ("fr-CI", "Nouvelle", "Nouvelle"),
        ("FR_fr", "Nouvelle", "Nouvelle"),
        ("tw-GH", "Foforɔ", "Foforɔ"),
        ("ak", "Foforɔ", "Foforɔ"),
        ("yo-NG", "Tuntun", "Tuntun"),
        ("de-DE", "New", "New"),
    ],
)
async def test_an_order_and_its_parts_are_told_in_the_culture(
    customer: Somebody, culture: str | None, order: str, payment: str
) -> None:
    bought = await customer.orders_on_account()
    await customer.plans(bought, amount=10)
    told = (await customer.hands.ask(ORDER, i=str(bought.uid), c=culture))["order"]
    assert (told["status"], told["statusDisplayValue"]) == ("New", order)
    for part in ("items", "shipments"):
        assert [(each["status"], each["statusDisplayValue"]) for each in told[part]] == [("New", order)]
    assert [(each["status"], each["statusDisplayValue"]) for each in told["inPayments"]] == [("New", payment)]


async def test_lists_are_told_in_the_language_that_they_are_asked_for_in(
    customer: Somebody, desk: Hands
) -> None:
    await customer.orders_on_account()
    for argument in ("language", "cultureName"):
        page = await desk.ask(f'{{ orders({argument}: "fr-FR") {{ items {{ {SHOWN} }} }} }}')
        assert page["orders"]["items"] == [{"status": "New", "statusDisplayValue": "Nouvelle"}]
    listed = await desk.ask('{ paymentStatuses(cultureName: "fr") { items { key value } } }')
    assert {"key": "PartiallyRefunded", "value": "Remboursé en partie"} in listed["paymentStatuses"]["items"]


async def test_why_a_payment_is_not_begun_is_told_in_the_culture(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order, amount=10, paymentGatewayCode="mobile-money")
    ask = "mutation($c: InputAuthorizePaymentType!) { authorizePayment(command: $c) { isSuccess errorMessage } }"
    command = {"paymentId": payment["id"], "parameters": [{"key": "network", "value": "MTN"}]}
    told = {
        culture: (await customer.hands.ask(ask, c=command | {"cultureName": culture}))["authorizePayment"]
        for culture in ("en-GH", "fr-FR")
    }
    assert {each["isSuccess"] for each in told.values()} == {False}
    assert told["en-GH"]["errorMessage"] != told["fr-FR"]["errorMessage"], told


def test_every_status_has_a_name_in_every_language() -> None:
    for status in {*STATUSES, *OF_PAYMENTS, *OF_SHIPMENTS}:
        names = {language: display_value(status, language) for language in LANGUAGES if language != "en"}
        english = display_value(status, "en")
        # Pidgin says some as English does.
        assert all(name != english for language, name in names.items() if language != "pcm"), names
