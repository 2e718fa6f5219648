"""What the lender decides, written down together with what follows from it; who comes second writes nothing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from core.clock import now
from core.db import Row, execute, fetch_one, transaction
from core.ids import new_uid
from models import FinancingOffer, FinancingRequest
from providers.lending import LendingStanding
from services.financing.events import record
from services.financing.reading import lock_session_row
from services.financing.states import REQUEST_STATES, SESSION_STATES
from services.tenants import Scope, scope_by_id

Changes = dict[str, Any]
Then = Callable[[Scope, Row], Awaitable[None]]
TOLD_NOTHING = "The lender gave no reason."


async def approve(request: FinancingRequest, standing: LendingStanding) -> None:
    """So much is approved, on these terms; looked at again when the approval's time is over."""
    until = standing.approved_until

    async def then(scope: Scope, session: Row) -> None:
        for offer in standing.offers:
            await FinancingOffer.create(
                uid=new_uid(),
                application_id=request.application_id,
                request_id=request.id,
                product=offer.product,
                approved_minor=offer.amount_minor,
                minimum_minor=offer.minimum_minor,
                months=offer.months,
            )
        await record(
            scope, session, "approved", application=request.kind, approved_minor=standing.approved_minor
        )

    await _move(
        request,
        "Approved",
        then,
        retry_in=max(until - now(), timedelta()) if until else None,
        approved_minor=standing.approved_minor,
        approved_until=until,
        decided_at=now(),
        reason_code="",
        reason="",
        **_named_by(standing),
    )


async def decline(request: FinancingRequest, standing: LendingStanding) -> None:
    """Nothing comes of it."""

    async def then(scope: Scope, session: Row) -> None:
        await record(scope, session, "declined", application=request.kind, reason_code=standing.reason_code)

    await _move(request, "Declined", then, decided_at=now(), **_why(standing), **_named_by(standing))


async def ask_for_more(request: FinancingRequest, standing: LendingStanding) -> None:
    """The customer has to say more."""

    async def then(scope: Scope, session: Row) -> None:
        await record(
            scope, session, "information_needed", application=request.kind, reason_code=standing.reason_code
        )

    await _move(request, "MoreInformation", then, **_why(standing), **_named_by(standing))


async def wait_for_review(request: FinancingRequest, standing: LendingStanding, pause: timedelta) -> None:
    """The lender has it, and takes its time."""
    await request.release(retry_in=pause, further=request.further, **_named_by(standing))


async def confirm(request: FinancingRequest) -> None:
    """The lender stands by the offer that was taken."""

    async def then(scope: Scope, session: Row) -> None:
        await SESSION_STATES.move(session["id"], "Accepting", "Accepted")
        await record(scope, session, "accepted", application=request.kind)

    await _move(request, "Accepted", then)


async def refuse_acceptance(request: FinancingRequest, code: str, reason: str) -> None:
    """The lender takes its word back: the session is open again, and something else may be applied for."""

    async def then(scope: Scope, session: Row) -> None:
        await execute(
            "UPDATE financing_offer SET accepted = $2, updated_at = $3 WHERE request_id = $1",
            request.id,
            False,
            now(),
        )
        await SESSION_STATES.move(session["id"], "Accepting", "Open")
        await record(scope, session, "declined", application=request.kind, reason_code=code)

    told = LendingStanding(state="declined", reason_code=code, reason=reason)
    await _move(request, "Declined", then, decided_at=now(), **_why(told))


async def lapse(request: FinancingRequest) -> None:
    """The time of an approval that nobody took is over; the lender is told next."""

    async def then(scope: Scope, session: Row) -> None:
        await record(scope, session, "approval_expired", application=request.kind)

    await _move(request, "Expired", then, retry_in=timedelta())


async def end_with_order(request: FinancingRequest) -> None:
    """The order that came of it was called off, by the desk or its buyer: the session is over, and the lender is told next."""

    async def then(scope: Scope, session: Row) -> None:
        await SESSION_STATES.move(session["id"], session["state"], "Cancelled")
        await record(scope, session, "cancelled", reason="the order was called off")

    await _move(request, "Withdrawn", then, retry_in=timedelta())


async def rest(request: FinancingRequest) -> None:
    """Nothing is to be done until the approval's time is over, or at all."""
    until = request.approved_until if request.state == "Approved" else None
    await request.release(retry_in=max(until - now(), timedelta(seconds=1)) if until else None)


async def _move(
    request: FinancingRequest,
    to: str,
    then: Then,
    *,
    retry_in: timedelta | None = None,
    **changes: Any,
) -> None:
    """Move a claimed request on and do what follows, all or nothing; nothing where its lease was lost or it was moved."""
    scope = await scope_by_id(request.platform_id, request.environment)  # type: ignore[arg-type]
    async with transaction():
        session = await lock_session_row(request.application_id)
        row = await fetch_one("SELECT state, lease FROM financing_request WHERE id = $1", request.id)
        if row is None or row["state"] != request.state or row["lease"] != request.lease:
            # Called off or passed by meanwhile, and due again for that; or another worker's by now.
            await request.release(retry_in=timedelta())
            return
        await REQUEST_STATES.move(request.id, request.state, to)
        await request.release(retry_in=retry_in, attempts=0, further=request.further, **changes)
        await then(scope, session)


def _why(standing: LendingStanding) -> Changes:
    return {"reason_code": standing.reason_code[:40], "reason": (standing.reason or TOLD_NOTHING)[:255]}


def _named_by(standing: LendingStanding) -> Changes:
    """What the lender calls it, where it says."""
    named = {"lender_reference": standing.lender_reference, "display_id": standing.display_id}
    return {name: value for name, value in named.items() if value}
