"""A customer is found by anything that a caller can read out, in one statement, and only by staff of their own shop."""

import pytest

from core.errors import Forbidden, InvalidInput
from models import Customer, Order, OutboundMessage, PaymentAttempt, PaymentMethod
from services.accounts.otp import issue_code
from services.buyers import Buyer
from services.cards import card_of
from services.codes import code_of
from services.customers.finding import find_customers
from services.customers.profile import bills_at_desk, card_at_desk, profile_of
from services.customers.transcript import transcript_of
from services.payments.opening import open_attempt, open_payment
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted
from tests.customers.hands import somebody
from tests.sellers.hands import a_desk
from tests.services.helpers import a_customer


async def spoken(scope: Scope) -> tuple[Customer, list[str]]:
    """A customer, and all that they may say of themselves."""
    customer, order = await somebody(scope)
    stored = await Order.get(id=order.id)
    card = await card_of(scope, customer.id)
    method = await PaymentMethod.get(platform_id=scope.platform_id, environment="test", code="mobile-money")
    payment = await open_payment(
        Buyer(scope, "app", customer.id), purpose="card", method_id=method.id, amount_minor=100
    )
    attempt = await open_attempt(payment, provider="paystack", kind="mobile_money", request={})
    reference = (await PaymentAttempt.get(id=attempt.attempt_id)).reference
    home = "0" + customer.phone.removeprefix("+233")
    return customer, [
        customer.phone,
        home,
        f"{home[:3]} {home[3:6]} {home[6:]}",
        f"({home[:3]}) {home[3:6]}-{home[6:]}",
        "zuleikha mensah",
        "MENSAH Zul",
        "Zuleikha@Example.test",
        stored.code,
        f"#{stored.code.lower()}",
        card.number,
        "@Zuleikha_M",
        "zuleikha_m",
        "77001",
        reference,
        str(customer.id),
    ]


async def test_whatever_a_caller_says_they_are_found_in_one_statement(market, demo: Scope) -> None:
    customer, said = await spoken(demo)
    for _ in range(3):
        await a_customer(demo)
    desk = await a_desk(demo, "support")
    for words in said:
        with counted() as seen:
            found, more = await find_customers(desk, words)
        assert [each.id for each in found] == [customer.id], words
        assert (more, seen.statements) == (False, 1)
    assert found[0].full_name == "Zuleikha Mensah"


async def test_what_fits_nobody_finds_nobody_and_no_pattern_is_heard(market, demo: Scope) -> None:
    await spoken(demo)
    desk = await a_desk(demo)
    for words in (
        "%",
        "_",
        "Zul%kha",
        "'; DROP TABLE customer; --",
        "\x00",
        "+233999",
        "nobody@x.test",
        "\ud800",
    ):
        found, _ = await find_customers(desk, words)
        # Nothing that can be stored is the same as nothing said: everybody.
        assert not found or not words.encode("utf-8", "ignore").strip(b"\x00"), words
    for words in ("x" * 101, "a b c d e f g h"):
        with pytest.raises(InvalidInput):
            await find_customers(desk, words)


async def test_only_those_of_ones_own_shop_and_only_who_may(market, demo: Scope) -> None:
    customer, said = await spoken(demo)
    elsewhere = await a_desk(await scope_by_code("kasuwa", "test"))
    for words in said:
        found, _ = await find_customers(elsewhere, words)
        assert customer.id not in [each.id for each in found]
    for role in ("catalogue",):
        with pytest.raises(Forbidden):
            await find_customers(await a_desk(demo, role), "Ama")


async def test_without_words_everybody_comes_newest_first_by_pages(market, demo: Scope) -> None:
    made = [(await a_customer(demo)).id for _ in range(3)]
    desk = await a_desk(demo)
    first, more = await find_customers(desk, take=2)
    assert ([each.id for each in first], more) == (made[:0:-1], True)
    second, _ = await find_customers(desk, skip=2, take=2)
    assert second[0].id == made[0]


async def test_a_profile_and_what_hangs_on_it_cost_the_same_however_much_there_is(
    market, demo: Scope
) -> None:
    customer, _ = await spoken(demo)
    desk = await a_desk(demo)
    with counted() as seen:
        profile = await profile_of(desk, customer.id)
    assert seen.statements == 4
    assert (profile.orders, profile.bills, profile.balance_minor) == (1, 0, 0)
    assert [(each.channel, each.name) for each in profile.channels] == [
        ("sms", ""),
        ("telegram", "zuleikha_m"),
    ]
    assert [each.street for each in profile.addresses] == ["1 Quarcoo Lane"]
    assert profile.thread_id is not None
    lines = await card_at_desk(desk, customer.id, take=2)
    assert lines[0].balance_minor == 0 and len(lines) == 2
    assert await bills_at_desk(desk, customer.id) == []


async def test_a_transcript_has_all_channels_and_no_secret(market, demo: Scope) -> None:
    customer, _ = await spoken(demo)
    challenge = await issue_code(demo, customer.phone, "pin", customer_id=customer.id, template="pin_code")
    desk = await a_desk(demo, "support")
    await transcript_of(desk, customer.id)  # the shop's own words are read once and kept
    with counted() as seen:
        lines = await transcript_of(desk, customer.id)
    assert seen.statements == 5
    told = [(line.by, line.channel, line.text) for line in lines]
    assert ("customer", "sms", "Zuleikha here") in told
    assert ("market", "sms", "Hello Zuleikha") in told
    assert ("customer", "sms", "To Quarcoo Lane please") in told
    assert any("your code for a new PIN is ***" in text for _, _, text in told)
    assert code_of(str(challenge.uid)) not in str(told)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    older = await transcript_of(desk, customer.id, before=lines[0].at, take=1)
    assert len(older) == 1 and older[0].at < lines[0].at
    assert await OutboundMessage.filter(template="pin_code").count() == 1
    with pytest.raises(Forbidden):
        await transcript_of(await a_desk(demo, "finance"), customer.id)
