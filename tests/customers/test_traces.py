"""What an account leaves where its customer's id doesn't lead: numbers of before, providers' notices. It is erased as well."""

import orjson

from core import clock
from core.settings import Settings
from models import (
    Biller,
    BillPurchase,
    Customer,
    ExternalEvent,
    InboundMessage,
    OtpChallenge,
    OutboundMessage,
)
from services.accounts.contact_change import start_contact_change, verify_contact_change
from services.accounts.emails import start_email_change, verify_email
from services.accounts.signup import create_customer
from services.codes import code_of
from services.customers.closing import close_customer
from services.orders.events import record
from services.secrets import hash_secret
from services.tenants import Scope
from services.webhooks import store_event
from tests.customers.hands import everything_stored, somebody
from tests.sellers.hands import a_desk
from workers.jobs import drain

FIRST, SECOND, THIRD = "+233244111001", "+233244111002", "+233244111003"
PASSWORD = "securePass"


async def test_what_was_said_under_a_number_and_an_address_of_before_goes_too(
    market: Settings, demo: Scope
) -> None:
    hashed = await hash_secret(PASSWORD)
    customer = await create_customer(demo, phone=FIRST, full_name="Zuleikha Mensah", password_hash=hashed)
    for number in (FIRST, SECOND):
        await wrote(demo, number)
    await Customer.filter(id=customer.id).update(email="zuleikha@old.test", email_verified_at=clock.now())
    for number in (SECOND, THIRD):
        await change_number(demo, customer.id, number)
    # What they had in between is another's by now, and what was said there stays.
    other = await create_customer(demo, phone=SECOND, full_name="Kofi Boateng")
    await start_email_change(demo, await Customer.get(id=customer.id), "zuleikha@new.test")
    asked = await OtpChallenge.get(contact="zuleikha@new.test")
    await verify_email(demo, "zuleikha@new.test", code_of(str(asked.uid)))

    await erased(market, demo, customer.id)
    left = await everything_stored()
    assert [mark for mark in (FIRST, THIRD, "zuleikha@") if mark in left] == []
    assert (await InboundMessage.get(external_id=f"turn {SECOND[-1]}")).sender == other.phone


async def test_what_providers_told_of_their_bills_and_the_name_of_a_method_go_too(
    market: Settings, demo: Scope
) -> None:
    customer, order = await somebody(demo)
    mine = {"platform_id": demo.platform_id, "environment": demo.environment}
    biller = await Biller.filter(**mine).first()
    assert biller is not None
    await BillPurchase.create(
        **mine, customer_id=customer.id, biller_id=biller.id, reference="bill-1", amount_minor=100,
        currency="GHS", phone="", state="Delivered", expires_at=clock.now(),
    )  # fmt: skip
    for reference in ("bill-1", "bill-2"):
        body = orjson.dumps({"phone": f"0244999{reference}"})
        await store_event("vtpass", event_id=reference, kind="bill", reference=reference, body=body)
    await record(order.id, "method_removed", method="MTN 0244999001")

    await erased(market, demo, customer.id)
    left = await everything_stored()
    assert "0244999bill-1" not in left and "0244999001" not in left
    # Of what is nobody's bill here nothing is known.
    assert (await ExternalEvent.get(event_id="bill-2")).body == {"phone": "0244999bill-2"}


async def wrote(scope: Scope, number: str) -> None:
    await InboundMessage.create(
        platform_id=scope.platform_id, environment=scope.environment, channel="sms", gateway="turns",
        external_id=f"turn {number[-1]}", sender=number, body={"inputs": ["Hello"]}, received_at=clock.now(),
    )  # fmt: skip


async def change_number(scope: Scope, customer_id: int, number: str) -> None:
    """As the customer does it: with the password, and the code that comes to the new number."""
    customer = await Customer.get(id=customer_id)
    _, asked = await start_contact_change(
        scope, customer_id, current=str(customer.phone), new=number, password=PASSWORD
    )
    await verify_contact_change(scope, customer_id, asked, code_of(str(asked.uid)))


async def erased(settings: Settings, scope: Scope, customer_id: int) -> None:
    await close_customer(await a_desk(scope), customer_id, "They asked for it")
    await OutboundMessage.all().update(next_attempt_at=None)
    for _ in range(3):
        await drain(settings)
