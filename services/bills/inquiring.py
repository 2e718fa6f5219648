"""Questions to a biller that a chat doesn't wait for: whose a number is, and what can be bought. A worker asks them."""

from datetime import timedelta
from typing import Any

import structlog

from core.clock import now
from core.jobs import enqueue
from core.work import backoff
from models import Biller, BillInquiry
from providers.errors import ProviderRefused, ProviderUnknown
from services.bills.catalogue import AWAY, freshen, is_fresh
from services.bills.states import INQUIRY_STATES
from services.bills.validating import ask_account, count_validation
from services.tenants import Scope

log = structlog.get_logger(__name__)

# How long the answer is believed; and so long at most a worker asks, for somebody who may still be there.
LIFE = timedelta(minutes=30)
# Each type of meter is asked for by itself, so this may take several calls.
HOLD = timedelta(seconds=60)
LONGEST_PAUSE_S = 60.0


async def ask_whose(scope: Scope, customer_id: int, biller: Biller, number: str) -> None:
    """Have the biller asked whose a meter or smart card is, in the caller's transaction; once while that is good.

    Raises `TooManyTries`.
    """
    if await whose(customer_id, biller, number) is None:
        await count_validation(customer_id)
        await _store(scope, customer_id, biller, number=number)


async def whose(customer_id: int, biller: Biller, number: str) -> BillInquiry | None:
    """The customer's question whose the number is, answered or not; None where there is none that is good."""
    asked = BillInquiry.filter(customer_id=customer_id, biller_id=biller.id, number=number)
    return await asked.filter(expires_at__gt=now()).order_by("-id").first()


async def ask_plans(scope: Scope, customer_id: int, biller: Biller) -> None:
    """Have the biller's plans read where they are old, in the caller's transaction; for all its customers at once."""
    if is_fresh(biller):
        return
    lately = BillInquiry.filter(biller_id=biller.id, number="", expires_at__gt=now() + LIFE - AWAY)
    if not await lately.exists():
        await _store(scope, customer_id, biller)


async def work_inquiry(inquiry: BillInquiry) -> None:
    """Ask a claimed question, while somebody may still want the answer."""
    if inquiry.expires_at <= now():
        await _answered(inquiry, "GivenUp")
        return
    if not await inquiry.renew(HOLD):
        return
    await inquiry.fetch_related("biller")
    if not inquiry.number:
        await freshen(inquiry.biller)
        await _answered(inquiry, "Listed")
        return
    try:
        found = await ask_account(inquiry.customer_id, inquiry.biller, inquiry.number)
    except (ProviderUnknown, ProviderRefused) as trouble:
        log.info("a biller doesn't say whose it is", biller=inquiry.biller_id, reason=str(trouble))
        await inquiry.release(retry_in=backoff(inquiry.attempts, first_s=1, longest_s=LONGEST_PAUSE_S))
    except LookupError:
        await _answered(inquiry, "GivenUp")
    else:
        state = "Valid" if found.valid else "Nobodys"
        name = found.customer_name[:120]
        await _answered(inquiry, state, name=name, least_minor=found.least_minor)


async def _answered(inquiry: BillInquiry, state: str, **said: Any) -> None:
    INQUIRY_STATES.check(inquiry.state, state)
    await inquiry.release(retry_in=None, state=state, **said)


async def _store(scope: Scope, customer_id: int, biller: Biller, *, number: str = "") -> None:
    stored = await BillInquiry.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        biller_id=biller.id,
        number=number,
        expires_at=now() + LIFE,
        next_attempt_at=now(),
    )
    await enqueue("work_inquiry", stored.id)
