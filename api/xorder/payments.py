"""PaymentInType and its transactions."""

from typing import Any

from api.xorder.addresses import BILLING, address_shape
from api.xorder.methods import method_shape
from api.xorder.shaping import Fields, Shaped, always, nothing
from api.xorder.shown import PaymentOf
from api.xorder.statuses import display_value
from core.errors import InvalidInput
from services.planned_payments.views import PlannedView

SORTS = {
    "createddate": lambda p: p.created_at,
    "modifieddate": lambda p: p.updated_at,
    "number": lambda p: p.number,
    "sum": lambda p: p.amount_minor,
    "status": lambda p: p.status,
}


def _settled(x: PaymentOf) -> Any:
    return x.payment.paid.settled_at if x.payment.paid else None


def _billing(x: PaymentOf) -> Shaped | None:
    own = x.payment.billing_address
    return address_shape(own or x.order.view.billing_address, (own or {}).get("addressType") or BILLING)


def _vendor(x: PaymentOf) -> Any:
    seller = x.payment.seller_uid
    return {"id": str(seller), "name": x.payment.seller, "rating": None} if seller else None


PAYMENT: Fields = {
    **dict.fromkeys(("createdBy", "modifiedBy", "parentOperationId"), nothing),
    "authorizedDate": _settled,
    "billingAddress": _billing,
    "cancelReason": lambda x: x.payment.cancel_reason or None,
    "cancelledDate": lambda x: x.payment.cancelled_at,
    "capturedDate": _settled,
    "comment": lambda x: x.payment.comment or None,
    "createdDate": lambda x: x.payment.created_at,
    "currency": lambda x: x.order.currency,
    "gatewayCode": lambda x: x.payment.method.code,
    "id": lambda x: str(x.payment.uid),
    "incomingDate": _settled,
    "isApproved": lambda x: x.payment.paid is not None,
    "isCancelled": lambda x: x.payment.status == "Cancelled",
    "modifiedDate": lambda x: x.payment.updated_at,
    "number": lambda x: x.payment.number,
    "objectType": always("PaymentIn"),
    "operationType": always("PaymentIn"),
    "orderId": lambda x: str(x.order.view.uid),
    "outerId": lambda x: x.payment.outer_id or None,
    "paymentMethod": lambda x: method_shape(x.order, x.payment.method),
    "price": lambda x: x.order.money(0),
    "purpose": nothing,
    "status": lambda x: x.payment.status,
    "statusDisplayValue": lambda x: display_value(x.payment.status, x.order.culture),
    "sum": lambda x: x.order.money(x.payment.amount_minor),
    "tax": lambda x: x.order.money(0),
    "transactions": lambda x: [Shaped(TRANSACTION, (x.order, each)) for each in x.payment.tries],
    "vendor": _vendor,
    "voidedDate": lambda x: x.payment.cancelled_at,
}
TRANSACTION: Fields = {
    **dict.fromkeys(("gatewayIpAddress", "requestData", "responseData"), nothing),
    "amount": lambda x: x[0].money(x[1].amount_minor),
    "id": lambda x: str(x[1].uid),
    "isProcessed": lambda x: x[1].state not in ("Created", "Pending"),
    "note": lambda x: x[1].reference,
    "processAttemptCount": lambda x: x[1].asked,
    "processError": lambda x: x[1].reason or None,
    "processedDate": lambda x: x[1].settled_at,
    "responseCode": nothing,
    "status": lambda x: x[1].state,
    "type": always("Payment"),
}


def payment_shape(payment: PaymentOf) -> Shaped:
    """A PaymentInType."""
    return Shaped(PAYMENT, payment)


def sorted_payments(payments: list[PlannedView], sort: str | None) -> list[PlannedView]:
    """Payments by `ModifiedDate:desc` and the like; the oldest first where nothing is said. Raises `InvalidInput`."""
    if not sort:
        return payments
    name, _, direction = sort.partition(":")
    if name.lower() not in SORTS or direction.lower() not in ("", "asc", "desc"):
        raise InvalidInput(f"Payments are sorted by one of {', '.join(SORTS)}, asc or desc.", field="sort")
    return sorted(payments, key=SORTS[name.lower()], reverse=direction.lower() == "desc")
