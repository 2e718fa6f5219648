"""Reading orders: what is wanted of them, in four statements at most, whatever their size."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, fetch, fetch_one, placeholders
from core.errors import NotFound
from services.accounts.trust import check_proven
from services.catalogue.assets import ASSET_COLUMNS, asset_of
from services.deposits.reading import fill_due, fill_options
from services.listing import Column, Columns, Condition, fetch_listed, order_sql, where_sql
from services.orders.payments import fill_payments
from services.orders.pricing import price_orders
from services.orders.sellers import fill_sellers
from services.orders.views import (
    EVERYTHING,
    LineView,
    OrderPart,
    OrderView,
    ShippingLineView,
)
from services.paging import Sort, page
from services.promotions.views import Discount
from services.shipping import fitting
from services.taxes import RATE_OF_VARIANT, rate_of
from services.tenants import Scope
from services.values import as_json, as_time, as_uid

ORDER_COLUMNS = (
    "o.id, o.uid, o.code, o.state, o.active, o.currency, o.customer_id, o.guest, o.billing_address, "
    "o.shipping_address, o.quantity, o.subtotal_minor, o.shipping_minor, o.tax_minor, o.total_minor, "
    "o.created_at, o.updated_at, o.placed_at, o.parked_id, o.deferred_minor, o.stored_method_id, o.channel, "
    "o.shipping_tax_minor, o.discount_minor, o.coupon_codes, o.custom, o.organization_id, o.desk_status"
)

LISTED: Columns = {
    "id": Column("o.id", "id"),
    "created_at": Column("o.created_at", "time"),
    "updated_at": Column("o.updated_at", "time"),
    "placed_at": Column("o.placed_at", "time", nullable=True),
    "type": Column("'Regular'", "text"),
    "code": Column("o.code", "text"),
    "state": Column("o.state", "text"),
    "active": Column("o.active", "flag"),
    "currency": Column("o.currency", "text"),
    "quantity": Column("o.quantity", "number"),
    "subtotal": Column("o.subtotal_minor", "number"),
    "shipping": Column("o.shipping_minor", "number"),
    "total": Column("o.total_minor", "number"),
    "net_subtotal": Column("(o.subtotal_minor - o.tax_minor + o.shipping_tax_minor)", "number"),
    "net_shipping": Column("(o.shipping_minor - o.shipping_tax_minor)", "number"),
    "net_total": Column("(o.total_minor - o.tax_minor)", "number"),
}

OPEN_TO_ALL = timedelta(hours=2)  # as in Vendure


async def get_order(
    scope: Scope,
    *,
    order_id: int | None = None,
    code: str | None = None,
    uid: UUID | None = None,
    customer_id: int | None = None,
    wants: frozenset[OrderPart] = EVERYTHING,
) -> OrderView | None:
    """One order of the scope, by whichever name is given; of that customer only, where one is given.

    Raises `NumberUnproven` for a customer's.
    """
    if customer_id is not None:
        check_proven()
    column, value = next((c, v) for c, v in (("id", order_id), ("code", code), ("uid", uid)) if v is not None)
    row = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o "
        f"WHERE o.{column} = $1 AND o.platform_id = $2 AND o.environment = $3",
        value,
        scope.platform_id,
        scope.environment,
    )
    if row is None or (customer_id is not None and row["customer_id"] != customer_id):
        return None
    return (await fill_orders(scope, [row], wants))[0]


async def list_orders(
    scope: Scope,
    customer_id: int,
    *,
    where: Condition | None = None,
    sort: Sort = (("id", "DESC"),),
    skip: int = 0,
    take: int = 20,
) -> tuple[list[OrderView], int]:
    """A customer's placed and cancelled orders, newest first, and how many there are.

    `where` and `sort` name columns of `LISTED`. Raises `NumberUnproven`, and `InvalidInput` as `where_sql` does.
    """
    check_proven()
    mine = (
        "o.platform_id = $1 AND o.environment = $2 AND o.customer_id = $3 AND NOT o.active "
        "AND o.state <> 'AddingItems'"
    )
    values: list[Any] = [scope.platform_id, scope.environment, customer_id]
    mine += where_sql(where, LISTED, values)
    limit, offset = page(skip, take)
    rows = await fetch_listed(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE {mine} "
        f"ORDER BY {order_sql(sort, LISTED, 'o.id')} LIMIT {limit} OFFSET {offset}",
        *values,
    )
    count = await fetch_one(f"SELECT COUNT(*) AS n FROM customer_order o WHERE {mine}", *values)
    return await fill_orders(scope, rows), count["n"] if count else 0


async def fill_orders(
    scope: Scope, rows: list[Row], wants: frozenset[OrderPart] = EVERYTHING
) -> list[OrderView]:
    """Orders from rows of `ORDER_COLUMNS`, with the parts that are wanted: a statement each.

    Only where something is bought with an option two more are needed: for the options and what falls due.
    """
    orders = {row["id"]: order_of(row) for row in rows}
    await fill_parts(scope, orders, wants)
    return list(orders.values())


async def fill_parts(scope: Scope, orders: dict[int, OrderView], wants: frozenset[OrderPart]) -> None:
    """Give orders parts that they don't have yet, in as many statements as `fill_orders`."""
    to_price = {
        id_: order
        for id_, order in orders.items()
        # What is being paid keeps its totals; priced again it shows when the rest of it falls due.
        if "totals" in wants
        and order.placed_at is None
        and (order.state == "AddingItems" or order.deferred_minor)
    }
    if with_shipping := orders if "shipping" in wants else to_price:
        await _fill_shipping(scope, with_shipping)
    carts = {id_: order for id_, order in with_shipping.items() if _may_drop(order)}
    if with_lines := orders if "lines" in wants else to_price | carts:
        await _fill_lines(scope, with_lines)
    for order in carts.values():
        _drop_unfit(order)
    if orders and "sellers" in wants:
        await fill_sellers(orders)
    if orders and "payments" in wants:
        await fill_payments(orders)
    await fill_options(with_lines)
    if to_price:
        await price_orders(scope, to_price.values())
    if "totals" in wants:
        await fill_due(
            {id_: order for id_, order in orders.items() if order.placed_at and order.deferred_minor}
        )


def _may_drop(order: OrderView) -> bool:
    return order.state == "AddingItems" and any(way.seller_id is not None for way in order.shipping)


def _drop_unfit(order: OrderView) -> None:
    """A way of delivery whose seller has nothing in the cart any more isn't chosen any more."""
    fits = fitting(order.shipping, (line.seller_id for line in order.lines))
    order.dropped = [way.method_id for way in order.shipping if way not in fits]
    order.shipping = fits


async def _fill_lines(scope: Scope, orders: dict[int, OrderView]) -> None:
    ids = list(orders)
    rows = await fetch(
        "SELECT l.id, l.order_id, l.variant_id, l.seller_id, l.quantity, l.unit_price_minor, v.price_minor, v.name, "
        "l.option_id, v.sku, v.uid AS variant_uid, v.product_id, p.uid AS product_uid, l.added_at, p.name AS product_name, p.slug, s.on_hand - s.allocated AS available, "
        f"{ASSET_COLUMNS}, l.discounts, l.tax_basis_points, p.category_id, c.parent_id, {RATE_OF_VARIANT} AS rate, "
        "v.enabled AND p.enabled AS sold "
        "FROM order_line l JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id "
        "JOIN stock_level s ON s.variant_id = v.id LEFT JOIN asset a ON a.id = p.asset_id "
        "LEFT JOIN category c ON c.id = p.category_id "
        f"WHERE l.order_id IN ({placeholders(ids)}) ORDER BY l.id",
        *ids,
    )
    for row in rows:
        order = orders[row["order_id"]]
        asset = asset_of(row)
        # Until payment begins a line costs what the shelf says now, afterwards what was agreed.
        live = order.state == "AddingItems"
        price = row["price_minor"] if live else row["unit_price_minor"]
        order.lines.append(
            LineView(
                row["id"],
                order.uid,
                row["variant_id"],
                as_uid(row["variant_uid"]),
                row["product_id"],
                as_uid(row["product_uid"]),
                row["seller_id"],
                row["name"],
                row["product_name"],
                row["slug"],
                row["sku"],
                row["quantity"],
                price,
                row["available"],
                row["price_minor"] != row["unit_price_minor"],
                as_time(row["added_at"]) if row["added_at"] else order.created_at,
                asset,
                row["option_id"],
                collections=frozenset(id_ for id_ in (row["category_id"], row["parent_id"]) if id_),
                tax_basis_points=rate_of(scope, row["rate"]) if live else row["tax_basis_points"],
                agreed_tax_basis_points=row["tax_basis_points"],
                discounts=[] if live else _discounts(row["discounts"]),
                sold=bool(row["sold"]),
            )
        )


async def _fill_shipping(scope: Scope, orders: dict[int, OrderView]) -> None:
    ids = list(orders)
    rows = await fetch(
        "SELECT l.id, l.order_id, l.method_id, m.kind, m.code, m.name, m.description, l.price_minor, l.label, "
        "l.pickup_location_id, l.rate_id, l.discounts, l.tax_basis_points, m.seller_id, s.name AS seller FROM shipping_line l "
        "JOIN shipping_method m ON m.id = l.method_id LEFT JOIN seller s ON s.id = m.seller_id "
        f"WHERE l.order_id IN ({placeholders(ids)}) ORDER BY l.id",
        *ids,
    )
    for row in rows:
        order, agreed = orders[row.pop("order_id")], row.pop("tax_basis_points")
        live = order.state == "AddingItems"
        row["discounts"] = [] if live else _discounts(row["discounts"])
        row["tax_basis_points"] = scope.tax_basis_points if live else agreed
        order.shipping.append(ShippingLineView(**row, agreed_tax_basis_points=agreed))


def is_open_to_all(order: OrderView) -> bool:
    """Whether whoever names it may see it: a guest, some time after placing it, has nothing but its code."""
    at = order.placed_at
    return order.customer_id is None and at is not None and now() - at < OPEN_TO_ALL


def due_at_checkout(row: Row) -> int:
    """What is paid at checkout of an order with totals, in minor units."""
    paid: int = row["total_minor"] - row["deferred_minor"]
    return paid


async def uid_of_own(scope: Scope, customer_id: int, order_id: int) -> UUID:
    """The uid of a customer's order. Raises `NotFound`."""
    row = await fetch_one(
        "SELECT uid FROM customer_order WHERE id = $1 AND platform_id = $2 AND environment = $3 AND customer_id = $4",
        order_id,
        scope.platform_id,
        scope.environment,
        customer_id,
    )
    if row is None:
        raise NotFound("There is no such order.", field="id")
    return as_uid(row["uid"])


def order_of(row: Row) -> OrderView:
    """An order from a row of `ORDER_COLUMNS`, without what hangs on it."""
    return OrderView(
        **{
            **row,
            "uid": as_uid(row["uid"]),
            "active": bool(row["active"]),
            "guest": as_json(row["guest"]),
            "billing_address": as_json(row["billing_address"]),
            "shipping_address": as_json(row["shipping_address"]),
            "coupon_codes": as_json(row["coupon_codes"]) or [],
            "custom": as_json(row["custom"]),
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
            "placed_at": as_time(row["placed_at"]) if row["placed_at"] else None,
        }
    )


def _discounts(value: Any) -> list[Discount]:
    return [Discount(**each) for each in as_json(value) or ()]
