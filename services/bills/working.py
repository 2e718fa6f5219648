"""Bills on their way: bought once under a stored reference, and asked after until it is known what became of them."""

from datetime import timedelta

import structlog

from core.clock import now
from core.work import backoff
from models import BillPurchase
from providers.bills import BillRequest, BillResult
from providers.errors import ProviderRefused, ProviderUnknown
from services.bills.booking import AnothersDelivery, deliver, give_back, move, named_by, next_look, take_back
from services.bills.catalogue import gateway_of
from services.bills.states import GIVEN_BACK, OPEN

log = structlog.get_logger(__name__)

LONGEST_WAIT_S = 300.0
# What is settled is asked after only on a biller's notice; where the answer is lost, it is asked for again.
LONGEST_WAIT_SETTLED_S = 3600.0

NOT_TAKEN = "The biller could not be reached or did not take it."
NOT_BOUGHT = "It could not be bought in time."
NOT_CONFIRMED = "The biller did not confirm it in time."
FAILED = "The biller could not complete it."
TAKEN_BACK = "The biller took it back."


async def work_bill(purchase: BillPurchase) -> None:
    """Take a claimed purchase one step on: buy where nobody has asked yet, else ask what became of it."""
    await purchase.fetch_related("biller", "plan")
    if purchase.state == "Stored" and purchase.attempts == 1 and not _expired(purchase):
        await buy(purchase)
    else:
        # Also where it was taken up again without an answer stored: the first call may have reached the biller.
        await _ask_after(purchase)


async def buy(purchase: BillPurchase) -> None:
    """Buy under the purchase's reference. Only for who holds it, and knows that nothing was bought under it."""
    try:
        result = await gateway_of(purchase.biller).buy(bill_request(purchase))
    except ProviderUnknown as trouble:
        log.info("bill unknown", bill=purchase.id, reason=str(trouble))
        await _ask_again(purchase, "Unknown")
    except ProviderRefused as refusal:
        log.warning("bill refused", bill=purchase.id, reason=str(refusal))
        await give_back(purchase, "Failed", NOT_TAKEN)
    else:
        if result.state == "absent":
            await _ask_again(purchase, "Unknown")
        else:
            await _take_in(purchase, result)


async def _ask_after(purchase: BillPurchase) -> None:
    try:
        result = await gateway_of(purchase.biller).requery(bill_request(purchase))
    except (ProviderUnknown, ProviderRefused, LookupError) as trouble:
        log.info("bill still unknown", bill=purchase.id, reason=str(trouble))
        if purchase.state in OPEN:
            await _wait_or_give_up(purchase, "Unknown")
        else:
            await move(
                purchase,
                purchase.state,
                retry_in=backoff(purchase.attempts, longest_s=LONGEST_WAIT_SETTLED_S),
            )
        return
    await _take_in(purchase, result)


async def _take_in(purchase: BillPurchase, result: BillResult) -> None:
    try:
        await _believe(purchase, result)
    except AnothersDelivery as taken:
        # One delivery is counted once, so which of the two it was for is for a person to find out.
        log.error("a delivery counted already", bill=purchase.id, provider_id=str(taken))
        if purchase.state in OPEN:
            await _wait_or_give_up(purchase, "Unknown")
        else:
            await move(purchase, purchase.state, retry_in=next_look(purchase))


async def _believe(purchase: BillPurchase, result: BillResult) -> None:
    if purchase.state in OPEN:
        await _take_in_open(purchase, result)
    elif purchase.state in GIVEN_BACK:
        await _take_in_given_back(purchase, result)
    elif result.state in ("failed", "reversed"):
        await take_back(purchase, result.reason or TAKEN_BACK)
    else:
        await move(purchase, purchase.state, retry_in=None)


async def _take_in_open(purchase: BillPurchase, result: BillResult) -> None:
    match result.state:
        case "delivered":
            await deliver(purchase, result)
        case "failed":
            await give_back(purchase, "Failed", result.reason or FAILED)
        case "reversed":
            await give_back(purchase, "Reversed", result.reason or TAKEN_BACK)
        case "absent" if _expired(purchase):
            await give_back(purchase, "Failed", NOT_BOUGHT)
        case "absent":
            # The biller never heard of it. Asking again is safe: a reference is taken only once.
            if await purchase.renew():
                await buy(purchase)
        case "pending":
            await _wait_or_give_up(purchase, "Pending", **named_by(result))


async def _take_in_given_back(purchase: BillPurchase, result: BillResult) -> None:
    if result.state == "delivered":
        await deliver(purchase, result)
    else:
        over = result.state == "absent"
        await move(purchase, purchase.state, retry_in=None if over else next_look(purchase))


async def _wait_or_give_up(purchase: BillPurchase, state: str, **changes: str) -> None:
    if _expired(purchase):
        await give_back(purchase, "Reversed", NOT_CONFIRMED)
    else:
        await _ask_again(purchase, state, **changes)


async def _ask_again(purchase: BillPurchase, state: str, **changes: str) -> None:
    pause = backoff(purchase.attempts, first_s=2, longest_s=LONGEST_WAIT_S)
    # Just after it expires, so that nobody waits a whole pause longer for their money.
    left = max(purchase.expires_at - now(), timedelta(seconds=1))
    await move(purchase, state, retry_in=min(pause, left), **changes)


def bill_request(purchase: BillPurchase) -> BillRequest:
    """What its provider is asked, the same each time; its biller and plan are loaded."""
    return BillRequest(
        reference=purchase.reference,
        kind=purchase.biller.kind,
        service=purchase.biller.service,
        amount_minor=purchase.amount_minor,
        currency=purchase.currency,
        phone=purchase.phone,
        account=purchase.account,
        offer=purchase.plan.code if purchase.plan else "",
        provider_id=purchase.provider_id,
    )


def _expired(purchase: BillPurchase) -> bool:
    return bool(purchase.expires_at <= now())
