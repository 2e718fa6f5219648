"""Accepting an offer: one a session, and only while everything still fits; the lender is told at once."""

from uuid import UUID

from core.clock import now
from core.db import Row, execute, transaction
from core.errors import NotFound, OrderRefusal
from core.jobs import enqueue
from services.financing.cart_rules import why_unfit
from services.financing.details import Cart
from services.financing.events import record
from services.financing.reading import lock_session, session_by_id
from services.financing.sessions import check_open
from services.financing.states import REQUEST_STATES, SESSION_STATES
from services.financing.views import OfferView, RequestView, SessionView
from services.tenants import Scope


async def accept_offer(scope: Scope, uid: UUID, offer_uid: UUID) -> SessionView:
    """Take an offer; what else was applied for is given up. Taken once more, nothing happens.

    Raises `NotFound`, `OrderNotModifiable` where another was taken or the session is over, `OrderRefusal` where the offer
    lapsed or what is to be bought doesn't fit it.
    """
    async with transaction():
        row = await lock_session(scope, uid)
        session = await session_by_id(scope, row["id"])
        request, offer = _named(session, offer_uid)
        if offer.accepted and session.state in ("Accepting", "Accepted", "CheckedOut", "Delivered"):
            return session
        check_open(row)
        _check(session, request, offer)
        await _take(row, session, request, offer)
        await record(scope, row, "accepting", application=request.kind, offer=str(offer.uid))
        woken = [request.id, *(await withdraw_requests(session, but=request.id))]
    for request_id in woken:
        await enqueue("work_financing", request_id)
    return await session_by_id(scope, row["id"])


async def withdraw_requests(
    session: SessionView, *, to: str = "Withdrawn", but: int | None = None
) -> list[int]:
    """Give up what was applied for, in the caller's transaction; which rows have to tell the lender."""
    given_up = [each for each in session.requests if each.id != but and REQUEST_STATES.allows(each.state, to)]
    for each in given_up:
        await REQUEST_STATES.move(each.id, each.state, to, next_attempt_at=now(), attempts=0)
    return [each.id for each in given_up]


def _named(session: SessionView, offer_uid: UUID) -> tuple[RequestView, OfferView]:
    for request in session.requests:
        for offer in request.offers:
            if offer.uid == offer_uid:
                return request, offer
    raise NotFound("There is no such offer.", field="offerId")


def _check(session: SessionView, request: RequestView, offer: OfferView) -> None:
    lapsed = request.approved_until is not None and request.approved_until <= now()
    if request.state != "Approved" or lapsed:
        raise OrderRefusal("OfferLapsed", "That offer is not open any more.", field="offerId")
    if problem := why_unfit(request, session.cart or Cart(), session.currency, offer):
        raise problem


async def _take(row: Row, session: SessionView, request: RequestView, offer: OfferView) -> None:
    await execute(
        "UPDATE financing_offer SET accepted = $2, updated_at = $3 WHERE id = $1", offer.id, True, now()
    )
    await REQUEST_STATES.move(request.id, request.state, "Accepting", next_attempt_at=now(), attempts=0)
    await SESSION_STATES.move(row["id"], session.state, "Accepting")
