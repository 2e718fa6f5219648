"""OrderLineItemType, and the product that a line is of."""

from typing import Any

from api.xorder.context import XOrderContext
from api.xorder.errors import told
from api.xorder.shaping import Fields, Shaped, always, none, nothing
from api.xorder.shown import LineOf, discount_shapes, money_fields, share, tax_details
from api.xorder.statuses import display_value
from api.xorder.sums import OF_LINE
from api.xorder.vendors import vendor_shape
from services.orders import beside
from services.orders.sellers import way_of

Args = dict[str, Any]


def _picture(x: LineOf) -> str | None:
    return x.order.context.asset_url(x.line.asset.preview) if x.line.asset else None


def _way(x: LineOf) -> str | None:
    way = way_of(x.order.view, x.line)
    return way.code if way else None


LINE: Fields = {
    **money_fields(OF_LINE, lambda x: x.order, lambda x: x.line),
    **dict.fromkeys(
        (
            "comment",
            "fulfillmentCenterId",
            "fulfillmentCenterName",
            "fulfillmentLocationCode",
            "height",
            "length",
            "measureUnit",
            "outerId",
            "priceId",
            "productOuterId",
            "taxType",
            "weight",
            "weightUnit",
            "width",
        ),
        nothing,
    ),
    "catalogId": lambda x: x.order.context.known().scope.code,
    "configurationItems": none,
    "currency": lambda x: x.order.currency,
    "discounts": lambda x: discount_shapes(x.order, x.line.discounts),
    "id": lambda x: str(x.line.uid),
    "imageUrl": _picture,
    "isCancelled": lambda x: x.order.is_cancelled,
    "isGift": always(False),
    "name": lambda x: x.line.name,
    "objectType": always("LineItem"),
    "productId": lambda x: str(x.line.product_uid),
    "productType": always("Physical"),
    "quantity": lambda x: x.line.quantity,
    "reserveQuantity": lambda x: 0 if x.order.is_cancelled else x.line.quantity,
    "showPlacedPrice": lambda x: x.line.discount_minor > 0,
    "sku": lambda x: x.line.sku,
    "status": lambda x: x.order.status,
    "statusDisplayValue": lambda x: display_value(x.order.status, x.order.culture),
    "taxDetails": lambda x: tax_details(x.order, [x.line]),
    "taxPercentRate": lambda x: share(x.line.tax_basis_points),
}
PRODUCT: Fields = {
    "brandName": lambda g: g.brand or None,
    "id": lambda g: str(g.uid),
    "masterVariation": nothing,
    "slug": lambda g: g.slug,
}
PROPERTY: Fields = {
    "colorCode": nothing,
    "displayOrder": nothing,
    "group": nothing,
    "hidden": always(False),
    "label": lambda p: p[0],
    "name": lambda p: p[0],
    "propertyType": always("PRODUCT"),
    "propertyValueType": always("SHORT_TEXT"),
    "value": lambda p: p[1],
    "valueDisplayOrder": nothing,
}


def line_shape(line: LineOf) -> Shaped:
    """An OrderLineItemType."""
    return Shaped(LINE, line)


async def vendor(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Shaped | None:
    return vendor_shape(await context.seller(parent.of.line.seller_id))


async def cancel_reason(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    ending = await context.ending(parent.of.order.view)
    return (ending.reason or None) if ending else None


async def cancelled_date(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Any:
    ending = await context.ending(parent.of.order.view)
    return ending.at if ending else None


async def shipping_method_code(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    await context.whole(parent.of.order.view, "shipping")
    return _way(parent.of)


async def _goods(parent: Shaped, context: XOrderContext) -> beside.GoodsCard | None:
    found: beside.GoodsCard | None = await context.part(
        "goods", context.products, beside.goods, parent.of.line.product_id
    )
    return found


async def category_id(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> str | None:
    found = await _goods(parent, context)
    return str(found.category_uid) if found and found.category_uid else None


async def product(parent: Shaped, _: Args, context: XOrderContext, __: Any) -> Shaped | None:
    found = await _goods(parent, context)
    return Shaped(PRODUCT, found) if found else None


async def properties(parent: Shaped, args: Args, _: XOrderContext, __: Any) -> list[Shaped]:
    wanted = args.get("names")
    said: dict[str, str] = parent.of.said
    return [Shaped(PROPERTY, pair) for pair in said.items() if wanted is None or pair[0] in wanted]


RESOLVERS = told(
    {
        "OrderLineItemType.cancelReason": cancel_reason,
        "OrderLineItemType.cancelledDate": cancelled_date,
        "OrderLineItemType.categoryId": category_id,
        "OrderLineItemType.product": product,
        "OrderLineItemType.shippingMethodCode": shipping_method_code,
        "OrderLineItemType.vendor": vendor,
        "Product.properties": properties,
    }
)
