"""Making an order of a cart that is paid later, for its customer or at a desk."""

from datetime import timedelta
from uuid import UUID

from core.clock import now
from core.db import Row, fetch_one
from core.errors import NotFound, OrderNotModifiable
from services.accounts.trust import check_proven
from services.checkout.on_account import Instalment, place_on_account
from services.orders.access import Caller
from services.orders.reading import ORDER_COLUMNS
from services.staff import check_may, record


async def order_from_cart(caller: Caller, cart_uid: UUID) -> Row:
    """Place a cart, to be paid within the shop's days for it; the order (a row of `ORDER_COLUMNS`). A cart that was placed
    already, however, is answered with its order: of many calls at once one places it.

    Raises `NotFound` for a cart that isn't the caller's, `Forbidden` for a desk that may not, `NumberUnproven`, and as
    `place_on_account`.
    """
    if caller.customer is not None:
        check_proven()
    if caller.desk is not None:
        check_may(caller.desk, "CreateOrder")
    cart = await _cart(caller, cart_uid)
    if cart["placed_at"] is not None:
        return cart
    due_at = now() + timedelta(days=caller.scope.account_days)
    try:
        made = await place_on_account(caller.scope, cart_uid, lambda total: [Instalment(due_at, total)])
    except OrderNotModifiable:
        # Somebody may have paid for it at this very moment.
        order = await _cart(caller, cart_uid)
        if order["placed_at"] is None:
            raise
        return order
    order = await _cart(caller, cart_uid)
    if caller.desk is not None and made.anew:
        await record(caller.desk, "created", "order", order["id"], code=order["code"])
    return order


async def _cart(caller: Caller, uid: UUID) -> Row:
    row = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.uid = $1 AND o.platform_id = $2 AND o.environment = $3",
        uid,
        caller.scope.platform_id,
        caller.scope.environment,
    )
    theirs = caller.customer is None or (row is not None and row["customer_id"] == caller.customer.id)
    if row is None or not theirs or caller.seller_id is not None:
        raise NotFound("There is no such cart.", field="cartId")
    return row
