"""Orders begun, filled and looked at."""

from typing import Any

from api.financing.context import FinancingContext
from api.financing.inputs import read_applicant, read_cart, read_uid, session_uid
from api.financing.mapping import Shape, order_shape
from api.financing.payloads import Args, answering
from core.errors import NotFound
from services.financing.reading import session_by_uid
from services.financing.sessions import begin_session, change_session


async def order(_: Any, args: Args, context: FinancingContext, __: Any) -> Shape | None:
    scope = context.scope
    try:
        return order_shape(await session_by_uid(scope, read_uid(str(args["id"]))))
    except NotFound:
        return None


async def create_order(context: FinancingContext, given: Args) -> Shape:
    scope, details = context.scope, given.get("details") or {}
    session = await begin_session(
        scope,
        applicant=read_applicant(details.get("customer")),
        cart=read_cart(details, scope.currency),
    )
    return {"order": order_shape(session)}


async def update_order_items(context: FinancingContext, given: Args) -> Shape:
    scope = context.scope
    session = await change_session(scope, session_uid(given), cart=read_cart(given, scope.currency))
    return {"order": order_shape(session)}


async def update_order(context: FinancingContext, given: Args) -> Shape:
    scope, details = context.scope, given["details"]
    session = await change_session(
        scope,
        session_uid(given),
        applicant=read_applicant(details.get("customer")),
        cart=read_cart(details, scope.currency),
    )
    return {"order": order_shape(session)}


RESOLVERS = {
    "Query.order": order,
    "Mutation.createOrder": answering(create_order),
    "Mutation.updateOrderItems": answering(update_order_items),
    "Mutation.updateOrder": answering(update_order),
}
