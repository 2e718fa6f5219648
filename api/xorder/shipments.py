"""OrderShipmentType: the ways in which an order is handed over, with what leaves by each."""

from datetime import datetime
from typing import Any
from uuid import uuid5

from api.xorder.addresses import SHIPPING, address_shape
from api.xorder.context import XOrderContext
from api.xorder.errors import told
from api.xorder.lines import line_shape
from api.xorder.shaping import Fields, Shaped, always, none, nothing
from api.xorder.shown import LineOf, ShipmentOf, discount_shapes, money_fields, share, tax_details
from api.xorder.statuses import display_value
from api.xorder.sums import OF_SHIPMENT
from api.xorder.vendors import vendor_shape
from models import PickupLocation
from services.fulfillment.reading import FulfillmentView
from services.orders import beside
from services.orders.sellers import way_of
from services.orders.views import LineView, shipment_uid

Args = dict[str, Any]
GRAM = "gram"


SHIPMENT: Fields = {
    **money_fields(OF_SHIPMENT, lambda x: x.order, lambda x: x.way),
    **dict.fromkeys(
        (
            "comment",
            "employeeId",
            "employeeName",
            "fulfillmentCenterId",
            "fulfillmentCenterName",
            "height",
            "length",
            "measureUnit",
            "outerId",
            "taxType",
            "trackingUrl",
            "width",
        ),
        nothing,
    ),
    "currency": lambda x: x.order.currency,
    "customerOrderId": lambda x: str(x.order.view.uid),
    "deliveryAddress": lambda x: address_shape(x.order.view.shipping_address, SHIPPING),
    "discounts": lambda x: discount_shapes(x.order, x.way.discounts),
    "id": lambda x: str(shipment_uid(x.order.view.uid, x.way.method_id)),
    # An order is paid as a whole.
    "inPayments": none,
    "isApproved": lambda x: x.order.view.state == "PaymentSettled",
    "isCancelled": lambda x: x.order.is_cancelled,
    "number": lambda x: f"{x.order.view.code}-S{x.number}",
    "objectType": always("Shipment"),
    "operationType": always("Shipment"),
    "parentOperationId": lambda x: str(x.order.view.uid),
    "shipmentMethodCode": lambda x: x.way.code,
    "shipmentMethodOption": lambda x: x.way.label or None,
    "shippingMethod": lambda x: Shaped(WAY, x),
    "taxDetails": lambda x: tax_details(x.order, [x.way]),
    "taxPercentRate": lambda x: share(x.way.tax_basis_points),
}
WAY: Fields = {
    "code": lambda x: x.way.code,
    "description": lambda x: x.way.description or None,
    "id": lambda x: str(x.way.method_id),
    "isActive": always(True),
    "logoUrl": nothing,
    "name": lambda x: x.way.name,
    "priority": always(0),
    "storeId": lambda x: x.order.context.known().scope.code,
    "taxType": nothing,
    "typeName": lambda x: x.way.kind,
}
# Of (shipment, line, pieces, status).
ITEM: Fields = {
    "barCode": nothing,
    "id": lambda i: str(uuid5(shipment_uid(i[0].order.view.uid, i[0].way.method_id), str(i[1].variant_id))),
    "lineItem": lambda i: line_shape(LineOf(i[0].order, i[1])),
    "lineItemId": lambda i: str(i[1].uid),
    "outerId": nothing,
    "quantity": lambda i: i[2],
    "status": lambda i: i[3],
}
# Of (shipment, fulfilment).
PACKAGE: Fields = {
    **dict.fromkeys(
        ("barCode", "height", "length", "measureUnit", "packageType", "weight", "weightUnit", "width"),
        nothing,
    ),
    "id": lambda p: str(p[1].id),
    "items": lambda p: [
        Shaped(ITEM, (p[0], line, p[1].pieces[line.id], p[1].state))
        for line in p[0].order.view.lines
        if line.id in p[1].pieces
    ],
}
LOCATION: Fields = {
    **dict.fromkeys(
        ("contactEmail", "deliveryDays", "description", "geoLocation", "storageDays", "workingHours"), nothing
    ),
    "address": lambda p: Shaped(PLACE, p),
    "contactPhone": lambda p: p.phone or None,
    "id": lambda p: str(p.uid),
    "isActive": lambda p: p.active,
    "name": lambda p: p.name,
}
PLACE: Fields = {
    **dict.fromkeys(
        ("description", "email", "key", "line2", "organization", "outerId", "postalCode", "regionId"),
        nothing,
    ),
    "addressType": always(SHIPPING),
    "city": lambda p: p.city,
    "countryCode": lambda p: p.country,
    "countryName": lambda p: address_shape({"country": p.country}).get("countryName"),  # type: ignore[union-attr]
    "id": lambda p: str(p.uid),
    "line1": lambda p: p.address,
    "name": lambda p: p.name,
    "phone": lambda p: p.phone or None,
    "regionName": lambda p: p.state,
}


def shipment_shape(shipment: ShipmentOf) -> Shaped:
    """An OrderShipmentType."""
    return Shaped(SHIPMENT, shipment)


async def _lines(context: XOrderContext, shipment: ShipmentOf) -> list[LineView]:
    """The lines that it brings."""
    order = await context.whole(shipment.order.view, "lines", "shipping")
    mine = shipment.way
    return [line for line in order.lines if (way := way_of(order, line)) and way.id == mine.id]


async def _packages(context: XOrderContext, shipment: ShipmentOf) -> list[FulfillmentView]:
    brought = {line.id for line in await _lines(context, shipment)}
    parcels: list[FulfillmentView] = await context.parcels(shipment.order.view)
    return [each for each in parcels if each.state != "Cancelled" and brought & each.pieces.keys()]


async def items(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    shipment: ShipmentOf = parent.of
    status = await _status(context, shipment)
    return [Shaped(ITEM, (shipment, line, line.quantity, status)) for line in await _lines(context, shipment)]


async def packages(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> list[Shaped]:
    return [Shaped(PACKAGE, (parent.of, each)) for each in await _packages(context, parent.of)]


async def _status(context: XOrderContext, shipment: ShipmentOf) -> str:
    """As far as the slowest of its parcels; New before there is one for each piece."""
    if shipment.order.is_cancelled:
        return "Cancelled"
    parcels = await _packages(context, shipment)
    sent = sum(sum(each.pieces.values()) for each in parcels if each.state in ("Shipped", "Delivered"))
    wanted = sum(line.quantity for line in await _lines(context, shipment))
    if not wanted or sent < wanted:
        return "New"
    return "Delivered" if all(each.state != "Shipped" for each in parcels) else "Shipped"


async def status(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str:
    return await _status(context, parent.of)


async def status_display_value(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str:
    return display_value(await _status(context, parent.of), parent.of.order.culture)


async def delivery_date(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> datetime | None:
    """When the last of it arrived: a parcel that has is changed no more."""
    if await _status(context, parent.of) != "Delivered":
        return None
    return max(each.updated_at for each in await _packages(context, parent.of))


async def _weight(context: XOrderContext, shipment: ShipmentOf) -> int | None:
    """Grams, of what a carrier brings: what it weighs is said when carriers are asked, and of nothing else."""
    rate = shipment.way.rate_id
    return None if rate is None else await context.part("weights", context.rates, beside.weights, rate)


async def weight(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> int | None:
    return await _weight(context, parent.of)


async def weight_unit(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    return None if await _weight(context, parent.of) is None else GRAM


async def tracking_number(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    parcels = await _packages(context, parent.of)
    return next((each.tracking_code for each in parcels if each.tracking_code), None)


async def vendor(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Shaped | None:
    return vendor_shape(await context.seller(parent.of.way.seller_id))


async def pickup_location(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Shaped | None:
    place_id = parent.of.way.pickup_location_id
    if place_id is None:
        return None
    place: PickupLocation | None = await context.part("places", context.places, beside.places, place_id)
    return Shaped(LOCATION, place) if place else None


async def cancelled_date(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Any:
    ending = await context.ending(parent.of.order.view)
    return ending.at if ending else None


async def cancel_reason(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    ending = await context.ending(parent.of.order.view)
    return (ending.reason or None) if ending else None


RESOLVERS = told(
    {
        "OrderShipmentType.cancelReason": cancel_reason,
        "OrderShipmentType.cancelledDate": cancelled_date,
        "OrderShipmentType.deliveryDate": delivery_date,
        "OrderShipmentType.items": items,
        "OrderShipmentType.packages": packages,
        "OrderShipmentType.pickupLocation": pickup_location,
        "OrderShipmentType.status": status,
        "OrderShipmentType.statusDisplayValue": status_display_value,
        "OrderShipmentType.trackingNumber": tracking_number,
        "OrderShipmentType.vendor": vendor,
        "OrderShipmentType.weight": weight,
        "OrderShipmentType.weightUnit": weight_unit,
    }
)
