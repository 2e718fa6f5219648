"""One arq worker: its jobs, its sweeper, and how it starts and stops."""

import asyncio
from typing import Any, cast

import arq.worker
import structlog
from arq.connections import ArqRedis
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError
from structlog.contextvars import clear_contextvars

from core.jobs import decode, encode, use_taker, woken
from core.logs import start_request
from core.resources import QUEUE
from core.settings import Settings
from core.work import WorkRow
from workers.jobs import CHORES, WORK, Chore, Work, job, look_in_turn, turns
from workers.own_jobs import OwnJobs

log = structlog.get_logger(__name__)

SWEEP_S = 1.0
POLL_S = 0.03
HEARD_OF_S = 10


def build_worker(settings: Settings, redis: ArqRedis) -> Worker:
    """A worker on that Redis; resources must be open already. Jobs are kept nowhere: rows are."""
    if not settings.redis_url:
        # The Redis inside the process has no INFO, which arq would only log.
        vars(arq.worker)["log_redis_info"] = _say_nothing
    functions: list[Function] = [
        func(cast(Any, job(work)), name=work.name, keep_result=0, max_tries=1, timeout=60) for work in WORK
    ]
    return Worker(
        functions,
        queue_name=QUEUE,
        redis_pool=redis,
        ctx={"settings": settings},
        max_jobs=50,
        poll_delay=POLL_S,
        handle_signals=False,
        job_serializer=encode,
        job_deserializer=decode,
        max_burst_jobs=-1,
        # The doctor looks for its note: one of somebody who ended long ago would say nothing.
        health_check_interval=HEARD_OF_S,
    )


async def _say_nothing(*_: Any) -> None:
    return None


async def sweep_forever(work: Work, settings: Settings) -> None:
    """Once a second, take up the rows of a kind that are due: whose job was lost, or whose time has come.

    It asks the database and not Redis, so a wiped or absent Redis delays work by a second and loses none.
    A slow provider holds up only the rows that wait for it: new ones are taken while there is room, and at once
    where there were more than that. Of what is `many` it is told, and takes it up without waiting.
    """
    busy: set[asyncio.Task[None]] = set()
    asked: dict[int, str | None] = {}
    try:
        while True:
            room = work.at_once - len(busy)
            try:
                for turn in turns(work, await work.rows.claim(limit=room)):
                    task = asyncio.create_task(_look_for(work, settings, turn, asked))
                    busy.add(task)
                    task.add_done_callback(busy.discard)
            except Exception:
                log.exception("sweep failed", job=work.name)
            asked = await _until_room(work, busy)
    finally:
        # What was begun is finished: a provider's answer is better heard than asked for again.
        await asyncio.gather(*busy, return_exceptions=True)


async def _look_for(
    work: Work, settings: Settings, turn: list[WorkRow], asked: dict[int, str | None]
) -> None:
    """Look at the rows of a turn in the name of the request that asked for the first, if one did."""
    clear_contextvars()
    start_request(asked.get(turn[0].pk))
    await look_in_turn(work, settings, turn)


async def _until_room(work: Work, busy: set["asyncio.Task[None]"]) -> dict[int, str | None]:
    """Wait a second, or until told of more; where so many rows are being looked at that none was left out of choice, only
    until a few are done. Which rows were told of, and by which request.
    """
    if len(busy) < work.at_once:
        if work.many:
            return await woken(work.name, SWEEP_S)
        await asyncio.sleep(SWEEP_S)
        return {}
    end = asyncio.get_running_loop().time() + SWEEP_S
    # A few at a time, since each claim is a statement.
    while len(busy) > work.at_once * 0.9 and (left := end - asyncio.get_running_loop().time()) > 0:
        await asyncio.wait(busy, timeout=left, return_when=asyncio.FIRST_COMPLETED)
    return {}


async def repeat_forever(chore: Chore) -> None:
    """Do a chore now and then, and again at once where there was much."""
    while True:
        try:
            while await chore.do():
                pass
        except Exception:
            log.exception("chore failed", chore=chore.name)
        await asyncio.sleep(chore.every_s)


async def run_worker(settings: Settings, redis: ArqRedis) -> None:
    """Work until cancelled, and then finish what was begun.

    Where Redis goes away the sweepers work on, and the queue is joined again when it is back.
    """
    sweepers = [
        *(asyncio.create_task(sweep_forever(work, settings)) for work in WORK),
        *(asyncio.create_task(repeat_forever(chore)) for chore in CHORES),
    ]
    own = OwnJobs(settings)
    use_taker(own.take)
    try:
        while True:
            worker = build_worker(settings, redis)
            try:
                await worker.async_run()
            except (RedisError, OSError) as error:
                log.warning("queue lost, trying again", error=str(error))
                await asyncio.sleep(1)
            finally:
                await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    finally:
        use_taker(None)
        for sweeper in sweepers:
            sweeper.cancel()
        await asyncio.gather(*sweepers, return_exceptions=True)
        await own.finish()
