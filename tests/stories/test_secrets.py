"""PINs count on all channels together, and no PIN and no code is written down anywhere, on any channel, in any flow."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core import limits
from core.db import dialect, fetch
from models import ChannelIdentity, Customer, OtpChallenge
from services.accounts.signup import create_customer
from services.accounts.trust import mark_identity
from services.codes import code_of
from services.tenants import scope_by_code
from tests.conftest import World
from tests.logged import all_logs
from tests.stories.hands import Call, Chat, Texts

AMA = "+233241234567"
Say = Callable[[str], Awaitable[str]]


def says(digits: str, text: str) -> bool:
    """Whether a text says these digits, and not a longer number or a hash in which they happen to stand."""
    return re.search(rf"(?<![0-9A-Za-z.-]){digits}(?![0-9A-Za-z-])", text) is not None


async def everything_stored() -> list[str]:
    """Each row of each table, as text, with the table's name."""
    if dialect() == "sqlite":
        tables = await fetch(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_%'"
        )
    else:
        tables = await fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    rows: list[str] = []
    for table in tables:
        rows += [f"{table['name']}: {row}" for row in await fetch(f'SELECT * FROM "{table["name"]}"')]
    return rows


async def everything_queued() -> list[str]:
    """Each key of Redis with what it holds."""
    redis: Any = limits._redis
    read = {
        "string": redis.get,
        "hash": redis.hgetall,
        "list": lambda key: redis.lrange(key, 0, -1),
        "zset": lambda key: redis.zrange(key, 0, -1),
    }
    found = []
    async for key in redis.scan_iter():
        kind = (await redis.type(key)).decode()
        found.append(f"{key} {await read[kind](key)}")
    return found


def hands(world: World, channel: str) -> Say:
    """Typing on a channel, as one person would."""
    if channel == "ussd":
        call = Call(world, AMA)

        async def by_call(text: str) -> str:
            return await (call.dial() if text == "00" and not call.session else call.type(text))

        return by_call
    if channel == "sms":
        texts = Texts(world, AMA)

        async def by_text(text: str) -> str:
            before = len(await world.outbox(AMA))
            await texts.text(text)
            sent = await world.outbox(AMA)
            return "\n".join(message["text"] for message in sent[: len(sent) - before])

        return by_text
    chat = Chat(world, 77)

    async def by_chat(text: str) -> str:
        return await chat.do(text=text)

    return by_chat


async def code_for(contact: str) -> str:
    """The one-time code that was last sent there."""
    sent = await OtpChallenge.filter(contact=contact).order_by("-id").first()
    assert sent is not None
    return code_of(str(sent.uid))


async def tell(say: Say, *texts: str) -> str:
    shown = ""
    for text in texts:
        shown = await say(text)
    return shown


async def test_wrong_pins_count_on_three_channels_together(world: World) -> None:
    demo = await scope_by_code("demo", "test")
    call, texts, chat = hands(world, "ussd"), hands(world, "sms"), Chat(world, 77)
    await tell(call, "00", "5", "1", "Ama Mensah", "1234", "1234")
    await mark_identity(demo, (await ChannelIdentity.get()).id, "flagged")
    assert "Is it still you?" in await tell(call, "00", "4", "1111")
    await chat.do(text="/start")
    await chat.do(press="My card")
    await chat.do(contact=AMA)
    assert "That PIN is not right." in await chat.do(text="2222")
    assert "Is it still you?" in await tell(texts, "bal", "3333")
    assert "That PIN is not right." in await chat.do(text="4444")
    assert (await Customer.get()).pin_tries == 4
    assert "Your PIN is locked" in await tell(texts, "5555")
    for shown in (
        tell(call, "00", "4", "1234"),
        tell(texts, "bal", "1234"),
        tell(hands(world, "telegram"), "1234"),
    ):
        assert "Your PIN is locked" in await shown
    assert (await Customer.get()).pin_tries == 5


@pytest.mark.parametrize("channel", ["ussd", "sms", "telegram"])
async def test_no_pin_and_no_code_is_written_down(
    world: World, channel: str, caplog: pytest.LogCaptureFixture
) -> None:
    demo = await scope_by_code("demo", "test")
    # The story is longer than a day's answers by SMS.
    world.settings = world.settings.model_copy(update={"sms_most_a_day": 500})
    say, secrets = hands(world, channel), ["7391", "8264", "9157", "6482", "5738"]
    with all_logs() as events:
        await tell(say, "00", "5", "1")
        if channel == "telegram":
            await Chat(world, 77).do(contact=AMA)
        await say("Ama Mensah")
        if channel == "sms":
            secrets.append(await code_for(AMA))
            await say(secrets[-1])
        assert "Your PIN is set." in await tell(say, "7391", "7391")
        assert "Your new PIN is set." in await tell(say, "00", "5", "2", "1", "5738", "7391", "8264", "8264")
        await tell(say, "00", "5", "2", "2")
        secrets.append(await code_for(AMA))
        assert "Your new PIN is set." in await tell(say, secrets[-1], "9157", "9157")
        shown = await tell(say, "00", "5", "5", "3", "1")
        secrets.append(re.search(r"Code (\d{8}),", shown)[1])  # type: ignore[index]
        await tell(say, "00", "5", "5", "1", "4", "ama@makola.test", "6482", "9157")
        secrets.append(await code_for("ama@makola.test"))
        assert "Your e-mail address is confirmed." in await say(secrets[-1])
        await mark_identity(demo, (await ChannelIdentity.get()).id, "flagged")
        assert "Thank you." in await tell(say, "00", "4", "6482", "9157")
        await tell(say, "00", "1", "1", "wiper", "1", "1", "1", "1", "1", "Accra", "12 Ring Road", "1", "1")
        assert "not enough on your card" in await tell(say, "6482", "9157")
        await world.drain()
    kept = [*await everything_stored(), *await everything_queued()]
    logged = [*map(str, events), caplog.text]
    assert len(kept) > 1000 and any("***" in row for row in kept)
    for secret in secrets:
        assert not [row for row in kept if says(secret, row)], secret
        assert not [line for line in logged if says(secret, line)], secret


async def test_the_code_of_a_link_is_written_down_by_neither_side(world: World) -> None:
    demo = await scope_by_code("demo", "test")
    await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    call = hands(world, "ussd")
    with all_logs() as events:
        shown = await tell(call, "00", "5", "5", "3", "1")
        code = re.search(r"Code (\d{8}),", shown)[1]  # type: ignore[index]
        chat = hands(world, "telegram")
        assert "Your account is here too now." in await tell(chat, "/start", "5", "5", "3", "2", code)
    kept = [*await everything_stored(), *await everything_queued(), *map(str, events)]
    assert not [row for row in kept if says(code, row)]
