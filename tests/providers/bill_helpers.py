"""What the tests of billers share: requests to buy, and waiting until a purchase is settled."""

from typing import Any

from twin_helpers import eventually

from core import clock
from providers.bills import BillGateway, BillRequest, BillResult


def naira(gateway: BillGateway, **changes: Any) -> BillRequest:
    """A purchase of MTN airtime for 1,000 naira, with some details changed."""
    details = {
        "reference": gateway.new_reference(clock.now()),
        "kind": "airtime",
        "service": "mtn",
        "amount_minor": 100_000,
        "currency": "NGN",
        "phone": "+2348012345678",
    }
    return BillRequest(**(details | changes))


def cedis(gateway: BillGateway, **changes: Any) -> BillRequest:
    """A purchase of MTN airtime for 5 cedis, with some details changed."""
    return naira(gateway, **({"amount_minor": 500, "currency": "GHS", "phone": "+233246215478"} | changes))


async def settled(gateway: BillGateway, request: BillRequest, *states: str) -> BillResult:
    """The first answer that is not `pending`, or that is one of `states`."""

    async def look() -> BillResult | None:
        found = await gateway.requery(request)
        wanted = found.state in states if states else found.state != "pending"
        return found if wanted else None

    return await eventually(look)
