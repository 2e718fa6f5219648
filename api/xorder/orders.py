"""CustomerOrderType."""

from typing import Any

from api.xorder.addresses import order_addresses
from api.xorder.context import XOrderContext
from api.xorder.errors import Resolver, told
from api.xorder.lines import line_shape
from api.xorder.methods import available_methods
from api.xorder.payments import payment_shape, sorted_payments
from api.xorder.shaping import Fields, Shaped, always, nothing
from api.xorder.shipments import shipment_shape
from api.xorder.shown import (
    LineOf,
    OrderOf,
    PaymentOf,
    ShipmentOf,
    discount_shapes,
    money_fields,
    share,
    tax_details,
)
from api.xorder.statuses import display_value
from api.xorder.sums import OF_LINES, OF_ORDER
from core.errors import InvalidInput
from services.orders.views import OrderView

Args = dict[str, Any]
GUEST = "guest"
# What the desk has let pass.
APPROVED = frozenset({"Approved", "Processing", "Completed"})


def _rate(order: OrderOf) -> Any:
    """Where all of it is taxed alike, at which rate; nothing where it isn't."""
    rates = {line.tax_basis_points for line in order.view.charged_lines}
    return share(rates.pop()) if len(rates) == 1 else 0


ORDER: Fields = {
    **money_fields(OF_ORDER, lambda o: o, lambda o: o.view),
    **dict.fromkeys(
        (
            "comment",
            "createdBy",
            "employeeId",
            "employeeName",
            "languageCode",
            "modifiedBy",
            "outerId",
            "parentOperationId",
            "purchaseOrderNumber",
            "subscriptionId",
            "subscriptionNumber",
            "taxType",
        ),
        nothing,
    ),
    "addresses": lambda o: order_addresses(o.view.billing_address, o.view.shipping_address),
    "channelId": lambda o: o.view.channel,
    "coupons": lambda o: o.view.coupon_codes,
    "createdDate": lambda o: o.view.placed_at,
    "currency": lambda o: o.currency,
    "id": lambda o: str(o.view.uid),
    "isApproved": lambda o: o.status in APPROVED,
    "isCancelled": lambda o: o.is_cancelled,
    "isPrototype": always(False),
    "modifiedDate": lambda o: o.view.updated_at,
    "number": lambda o: o.view.code,
    "objectType": always("CustomerOrder"),
    "operationType": always("CustomerOrder"),
    "orderTotals": lambda o: [Shaped(TOTAL, o)],
    "shoppingCartId": lambda o: str(o.view.uid),
    "status": lambda o: o.status,
    "statusDisplayValue": lambda o: display_value(o.status, o.culture),
    "storeId": lambda o: o.context.known().scope.code,
    "storeName": lambda o: o.context.known().scope.name,
}
TOTAL: Fields = {
    "discountTotal": lambda o: o.money(o.view.discount_minor),
    "isDefaultTotalCurrency": always(True),
    "subTotal": lambda o: o.money(o.view.subtotal_minor - o.view.tax_minor + o.view.shipping_tax_minor),
    "taxTotal": lambda o: o.money(o.view.tax_minor),
    "total": lambda o: o.money(o.view.total_minor),
}


def order_shape(context: XOrderContext, view: OrderView, culture: str) -> Shaped:
    """A CustomerOrderType."""
    return Shaped(ORDER, OrderOf(context, context.show(view), culture))


async def items(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    order: OrderOf = parent.of
    await context.whole(order.view, "lines")
    return [line_shape(LineOf(order, line)) for line in order.view.lines]


async def shipments(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    order: OrderOf = parent.of
    await context.whole(order.view, "shipping")
    return [shipment_shape(ShipmentOf(order, way, n)) for n, way in enumerate(order.view.shipping, 1)]


async def in_payments(parent: Shaped, args: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    order: OrderOf = parent.of
    payments = sorted_payments(await context.payments(order.view), args.get("sort"))
    after, first = args.get("after") or 0, args.get("first")
    if after < 0 or (first or 0) < 0:
        raise InvalidInput("That is not a number of payments.", field="first")
    shown = payments[after:] if first is None else payments[after : after + first]
    return [payment_shape(PaymentOf(order, each)) for each in shown]


def _view(parent: Shaped) -> OrderView:
    """Of an order, or of a part of one."""
    of: OrderOf | PaymentOf | ShipmentOf = parent.of
    return of.view if isinstance(of, OrderOf) else of.order.view


async def customer_id(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str:
    buyer = await context.buyer(_view(parent).customer_id)
    return str(buyer.uid) if buyer else GUEST


async def order_of_payment(parent: Shaped, _: Args, __: XOrderContext, ___: Any) -> Shaped:
    return Shaped(ORDER, parent.of.order)


async def customer_name(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    view = _view(parent)
    buyer = await context.buyer(view.customer_id)
    return buyer.name if buyer else (view.guest or {}).get("full_name")


async def organization_id(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    found = await context.organization(_view(parent).organization_id)
    return str(found.uid) if found else None


async def organization_name(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    found = await context.organization(_view(parent).organization_id)
    return found.name if found else None


async def cancelled_date(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Any:
    ending = await context.ending(parent.of.view)
    return ending.at if ending else None


async def cancel_reason(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    ending = await context.ending(parent.of.view)
    return (ending.reason or None) if ending else None


async def discounts(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    order: OrderOf = parent.of
    return discount_shapes(order, (await context.whole(order.view, "lines", "shipping")).discounts)


async def taxes(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    order: OrderOf = parent.of
    await context.whole(order.view, "lines", "shipping")
    return tax_details(order, list(order.view.charged_lines))


async def tax_rate(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Any:
    await context.whole(parent.of.view, "lines", "shipping")
    return _rate(parent.of)


def _sum(name: str) -> Resolver:
    async def resolve(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Shaped:
        order: OrderOf = parent.of
        await context.whole(order.view, "lines", "shipping")
        return order.money(OF_LINES[name](order.view))

    return resolve


async def methods(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    return await available_methods(parent.of)


RESOLVERS = told(
    {
        **{f"CustomerOrderType.{name}": _sum(name) for name in OF_LINES},
        "CustomerOrderType.availablePaymentMethods": methods,
        "CustomerOrderType.cancelReason": cancel_reason,
        "CustomerOrderType.cancelledDate": cancelled_date,
        "CustomerOrderType.customerId": customer_id,
        "CustomerOrderType.customerName": customer_name,
        "CustomerOrderType.discounts": discounts,
        "CustomerOrderType.inPayments": in_payments,
        "CustomerOrderType.items": items,
        "CustomerOrderType.shipments": shipments,
        "CustomerOrderType.taxDetails": taxes,
        "CustomerOrderType.taxPercentRate": tax_rate,
        "PaymentInType.customerId": customer_id,
        "PaymentInType.customerName": customer_name,
        "PaymentInType.order": order_of_payment,
        **{
            f"{of}.{name}": resolve
            for of in ("CustomerOrderType", "OrderShipmentType", "PaymentInType")
            for name, resolve in (
                ("organizationId", organization_id),
                ("organizationName", organization_name),
            )
        },
    }
)
