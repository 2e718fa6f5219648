"""Carts: the active order of a buyer, while things are put in and taken out."""

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, transaction
from core.errors import (
    InsufficientStock,
    NegativeQuantity,
    NoActiveOrder,
    NotForSale,
    NotFound,
    OrderLimit,
    OrderNotModifiable,
)
from core.ids import digits, new_uid
from services.buyers import Buyer
from services.deposits.choosing import KEEP, choose_option
from services.orders.reading import ORDER_COLUMNS, fill_orders
from services.orders.states import move_order
from services.orders.views import OrderView

MAX_PIECES = 1000
LARGER = (
    "CASE WHEN order_line.quantity > excluded.quantity THEN order_line.quantity ELSE excluded.quantity END"
)


async def find_cart(buyer: Buyer) -> OrderView | None:
    """The buyer's active order, which may also be waiting for its payment; None where there is none."""
    row = await _active(buyer, ORDER_COLUMNS)
    return (await fill_orders(buyer.scope, [row], buyer.wants))[0] if row else None


async def active_order_id(buyer: Buyer) -> int | None:
    """The id of the buyer's active order, if there is one."""
    row = await _active(buyer, "o.id")
    return row["id"] if row else None


async def open_cart(buyer: Buyer) -> OrderView:
    """The buyer's active order; an empty one is begun where there is none."""
    async with transaction():
        row = await lock_cart(buyer) or await begin_cart(buyer)
        return (await fill_orders(buyer.scope, [row], buyer.wants))[0]


async def add_to_cart(
    buyer: Buyer, variant_id: int, quantity: int, *, option_id: int | None = KEEP
) -> OrderView:
    """Put pieces into the cart, beginning one where there is none; bought with that purchase option, where one is named.

    A line is bought with one option, all its pieces alike; None takes it away. Raises `NegativeQuantity`, `OrderLimit`, `NotFound`, `InsufficientStock`, `OrderNotModifiable`.
    """
    _check_quantity(quantity)
    async with transaction():
        row = await lock_cart(buyer) or await begin_cart(buyer)
        line_id = await put_line(buyer, row["id"], variant_id, quantity)
        await choose_option(buyer.scope, line_id, option_id)
        return await _checked_view(buyer, row, line_id)


async def set_line_quantity(
    buyer: Buyer, line_id: int, quantity: int, *, option_id: int | None = KEEP
) -> OrderView:
    """Change a line to `quantity` pieces; zero removes it. Raises as `add_to_cart`, `NoActiveOrder`, and
    `NotForSale` where it was taken off the shelf meanwhile.
    """
    if quantity != 0:
        _check_quantity(quantity)
    async with transaction():
        row = await _modifiable(buyer)
        change, values = (
            ("DELETE FROM order_line", ())
            if quantity == 0
            else ("UPDATE order_line SET quantity = $3", (quantity,))
        )
        if not await execute(f"{change} WHERE id = $1 AND order_id = $2", line_id, row["id"], *values):
            raise NotFound("There is no such line in your cart.", field="orderLineId")
        if quantity:
            await choose_option(buyer.scope, line_id, option_id)
        return await _checked_view(buyer, row, line_id)


async def remove_line(buyer: Buyer, line_id: int) -> OrderView:
    """Take a line out. Raises `NoActiveOrder`, `NotFound`, `OrderNotModifiable`."""
    return await set_line_quantity(buyer, line_id, 0)


async def clear_cart(buyer: Buyer) -> OrderView:
    """Take every line out. Raises `NoActiveOrder`, `OrderNotModifiable`."""
    async with transaction():
        row = await _modifiable(buyer)
        await execute("DELETE FROM order_line WHERE order_id = $1", row["id"])
        return await _checked_view(buyer, row)


async def adopt_guest_cart(buyer: Buyer, guest_order_id: int, *, must_join: bool = False) -> OrderView | None:
    """Give the cart that was filled as a guest to the customer who has signed in.

    Where they have a cart already, the guest's lines join it. What is being paid for stays the guest's. The
    customer's cart, if there is one now.

    A cart that can't be joined, since it is being paid for, refuses nobody who signs in: then the guest's stays as
    it is. With `must_join` that raises `OrderNotModifiable`.
    """
    scope = buyer.scope
    async with transaction():
        # A first item on another channel begins a cart for the same customer: one after the other.
        await fetch_one(f"SELECT id FROM customer WHERE id = $1{for_update()}", buyer.customer_id)
        guest = await lock_cart(Buyer(scope, buyer.channel, order_id=guest_order_id))
        if guest is None or guest["state"] != "AddingItems":
            return await find_cart(buyer)
        mine = await lock_cart(buyer)
        if mine is None:
            await execute(
                "UPDATE customer_order SET customer_id = $2, updated_at = $3 WHERE id = $1",
                guest["id"],
                buyer.customer_id,
                now(),
            )
        elif mine["state"] == "AddingItems":
            await _join(guest["id"], mine["id"])
        elif must_join:
            raise OrderNotModifiable
    buyer.order_id = None
    return await find_cart(buyer)


async def join_guest_carts(buyer: Buyer, into_id: int) -> None:
    """Put the lines of a guest's cart into another of theirs, which is the guest's then, in the caller's transaction.

    Nothing happens where that one isn't filled any more, or has become a customer's.
    """
    into = await lock_cart(Buyer(buyer.scope, buyer.channel, order_id=into_id))
    if into is None or into["state"] != "AddingItems" or buyer.order_id in (None, into_id):
        return
    await _join(buyer.order_id, into_id, "order_line.quantity + excluded.quantity")
    buyer.order_id = into_id


async def _join(guest_id: int, mine_id: int, together: str = LARGER) -> None:
    """Lines that both carts have end with `together` pieces; stock is said at checkout. Coupon codes come along to a
    cart that never had any.
    """
    await fetch(
        "INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, added_at, option_id) "
        "SELECT $2, l.variant_id, l.seller_id, l.quantity, l.unit_price_minor, l.added_at, l.option_id FROM order_line l "
        f"WHERE l.order_id = $1 ON CONFLICT (order_id, variant_id) DO UPDATE SET quantity = {together} RETURNING id",
        guest_id,
        mine_id,
    )
    await execute("DELETE FROM order_line WHERE order_id = $1", guest_id)
    await execute(
        "UPDATE customer_order SET coupon_codes = (SELECT g.coupon_codes FROM customer_order g WHERE g.id = $1) "
        "WHERE id = $2 AND coupon_codes IS NULL",
        guest_id,
        mine_id,
    )
    await move_order(guest_id, "AddingItems", "Cancelled")


async def lock_cart(buyer: Buyer) -> Row | None:
    """The row of the buyer's active order, locked until the transaction ends; None where there is none."""
    return await _active(buyer, ORDER_COLUMNS, for_update())


def cart_of(buyer: Buyer) -> tuple[str, int | None]:
    """The condition on `customer_order o` that names the buyer's orders, with `$3` for the value beside it."""
    if buyer.customer_id is not None:
        return "o.customer_id = $3", buyer.customer_id
    return "o.id = $3 AND o.customer_id IS NULL", buyer.order_id


async def _active(buyer: Buyer, columns: str, lock: str = "") -> Row | None:
    whose, value = cart_of(buyer)
    if value is None:
        return None
    return await fetch_one(
        f"SELECT {columns} FROM customer_order o WHERE o.platform_id = $1 AND o.environment = $2 "
        f"AND {whose} AND o.active{lock}",
        buyer.scope.platform_id,
        buyer.scope.environment,
        value,
    )


async def _modifiable(buyer: Buyer) -> Row:
    row = await lock_cart(buyer)
    if row is None:
        raise NoActiveOrder
    if row["state"] != "AddingItems":
        raise OrderNotModifiable
    return row


async def begin_cart(buyer: Buyer) -> Row:
    """A new cart, in the caller's transaction. Two first items at the same moment begin one: the second insert waits, then finds it."""
    scope = buyer.scope
    rows = await fetch(
        "INSERT INTO customer_order AS o (uid, created_at, updated_at, platform_id, environment, code, state, active, "
        "customer_id, currency, channel, quantity, subtotal_minor, shipping_minor, tax_minor, total_minor) "
        "VALUES ($1, $2, $2, $3, $4, $5, 'AddingItems', $6, $7, $8, $9, 0, 0, 0, 0, 0) "
        f"ON CONFLICT DO NOTHING RETURNING {ORDER_COLUMNS.replace('o.', '')}",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        f"{scope.order_prefix}{digits(9)}",
        True,
        buyer.customer_id,
        scope.currency,
        buyer.channel,
    )
    if rows:
        if buyer.customer_id is None:
            buyer.order_id = rows[0]["id"]
        return rows[0]
    existing = await lock_cart(buyer)
    # Nothing found means the random code was taken, one in a thousand million.
    return existing or await begin_cart(buyer)


async def put_line(buyer: Buyer, order_id: int, variant_id: int, quantity: int) -> int:
    """Add pieces to a locked cart, without a look at the stock; the line's id. Raises `NotFound`."""
    rows = await fetch(
        "INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, added_at) "
        "SELECT $1, v.id, p.seller_id, $3, v.price_minor, $6 FROM variant v JOIN product p ON p.id = v.product_id "
        "WHERE v.id = $2 AND v.platform_id = $4 AND v.environment = $5 AND v.enabled AND p.enabled "
        "ON CONFLICT (order_id, variant_id) DO UPDATE SET quantity = order_line.quantity + excluded.quantity "
        "RETURNING id",
        order_id,
        variant_id,
        quantity,
        buyer.scope.platform_id,
        buyer.scope.environment,
        now(),
    )
    if not rows:
        raise NotFound("There is no such item for sale.", field="productVariantId")
    line_id: int = rows[0]["id"]
    return line_id


async def _checked_view(buyer: Buyer, row: Row, line_id: int | None = None) -> OrderView:
    """The cart after a change; only the touched line must be in stock, others are said at checkout."""
    if row["state"] != "AddingItems":
        raise OrderNotModifiable
    if line_id is not None:
        await _check_line(row["id"], line_id)
    return (await fill_orders(buyer.scope, [row], buyer.wants))[0]


async def _check_line(order_id: int, line_id: int) -> None:
    found = await fetch_one(
        "SELECT l.quantity, v.name, s.on_hand - s.allocated AS available, v.enabled AND p.enabled AS sold, "
        "(SELECT SUM(quantity) FROM order_line WHERE order_id = $1) AS pieces "
        "FROM order_line l JOIN variant v ON v.id = l.variant_id JOIN stock_level s ON s.variant_id = v.id "
        "JOIN product p ON p.id = v.product_id WHERE l.id = $2",
        order_id,
        line_id,
    )
    if found is None:
        return
    if found["pieces"] > MAX_PIECES:
        raise OrderLimit(MAX_PIECES)
    if not found["sold"]:
        raise NotForSale(found["name"])
    if found["quantity"] > found["available"]:
        raise InsufficientStock(max(found["available"], 0), found["name"])


def _check_quantity(quantity: int) -> None:
    if quantity < 1:
        raise NegativeQuantity(field="quantity")
    if quantity > MAX_PIECES:
        raise OrderLimit(MAX_PIECES)
