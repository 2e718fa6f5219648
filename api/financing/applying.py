"""Applying, accepting, checking out and calling off."""

from typing import Literal

from api.financing.context import FinancingContext
from api.financing.inputs import read_applicant, read_uid, session_uid
from api.financing.mapping import Shape, order_shape
from api.financing.payloads import Args, answering
from core.errors import NotFound
from core.money import read_amount
from services.financing.accepting import accept_offer
from services.financing.applying import Wish, apply_for, tell_more
from services.financing.checking_out import check_out
from services.financing.ending import cancel_session, give_up_session

KINDS: dict[str, Literal["loan", "lease"]] = {"LOAN": "loan", "LEASE": "lease"}


async def apply_for_financing(context: FinancingContext, given: Args) -> Shape:
    scope, amount = context.scope, given.get("amount")
    wish = Wish(
        KINDS[given["type"]],
        given["consent"],
        read_amount(given["monthlyIncome"], scope.currency, "monthlyIncome"),
        None if amount is None else read_amount(amount, scope.currency),
        (given.get("taxIDLast4") or "").strip(),
    )
    applicant = read_applicant(given.get("customer"))
    return {"order": order_shape(await apply_for(scope, session_uid(given), wish, applicant))}


async def provide_information(context: FinancingContext, given: Args) -> Shape:
    kind, text = KINDS[given["type"]], given["information"]
    return {"order": order_shape(await tell_more(context.scope, session_uid(given), kind, text))}


async def accept(context: FinancingContext, given: Args) -> Shape:
    scope, uid = context.scope, session_uid(given)
    try:
        offer = read_uid(str(given["offerId"]))
    except NotFound:
        raise NotFound("There is no such offer.", field="offerId") from None
    return {"order": order_shape(await accept_offer(scope, uid, offer))}


async def checkout_order(context: FinancingContext, given: Args) -> Shape:
    method = (given.get("shippingMethod") or "").strip()
    return {"order": order_shape(await check_out(context.dealers_scope, session_uid(given), method))}


async def cancel_order(context: FinancingContext, given: Args) -> Shape:
    reason = " ".join((given.get("reason") or "").split())
    end = cancel_session if context.is_dealer else give_up_session
    return {"order": order_shape(await end(context.scope, session_uid(given), reason))}


RESOLVERS = {
    "Mutation.applyForFinancing": answering(apply_for_financing),
    "Mutation.provideInformation": answering(provide_information),
    "Mutation.acceptOffer": answering(accept),
    "Mutation.checkoutOrder": answering(checkout_order),
    "Mutation.cancelOrder": answering(cancel_order),
}
