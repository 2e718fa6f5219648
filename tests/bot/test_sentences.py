"""Sentences: which find their journey, with slips of the thumb, and which are just words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from chat_helpers import AMA

from bot.engine import Inbound, screen_of, step
from bot.sentences import read_sentence
from bot.states import World
from core.clock import now
from models import Order, ScheduledCharge
from services.accounts.signup import create_customer
from services.buyers import Buyer
from services.carts import add_to_cart
from services.catalogue import get_product
from services.search import search
from services.tenants import Scope

NAMED = {
    "airtime 500 for mum": ("airtime", {"amount": "500", "whom": "mum"}),
    "airtme 500 for my mum": ("airtime", {"amount": "500", "whom": "mum"}),
    "please buy airtime 10 for 0241234567": ("airtime", {"amount": "10", "whom": "0241234567"}),
    "send 5 cedis credit to mum": ("airtime", {"amount": "5", "whom": "mum"}),
    "GHS5 airtime": ("airtime", {"amount": "5"}),
    "I want to buy airtime": ("airtime", {}),
    "airtime for me": ("airtime", {"whom": "me"}),
    "airtime 5 024 123 4567": ("airtime", {"amount": "5", "whom": "024 123 4567"}),
    "data for mum": ("data", {"whom": "mum"}),
    "pay 500 for electricty": ("electricity", {"amount": "500"}),
    "power 2k for home": ("electricity", {"amount": "2k", "whom": "home"}),
    "pay my dstv": ("cable", {}),
    "pay 3k on my fridge": ("pay", {"amount": "3k", "what": "fridge"}),
    "pay 3k on my frigde": ("pay", {"amount": "3k", "what": "frigde"}),
    "pay for my fridge": ("pay", {"what": "fridge"}),
    "track my order": ("track", {}),
    "trak my oder": ("track", {}),
    "where is my parcel?": ("track", {}),
    "track my order MK123456789": ("track", {"code": "mk123456789"}),
    "talk to someone": ("person", {}),
    "I want to speak to a persn": ("person", {}),
    "send me the token again": ("token", {}),
    "same again please": ("repeat", {}),
    "check my balance": ("balance", {}),
    "find brake pads corolla 2012": ("search", {"what": "brake pads corolla 2012"}),
    "looking for a wiper": ("search", {"what": "wiper"}),
}


@pytest.mark.parametrize("typed", NAMED)
def test_a_sentence_names_its_journey(typed: str) -> None:
    found = read_sentence(typed)
    assert found is not None
    assert (found.journey, dict(found.said)) == NAMED[typed]


@pytest.mark.parametrize(
    "typed",
    [
        "brake pads corolla 2012",
        "power steering pump",
        "data cable",
        "tv 32 inch",
        "light bulb",
        "order book",
        "card holder",
        "hello",
        "truck tyres for sale",
        "",
        "500",
        "😀 airtime 😀",
        "mum",
        "for for for " * 12,
    ],
)
def test_what_people_look_for_names_none(typed: str) -> None:
    assert read_sentence(typed) is None


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("buy airtime 10 for 0241234567", "buying.confirm"),
        ("airtime 10 for nobody i know", "buying.whom"),
        ("search wiper", "search.found"),
        ("talk to someone", "person.about"),
        ("show my cart", "cart.lines"),
    ],
)
async def test_it_leads_there_from_home_on_every_channel(demo: Scope, typed: str, leads_to: str) -> None:
    made = await create_customer(demo, phone=AMA, full_name="Ama")

    async def nobody(customer_id: int) -> None:
        return None

    world = World(demo, "ussd", "key", nobody, phone=AMA, customer_id=made.id)
    for each in (world, replace(world, channel="telegram", searches=True)):
        session, _ = await step({}, Inbound(), each)
        session, _ = await step(session, Inbound(typed), each)
        assert screen_of(session).startswith(leads_to)
        first, _ = await step({}, Inbound(typed), each)
        assert screen_of(first).startswith(leads_to)


async def test_a_balance_is_found_by_what_was_bought(demo: Scope) -> None:
    made = await create_customer(demo, phone=AMA, full_name="Ama")
    owed = {}
    for word in ("wiper", "battery"):
        hit = (await search(demo, word, skip=0, take=1)).hits[0]
        product = await get_product(demo, product_id=hit.product_id, include=frozenset({"variants"}))
        assert product is not None
        buyer = Buyer(demo, "ussd", made.id)
        cart = await add_to_cart(buyer, product.variants[0].id, 1)
        placed = {"state": "PaymentAuthorized", "active": False, "placed_at": now()}
        await Order.filter(id=cart.id).update(**placed, deferred_minor=1000, total_minor=5000)
        await ScheduledCharge.create(
            platform_id=demo.platform_id,
            environment=demo.environment,
            order_id=cart.id,
            customer_id=made.id,
            currency="GHS",
            amount_minor=1000,
            due_at=now() + timedelta(days=30),
        )
        owed[word] = cart.code

    async def nobody(customer_id: int) -> None:
        return None

    world = World(demo, "ussd", "key", nobody, phone=AMA, customer_id=made.id)
    for typed in ("pay 5 on my batery", "pay 5 for the battery"):
        session, _ = await step({}, Inbound(typed), world)
        assert screen_of(session).startswith("balance.method")
        assert session["stack"][-1]["args"] == {"code": owed["battery"], "amount": 500}
    session, _ = await step({}, Inbound("pay 5 on my fridge"), world)
    assert screen_of(session).startswith("balance.to_pay")
