"""A locked customer can neither sign in nor move money, on any channel, and is told so; what comes in is still booked."""

from collections.abc import Awaitable, Callable

import pytest

from core.errors import AccountLocked, Forbidden, InvalidInput, NotFound
from core.ids import new_uid
from models import AuditEntry, Customer, Payment, PaymentMethod, ShopSession
from services.accounts.customers import customer_by_phone
from services.accounts.login import login
from services.accounts.passwords import set_password
from services.accounts.pins import check_pin
from services.accounts.standing import check_standing
from services.accounts.tokens import issue_token, read_token
from services.bills.purchasing import Wanted, place
from services.buyers import Buyer
from services.cards import card_of
from services.checkout import pay
from services.customers.locking import lock_customer, unlock_customer
from services.payments.funding import fund_card
from services.payments.settling import settle
from services.sessions import Visitor, open_visitor, sign_in
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.rest.hands import Rest
from tests.sellers.hands import a_desk, the_book_is_right
from tests.services.helpers import PIN, a_customer, a_variant, fill_cart
from tests.stories.hands import App, Call, Chat, Texts
from tests.stories.test_one_cart import sign_up

AMA = "+233241234567"
LOCKED = "Your account is locked. Type AGENT to ask us."


async def lock(scope: Scope, customer: Customer) -> None:
    await lock_customer(await a_desk(scope, "support"), customer.id, "The telephone was stolen")


async def test_on_the_telephone_they_can_look_around_and_talk_to_staff_and_nothing_else(
    world: World, demo: Scope
) -> None:
    call, texts, chat = Call(world, AMA), Texts(world, AMA), Chat(world, 77)
    await sign_up(world, call)
    customer = await customer_by_phone(demo, AMA)
    assert customer is not None
    await lock(demo, customer)

    assert LOCKED in await call.dial("4")
    assert LOCKED in await texts.text("BAL")
    # Whoever has the telephone can't bring the account over to a chat.
    await chat.do(text="/start")
    await chat.do(press="My card")
    assert LOCKED in await chat.do(contact=AMA)
    assert "found" in await texts.text("brake pads")
    assert "What is it about?" in await texts.text("AGENT")

    await unlock_customer(await a_desk(demo), customer.id)
    assert "Balance" in await call.dial("4") or "GHS" in await call.dial("4")


async def test_in_the_apps_their_sessions_end_and_signing_in_says_why(world: World, demo: Scope) -> None:
    customer = await a_customer(demo, balance_minor=50_000, pin=True)
    await set_password(demo, customer.id, "a-good-secret", epoch=0)
    customer = await Customer.get(id=customer.id)
    token = issue_token(customer, "session")
    async with App(world) as app, Rest(world, token=token) as rest:
        await app.sign_in(customer.phone, "a-good-secret")
        assert (await app.ask("{ activeCustomer { id } }"))["activeCustomer"] is not None
        assert (await rest.ask("GET", "/api/customerprofile/profile"))[0] != 403
        await lock(demo, customer)

        status, told = await rest.ask("GET", "/api/customerprofile/profile")
        assert (status, told["message"]) == (403, AccountLocked.message)
        login_ = {"emailOrPhone": customer.phone, "password": "a-good-secret"}
        rest.token = None
        assert (await rest.ask("POST", "/api/customer/login", login_))[0] == 403
        # Only who knows the password learns that.
        wrong = {**login_, "password": "another-secret"}
        assert (await rest.ask("POST", "/api/customer/login", wrong))[0] == 401

        body = {"query": "{ activeCustomer { id } }"}
        async with app.client.post(app.url, json=body, headers=app.headers) as answer:
            told = await answer.json()
        assert told["errors"][0]["extensions"]["code"] == "ACCOUNT_LOCKED"
        app.headers.clear()
        app.client.cookie_jar.clear()
        authenticate = """mutation($u: String!, $p: String!) { login(username: $u, password: $p) {
          __typename ... on ErrorResult { message } } }"""
        told = (await app.ask(authenticate, u=customer.phone, p="a-good-secret"))["login"]
        assert told == {"__typename": "InvalidCredentialsError", "message": AccountLocked.message}

    await unlock_customer(await a_desk(demo), customer.id)
    assert (await login(demo, customer.phone, "a-good-secret")).id == customer.id
    assert await ShopSession.filter(customer_id=customer.id).count() == 0


def ways_to_move_money(scope: Scope, buyer: Buyer) -> dict[str, Callable[[], Awaitable[object]]]:
    customer_id = buyer.customer_id or 0
    bill = Wanted(kind="airtime", service=new_uid(), amount_minor=100, number="0241234567")
    return {
        "card": lambda: pay(buyer, "shopping-card", pin=PIN),
        "page": lambda: pay(buyer, "connected-payment-method"),
        "at once": lambda: pay(buyer, "standard-payment"),
        "bill": lambda: place(scope, customer_id, bill, key=None, payload=[]),
        "top-up": lambda: fund_card(buyer, 1000, method_code="connected-payment-method"),
        "pin": lambda: check_pin(scope, customer_id, PIN),
    }


async def test_whatever_way_they_would_pay_no_money_moves(market, demo: Scope) -> None:
    customer = await a_customer(demo, balance_minor=10**7, pin=True)
    buyer = Buyer(demo, "app", customer.id)
    await fill_cart(buyer, await a_variant(demo, pieces=5), 1)
    await lock(demo, customer)
    for way, move in ways_to_move_money(demo, buyer).items():
        with pytest.raises(AccountLocked):
            await move()
            pytest.fail(way)
    await the_book_is_right()


async def test_a_payment_that_was_under_way_is_booked_and_waits_for_them(market, demo: Scope) -> None:
    customer = await a_customer(demo)
    method = await PaymentMethod.get(platform_id=demo.platform_id, environment="test", code="mobile-money")
    coming = await Payment.create(
        platform_id=demo.platform_id, environment="test", customer_id=customer.id, purpose="card",
        method_id=method.id, state="Pending", amount_minor=700, currency="GHS",
    )  # fmt: skip
    await lock(demo, customer)
    await settle(coming.id)
    assert (await card_of(demo, customer.id)).balance_minor == 700
    await the_book_is_right()


async def test_a_session_that_begins_at_the_moment_of_locking_is_no_good(market, demo: Scope) -> None:
    customer = await a_customer(demo)
    before, visitor = await Customer.get(id=customer.id), Visitor(demo)
    await lock(demo, customer)
    # Somebody was found to be signed in before, and is written down only now.
    await sign_in(visitor, before)
    assert (await open_visitor(demo, visitor.token)).customer_id is None
    with pytest.raises(AccountLocked):
        await read_token(demo, issue_token(before, "session"))


async def test_locking_needs_a_reason_a_permission_and_ones_own_customer_and_is_noted(
    market, demo: Scope
) -> None:
    customer, desk = await a_customer(demo), await a_desk(demo, "desk")
    with pytest.raises(InvalidInput):
        await lock_customer(desk, customer.id, "  ")
    with pytest.raises(Forbidden):
        await lock_customer(await a_desk(demo, "finance"), customer.id, "x")
    with pytest.raises(NotFound):
        await lock_customer(await a_desk(await scope_by_code("kasuwa", "test")), customer.id, "x")
    await check_standing(customer.id)
    for reason in ("The telephone was stolen", "The telephone was stolen in Kumasi"):
        locked = await lock_customer(desk, customer.id, reason)
        assert (locked.lock_reason, locked.locked_at is not None) == (reason, True)
    for _ in range(2):
        unlocked = await unlock_customer(desk, customer.id)
        assert (unlocked.lock_reason, unlocked.locked_at) == ("", None)
    noted = await AuditEntry.filter(noun="customer", noun_id=customer.id).order_by("id")
    assert [each.act for each in noted] == ["locked", "locked", "unlocked"]
