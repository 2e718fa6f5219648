"""Collecting what is due on orders, setting money aside for them, and moving the due date."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.downpay.context import DownpayContext
from api.downpay.errors import displayable
from api.downpay.payloads import Args, Resolver, Shape, in_payload
from api.graphql.ids import parse_id
from core.clock import now
from core.errors import DomainError
from core.money import read_amount
from services.deposits.merchant import (
    PaymentStatus,
    authorize_payment,
    collect_payment,
    payment_status,
    remove_payment_method,
    update_due_date,
    void_authorization,
)
from services.tenants import Scope

Pay = Callable[..., Awaitable[PaymentStatus]]


def paying(pay: Pay) -> Resolver:
    """A mutation that moves money; beside its refusals the payload shows how the order stands."""

    async def act(context: DownpayContext, given: Args) -> Shape:
        order_id = parse_id(given["id"])
        try:
            amount_minor, currency = _money(given.get("amount"))
            status = await pay(
                context.scope,
                order_id,
                amount_minor=amount_minor,
                currency=currency,
                idempotency_key=context.idempotency_key,
            )
        except DomainError as error:
            return {
                "errors": displayable(error),
                "orderPaymentStatus": await _standing(context.scope, order_id, given["id"]),
            }
        return {"orderPaymentStatus": _status_shape(status)}

    return in_payload(act)


async def remove_method(context: DownpayContext, given: Args) -> Shape:
    order_id = parse_id(given["id"])
    await remove_payment_method(context.scope, order_id)
    return {"orderId": str(order_id)}


async def void(context: DownpayContext, given: Args) -> Shape:
    order_id = parse_id(given["id"])
    await void_authorization(context.scope, order_id)
    return {"orderId": str(order_id)}


async def move_due_date(context: DownpayContext, given: Args) -> Shape:
    order_id = parse_id(given["id"])
    due_at = await update_due_date(context.scope, order_id, given["date"])
    return {"orderId": str(order_id), "paymentDueDate": due_at}


def _money(given: dict[str, Any] | None) -> tuple[int | None, str | None]:
    if given is None:
        return None, None
    currency: str = given["currencyCode"]
    return read_amount(given["amount"], currency, "amount.amount"), currency


async def _standing(scope: Scope, order_id: int, named: str) -> Shape:
    """How the order stands; the contract wants an answer also where there is no such order."""
    try:
        return _status_shape(await payment_status(scope, order_id))
    except DomainError:
        asked_at = now()
        return {"orderId": named, "paymentReferenceId": "", "createdAt": asked_at, "updatedAt": asked_at}


def _status_shape(status: PaymentStatus) -> Shape:
    return {
        "orderId": str(status.order_id),
        "paymentReferenceId": status.reference,
        "createdAt": status.created_at,
        "updatedAt": status.updated_at,
    }


RESOLVERS = {
    "Mutation.orderAuthorizePayment": paying(authorize_payment),
    "Mutation.orderCollectPayment": paying(collect_payment),
    "Mutation.orderCollectPartialPayment": paying(collect_payment),
    "Mutation.orderRemovePaymentMethod": in_payload(remove_method),
    "Mutation.orderVoidAuthorization": in_payload(void),
    "Mutation.orderUpdateDueDate": in_payload(move_due_date),
}
