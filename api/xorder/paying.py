"""The mutations of payments: planning, beginning, making, confirming and calling off."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from api.xorder.addresses import BESIDE, OURS
from api.xorder.context import XOrderContext
from api.xorder.errors import told
from api.xorder.money import language_of
from api.xorder.properties import read_properties_given
from api.xorder.reading import changed_order, culture_of, read_uid, required_uid
from core.errors import DomainError, Forbidden, InvalidInput, NotFound, NotSignedIn
from core.money import from_decimal
from services.orders.access import rows_of
from services.planned_payments.by_hand import Declared, cancel, confirm
from services.planned_payments.planning import PaymentInput, plan_payment
from services.planned_payments.starting import Planned, authorize, find_planned, initialize
from services.sentences import in_language
from services.staff import Desk

Args = dict[str, Any]
Shape = dict[str, Any]

# What is given of a payment, in the words of the house.
GIVEN = {
    "amount": "amount",
    "comment": "comment",
    "currency": "currency",
    "outerId": "outer_id",
    "price": "price",
}
# What is told as a refusal of the request, and not of the payment.
TOLD = (NotSignedIn, Forbidden, NotFound)


async def add_or_update(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
    command, caller = args["command"], context.known()
    order_id = await plan_payment(
        caller, required_uid(command["orderId"], "orderId"), _payment_input(command["payment"])
    )
    return await changed_order(context, (await rows_of(caller.scope, [order_id]))[0])


def _payment_input(given: Shape) -> PaymentInput:
    changes = {ours: given[name] for name, ours in GIVEN.items() if name in given}
    if given.get("paymentGatewayCode") is not None:
        changes["method"] = given["paymentGatewayCode"]
    if "vendorId" in given:
        changes["seller_uid"] = read_uid(given["vendorId"], "payment.vendorId")
    if given.get("billingAddress") is not None:
        changes["billing_address"] = _address(given["billingAddress"])
    return PaymentInput(given.get("id"), changes, read_properties_given(given.get("dynamicProperties")))


def _address(given: Shape) -> Shape:
    kind = given.get("addressType")
    if kind is not None and kind not in (1, 2, 3):
        raise InvalidInput(
            "addressType is 1 (of the bill), 2 (of delivery) or 3 (of both).", field="payment.billingAddress"
        )
    kept = {ours: given[name] for name, ours in OURS.items() if name in given}
    kept |= {name: given[name] for name in BESIDE if name in given}
    return kept | ({"addressType": kind} if kind else {})


def _parameters(command: Shape) -> dict[str, str]:
    return {each["key"]: each["value"] or "" for each in command.get("parameters") or () if each}


async def _planned(context: XOrderContext, command: Shape) -> Planned:
    return await find_planned(
        context.known(),
        read_uid(command.get("orderId"), "orderId"),
        required_uid(command["paymentId"], "paymentId"),
    )


async def initialize_payment(_: Any, args: Args, context: XOrderContext, __: Any) -> Shape:
    command, caller = args["command"], context.known()
    language = language_of(culture_of(context, command))
    planned = await _planned(context, command)
    shown = {
        "storeId": caller.scope.code,
        "paymentId": str(planned.payment.uid),
        "orderId": str(UUID(str(planned.order["uid"]))),
        "orderNumber": planned.order["code"],
        "paymentMethodCode": planned.payment.method.code,
    }
    try:
        to_do = await initialize(caller, planned, _parameters(command), context.idempotency_key)
    except TOLD:
        raise
    except DomainError as error:
        return shown | {"isSuccess": False, "errorMessage": in_language(error.message, language)}
    context.forget()
    return shown | {
        "isSuccess": True,
        "paymentActionType": to_do.action,
        "actionRedirectUrl": to_do.url,
        "publicParameters": [{"key": key, "value": value} for key, value in to_do.parameters],
    }


async def authorize_payment(_: Any, args: Args, context: XOrderContext, __: Any) -> Shape:
    command, caller = args["command"], context.known()
    language = language_of(culture_of(context, command))
    planned = await _planned(context, command)
    try:
        await authorize(caller, planned, _parameters(command), context.idempotency_key)
    except TOLD:
        raise
    except DomainError as error:
        return {"isSuccess": False, "errorMessage": in_language(error.message, language)}
    context.forget()
    return {"isSuccess": True}


def declaring(act: Callable[[Desk, Declared], Awaitable[None]]) -> Any:
    """A mutation in which a desk says of a payment what has become of it."""

    async def declare(_: Any, args: Args, context: XOrderContext, __: Any) -> bool:
        desk, given = context.at_desk(), args["command"]["payment"]
        await act(desk, _declared(given))
        context.forget()
        return True

    return declare


def _declared(given: Shape) -> Declared:
    currency = given["currency"]
    if not (currency.isascii() and currency.isalpha() and currency.isupper() and len(currency) == 3):
        raise InvalidInput("A currency is three letters, as ISO 4217 has them.", field="payment.currency")
    return Declared(
        order_uid=required_uid(given["orderId"], "payment.orderId"),
        payment_uid=read_uid(given.get("id"), "payment.id"),
        number=given["number"],
        sum_minor=from_decimal(given["sum"], currency, "payment.sum"),
        tax_minor=from_decimal(given["taxTotal"], currency, "payment.taxTotal"),
        currency=currency,
        customer_uid=given["customerId"],
        reason=given.get("cancelReason") or given.get("comment") or "",
    )


RESOLVERS = told(
    {
        "Mutations.addOrUpdateOrderPayment": add_or_update,
        "Mutations.initializePayment": initialize_payment,
        "Mutations.authorizePayment": authorize_payment,
        "Mutations.confirmOrderPayment": declaring(confirm),
        "Mutations.cancelOrderPayment": declaring(cancel),
    }
)
