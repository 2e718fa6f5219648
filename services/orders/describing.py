"""Writing dynamic properties to an order, or to a line, a shipment or a payment of one, for whoever may."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from core.db import Row, fetch, transaction
from core.errors import InvalidInput, NotFound, OrderNotModifiable
from services.deposits.collecting import lock_order
from services.orders.access import Caller, rows_of, seen
from services.orders.views import shipment_uid
from services.planned_payments.reading import order_of_payment, payment_of
from services.planned_payments.storing import adopt
from services.properties import Given, set_properties
from services.properties.definitions import ObjectType
from services.staff import check_may
from services.values import as_uid


async def describe(
    caller: Caller,
    object_type: ObjectType,
    order_uid: UUID | None,
    part_uid: UUID | None,
    given: Sequence[Given],
) -> Row:
    """Write what is given to an order (of type CustomerOrder), or to the part of it that is named; the order.

    For the order's customer, and for a desk. Raises `Forbidden`, `NotFound`, `InvalidInput` with the name of the
    property at fault.
    """
    if caller.desk is not None:
        check_may(caller.desk, "UpdateOrder")
    if order_uid is None and object_type == "PaymentIn" and part_uid is not None:
        order_uid = await _order_of(caller, part_uid)
    if order_uid is None:
        raise InvalidInput("Say which order.", field="orderId")
    order = await seen(caller, order_uid)
    if caller.seller_id is not None:
        raise OrderNotModifiable("What is kept with an order is the market's.", field="orderId")
    async with transaction():
        # Before a payment's row, as everybody does whose money it is.
        await lock_order(caller.scope, order_id=order["id"])
        owner_id = await _owner(caller, object_type, order, part_uid)
        await set_properties(caller.scope, object_type, owner_id, given, order_id=order["id"])
    return order


async def _order_of(caller: Caller, payment_uid: UUID) -> UUID:
    scope = caller.scope
    order_id = await order_of_payment(scope.platform_id, scope.environment, payment_uid)
    return as_uid((await rows_of(scope, [order_id]))[0]["uid"])


async def _owner(caller: Caller, object_type: ObjectType, order: Row, part_uid: UUID | None) -> int:
    """The row that the properties are kept with."""
    if object_type == "CustomerOrder":
        return int(order["id"])
    if object_type == "PaymentIn":
        if part_uid is None:
            raise NotFound("There is no such payment.", field="paymentId")
        return await adopt(caller.scope, await payment_of(order["id"], part_uid))
    order_uid = as_uid(order["uid"])
    if object_type == "LineItem":
        rows = await fetch("SELECT id, variant_id FROM order_line WHERE order_id = $1", order["id"])
        named = {uuid5(order_uid, str(row["variant_id"])): row["id"] for row in rows}
    else:
        rows = await fetch("SELECT id, method_id FROM shipping_line WHERE order_id = $1", order["id"])
        named = {shipment_uid(order_uid, row["method_id"]): row["id"] for row in rows}
    if part_uid not in named:
        field = "lineItemId" if object_type == "LineItem" else "shipmentId"
        raise NotFound("There is no such part of this order.", field=field)
    return int(named[part_uid])
