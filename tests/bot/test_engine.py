"""The engine's promises: bounded plain sessions, stale buttons, going on after what was needed first."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
import pytest_asyncio
from chat_helpers import AMA, give_history

from bot.engine import RESUME_WITHIN_S, Inbound, screen_of, step, wants_secret, wants_words
from bot.errors import SENTENCES, sentence
from bot.prompts import Choose, End, Page, Prompt, Say
from bot.stack import MAX_DEPTH, Session
from bot.states import STATES, World
from bot.texts import ENGLISH
from core import clock
from core.errors import all_error_classes
from services.accounts.signup import create_customer
from services.orders import ORDER_STATES
from services.payments import PAYMENT_STATES
from services.tenants import Scope


async def nobody(customer_id: int) -> None:
    """Joining a channel to a customer is the channel's business."""


@pytest_asyncio.fixture
async def guest(demo: Scope) -> World:
    return World(demo, "ussd", "key", nobody, phone=AMA)


@pytest_asyncio.fixture
async def customer(guest: World) -> World:
    made = await create_customer(guest.scope, phone=AMA, full_name="Ama")
    return replace(guest, customer_id=made.id)


async def walk(
    world: World, *typed: str | None, session: Session | None = None
) -> tuple[Session, list[Prompt]]:
    """Type one thing after another, from a new session on."""
    session, prompts = session or {}, []
    for text in typed:
        session, prompts = await step(session, Inbound(text), world)
    return session, prompts


async def test_a_session_is_plain_json_and_the_one_that_was_given_stays_as_it_was(guest: World) -> None:
    before, _ = await walk(guest, None, "1")
    kept = orjson.dumps(before)
    after, _ = await walk(guest, "1", session=before)
    assert orjson.dumps(before) == kept
    assert orjson.loads(orjson.dumps(after)) == after


async def test_a_session_stays_small_however_far_one_goes(guest: World) -> None:
    session, _ = await walk(guest, None, "1", "1")
    for _ in range(3 * MAX_DEPTH):
        session, _ = await walk(guest, "brake", "1", "3", "cart", "?", "98", session=session)
        session, _ = await walk(guest, "0", "0", session=session)
    assert len(session["stack"]) <= MAX_DEPTH
    assert len(orjson.dumps(session)) < 8000


@pytest.mark.parametrize("old", [{"v": 0}, {"v": 1, "turn": 1, "at": 1, "stack": [{"at": "gone.away"}]}])
async def test_an_older_session_begins_again_politely(guest: World, old: Session) -> None:
    session, prompts = await step(old, Inbound("1"), guest)
    assert [type(prompt) for prompt in prompts] == [Say, Choose]
    assert screen_of(session).startswith("home.menu")


async def test_an_earlier_screens_button_changes_nothing_and_says_so(guest: World) -> None:
    first, _ = await walk(guest, None)
    second, _ = await step(first, Inbound("1", screen_of(first)), guest)
    third, prompts = await step(second, Inbound("1", screen_of(first)), guest)
    assert third == second
    assert prompts == [Say(prompts[0].text, trouble=True)]


async def test_turning_back_from_signing_up_leads_back_and_not_in_again(guest: World) -> None:
    session, _ = await walk(guest, None, "2")
    assert screen_of(session).startswith("signup.name")
    session, _ = await walk(guest, "0", session=session)
    assert screen_of(session).startswith("home.menu")


async def test_a_number_is_an_answer_where_words_are_wanted(customer: World) -> None:
    session, _ = await walk(customer, None, "1", "1", "wiper", "1", "1")
    assert wants_words(session)
    session, prompts = await walk(customer, "98", session=session)
    # There are 95 of them.
    assert isinstance(prompts[0], Say)
    assert prompts[0].text.key == "error.stock"


async def test_a_keyword_is_just_words_where_words_are_wanted(guest: World) -> None:
    session, prompts = await walk(guest, None, "1", "1", "track rod")
    assert isinstance(prompts[-1], Page)
    assert screen_of(session).startswith("search.found")


async def test_only_pins_and_codes_are_secret(customer: World, guest: World) -> None:
    guest = replace(guest, phone="+233551234987")
    session, _ = await walk(guest, None, "5", "1")
    assert not wants_secret(session)
    session, _ = await walk(guest, "Ama Mensah", session=session)
    assert wants_secret(session)
    session, _ = await walk(customer, None, "5")
    assert not wants_secret(session)
    session, _ = await walk(customer, "2", session=session)
    assert wants_secret(session)


async def test_a_pin_is_not_in_the_session(customer: World) -> None:
    session, _ = await walk(customer, None, "5", "2", "7391")
    assert screen_of(session).startswith("pin.again")
    assert b"7391" not in orjson.dumps(session)


async def test_who_comes_back_late_finds_the_menu(guest: World) -> None:
    session, _ = await walk(guest, None, "1", "1")
    clock.travel(timedelta(seconds=RESUME_WITHIN_S - 5))
    resumed, prompts = await step(session, Inbound(), guest)
    assert screen_of(resumed).startswith("search.words")
    clock.travel(timedelta(seconds=10))
    resumed, prompts = await step(session, Inbound(), guest)
    assert screen_of(resumed).startswith("home.menu")
    assert len(prompts) == 1


async def test_after_the_last_word_the_next_message_starts_at_home(customer: World) -> None:
    session, prompts = await walk(customer, None, "4", "1", "20", "1", "1")
    assert isinstance(prompts[-1], End)
    session, prompts = await walk(customer, "hello", session=session)
    assert screen_of(session).startswith("home.menu")


def test_every_refusal_has_a_sentence() -> None:
    assert set(SENTENCES) == set(all_error_classes())
    assert {key for key in SENTENCES.values() if key not in ENGLISH} == set()


def test_every_refusal_can_be_said() -> None:
    given = {
        "InsufficientStock": (3, "pads"),
        "OrderLimit": (1000,),
        "IllegalTransition": ("a", "b", []),
        "WrongFileType": ("a.exe", "application/x-msdownload"),
        "OrderRefusal": ("EmptySelection", "Say which pieces."),
    }
    for each in all_error_classes():
        assert sentence(each(*given.get(each.__name__, ()))).render()


@pytest.mark.parametrize(("table", "prefix"), [(ORDER_STATES, "order"), (PAYMENT_STATES, "payment")])
def test_every_state_of_an_order_and_a_payment_has_a_word(table: object, prefix: str) -> None:
    assert [name for name in table.transitions if f"{prefix}.{name}" not in ENGLISH] == []  # type: ignore[attr-defined]


def test_every_screen_can_be_named_on_a_button() -> None:
    assert max(len(f"{name}:999999999:98") for name in STATES) <= 64


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("BAL", "card.balance"),
        ("Balance.", "card.balance"),
        ("blance", "card.balance"),
        ("cart!", "cart.lines"),
        ("crat", "cart.lines"),
        ("Orders", "orders.listed"),
        ("ordes", "orders.listed"),
        ("trak", "orders.listed"),
        ("TRACK MK123456789", "orders.shown"),
        ("hlep", "help.topics"),
        ("MENU", "home.menu"),
    ],
)
async def test_a_keyword_is_understood_also_with_a_slip_of_the_thumb(
    customer: World, typed: str, leads_to: str
) -> None:
    await give_history(customer.scope, int(customer.customer_id or 0))
    session, _ = await walk(customer, None, "1", typed)
    assert screen_of(session).startswith(leads_to)


@pytest.mark.parametrize("typed", ["trak mk-123.", "track #1042", "Order: MK77"])
async def test_a_code_behind_a_keyword_is_looked_up(customer: World, typed: str) -> None:
    _, prompts = await walk(customer, None, "1", typed)
    assert prompts[0].text.key == "orders.unknown"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed", ["truck", "rack", "car", "cars", "part", "hello", "track rod", "track wheel", "stop"]
)
async def test_what_people_look_for_is_no_keyword(guest: World, typed: str) -> None:
    session, prompts = await walk(guest, None, "1", typed)
    assert screen_of(session).startswith("search.begin")
    assert prompts[0].text.key == "unknown_choice"  # type: ignore[union-attr]


async def test_free_words_at_home_are_looked_for_where_the_channel_wants_it(guest: World) -> None:
    session, prompts = await walk(guest, None, "brake pads")
    assert (screen_of(session).split(":")[0], prompts[0].text.key) == ("home.menu", "unknown_choice")  # type: ignore[union-attr]
    searching = replace(guest, searches=True)
    session, _ = await walk(searching, None, "brake pads")
    assert screen_of(session).startswith("search.found")
    for typed in ("zzzzqqq", "日本語", "12", "ok"):
        session, _ = await walk(searching, None, typed)
        assert screen_of(session).startswith("home.menu")


@pytest.mark.parametrize(
    ("typed", "leads_to"), [("1.", "search.words"), ("(2)", "search.shelves"), ("00.", "home.menu")]
)
async def test_what_is_written_around_a_number_is_overlooked(guest: World, typed: str, leads_to: str) -> None:
    session, _ = await walk(guest, None, "1", typed)
    assert screen_of(session).startswith(leads_to)


async def test_a_first_message_shows_the_menu_unless_it_is_a_keyword(customer: World) -> None:
    for typed, at in {"hello": "home.menu", "1": "home.menu", "bal": "card.balance"}.items():
        session, prompts = await walk(customer, typed)
        assert screen_of(session).startswith(at)
        assert len(prompts) == 1


async def test_who_opens_the_line_answers_no_screen_they_have_not_seen(customer: World) -> None:
    session, _ = await walk(customer, None, "1", "1")
    resumed, prompts = await step(session, Inbound("wiper", opens=True), customer)
    assert screen_of(resumed).startswith("search.words")
    assert prompts[0].text.key == "welcome_back"  # type: ignore[union-attr]
    resumed, _ = await step(session, Inbound("bal", opens=True), customer)
    assert screen_of(resumed).startswith("card.balance")
    clock.travel(timedelta(hours=1))
    resumed, _ = await step(session, Inbound("wiper", opens=True), customer)
    assert screen_of(resumed).startswith("home.menu")
