"""Many people's messages, shuffled and delivered more than once, to four workers: they read what one worker alone would have said.

`CHAT_PEOPLE` and `CHAT_MESSAGES` (of each) size it; the full size is 500 and 20.
"""

import asyncio
import os
import random
import re
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.channels.telegram.updates import store_update
from core.settings import Settings
from models import InboundMessage
from providers.registry import twin_settings
from providers.twins.app import create_twins
from services.accounts.signup import create_customer
from services.market import open_market
from services.tenants import Scope, scope_by_code
from tests.conftest import REDIS_URL, settings_for
from tests.databases import DATABASE_URL, Databases
from tests.races.workers import wait_for, worker

pytestmark = pytest.mark.skipif(
    not (DATABASE_URL and REDIS_URL), reason="several processes need PostgreSQL and Redis"
)

PEOPLE = int(os.environ.get("CHAT_PEOPLE", "16"))
MESSAGES = int(os.environ.get("CHAT_MESSAGES", "8"))
PROCESSES, POSTMEN = 4, 8
WITHIN_S = 120 + PEOPLE * MESSAGES / 5
TYPED = ["1", "1", "2", "3", "4", "0", "00", "98", "cart", "wiper", "corolla brake pads", "?", "hello", "bal", "/cart",
         "/search filter", "/start p46", "12", "\N{PILE OF POO}", "track MK123456789"]  # fmt: skip
# What is drawn at random differs from run to run.
DRAWN = re.compile(r"MK\d{9,}|MK[0-9-]{10,}|Card \S+")

Update = dict[str, Any]
Transcripts = dict[str, list[tuple[Any, str]]]


def updates_of(person: int) -> list[Update]:
    """What somebody does: shares their number, and then whatever comes to mind, some of it twice and some with no words."""
    dice = random.Random(person)
    contact = {"contact": {"phone_number": phone_of(person)[1:], "first_name": "Ama", "user_id": person}}
    contents: list[Update] = [{"text": "/start"}, {"text": "4"}, contact]
    while len(contents) < MESSAGES:
        contents.append(
            {"voice": {"file_id": "v", "duration": 1}}
            if dice.random() < 0.05
            else {"text": dice.choice(TYPED)}
        )
    return [_update(person, number, content) for number, content in enumerate(contents[:MESSAGES])]


def _update(person: int, number: int, content: Update) -> Update:
    message = {
        "message_id": number + 1,
        "date": 1,
        "from": {"id": person, "is_bot": False, "first_name": "Ama"},
        "chat": {"id": person, "type": "private"},
        **content,
    }
    return {"update_id": person * 1000 + number, "message": message}


def phone_of(person: int) -> str:
    return f"+23324{person:07d}"


async def deliver(scope: Scope, people: range) -> None:
    """Everybody's messages in their own order, all mixed up; each comes again some time after it came, some of them twice."""
    streams = {person: updates_of(person) for person in people}
    dice, came = random.Random(7), list[Update]()

    async def postman() -> None:
        while streams:
            person = dice.choice(list(streams))
            stream = streams.pop(person)
            update = stream.pop(0)
            await store_update(scope, update)
            came.append(update)
            if stream:
                streams[person] = stream
            if dice.random() < 0.7:
                await store_update(scope, dice.choice(came))

    await asyncio.gather(*(postman() for _ in range(POSTMEN)))
    await asyncio.gather(*(store_update(scope, update) for update in dice.sample(came, len(came) // 2)))


async def nothing_waits() -> bool:
    return not await InboundMessage.filter(gateway="updates", next_attempt_at__isnull=False).exists()


async def transcripts() -> Transcripts:
    """What everybody said and was answered, in that order."""
    found: Transcripts = defaultdict(list)
    for row in await InboundMessage.filter(gateway="turns").order_by("id"):
        reply = DRAWN.sub("*", orjson.dumps(row.reply, option=orjson.OPT_SORT_KEYS).decode())
        found[row.sender].append((row.body, reply))
    return found


async def run(settings: Settings, processes: int) -> Transcripts:
    """One run on a fresh market, by so many workers."""
    async with Redis.from_url(REDIS_URL) as redis:
        await redis.flushdb()
    async with AsyncExitStack() as stack:
        twins = web.AppRunner(create_twins(twin_settings(settings)), access_log=None, shutdown_timeout=0.2)
        await twins.setup()
        stack.push_async_callback(twins.cleanup)
        await web.TCPSite(twins, settings.host, settings.twins_port).start()
        await stack.enter_async_context(open_market(settings))
        scope = await scope_by_code("demo", "test")
        people = range(1, PEOPLE + 1)
        for person in people:
            await create_customer(scope, phone=phone_of(person), full_name=f"Person {person}")
        for _ in range(processes):
            await stack.enter_async_context(worker(settings))
        await deliver(scope, people)
        await wait_for(nothing_waits, within_s=WITHIN_S)
        return await transcripts()


async def test_four_workers_say_what_one_would_have_said(databases: Databases, tmp_path: Path) -> None:
    said = {}
    for processes in (1, PROCESSES):
        url = await databases.create(f"by_{processes}", databases.template)
        try:
            said[processes] = await run(settings_for(url, tmp_path), processes)
        finally:
            await databases.drop(url)
    alone, together = said[1], said[PROCESSES]
    assert {len(turns) for turns in alone.values()} == {MESSAGES}
    assert len(alone) == PEOPLE
    assert {who: (together[who], alone[who]) for who in alone if together[who] != alone[who]} == {}
