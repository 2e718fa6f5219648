"""The jobs: each claims its row, makes one service call, and leaves the rest to the row."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import structlog
from structlog.contextvars import clear_contextvars

from bot.channels.inbound import work_inbound
from core.logs import current_request_id, start_request
from core.metrics import JOB_SECONDS, JOBS, JOBS_RUNNING
from core.settings import Settings
from core.tracing import span
from core.work import WorkRow, backoff
from models import (
    AccountClosing,
    BillInquiry,
    BillPurchase,
    DeliveryQuote,
    ExternalEvent,
    FinancingRequest,
    ImportRun,
    InboundMessage,
    OutboundMessage,
    PaymentAttempt,
    Reconciliation,
    Refund,
    Shipment,
    StoredMethod,
    WebhookDelivery,
)
from services.bills import work_bill, work_inquiry
from services.customers.leaving import work_closing
from services.delivery.asking import work_quote
from services.delivery.booking import work_shipment
from services.deposits.authorizing import expire_authorizations
from services.deposits.methods import forget_method
from services.deposits.schedule import work_charges
from services.finance.closing import close_days
from services.finance.working import work_reconciliation
from services.financing.asking import work_financing
from services.financing.ending import expire_sessions
from services.imports.ending import forget_import_files
from services.imports.working import work_import
from services.notifications import send_message
from services.orders.counting import count_sales
from services.outgoing.forgetting import forget_events
from services.outgoing.sending import send_delivery
from services.payments.attempts import work_attempt
from services.payments.refunding import work_refund
from services.webhooks import work_event

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of row that needs looking at, and who looks; a worker looks at most at `at_once` of them by its sweeper.

    Of what is `many` a sweeper is told by `core.jobs.wake`, and takes all that wait in one statement. Those of the same
    `turn` that were taken together are looked at one after the other, in the order in which they were stored.
    """

    name: str
    rows: type[WorkRow]
    look: Callable[[Any, Settings], Awaitable[None]]
    at_once: int = 50
    many: bool = False
    turn: Callable[[Any], Any] = attrgetter("pk")


# Many balances fall due at once, and each waits for its provider most of the time.
ATTEMPTS_AT_ONCE = 550
DELIVERIES_AT_ONCE = 200

WORK = [
    # Of two codes the newer one must come last.
    Work("send_message", OutboundMessage, send_message, many=True, turn=attrgetter("channel", "to")),
    Work("work_attempt", PaymentAttempt, lambda row, _: work_attempt(row), at_once=ATTEMPTS_AT_ONCE),
    Work("work_event", ExternalEvent, lambda row, _: work_event(row)),
    Work("work_refund", Refund, lambda row, _: work_refund(row)),
    Work("work_bill", BillPurchase, lambda row, _: work_bill(row)),
    Work("work_inquiry", BillInquiry, lambda row, _: work_inquiry(row)),
    Work("work_quote", DeliveryQuote, lambda row, _: work_quote(row)),
    Work("work_financing", FinancingRequest, lambda row, _: work_financing(row)),
    Work("work_shipment", Shipment, lambda row, _: work_shipment(row)),
    Work("forget_method", StoredMethod, lambda row, _: forget_method(row)),
    # Each keeps a connection and a processor busy.
    Work("work_import", ImportRun, lambda row, _: work_import(row), at_once=2),
    # Most of them wait for a merchant's server; of one there are at most a few.
    Work("send_webhook", WebhookDelivery, send_delivery, at_once=DELIVERIES_AT_ONCE, many=True),
    Work("work_reconciliation", Reconciliation, lambda row, _: work_reconciliation(row)),
    Work("work_inbound", InboundMessage, work_inbound, many=True),
    Work("work_closing", AccountClosing, lambda row, _: work_closing(row), at_once=4),
]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done now and then, by whichever worker comes first; it says how much there was to do."""

    name: str
    do: Callable[[], Awaitable[int]]
    every_s: float


CHORES = [
    Chore("count_sales", count_sales, every_s=2.0),
    Chore("work_charges", work_charges, every_s=1.0),
    Chore("expire_authorizations", expire_authorizations, every_s=60.0),
    Chore("close_days", close_days, every_s=300.0),
    Chore("expire_sessions", expire_sessions, every_s=60.0),
    Chore("forget_import_files", forget_import_files, every_s=600.0),
    Chore("forget_events", forget_events, every_s=600.0),
]


async def look_at(work: Work, settings: Settings, row_id: int | None = None, limit: int = 20) -> int:
    """Claim due rows (or just that one) and look at all of them at once; how many there were.

    At once, since each may wait for a provider as long as its lease lasts.
    """
    rows = await work.rows.claim(row_id=row_id, limit=limit)
    await asyncio.gather(*(look_in_turn(work, settings, turn) for turn in turns(work, rows)))
    return len(rows)


def turns(work: Work, rows: list[Any]) -> list[list[Any]]:
    """Claimed rows, those of one turn together."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(work.turn(row), []).append(row)
    return list(found.values())


async def look_in_turn(work: Work, settings: Settings, turn: list[WorkRow]) -> None:
    """Look at rows one after the other; one that waited so long that it is another worker's by now is left to them."""
    for row in turn:
        if row is turn[0] or await row.renew():
            await look(work, settings, row)


async def look(work: Work, settings: Settings, row: WorkRow) -> None:
    """What goes wrong is logged, and the row is taken up again, ever less often."""
    try:
        with (
            JOBS_RUNNING.labels(work.name).track_inprogress(),
            JOB_SECONDS.labels(work.name).time(),
            span(work.name, "consumer", makola__row=row.pk, makola__request_id=current_request_id() or ""),
        ):
            await work.look(row, settings)
    except Exception:
        JOBS.labels(work.name, "error").inc()
        log.exception("job failed", job=work.name, row=row.pk)
        await row.release(retry_in=backoff(row.attempts, first_s=5))
    else:
        JOBS.labels(work.name, "done").inc()


def job(work: Work) -> Callable[..., Coroutine[Any, Any, None]]:
    """The arq function for a kind of work."""

    async def run(ctx: dict[str, Any], row_id: int, origin: str | None = None) -> None:
        clear_contextvars()
        start_request(origin)
        await look_at(work, ctx["settings"], row_id)

    run.__qualname__ = work.name
    return run


async def drain(settings: Settings) -> int:
    """Look at everything that is due until nothing is; how many rows that was."""
    seen = 0
    while found := sum(
        [await look_at(work, settings) for work in WORK] + [await chore.do() for chore in CHORES]
    ):
        seen += found
    return seen
