"""The people of the chat's benchmark: customers of the market, each with a number or a chat of their own, and what they type."""

from bench.chat_load import Journey, Somebody
from bench.rest_rows import PIN
from core.clock import now
from core.db import execute, transaction
from models import Biller, BillPlan
from services.accounts.pins import set_first_pin
from services.accounts.signup import insert_customer
from services.cards import card_of
from services.ledger import post, shared_account
from services.tenants import Scope, scope_by_code

# Minor units on the cards of those who buy: nothing is to fail for want of money.
BALANCE = 10**10
# Numbers (E.164) without their last six digits, by who has them; on Telegram the number is the chat's id as well.
LINES = {"ussd": "+233540", "sms": "+233541", "telegram": "+233542", "GH": "+233543", "NG": "+2348030"}
CODES = {"demo": "*920*44#", "kasuwa": "*347*44#"}
HOME, ANYTHING = "Makola Demo", ""
TERMS = ("toyota brake pads", "wiper", "oil filter", "spark plug", "shock absorber")
METER = "12345678901"


def shopping(term: str) -> Journey:
    """Shelves, words, what was found, a product and back, a piece into the cart, the cart, and empty again."""
    return [
        ("", HOME),
        ("1", ANYTHING),
        ("2", ANYTHING),
        ("0", ANYTHING),
        ("1", ANYTHING),
        (term, " found"),
        ("1", "in stock"),
        ("0", " found"),
        ("1", "in stock"),
        ("1", "How many"),
        ("1", "In your cart now: 1 piece"),
        ("2", "Cart: 1 piece"),
        ("3", ANYTHING),
        ("1", HOME),
    ]


# With every provider silent: what each is told all the same. A mobile money checkout is begun once, since the cart waits then.
CHECKOUT: Journey = [
    *shopping("wiper")[:11],
    ("1", "How shall we deliver?"),
    ("4", "Accra"),
    ("1", "We are asking the carriers"),
    ("1", "We are asking the carriers"),
    ("0", "Accra"),
    ("0", "How shall we deliver?"),
    ("3", "Where do you pick it up?"),
    ("1", "to pay. How?"),
    ("2", "Which network?"),
    ("1", "Pay from"),
    ("1", "Approve"),
    ("", HOME),
    ("2", "A payment is under way"),
    ("1", "Not paid yet"),
    ("3", "Nothing is paid twice"),
]
AIRTIME: Journey = [
    ("", HOME),
    ("4", "Balance"),
    ("4", "Bills"),
    ("1", "how much"),
    ("5", "For whom?"),
    ("1", "Airtime for"),
    ("1", "Your PIN"),
    (PIN, "is on its way"),
]
TOP_UP: Journey = [
    ("", HOME),
    ("4", "Balance"),
    ("1", "How much"),
    ("50", "Which network?"),
    ("1", "Pay from"),
    ("1", "Approve"),
]
POWER: Journey = [
    ("", "Kasuwa Demo"),
    ("4", "Balance"),
    ("4", "Bills"),
    ("3", "Who is the power from?"),
    ("1", ANYTHING),  # The meter's number, or whose it is once one was bought for.
]
METERED: Journey = [
    (METER, f"EKEDC for {METER}"),
    ("1", "how much"),
    ("1000", "It is checked when we buy"),
    ("1", "Your PIN"),
    (PIN, "is on its way"),
]
DATA: Journey = [
    *POWER[:3],
    ("2", "For whom?"),
    ("1", "We are asking MTNData"),
    ("1", "We are asking MTNData"),
]
# Again for the meter that was bought for before.
AGAIN: Journey = [*POWER[:4], ("1", "Which one?"), ("2", "how much"), *METERED[2:]]


async def add_people(number: int, buyers: int) -> None:
    """In the open market: so many to shop on each channel, and so many to buy in each of the two countries."""
    demo, kasuwa = await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "test")
    async with transaction():
        for channel in ("ussd", "sms", "telegram"):
            for n in range(number):
                await _add(demo, f"{LINES[channel]}{n:06}")
        await execute(_CHATS, f"{LINES['telegram']}%", now())
        for scope in (demo, kasuwa):
            for n in range(buyers):
                await _add_buyer(scope, f"{LINES[scope.country]}{n:06}")
        # Its lists are read when first asked for; here a biller is as when somebody bought before.
        eko = await Biller.get(platform_id=kasuwa.platform_id, service="eko-electric")
        await BillPlan.create(biller=eko, code="prepaid", slug="prepaid", name="EKEDC Prepaid")
        await Biller.filter(id=eko.id).update(plans_read_at=now())


_CHATS = """
INSERT INTO channel_identity (platform_id, environment, channel, external_id, created_at, customer_id)
SELECT platform_id, environment, 'telegram', substr(phone, 2), $2, id FROM customer WHERE phone LIKE $1
"""


async def _add(scope: Scope, phone: str, **more: str) -> int:
    customer = await insert_customer(scope, phone=phone, full_name="Ama Mensah", **more)
    assert customer is not None
    return int(customer.id)


async def _add_buyer(scope: Scope, phone: str) -> None:
    customer_id = await _add(scope, phone, city="Accra", street="1 Ring Road")
    await set_first_pin(scope, customer_id, PIN)
    card = (await card_of(scope, customer_id)).account
    source = await shared_account(scope, "gateway:paystack", "gateway")
    sides = [(source, -BALANCE), (card, BALANCE)]
    await post(scope, key=f"bench:{customer_id}", kind="card_funding", narrative="Bench", sides=sides)


def shoppers(channel: str, number: int) -> list[Somebody]:
    """The first so many on a channel; each looks for something else than their neighbour."""
    journeys = [shopping(term) for term in TERMS]
    return [
        Somebody(
            f"{LINES[channel]}{n:06}".removeprefix("+" if channel == "telegram" else ""),
            CODES["demo"],
            [],
            journeys[n % len(journeys) :] + journeys[: n % len(journeys)],
        )
        for n in range(number)
    ]


def buyers(number: int) -> list[Somebody]:
    """The first so many who buy, half of them in either country."""
    ghana = [
        Somebody(f"{LINES['GH']}{n:06}", CODES["demo"], CHECKOUT, [AIRTIME, TOP_UP])
        for n in range(number // 2)
    ]
    nigeria = [
        Somebody(f"{LINES['NG']}{n:06}", CODES["kasuwa"], POWER + METERED, [AGAIN, DATA])
        for n in range(number - number // 2)
    ]
    return ghana + nigeria
