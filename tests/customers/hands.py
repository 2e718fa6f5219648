"""Customers with something of everything that is held of a person, for tests about letting them go."""

from core.clock import now
from core.db import dialect, fetch
from models import (
    Address,
    Beneficiary,
    Biller,
    ChannelIdentity,
    Conversation,
    Customer,
    InboundMessage,
    OtpChallenge,
    Review,
    SocialIdentity,
    WishlistItem,
)
from services.buyers import Buyer
from services.cards import card_of
from services.ledger import post, shared_account
from services.notifications import queue_message
from services.orders import OrderView
from services.orders.states import move_order
from services.sessions import Visitor, sign_in
from services.support.threads import tell_staff
from services.tenants import Scope
from tests.sellers.hands import buy_of
from tests.services.helpers import a_customer, a_variant, give_money

# Whatever is held of somebody in words has one of these in it.
MARKS = ("Zuleikha", "zuleikha@", "Quarcoo Lane", "nobody else knows")
STATED = "+233209998877"
PRICE = 10**7


async def somebody(scope: Scope) -> tuple[Customer, OrderView]:
    """A customer who bought, paid by card and was brought it, and of whom every table holds something. Nothing is under way,
    and the card is empty.
    """
    customer = await a_customer(scope, pin=True)
    await give_money(scope, customer.id, PRICE)
    await Customer.filter(id=customer.id).update(
        full_name="Zuleikha Mensah",
        email="zuleikha@example.test",
        email_verified_at=now(),
        city="Quarcoo Lane",
    )
    customer = await Customer.get(id=customer.id)
    order = await buy_of(Buyer(scope, "app", customer.id), await a_variant(scope, pieces=5))
    await move_order(order.id, "PaymentSettled", "Delivered")
    await _what_they_left(scope, customer, order)
    await empty_card(scope, customer.id)
    return customer, order


async def _what_they_left(scope: Scope, customer: Customer, order: OrderView) -> None:
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    own = mine | {"customer_id": customer.id}
    talk = await Conversation.create(**own, session={"note": "nobody else knows"}, updated_at=now())
    await ChannelIdentity.create(
        **own, channel="sms", external_id=customer.phone, conversation_id=talk.id, created_at=now()
    )
    await ChannelIdentity.create(
        **own,
        channel="telegram",
        external_id="77001",
        name="zuleikha_m",
        conversation_id=talk.id,
        created_at=now(),
    )
    await InboundMessage.create(
        **mine, channel="sms", gateway="turns", external_id="x1", sender=customer.phone,
        body={"inputs": ["Zuleikha here"]}, reply={"text": "Hello Zuleikha"}, received_at=now(),
    )  # fmt: skip
    await tell_staff(
        scope,
        talk.id,
        about="order",
        channel="sms",
        address=str(customer.phone),
        text="To Quarcoo Lane please",
    )
    await queue_message(
        scope, channel="sms", to=str(customer.phone), template="said", params={"text": "Hello Zuleikha"}
    )
    await Customer.filter(id=customer.id).update(stated_phone=STATED)
    await queue_message(scope, channel="sms", to=STATED, template="said", params={"text": "For Zuleikha"})
    await Address.create(**own, title="Home", full_name="Zuleikha", street="1 Quarcoo Lane", country="GH")
    await SocialIdentity.create(**own, provider="google", subject="nobody else knows", created_at=now())
    await OtpChallenge.create(**own, purpose="reset", contact=str(customer.phone), expires_at=now())
    product = order.lines[0].product_id
    await WishlistItem.create(**own, product_id=product, notes="nobody else knows")
    await Review.create(
        **own, product_id=product, rating=5, summary="Good", body="Good", author_name="Zuleikha"
    )
    biller = await Biller.filter(**mine).first()
    assert biller is not None
    await Beneficiary.create(**own, biller_id=biller.id, number="0240000000", nickname="Zuleikha")
    await sign_in(Visitor(scope), customer)


async def empty_card(scope: Scope, customer_id: int) -> None:
    """Pay out what is on a card, by hand."""
    card = await card_of(scope, customer_id)
    if card.balance_minor:
        till = await shared_account(scope, "gateway:test", "gateway")
        await post(
            scope,
            key=f"paid-out:{customer_id}",
            kind="payout",
            narrative="Paid out",
            sides=[(card.account, -card.balance_minor), (till, card.balance_minor)],
        )


async def everything_stored() -> str:
    """All rows of all tables, as text."""
    names = (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        if dialect() == "postgres"
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_%'"
    )
    return "\n".join(
        [f"{table['name']}: {await fetch('SELECT * FROM ' + table['name'])}" for table in await fetch(names)]
    )
