"""Dynamic properties: DynamicPropertyValueType, and the four mutations that write them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from api.xorder.context import XOrderContext
from api.xorder.errors import Resolver, told
from api.xorder.money import checked_culture
from api.xorder.reading import changed_order, read_uid
from api.xorder.shaping import Fields, Shaped
from api.xorder.shown import LineOf, OrderOf, PaymentOf, ShipmentOf
from services.orders.describing import describe
from services.properties import Given, ValueView, label_of, read_properties
from services.properties.definitions import ObjectType

Args = dict[str, Any]

# The dialect's names of kinds of values, as its enum writes them.
KINDS = {
    "ShortText": "SHORT_TEXT",
    "LongText": "LONG_TEXT",
    "Integer": "INTEGER",
    "Decimal": "DECIMAL",
    "DateTime": "DATE_TIME",
    "Boolean": "BOOLEAN",
    "Html": "HTML",
    "Image": "IMAGE",
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if not isinstance(value, Decimal) else (int(value) if value == int(value) else float(value))


# Of (value, culture).
VALUE: Fields = {
    "dictionaryItem": lambda x: Shaped(ITEM, (x[0].item, x[1])) if x[0].item else None,
    "dynamicProperty": lambda x: Shaped(DEFINITION, (x[0].definition, x[1])),
    "dynamicPropertyValueType": lambda x: KINDS[x[0].definition.value_type],
    "name": lambda x: x[0].definition.name,
    "value": lambda x: _plain(x[0].value),
    "valueType": lambda x: x[0].definition.value_type,
}
ITEM: Fields = {
    "id": lambda x: x[0].uid.hex,
    "label": lambda x: label_of(x[0].labels, x[1]) or x[0].name,
    "name": lambda x: x[0].name,
}
DEFINITION: Fields = {
    "displayOrder": lambda x: x[0].display_order,
    "dynamicPropertyValueType": lambda x: KINDS[x[0].value_type],
    "id": lambda x: x[0].uid.hex,
    "isArray": lambda x: x[0].is_array,
    "isDictionary": lambda x: x[0].is_dictionary,
    "isMultilingual": lambda x: x[0].is_multilingual,
    "isRequired": lambda x: x[0].is_required,
    "label": lambda x: label_of(x[0].labels, x[1]) or x[0].name,
    "name": lambda x: x[0].name,
    "objectType": lambda x: x[0].object_type,
    "valueType": lambda x: x[0].value_type,
}


def _owner(of: OrderOf | LineOf | ShipmentOf | PaymentOf) -> tuple[ObjectType, int | None]:
    """What the properties are kept with; a payment that was made without a plan has none."""
    if isinstance(of, OrderOf):
        return "CustomerOrder", of.view.id
    if isinstance(of, LineOf):
        return "LineItem", of.line.id
    if isinstance(of, ShipmentOf):
        return "Shipment", of.way.id
    return "PaymentIn", of.payment.id


async def dynamic_properties(parent: Shaped, args: Args, context: XOrderContext, _: Any) -> list[Shaped]:
    object_type, owner_id = _owner(parent.of)
    # What is kept with an order as a whole is the market's, and not its sellers'.
    if owner_id is None or (context.known().seller_id is not None and object_type != "LineItem"):
        return []
    asked = args.get("cultureName")
    culture = checked_culture(asked, context.known().scope.country) if asked else None

    async def read(owner_ids: list[int]) -> Mapping[int, list[ValueView]]:
        return await read_properties(context.known().scope, object_type, owner_ids, culture)

    owners = context.owners(object_type)
    found = await context.part(f"properties:{object_type}:{culture}", owners, read, owner_id)
    return [Shaped(VALUE, (each, culture)) for each in found or ()]


def read_properties_given(given: list[dict[str, Any]] | None) -> list[Given]:
    """Values as the services take them."""
    return [
        Given(each["name"], each.get("value"), each.get("locale") or each.get("cultureName"))
        for each in given or ()
        if each is not None
    ]


def updating(object_type: ObjectType, part: str | None) -> Resolver:
    """A mutation that writes properties; `part` is the command's field that names the part of an order."""

    async def update(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
        command = args["command"]
        row = await describe(
            context.known(),
            object_type,
            read_uid(command.get("orderId"), "orderId"),
            read_uid(command.get(part), part) if part else None,
            read_properties_given(command["dynamicProperties"]),
        )
        return await changed_order(context, row)

    return update


RESOLVERS = told(
    {
        **{
            f"{name}.dynamicProperties": dynamic_properties
            for name in ("CustomerOrderType", "OrderLineItemType", "OrderShipmentType", "PaymentInType")
        },
        "Mutations.updateOrderDynamicProperties": updating("CustomerOrder", None),
        "Mutations.updateOrderItemDynamicProperties": updating("LineItem", "lineItemId"),
        "Mutations.updateOrderShipmentDynamicProperties": updating("Shipment", "shipmentId"),
        "Mutations.updateOrderPaymentDynamicProperties": updating("PaymentIn", "paymentId"),
    }
)
