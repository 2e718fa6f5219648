"""The load generator: plays scripts on many connections and says how long the answers took.

`python -m bench.load` reads a `Plan` as JSON from its input and writes a `Result` as JSON. It runs in a process of its
own, so that its work is the operating system's to share out and never the server's.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
import uvloop

from bench.wire import Answer, Wire

# What stands in a request for a number that differs from session to session, or from connection to connection;
# the numbers are as long, so that the length a request declares stays true.
SESSION = b"@session@"
CALLER = b"@caller-@"

MOST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it goes over the wire, and what its answer must contain."""

    request: str
    expect: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Play each script as one session, in turn, for `seconds` after `warm` more that don't count.

    `rate` is requests a second on all connections together, each measured from when it was due; None is as many as
    there can be. `run` differs from plan to plan and keeps their sessions apart. `apart` shares the scripts out, so that
    no two connections play the same where there are enough.
    """

    port: int
    scripts: list[list[Ask]]
    connections: int
    seconds: float
    warm: float
    run: int
    rate: float | None = None
    apart: bool = False


@dataclass(slots=True)
class Result:
    """Seconds that requests and whole sessions took, of those that ended while it counted.

    `answered` and `finished` are all requests and all sessions that were played to their end, counted or not; a session
    ends early at its first wrong answer, of which `samples` shows the first few.
    """

    requests: list[float] = field(default_factory=list)
    sessions: list[float] = field(default_factory=list)
    answered: int = 0
    finished: int = 0
    wrong: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Player:
    """One connection's part in a plan; `begin` is a reading of the performance counter, in seconds."""

    plan: Plan
    number: int
    begin: float
    result: Result
    played: int = 0

    async def play(self, sessions: Iterator[int]) -> None:
        """Play until the time is up; a session that was begun is played to its end."""
        plan = self.plan
        wire = await Wire.open(plan.port)
        scripts = itertools.cycle(self._scripts())
        while time.perf_counter() < self.begin + plan.warm + plan.seconds:
            began = time.perf_counter()
            if await self._session(wire, next(scripts), f"{plan.run:03}{next(sessions):06}".encode()):
                self.result.finished += 1
                self._count(self.result.sessions, began)
            else:
                # A server may hang up after an error of its own.
                wire.close()
                wire = await Wire.open(plan.port)
        wire.close()

    def _scripts(self) -> list[list[Ask]]:
        """This connection's, in its order."""
        scripts, number = self.plan.scripts, self.number
        first = number % len(scripts)
        mine = scripts[number :: self.plan.connections] if self.plan.apart else []
        return mine or scripts[first:] + scripts[:first]

    async def _session(self, wire: Wire, script: list[Ask], session: bytes) -> bool:
        caller = f"24{1_000_000 + self.number}".encode()
        token = b""
        for ask in script:
            request = ask.request.encode().replace(SESSION, session).replace(CALLER, caller)
            due = await self._when_due()
            answer = await wire.ask(request, token)
            self.result.answered += 1
            self._count(self.result.requests, due)
            token = answer.token or token
            if answer.status != 200 or ask.expect.encode() not in answer.body:
                self._complain(answer)
                return False
        return True

    async def _when_due(self) -> float:
        """Wait for this connection's next turn; the moment it was due, which lies back where the server is late."""
        if self.plan.rate is None:
            return time.perf_counter()
        due = self.begin + (self.number + self.played * self.plan.connections) / self.plan.rate
        self.played += 1
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        return due

    def _count(self, times: list[float], began: float) -> None:
        ended = time.perf_counter()
        if 0 <= ended - self.begin - self.plan.warm <= self.plan.seconds:
            times.append(ended - began)

    def _complain(self, answer: Answer) -> None:
        self.result.wrong += 1
        if len(self.result.samples) < MOST_SAMPLES:
            self.result.samples.append(f"{answer.status} {answer.body[:400].decode('utf-8', 'replace')}")


async def run(plan: Plan) -> Result:
    """Carry a plan out in this process."""
    result = Result()
    begin = time.perf_counter()
    sessions = itertools.count()
    await asyncio.gather(
        *(Player(plan, number, begin, result).play(sessions) for number in range(plan.connections))
    )
    return result


async def run_apart(plan: object, module: str = "bench.load") -> Result:
    """Have a module carry its plan out in a process of its own. Raises `RuntimeError` where that fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, _ = await process.communicate(orjson.dumps(plan))
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise RuntimeError("the load generator failed")
    return Result(**orjson.loads(output))


def main() -> None:
    given = orjson.loads(sys.stdin.buffer.read())
    given["scripts"] = [[Ask(**ask) for ask in script] for script in given["scripts"]]
    sys.stdout.buffer.write(orjson.dumps(uvloop.run(run(Plan(**given)))))


if __name__ == "__main__":
    main()
