"""A reconciliation on its way: its lines are fetched page by page, then looked up some at a time, from wherever it stopped."""

from datetime import timedelta

import structlog

from core.clock import now
from core.db import transaction
from core.jobs import enqueue
from core.work import backoff
from models import Reconciliation
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import registry
from services.finance.matching import count_results, find_missing_there, match_some, store_lines
from services.finance.states import RECONCILIATION_STATES
from services.finance.uploads import Line

log = structlog.get_logger(__name__)

LINES_AT_ONCE = 500
AT_ONCE = timedelta(0)
NO_LINES = "The provider knows no such settlement, or there is nothing in it."


async def work_reconciliation(row: Reconciliation) -> None:
    """Take a claimed reconciliation one step on."""
    if row.state == "Stored":
        await _fetch(row)
    else:
        await _match(row)


async def _fetch(row: Reconciliation) -> None:
    try:
        gateway = registry().payments(row.provider, row.environment)  # type: ignore[arg-type]
        page = await gateway.settled(row.name, page=row.page + 1)
    except ProviderUnknown as trouble:
        log.info("settlement not fetched", reconciliation=row.id, reason=str(trouble))
        await row.release(retry_in=backoff(row.attempts, first_s=5))
        return
    except (ProviderRefused, LookupError) as refusal:
        if isinstance(refusal, ProviderRefused) and refusal.retryable:
            await row.release(retry_in=backoff(row.attempts, first_s=5))
            return
        await _fail(row, str(refusal) or NO_LINES)
        return
    if not page.charges and row.page == 0:
        await _fail(row, NO_LINES)
        return
    lines = [
        Line("charge", each.reference, each.amount_minor, each.fees_minor, each.paid_at, each.provider_id)
        for each in page.charges
        if each.currency == row.currency and len(each.reference) <= 100
    ]
    async with transaction():
        state = "Stored" if page.more else "Matching"
        if not await row.release(retry_in=AT_ONCE, state=state, page=row.page + 1, attempts=0):
            return
        kept, elsewhere = await store_lines(row, lines)
        elsewhere += len(page.charges) - len(lines)
        await Reconciliation.filter(id=row.id).update(
            lines=row.lines + kept, elsewhere=row.elsewhere + elsewhere, updated_at=now()
        )
        await enqueue("work_reconciliation", row.id)


async def _match(row: Reconciliation) -> None:
    async with transaction():
        looked = await match_some(row, LINES_AT_ONCE)
        if looked:
            if await row.release(retry_in=AT_ONCE, attempts=0, **await count_results(row)):
                await enqueue("work_reconciliation", row.id)
            return
        await find_missing_there(row)
        RECONCILIATION_STATES.check(row.state, "Done")
        await row.release(
            retry_in=None, state="Done", done_at=now(), updated_at=now(), **await count_results(row)
        )


async def _fail(row: Reconciliation, why: str) -> None:
    RECONCILIATION_STATES.check(row.state, "Failed")
    await row.release(retry_in=None, state="Failed", why=why[:255], updated_at=now())
