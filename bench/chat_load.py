"""The load generator of the chat: people who talk with the market, each in a conversation of their own.

`python -m bench.chat_load` reads a `Plan` as JSON from its input and writes a `Result` as JSON, from a process of its own.
"""

import asyncio
import itertools
import sys
import time
from dataclasses import dataclass, field

import orjson
import uvloop

from bench.chat_gateways import Gateways
from bench.chat_lines import Chat, Line, Telephone, Texts
from bench.load import MOST_SAMPLES, Result
from bench.wire import Wire

SETTLES_S = 1.0

# What is typed, and a word of what must be shown then.
Journey = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person: their number (E.164) or chat, the code they dial, and what they do: once, and then over and over."""

    address: str
    code: str
    first: Journey
    journeys: list[Journey]


@dataclass(frozen=True, slots=True)
class Plan:
    """All these people at once for `seconds`, after `warm` more that don't count.

    `rate` is turns a second of all of them together, each measured from when it was due; None: each goes on as soon as
    they are answered. Replies come to `gateway_port`; those gateways may `hang`. `run` differs from plan to plan.
    """

    channel: str
    path: str
    port: int
    gateway_port: int
    people: list[Somebody]
    seconds: float
    warm: float
    run: int
    rate: float | None = None
    hang: bool = False


@dataclass(slots=True)
class Talker:
    """One person's part; `begin` is a reading of the performance counter, in seconds."""

    plan: Plan
    number: int
    begin: float
    line: Line
    result: Result
    turns: int = 0
    done: itertools.count = field(default_factory=itertools.count)  # type: ignore[type-arg]

    async def talk(self) -> None:
        """Go through the journeys until the time is up; one that leads elsewhere than it should is begun anew."""
        who = self.plan.people[self.number]
        await self.line.begin(await Wire.open(self.plan.port))
        journeys = itertools.chain([who.first] if who.first else [], itertools.cycle(who.journeys))
        for journey in journeys:
            began = time.perf_counter()
            if await self._journey(journey):
                self.result.finished += 1
                self._count(self.result.sessions, began)
            if self._over():
                return

    async def _journey(self, journey: Journey) -> bool:
        for typed, expect in journey:
            due = await self._when_due()
            if self._over():
                return False
            shown = await self._shown(typed)
            self.result.answered += 1
            self._count(self.result.requests, due)
            if expect not in shown:
                self._complain(f"{typed!r}: {shown}")
                return False
        return True

    async def _shown(self, typed: str) -> str:
        """What is shown; an error's words where there is nothing, with a fresh connection after."""
        # An update's id is a number, and no two turns of a run of the bench have the same.
        id = f"1{self.plan.run:02}{self.number:04}{self.turns:06}"
        self.turns += 1
        try:
            return await self.line.turn(typed, id)
        except (ConnectionError, TimeoutError) as error:
            await self.line.begin(await Wire.open(self.plan.port))
            return f"!{error!r}"

    async def _when_due(self) -> float:
        """Wait for this person's next turn; the moment it was due, which lies back where the market is late."""
        if self.plan.rate is None:
            return time.perf_counter()
        due = self.begin + (self.number + self.turns * len(self.plan.people)) / self.plan.rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return due

    def _over(self) -> bool:
        return time.perf_counter() >= self.begin + self.plan.warm + self.plan.seconds

    def _count(self, times: list[float], began: float) -> None:
        ended = time.perf_counter()
        if 0 <= ended - self.begin - self.plan.warm <= self.plan.seconds:
            times.append(ended - began)

    def _complain(self, words: str) -> None:
        self.result.wrong += 1
        if len(self.result.samples) < MOST_SAMPLES:
            self.result.samples.append(words[:400])


def line_of(plan: Plan, who: Somebody, gateways: Gateways) -> Line:
    """How that person reaches the market."""
    if plan.channel == "sms":
        return Texts(plan.path, who.address, gateways)
    if plan.channel == "telegram":
        return Chat(plan.path, int(who.address), gateways)
    return Telephone(plan.path, who.address, who.code)


async def run(plan: Plan) -> Result:
    """Carry a plan out in this process."""
    result, gateways = Result(), Gateways(plan.hang)
    async with gateways.open(plan.gateway_port):
        begin = time.perf_counter()
        talkers = [
            Talker(plan, number, begin, line_of(plan, who, gateways), result)
            for number, who in enumerate(plan.people)
        ]
        await asyncio.gather(*(talker.talk() for talker in talkers))
        # What still follows the last replies, such as a picture that is taken away, gets through and is not sent again.
        await asyncio.sleep(0 if plan.hang else SETTLES_S)
    return result


def main() -> None:
    given = orjson.loads(sys.stdin.buffer.read())
    given["people"] = [Somebody(**each) for each in given["people"]]
    sys.stdout.buffer.write(orjson.dumps(uvloop.run(run(Plan(**given)))))


if __name__ == "__main__":
    main()
