"""Orders in the dialect's names."""

from dataclasses import replace
from typing import Any

from api.vendure.context import Context
from api.vendure.deposit_mapping import charge_shape, option_shape
from api.vendure.mapping import (
    LANGUAGE,
    Shape,
    asset_shape,
    country_name,
    guest_shape,
    product_stub,
    stock_level,
)
from api.vendure.order_lines import line_amounts, order_discounts, order_taxes, shipping_amounts
from services.orders.sellers import lines_of, shipping_of, way_of
from services.orders.views import LineView, OrderView, PaymentView, SellerOrderView, ShippingLineView
from services.pricing import net

# The dialect's name of each part of an address, and ours.
ADDRESS_NAMES = {
    "fullName": "full_name",
    "company": "company",
    "streetLine1": "street",
    "streetLine2": "street2",
    "city": "city",
    "province": "region",
    "postalCode": "postal_code",
    "countryCode": "country",
    "phoneNumber": "phone",
    "customFields": "custom",
}


def order_shape(context: Context, order: OrderView) -> Shape:
    due_now = order.due_now_by_line()
    context.expected.orders.add(order.id)
    context.expected.payments.update(payment.id for payment in order.payments)
    if order.organization_id is not None:
        context.expected.organizations.add(order.organization_id)
    shape: Shape = {
        "__typename": "Order",
        "type": "Aggregate" if len(order.sellers) > 1 else "Regular",
        "id": str(order.id),
        "orderId": order.id,
        "uid": str(order.uid),
        "createdAt": order.created_at,
        "updatedAt": order.updated_at,
        "orderPlacedAt": order.placed_at,
        "code": order.code,
        "state": order.state,
        "active": order.active,
        "customerId": order.customer_id,
        "organizationId": order.organization_id,
        "guest": guest_shape(order),
        "shippingAddress": address_shape(order.shipping_address),
        "billingAddress": address_shape(order.billing_address),
        "lines": [line_shape(context, order, line, due_now[line.id]) for line in order.lines],
        "discounts": order_discounts(order),
        "couponCodes": order.coupon_codes,
        "promotionIds": [each.promotion_id for each in order.discounts],
        "payments": [payment_shape(payment) for payment in order.payments],
        "totalQuantity": order.quantity,
        "subTotal": order.subtotal_minor - (order.tax_minor - order.shipping_tax_minor),
        "subTotalWithTax": order.subtotal_minor,
        "currencyCode": order.currency,
        "shippingLines": [shipping_shape(line) for line in order.shipping],
        "shipping": order.shipping_minor - order.shipping_tax_minor,
        "shippingWithTax": order.shipping_minor,
        "total": order.total_minor - order.tax_minor,
        "totalWithTax": order.total_minor,
        "taxSummary": order_taxes(order),
        "dueNow": order.due_now_minor,
        "dueLater": order.deferred_minor,
        "outstanding": order.outstanding_minor,
        "scheduledCharges": [charge_shape(due) for due in order.due],
        "customFields": order.custom,
    }
    shape["sellerOrders"] = [_seller_order_shape(context, order, part, shape) for part in order.sellers]
    return shape


def _seller_order_shape(context: Context, order: OrderView, part: SellerOrderView, whole: Shape) -> Shape:
    """A seller's part as an order of its own; its id is its code, since numbers are those of whole orders."""
    lines, ways = lines_of(order, part), shipping_of(order, part)
    due_now = order.due_now_by_line()
    of_seller = replace(
        order,
        code=part.code,
        uid=part.uid,
        created_at=part.created_at,
        updated_at=part.updated_at,
        lines=lines,
        shipping=ways,
        quantity=sum(line.quantity for line in lines),
        subtotal_minor=part.goods_minor,
        shipping_minor=part.delivery_minor,
        shipping_tax_minor=sum(way.charge.tax_minor for way in ways),
        tax_minor=part.tax_minor,
        discount_minor=part.discount_minor,
        total_minor=part.total_minor,
        # What the buyer pays, and owes, is the whole order's.
        payments=[],
        due=[],
        sellers=[],
    )
    return order_shape(context, of_seller) | {
        "type": "Seller",
        "id": part.code,
        "seller": {"id": str(part.seller_id), "name": part.seller},
        "aggregateOrder": whole,
        "lines": [line_shape(context, order, line, due_now[line.id]) for line in lines],
        "dueNow": sum(due_now[line.id] for line in lines),
        "dueLater": sum(line.deferred_minor for line in lines),
        "commission": part.commission_minor - part.commission_returned_minor,
        "payable": part.payable_left_minor,
    }


def line_shape(context: Context, order: OrderView, line: LineView, due_now_minor: int) -> Shape:
    asset = asset_shape(context, line.asset)
    way = way_of(order, line)
    return {
        "id": str(line.id),
        "shippingLine": shipping_shape(way) if way else None,
        "orderId": order.id,
        "productVariant": _variant_of_line(context, order, line, asset),
        "featuredAsset": asset,
        "quantity": line.quantity,
        **line_amounts(line),
        "purchaseOption": option_shape(line.option) if line.option else None,
        "dueNow": due_now_minor,
        "dueLater": line.deferred_minor,
        "dueAt": line.due_at,
    }


def _variant_of_line(context: Context, order: OrderView, line: LineView, asset: Shape | None) -> Shape:
    """The variant as the line knows it, so that a cart needs no second look at the catalogue."""
    context.expected.products.add(line.product_id)
    context.expected.variants.add(line.variant_id)
    return {
        "id": str(line.variant_id),
        "productId": str(line.product_id),
        "product": product_stub(line.product_id, line.product_name, line.product_slug),
        "sku": line.sku,
        "name": line.name,
        "languageCode": LANGUAGE,
        "featuredAsset": asset,
        "assets": [asset] if asset else [],
        "price": net(line.unit_price_minor, line.tax_basis_points),
        "priceWithTax": line.unit_price_minor,
        "currencyCode": order.currency,
        "stockLevel": stock_level(line.available),
        "options": [],
    }


def shipping_shape(line: ShippingLineView) -> Shape:
    return {
        "id": str(line.id),
        "shippingMethod": {
            "id": str(line.method_id),
            "code": line.code,
            "name": line.name,
            "description": line.description,
        },
        "seller": {"id": str(line.seller_id), "name": line.seller} if line.seller_id else None,
        **shipping_amounts(line),
    }


def payment_shape(payment: PaymentView) -> Shape:
    public = {"paymentUrl": payment.payment_url} if payment.payment_url else {}
    return {
        "id": str(payment.id),
        "uid": str(payment.uid),
        "createdAt": payment.created_at,
        "method": payment.method,
        "amount": payment.amount_minor,
        "state": payment.state,
        "transactionId": payment.reference,
        "errorMessage": payment.reason or None,
        "metadata": {"public": public},
    }


def address_shape(address: dict[str, Any] | None) -> Shape | None:
    if address is None:
        return None
    shape = {name: address.get(ours) for name, ours in ADDRESS_NAMES.items()}
    code = shape["countryCode"]
    return {**shape, "country": country_name(code) if code else None}


def read_address(given: dict[str, Any]) -> dict[str, Any]:
    """An address as the services take it."""
    return {ours: given[name] for name, ours in ADDRESS_NAMES.items() if given.get(name)}
