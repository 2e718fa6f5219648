"""What a shop with a counter asks: who is this, and here it is."""

from datetime import date

from api.financing.context import FinancingContext
from api.financing.errors import delivery_members
from api.financing.inputs import session_uid
from api.financing.mapping import Shape, customer_shape
from api.financing.payloads import Args, answering
from core.errors import InvalidInput
from services.financing.delivering import mark_delivered
from services.financing.searching import find_customers


async def customer(context: FinancingContext, given: Args) -> Shape:
    found = await find_customers(
        context.dealers_scope, given.get("cellPhone") or "", (given.get("taxIDLast4") or "").strip()
    )
    return {
        "orderId": str(found.open_session) if found.open_session else None,
        "customers": [customer_shape(each) for each in found.customers],
    }


async def mark_order_delivered(context: FinancingContext, given: Args) -> Shape:
    await mark_delivered(context.dealers_scope, session_uid(given), _day(given.get("estimatedDeliveryDate")))
    return {}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput("A day is written like 2026-12-15.", field="estimatedDeliveryDate") from None


RESOLVERS = {
    "Query.customer": answering(customer, errors="customerSearchErrors"),
    "Mutation.markOrderDelivered": answering(
        mark_order_delivered, errors="markOrderDeliveredErrors", told=delivery_members
    ),
}
