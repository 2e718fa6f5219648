"""What the lender is asked and told, one call a turn: each is made again until it is known what came of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from core.clock import now
from core.db import fetch_one
from core.work import backoff
from models import FinancingApplication, FinancingRequest
from providers.errors import ProviderRefused, ProviderUnknown
from providers.lending import (
    Borrower,
    LendingGateway,
    LendingItem,
    LendingRequest,
    LendingStanding,
)
from providers.registry import registry
from services.financing.deciding import (
    approve,
    ask_for_more,
    confirm,
    decline,
    end_with_order,
    lapse,
    refuse_acceptance,
    rest,
    wait_for_review,
)
from services.financing.details import Applicant, Cart, Item, Place, read_applicant

log = structlog.get_logger(__name__)

LONGEST_WAIT_S = 600.0
# Refusals that are about our keys, not about what was asked: for whoever runs this to put right.
ABOUT_KEYS = ("unauthorized", "forbidden", "http_401", "http_403")

Turn = Callable[[FinancingRequest, LendingGateway], Awaitable[None]]


async def work_financing(request: FinancingRequest) -> None:
    """Take a claimed request one step on, by its state; where nothing is known of the call, it is made again later."""
    turn = TURNS.get(request.state)
    if turn is None:
        await rest(request)
        return
    try:
        await turn(request, registry().lender(request.environment))  # type: ignore[arg-type]  # the column says str
    except (ProviderUnknown, LookupError) as trouble:
        await _again(request, str(trouble))
    except ProviderRefused as refusal:
        if refusal.retryable or refusal.code in ABOUT_KEYS:
            log.warning("lender refused", request=request.id, reason=str(refusal))
            await _again(request, str(refusal))
        else:
            await _refused(request, refusal)


async def _decide(request: FinancingRequest, lender: LendingGateway) -> None:
    """Apply, tell what else was asked, or look; and take in what the lender says."""
    reference, further = str(request.uid), request.further or {}
    if not request.lender_reference:
        standing = await lender.apply(await _asked(request))
    elif further and not further["told"]:
        standing = await lender.inform(reference, further["text"])
        request.further = {**further, "told": True}
    else:
        standing = await lender.standing(reference)
        if standing.state == "absent":
            standing = await lender.apply(await _asked(request))
    await _take_in(request, standing)


async def _take_in(request: FinancingRequest, standing: LendingStanding) -> None:
    match standing.state:
        case "approved":
            await approve(request, standing)
        case "declined" | "withdrawn":
            await decline(request, standing)
        case "information_needed":
            await ask_for_more(request, standing)
        case "in_review":
            await wait_for_review(request, standing, _pause(request))
        case other:
            await _again(request, f"a new application is {other}")


async def _look_on(request: FinancingRequest, lender: LendingGateway) -> None:
    """What else was asked may be told another way, and be decided about without us."""
    standing = await lender.standing(str(request.uid))
    if standing.state in ("approved", "declined", "withdrawn"):
        await _take_in(request, standing)
    else:
        await rest(request)


async def _look_again(request: FinancingRequest, lender: LendingGateway) -> None:
    """An approval stands until its time is over, or the lender says otherwise."""
    if request.approved_until is not None and request.approved_until <= now():
        await lapse(request)
        return
    standing = await lender.standing(str(request.uid))
    if standing.state in ("declined", "withdrawn"):
        await decline(request, standing)
    else:
        await rest(request)


async def _accept(request: FinancingRequest, lender: LendingGateway) -> None:
    offer = await fetch_one(
        "SELECT o.product, f.goods_minor + COALESCE(f.shipping_minor, 0) + COALESCE(f.tax_minor, 0) AS total_minor "
        "FROM financing_offer o JOIN financing_application f ON f.id = o.application_id "
        "WHERE o.request_id = $1 AND o.accepted",
        request.id,
    )
    assert offer is not None
    standing = await lender.accept(str(request.uid), offer["product"], offer["total_minor"])
    if standing.state in ("accepted", "fulfilled"):
        await confirm(request)
    elif standing.state in ("declined", "withdrawn"):
        await refuse_acceptance(request, standing.reason_code, standing.reason)
    else:
        await _again(request, f"after acceptance it is {standing.state}")


async def _fulfil(request: FinancingRequest, lender: LendingGateway) -> None:
    order = await fetch_one(
        "SELECT o.code, o.state, o.total_minor FROM financing_application f JOIN customer_order o ON o.id = f.order_id "
        "WHERE f.id = $1",
        request.application_id,
    )
    assert order is not None
    if order["state"] == "Cancelled":
        await end_with_order(request)
        return
    await lender.fulfil(str(request.uid), order["code"], order["total_minor"])
    await request.release(retry_in=None)


async def _withdraw(request: FinancingRequest, lender: LendingGateway) -> None:
    await lender.withdraw(str(request.uid))
    await request.release(retry_in=None)


# What is done for a request that is due; in other states nothing is.
TURNS: dict[str, Turn] = {
    "Submitted": _decide,
    "MoreInformation": _look_on,
    "Approved": _look_again,
    "Accepting": _accept,
    "Fulfilled": _fulfil,
    "Withdrawn": _withdraw,
    "Expired": _withdraw,
}


async def _refused(request: FinancingRequest, refusal: ProviderRefused) -> None:
    """A definite no: of an application it is a decline, of an acceptance the end of the offer."""
    log.warning("lender said no", request=request.id, state=request.state, reason=str(refusal))
    if request.state == "Submitted":
        told = LendingStanding(
            state="declined", reason_code=refusal.code, reason="The lender did not take it."
        )
        await decline(request, told)
    elif request.state == "Accepting":
        await refuse_acceptance(request, refusal.code, "The lender does not stand by its offer.")
    else:
        await request.release(retry_in=None)


async def _again(request: FinancingRequest, why: str) -> None:
    log.info("lender unknown", request=request.id, state=request.state, reason=why)
    await request.release(retry_in=_pause(request), further=request.further)


def _pause(request: FinancingRequest) -> timedelta:
    return backoff(request.attempts, first_s=2, longest_s=LONGEST_WAIT_S)


async def _asked(request: FinancingRequest) -> LendingRequest:
    session = await FinancingApplication.get(id=request.application_id)
    applicant = read_applicant(session.applicant)
    cart = Cart(tuple(Item(**each) for each in session.items or ()))
    return LendingRequest(
        reference=str(request.uid),
        kind=request.kind,  # type: ignore[arg-type]  # a CHECK holds it
        currency=session.currency,
        amount_minor=request.amount_minor,
        income_minor=request.income_minor,
        consented_at=request.consented_at,
        borrower=_borrower(applicant, session.phone, session.tax_id_last4),
        items=[
            LendingItem(item.display_name or item.sku, item.quantity or 1, item.price_minor or 0)
            for item in cart.items
        ],
        further=(request.further or {}).get("text", ""),
    )


def _borrower(applicant: Applicant, phone: str, tax_id_last4: str) -> Borrower:
    where = applicant.billing or applicant.shipping or Place()
    lines = (where.line1, where.line2, where.city, where.state, where.zip)
    return Borrower(
        first_name=applicant.first_name,
        last_name=applicant.last_name,
        phone=phone,
        email=applicant.email,
        address=", ".join(line for line in lines if line),
        tax_id_last4=tax_id_last4,
    )
