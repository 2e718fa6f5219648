"""How the parcel of an order stands, where a carrier brings it; an addition to the contract."""

from datetime import datetime

from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import Guid, Query, Shape, When
from services.delivery.shipments import shipment_of_own

section = Section("Parcels", "/api/customer/transaction/orders")


class OrderPath(Query):
    id: Guid


class ParcelEvent(Shape):
    at: When
    status: str
    description: str
    location: str


class Parcel(Shape):
    """`state` is Stored, Drafted, Pending, Confirmed, InTransit, Delivered or Cancelled; events are oldest first."""

    order_id: Guid
    state: str
    carrier: str
    tracking_number: str | None
    estimated_delivery_time: str
    events: list[ParcelEvent]
    last_updated: When


@section.get("/{id}/delivery", "Delivery retrieved successfully")
async def order_delivery(call: Call, path: OrderPath) -> Parcel:
    """How the parcel of one's own order stands, where a carrier brings it."""
    found = await shipment_of_own(call.scope, call.signed_in.id, path.id)
    return Parcel(
        order_id=path.id,
        state=found.state,
        carrier=found.carrier,
        tracking_number=found.tracking_number or None,
        estimated_delivery_time=found.delivery_time,
        events=[
            ParcelEvent(
                at=datetime.fromisoformat(event["at"]),
                status=event["status"],
                description=event["description"],
                location=event["location"],
            )
            for event in found.events
        ],
        last_updated=found.updated_at,
    )
