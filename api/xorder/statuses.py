"""The lists of what a status can be, and what each is called."""

from typing import Any

from api.xorder.context import XOrderContext
from api.xorder.errors import told
from api.xorder.money import checked_culture, language_of
from services.fulfillment.states import FULFILLMENT_STATES
from services.orders.statuses import STATUSES
from services.planned_payments.views import CALLED
from services.planned_payments.views import STATUSES as OF_PAYMENTS
from services.sentences import in_language

Args = dict[str, Any]

OF_SHIPMENTS = ("New", *(state for state in FULFILLMENT_STATES.transitions if state != "Pending"))


def display_value(status: str, culture: str) -> str:
    """What a status is called in a checked culture; in English, where its language isn't spoken here."""
    return in_language(CALLED.get(status, status), language_of(culture))


def _list(statuses: tuple[str, ...]) -> Any:
    async def resolve(_: Any, args: Args, context: XOrderContext, __: Any) -> dict[str, Any]:
        culture = checked_culture(args.get("cultureName"), context.known().scope.country)
        return {"items": [{"key": each, "value": display_value(each, culture)} for each in statuses]}

    return resolve


RESOLVERS = told(
    {
        "Query.orderStatuses": _list(STATUSES),
        "Query.orderLineItemStatuses": _list(STATUSES),
        "Query.paymentStatuses": _list(OF_PAYMENTS),
        "Query.shipmentStatuses": _list(OF_SHIPMENTS),
    }
)
