"""Whose parts an order has, and what of it each of them shows."""

from collections.abc import Mapping

from core.db import Row, fetch, placeholders
from services.orders.views import LineView, OrderView, SellerOrderView, ShippingLineView
from services.values import as_time, as_uid

COLUMNS = (
    "x.id, x.uid, x.code, x.seller_id, s.name AS seller, x.created_at, x.updated_at, x.goods_minor, x.discount_minor, "
    "x.delivery_minor, x.tax_minor, x.commission_ppm, x.commission_minor, x.payable_minor, x.goods_returned_minor, "
    "x.delivery_returned_minor, x.commission_returned_minor, x.payout_id"
)


async def fill_sellers(orders: Mapping[int, OrderView]) -> None:
    """Read whose parts the orders have, in one statement. The caller has made sure whose orders they are."""
    ids = list(orders)
    rows = await fetch(
        f"SELECT x.order_id, {COLUMNS} FROM seller_order x JOIN seller s ON s.id = x.seller_id "
        f"WHERE x.order_id IN ({placeholders(ids)}) ORDER BY x.id",
        *ids,
    )
    for row in rows:
        orders[row.pop("order_id")].sellers.append(_seller_order(row))


def _seller_order(row: Row) -> SellerOrderView:
    return SellerOrderView(
        **{
            **row,
            "uid": as_uid(row["uid"]),
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
        }
    )


def lines_of(order: OrderView, part: SellerOrderView) -> list[LineView]:
    """The lines of an order that are the seller's."""
    return [line for line in order.lines if line.seller_id == part.seller_id]


def shipping_of(order: OrderView, part: SellerOrderView) -> list[ShippingLineView]:
    """The seller's own way of delivery, if the order has one."""
    return [way for way in order.shipping if way.seller_id == part.seller_id]


def way_of(order: OrderView, line: LineView) -> ShippingLineView | None:
    """What brings a line: its seller's own way of delivery, or else the market's first."""
    own = (way for way in order.shipping if way.seller_id == line.seller_id)
    return next(own, next((way for way in order.shipping if way.seller_id is None), None))
