"""Every screen with the longest data there can be, and with whatever people type at it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest
import pytest_asyncio
from babel.dates import format_date
from chat_helpers import AMA
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.channels.fitting import fitted, squeezed
from bot.channels.plain import footer_of
from bot.channels.sms import screen as sms_screen
from bot.channels.telegram import screen as telegram_screen
from bot.channels.ussd.screen import LONG_ROWS, ROWS, SCREEN, screen
from bot.engine import Inbound, screen_of, step
from bot.flows.paying import seen
from bot.languages import LANGUAGES
from bot.prompts import End, Page, Prompt, Say, in_language, options_of
from bot.stack import Session, Stack
from bot.states import STATES, Move, World
from bot.text import said, t
from core import gsm7
from core.clock import now
from core.db import execute, transaction
from core.ids import new_token
from core.languages import Day
from models import (
    Beneficiary,
    Biller,
    BillPlan,
    BillPurchase,
    ChannelIdentity,
    Conversation,
    DeliveryQuote,
    DeliveryRate,
    JournalEntry,
    Order,
    Payment,
    PaymentMethod,
    PickupLocation,
    Posting,
    PurchaseOption,
    PurchaseOptionGroup,
    ScheduledCharge,
    ShippingMethod,
    StaffUser,
    SupportMessage,
    SupportThread,
)
from services.accounts.customers import complete_profile
from services.accounts.recovery import start_pin_recovery
from services.accounts.signup import create_customer, start_signup
from services.bills import KINDS
from services.buyers import Buyer
from services.cards import card_of
from services.carts import add_to_cart, find_cart
from services.catalogue import ProductOptions, list_categories, list_products
from services.delivery.locations import active_locations
from services.promotions.coupons import apply_coupon
from services.promotions.inputs import PromotionInput
from services.promotions.managing import create_promotion
from services.promotions.views import Operation
from services.receipts import receipt_of
from services.support.threads import tell_staff
from services.tenants import Scope
from services.wishlists import add_wish

LONG_NAME = "Extraordinarily Long Heavy-Duty Ventilated Ceramic Brake Pads for Mercedes-Benz Sprinter Ọ’Neill"
LONG_SENTENCE = (
    "This sentence is as long as anything that a service says when it refuses to do something for you."
)
LONG_EMAIL = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.com"
LONG_TOWN, LONG_STREET = "Nsukwao " * 7, "Second turning after the old market, blue kiosk by the mosque, " * 2
MOST_MINOR = 999_999_999  # GHS 9,999,999.99 a piece, and a thousand pieces

# What is typed where: wrong digits, nothing, pictures, other scripts, control characters, far too much.
HOSTILE = [
    "",
    " ",
    "0",
    "00",
    "98",
    "1",
    "2",
    "3",
    "4",
    "5",
    "9",
    "-1",
    "1.5",
    "1e9",
    "١٢",
    "0x1",
    "*",
    "1*1",
    "#",
    "?",
    "help",
    "track",
    "TRACK MK1",
    "bal",
    "cart",
    "😀" * 50,
    "日本語",
    "\x00\x07\r\n",
    "'; DROP TABLE customer; --",
    "{0}{name}%s",
    "A" * 10_000,
    "9" * 200,
    "<b>&amp;</b>",
    "\u202e abc",
    "123456",
    "1234",
]


@dataclass
class Longest:
    """A market in which everything is as long and as large as it gets, and a customer in it."""

    world: World
    args: dict[str, dict[str, Any]]

    def session(self, at: str, **frame: Any) -> Session:
        """Standing at a state, one step from home."""
        stack = Stack.fresh()
        stack.push(STATES[at], self.args.get(at, {}))
        stack.top.update(frame)  # type: ignore[typeddict-item]
        return stack.session()


async def nobody(customer_id: int) -> None:
    """Joining a channel to a customer is the channel's business."""


@cache
def longest_day(day: Day, language: str) -> str:
    """A day of the month with the longest name."""
    days = (format_date(date(2028, month, 28), day.pattern, locale=language) for month in range(1, 13))
    return max(days, key=len)


@pytest_asyncio.fixture
async def longest(demo: Scope, monkeypatch: pytest.MonkeyPatch) -> Longest:
    monkeypatch.setattr(Day, "written", longest_day)
    long_names = {"product": "name", "variant": "name", "category": "name"}
    for table, column in long_names.items():
        await execute(f"UPDATE {table} SET {column} = $1", LONG_NAME)
    await execute("UPDATE variant SET price_minor = $1, option = $2", MOST_MINOR, LONG_NAME)
    await execute("UPDATE stock_level SET on_hand = 100000")
    await execute(
        "UPDATE fitment SET make = $1, model = $1", "Mercedes-Benz Commercial Vehicles International"
    )
    await ShippingMethod.all().update(name=LONG_NAME, price_minor=MOST_MINOR)
    await PaymentMethod.all().update(name=LONG_NAME)
    scope = replace(demo, name="Makola Extraordinarily Comprehensive Spare Parts Market of Greater Accra")
    customer = await create_customer(scope, phone=AMA, full_name=LONG_NAME[:80])
    await complete_profile(scope, customer.id, full_name=LONG_NAME[:80], city=LONG_TOWN, street=LONG_STREET)
    world = World(
        scope, "ussd", "key", nobody, phone=AMA, customer_id=customer.id, rows=ROWS, long_rows=LONG_ROWS
    )
    conversation = await Conversation.create(
        platform_id=scope.platform_id, environment="test", customer_id=customer.id, updated_at=now()
    )
    world = replace(world, conversation_id=conversation.id, sender=AMA)
    await _thread(scope, conversation.id)
    return Longest(world, await _args(scope, customer.id))


async def _args(scope: Scope, customer_id: int) -> dict[str, dict[str, Any]]:
    """What each state that needs arguments is given."""
    buyer = Buyer(scope, "ussd", customer_id)
    products, _ = await list_products(scope, ProductOptions(take=100), frozenset({"variants", "fitments"}))
    product = max(products, key=lambda p: (len(p.variants), len(p.fitments), len(p.description)))
    shelves, _ = await list_categories(scope, top_only=True, take=1)
    await add_to_cart(buyer, product.variants[0].id, 990)
    for other in products[:4]:
        await add_to_cart(buyer, other.variants[0].id, 1)
    for number in range(5):
        code = f"{'W' * 19}{number}"
        await create_promotion(
            scope,
            PromotionInput(
                name=LONG_NAME,
                coupon_code=code,
                actions=[Operation("order_percentage_discount", {"discount": 1})],
            ),
        )
        await apply_coupon(buyer, code)
    cart = await find_cart(buyer)
    assert cart is not None
    challenge = await start_signup(scope, "+2348031234567", None)
    recovery = await start_pin_recovery(scope, customer_id)
    identity = await ChannelIdentity.create(
        platform_id=scope.platform_id,
        environment="test",
        channel="ussd",
        external_id="+2348031234567",
        customer_id=customer_id,
        created_at=now(),
    )
    await _old_orders(scope, customer_id)
    await _movements(scope, customer_id)
    for each in products[:4]:
        wish = await add_wish(scope, customer_id, each.uid)
    shelf, line = {"shelf": shelves[0].id}, {"line": cart.lines[0].id}
    old = {"code": "MK999999999"}
    owed = {"code": "MK999999998"}
    paid = {**owed, "amount": 1000 * MOST_MINOR}
    await _owing(scope, customer_id)
    wallet = {"purpose": "order", "method": "mobile-money", "phone": "+2348031234567", "network": "telecel"}
    bills = await _bills(scope, customer_id)
    code = {"name": LONG_NAME[:80], "phone": "+2348031234567", "challenge": challenge.id}
    return {
        **bills,
        "search.found": {"term": "brake pads " * 14},
        "search.shelf": shelf,
        "search.goods": shelf,
        "product.shown": {"product": product.id},
        "product.variants": {"product": product.id},
        "product.details": {"product": product.id},
        "product.fits": {"product": product.id},
        "product.quantity": {"variant": product.variants[0].id},
        "cart.line": line,
        "cart.quantity": line,
        "cart.terms": line,
        "coupon.taken": {"code": f"{'W' * 19}0"},
        "checkout.street": {"town": LONG_TOWN},
        "checkout.carriers": await _quoted(scope, customer_id),
        "wishes.item": {"uid": str(wish.uid)},
        "paying.confirm": {"method": "shopping-card", "name": LONG_NAME},
        "paying.pin": {"method": "shopping-card", "shown": seen(cart)},
        "resuming.offer": {"where": "resuming.balance"},
        "wallet.network": wallet,
        "wallet.number": wallet,
        "wallet.confirm": wallet,
        "signup.code": code,
        "signup.enter": {"phone": "+2348031234567", "customer": customer_id},
        "pin.code": {"challenge": recovery.id, "customer": customer_id},
        "pin.new": {"proof": "0." + "0" * 32, "customer": customer_id},
        "pin.new_again": {"first": "0" * 24, "proof": "0." + "0" * 32, "customer": customer_id},
        "profile.email_pin": {"email": LONG_EMAIL},
        "profile.email_code": {"email": LONG_EMAIL},
        "links.one": {"identity": identity.id},
        "links.shown": {"challenge": str(recovery.uid)},
        "signup.claim": {"phone": "+2348031234567", "claimant": 1},
        "pin.again": {"first": "0" * 24},
        "orders.shown": old,
        "orders.items": old,
        "receipts.mine": old,
        "receipts.checked": {"code": (await receipt_of(scope, customer_id, "MK999999999")).code},
        "balance.shown": owed,
        "balance.amount": owed,
        "balance.movements": owed,
        "balance.cancel": owed,
        "balance.from_card": owed,
        "balance.to_pay": {"code": "", "typed": "9,999,999,999.99"},
        "balance.method": paid,
        "balance.confirm": {**paid, "method": "shopping-card", "name": LONG_NAME},
        "balance.pin": {**paid, "method": "shopping-card"},
        "product.option": {"variant": product.variants[0].id, "pieces": 1},
    }


async def _thread(scope: Scope, conversation_id: int) -> None:
    """Staff have answered at length."""
    await tell_staff(
        scope, conversation_id, about="other", channel="ussd", address=AMA, text=LONG_SENTENCE * 5
    )
    thread = await SupportThread.get()
    staff = await StaffUser.filter(platform_id=scope.platform_id).first()
    assert staff is not None
    await SupportMessage.create(
        thread_id=thread.id, staff_id=staff.id, channel="sms", text=LONG_SENTENCE * 6, created_at=now()
    )


async def _quoted(scope: Scope, customer_id: int) -> dict[str, Any]:
    """Carriers' prices for as much and by as many as there can be."""
    location = (await active_locations(scope))[0]
    for each in await active_locations(scope):
        await PickupLocation.filter(id=each.id).update(name=f"{LONG_NAME} {each.id}", city=LONG_TOWN)
    asked = await DeliveryQuote.create(
        platform_id=scope.platform_id,
        environment="test",
        customer_id=customer_id,
        location=location,
        key="long",
        place={},
        weight_g=1000,
        state="Answered",
        expires_at=now() + timedelta(hours=1),
    )
    for number in range(4):
        await DeliveryRate.create(
            quote=asked,
            rate_id=f"rate-{number}",
            carrier_name=LONG_NAME,
            carrier_slug="long",
            carrier_logo="",
            delivery_time=LONG_SENTENCE,
            price_minor=MOST_MINOR,
            currency="GHS",
        )
    return {"quote": asked.id, "location": str(location.uid), "to": LONG_STREET}


async def _bills(scope: Scope, customer_id: int) -> dict[str, dict[str, Any]]:
    """Every kind sold by as many as there can be, with names and numbers as long as they can be."""
    sold = dict[str, list[Biller]]()
    for number, kind in enumerate([kind for kind in KINDS for _ in range(6)]):
        biller = await Biller.create(
            platform_id=scope.platform_id,
            environment="test",
            kind=kind,
            number=900 + number,
            name=LONG_NAME[:50],
            slug=f"long{number}",
            provider="vtpass",
            service="long",
            least_minor=1,
            most_minor=10**12,
            plans_read_at=now(),
        )
        sold.setdefault(kind, []).append(biller)
    line, meter = "+233241234567", "9" * 30
    for kind, billers in sold.items():
        for biller in billers:
            plan = await BillPlan.create(
                biller=biller, code="long", slug="long", name=LONG_NAME * 2, amount_minor=MOST_MINOR
            )
            bought = await BillPurchase.create(
                platform_id=scope.platform_id,
                environment="test",
                customer_id=customer_id,
                biller=biller,
                plan=None if kind == "airtime" else plan,
                reference=new_token(),
                state="Delivered",
                amount_minor=MOST_MINOR,
                currency="GHS",
                phone=line,
                account="" if KINDS[biller.kind].to_phone else meter,
                token="9" * 20,
                expires_at=now(),
            )
            saved = await Beneficiary.create(
                platform_id=scope.platform_id,
                environment="test",
                customer_id=customer_id,
                biller=biller,
                number=line if KINDS[biller.kind].to_phone else meter,
                name=LONG_NAME,
                nickname=LONG_NAME[:40],
                last_purchase=bought,
            )
    [phone, *_], [disco, *_] = sold["data"], sold["electricity"]
    data = {"kind": "data", "number": line, "biller": str(phone.uid), "plan": "long", "amount": MOST_MINOR}
    power = {**data, "kind": "electricity", "number": meter, "biller": str(disco.uid), "name": LONG_NAME}
    one = {"uid": str(saved.uid)}
    return {
        "bills.person": one,
        "bills.nickname": one,
        "bills.forget": one,
        "buying.wanted": {"kind": "data", "typed": "", "whom": LONG_NAME},
        "buying.amount": {"kind": "electricity"},
        "buying.whom": {"kind": "data"},
        "buying.number": {"kind": "electricity", "biller": str(disco.uid)},
        "buying.biller": {"kind": "electricity"},
        "buying.plans": {name: power[name] for name in ("kind", "number", "biller")},
        "buying.confirm": power,
        "buying.pin": data,
    }


async def _owing(scope: Scope, customer_id: int) -> None:
    """Two orders of which as much is owed as can be, and terms as long as they may be for whatever is sold."""
    for code in ("MK999999998", "MK999999997"):
        order = await Order.get(code=code)
        await Order.filter(id=order.id).update(state="PaymentAuthorized", deferred_minor=1000 * MOST_MINOR)
        await ScheduledCharge.create(
            platform_id=scope.platform_id,
            environment="test",
            order=order,
            customer_id=customer_id,
            currency="GHS",
            amount_minor=1000 * MOST_MINOR,
            due_at=now() + timedelta(days=30),
        )
    group = await PurchaseOptionGroup.create(
        platform_id=scope.platform_id,
        environment="test",
        merchant_code="long",
        line_item_descriptor=LONG_NAME,
        assignment="PRODUCTS",
    )
    await execute(
        "INSERT INTO purchase_option_member (group_id, product_id) SELECT $1, id FROM product", group.id
    )
    for number in range(4):
        await PurchaseOption.create(
            group=group,
            description=LONG_SENTENCE,
            position=number,
            charge_ppm=1,
            trigger="TimeAfterCheckout",
            due_after="P1D",
        )


async def _old_orders(scope: Scope, customer_id: int) -> None:
    method = await PaymentMethod.filter(platform_id=scope.platform_id).first()
    assert method is not None
    for number in range(4):
        order = await Order.create(
            platform_id=scope.platform_id,
            environment="test",
            code=f"MK{999999999 - number}",
            state="PartiallyDelivered",
            active=False,
            customer_id=customer_id,
            currency="GHS",
            channel="ussd",
            quantity=1000,
            total_minor=1000 * MOST_MINOR,
            placed_at=now(),
        )
        await Payment.create(
            platform_id=scope.platform_id,
            environment="test",
            purpose="order",
            order=order,
            method=method,
            state="Declined",
            amount_minor=1,
            currency="GHS",
        )


async def _movements(scope: Scope, customer_id: int) -> None:
    """Rows as the ledger writes them, with the longest narrative."""
    card = await card_of(scope, customer_id)
    async with transaction():
        for number in range(4):
            entry = await JournalEntry.create(
                platform_id=scope.platform_id,
                environment="test",
                key=f"long:{number}",
                kind="test",
                narrative=LONG_SENTENCE,
                created_at=now(),
            )
            await Posting.create(
                entry=entry,
                account_id=card.account.id,
                amount_minor=-MOST_MINOR,
                balance_after_minor=0,
                currency="GHS",
            )


def _check_fits(at: str, prompts: list[Prompt]) -> None:
    shown = screen(prompts)
    assert gsm7.is_gsm7(shown), (at, shown)
    assert gsm7.length(shown) <= SCREEN, (at, gsm7.length(shown), shown)
    lines = shown.split("\n")
    options = options_of(prompts[-1])
    numbered = [option for option in options if option.digits]
    assert len(numbered) <= 5, at
    for option in numbered:
        assert any(line.startswith(f"{option.digits} ") and len(line) > 3 for line in lines), (
            at,
            option,
            shown,
        )
    footer = gsm7.transliterate(footer_of(prompts[-1]))
    assert not footer or lines[-1] == footer
    for line in (line for line in lines if "GHS " in line):
        assert ".." not in line.split("GHS ")[1][:16], (at, shown)


async def test_the_longest_data_fits_on_one_screen(longest: Longest) -> None:
    for at in sorted(STATES):
        stack = Stack.of(longest.session(at))
        assert stack is not None
        world = replace(longest.world, customer_id=None) if at.startswith("signup") else longest.world
        for skip in (0, 3):
            stack.top["skip"] = skip
            prompt = await STATES[at].show(stack.context(world))
            if isinstance(prompt, Move):
                continue
            for language in LANGUAGES:
                _check_language(f"{language} {at}", in_language(prompt, language), language)


def _check_language(at: str, prompt: Prompt, language: str) -> None:
    """A screen fits in a language as it is, and with whatever may be said above it."""
    assert fitted([prompt], footer_of(prompt), SCREEN), (at, squeezed([prompt], footer_of(prompt), 400))
    for note in (None, t("unknown_choice"), t("error.pending"), said(LONG_SENTENCE)):
        above = [Say(note.into(language), trouble=True)] if note else []
        _check_fits(at, [*above, prompt])
    assert telegram_screen.render([prompt], "at:999999")["text"]


async def test_the_longest_data_fits_into_three_text_messages(longest: Longest) -> None:
    world = replace(longest.world, rows=sms_screen.ROWS, long_rows=sms_screen.LONG_ROWS)
    for at in sorted(STATES):
        stack = Stack.of(longest.session(at))
        assert stack is not None
        seen = replace(world, customer_id=None) if at.startswith("signup") else world
        prompt = await STATES[at].show(stack.context(seen))
        if isinstance(prompt, Move):
            continue
        for language in LANGUAGES:
            one = in_language(prompt, language)
            for prompts in ([one], [Say(said(LONG_SENTENCE), trouble=True), one]):
                shown = sms_screen.render(prompts)
                assert gsm7.is_gsm7(shown) and gsm7.segments(shown) <= 3, (at, language, shown)
                for option in options_of(one):
                    assert not option.digits or f"\n{option.digits} " in shown, (at, option, shown)


async def test_a_list_is_paged_to_its_end_and_back(longest: Longest) -> None:
    session, prompts = await step(longest.session("search.shelves"), Inbound(), longest.world)
    pages = 0
    while isinstance(prompts[-1], Page) and prompts[-1].more:
        session, prompts = await step(session, Inbound("98"), longest.world)
        _check_fits("search.shelves", prompts)
        pages += 1
    assert pages >= 2
    for _ in range(pages):
        session, prompts = await step(session, Inbound("0"), longest.world)
        assert screen_of(session).startswith("search.shelves")
    session, _ = await step(session, Inbound("0"), longest.world)
    assert screen_of(session).startswith("home.menu")


async def test_nothing_typed_is_a_dead_end(longest: Longest) -> None:
    """Whatever is typed at any screen is answered by a screen that fits, and home is one step from it."""
    for at, typed in product(sorted(STATES), HOSTILE):
        async with undone():
            session, _ = await step(longest.session(at), Inbound(), longest.world)
            if screen_of(session).startswith("resuming.offer") and at != "resuming.offer":
                session, _ = await step(session, Inbound("1"), longest.world)
            world = replace(longest.world, key=f"{at}{typed[:20]}")
            session, prompts = await step(session, Inbound(typed), world)
            _check_fits(f"{at} > {typed[:20]}", prompts)
            if not isinstance(prompts[-1], End):
                session, prompts = await step(session, Inbound("00"), longest.world)
                assert screen_of(session).startswith("home.menu")


class _Undo(Exception):
    pass


class undone:
    """A transaction that leaves nothing behind."""

    async def __aenter__(self) -> None:
        self._open = transaction()
        await self._open.__aenter__()

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        undo = error or _Undo()
        try:
            await self._open.__aexit__(type(undo), undo, undo.__traceback__)
        except _Undo:
            return


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
async def test_no_conversation_gets_lost(longest: Longest, data: st.DataObject) -> None:
    """Many messages one after another, sensible and not, from a random screen on."""
    at = data.draw(st.sampled_from(sorted(STATES)))
    typed = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.integers(0, 99).map(str))
    async with undone():
        session = longest.session(at)
        for number, text in enumerate(data.draw(st.lists(typed, max_size=8))):
            session, prompts = await step(
                session, Inbound(text), replace(longest.world, key=f"{at}:{number}")
            )
            _check_fits(f"{at} > {text[:20]}", prompts)
            assert len(session["stack"]) <= 16
