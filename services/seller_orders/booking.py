"""Sharing a sale out among its sellers and the market, and taking back what is refunded of it, in the caller's transaction.

`sales` and `shared` together are always zero.
"""

from collections.abc import Sequence

from core.clock import now
from core.db import Row, as_given, execute, fetch, fetch_one, for_update, given
from core.ids import new_uid
from services.ledger import AccountKind, Side, post, shared_account, shared_accounts
from services.orders.reading import fill_orders
from services.orders.views import OrderView
from services.seller_orders.dividing import MILLION, Back, Division, Left, Refunded, divide, spread
from services.tenants import Scope

_GIVEN = {
    "n": "bigint",
    "uid": "uuid",
    "seller_id": "bigint",
    "code": "text",
    "goods": "bigint",
    "discount": "bigint",
    "delivery": "bigint",
    "tax": "bigint",
}
# As `commission_of`, at the rate of this moment; in two steps, since a product of millions has no room in 64 bits.
_RATE = "COALESCE(s.commission_ppm, p.commission_ppm)"
_COMMISSION = (
    f"(given.goods / {MILLION} * {_RATE} + (given.goods % {MILLION} * {_RATE} + {MILLION // 2}) / {MILLION})"
)
_RETURNED = ("goods", "delivery", "commission")


async def share_sale(scope: Scope, row: Row, order: OrderView | None = None) -> list[Side]:
    """Store the seller orders of an order that is just being sold (a row of `ORDER_COLUMNS` with its totals); the sides
    that share it out, for the entry of the sale.

    `order` is that order where its lines and ways of delivery were read already.
    """
    if order is None:
        # At the prices that were agreed, whatever the shelf says by now.
        agreed = {**row, "state": "ArrangingPayment"}
        order = (await fill_orders(scope, [agreed], frozenset({"lines", "shipping"})))[0]
    division = divide(order)
    # Agreed before, from the same lines and ways of delivery.
    assert division.total_minor == row["total_minor"]
    stored = await _store(scope, row, division)
    owed = {each["seller_id"]: each["payable_minor"] for each in stored}
    kept = sum(each["commission_minor"] for each in stored)
    return await _sides(scope, owed, kept, division.delivery_minor, sign=1)


async def book_return(
    scope: Scope,
    order: Row,
    refunded: Refunded,
    *,
    key: str,
    kind: str,
    narrative: str,
    into: Sequence[Side],
    payment_id: int | None = None,
) -> None:
    """Write what is given back of a locked order that was sold: out of `sales`, and out of what its sellers and the market
    had of it, `into` accounts whose sides sum to it.

    Commission goes back with the goods it was taken of, so that of an order that is refunded whole none is left, in
    however many parts. Each refund has a `key` of its own. Nothing is written of nothing. Raises `InvalidInput` where more
    is given back than is left.
    """
    if not refunded.total_minor:
        return
    sides = [(await shared_account(scope, "sales", "sales"), -refunded.total_minor), *into]
    sides += await _take_back(scope, order["id"], refunded, key)
    given_back = [side for side in sides if side[1]]
    entry_id = await post(
        scope, key=key, kind=kind, narrative=narrative, sides=given_back, payment_id=payment_id
    )
    # Under a key that is in the book already money would go back of which the book knows nothing.
    assert entry_id is not None


async def _take_back(scope: Scope, order_id: int, refunded: Refunded, key: str) -> list[Side]:
    left = await _left(order_id)
    if not left:
        # An order that is older than seller orders was the market's own sale, and was shared with nobody.
        return []
    backs = spread(refunded, left)
    await _count(scope, order_id, backs, key)
    owed = {back.of.seller_id: back.payable_minor for back in backs if back.of.seller_id is not None}
    kept = sum(back.commission_minor for back in backs)
    markets = sum(back.delivery_minor for back in backs if back.of.seller_id is None)
    return await _sides(scope, owed, kept, markets, sign=-1)


async def _store(scope: Scope, row: Row, division: Division) -> list[Row]:
    parts = [
        {
            "n": n,
            "uid": new_uid(),
            "seller_id": part.seller_id,
            "code": f"{row['code']}-{n}",
            "goods": part.goods_minor,
            "discount": part.discount_minor,
            "delivery": part.delivery_minor,
            "tax": part.tax_minor,
        }
        for n, part in enumerate(division.parts, 1)
    ]
    return await fetch(
        "INSERT INTO seller_order (uid, created_at, updated_at, platform_id, environment, order_id, seller_id, code, "
        "goods_minor, discount_minor, delivery_minor, tax_minor, commission_ppm, commission_minor, payable_minor, "
        "goods_returned_minor, delivery_returned_minor, commission_returned_minor) "
        "SELECT given.uid, $2, $2, $3, $4, $5, given.seller_id, given.code, given.goods, given.discount, "
        f"given.delivery, given.tax, {_RATE}, {_COMMISSION}, given.goods + given.delivery - {_COMMISSION}, 0, 0, 0 "
        f"FROM {given('$1', **_GIVEN)} JOIN seller s ON s.id = given.seller_id JOIN platform p ON p.id = $3 "
        "ORDER BY given.n RETURNING seller_id, commission_minor, payable_minor",
        as_given(parts),
        now(),
        scope.platform_id,
        scope.environment,
        row["id"],
    )


async def _left(order_id: int) -> list[Left]:
    """What is left of an order's parts, the market's last; their rows are locked until the transaction ends."""
    rows = await fetch(
        "SELECT id, seller_id, goods_minor - goods_returned_minor AS goods, "
        "delivery_minor - delivery_returned_minor AS delivery, delivery_minor, commission_ppm "
        f"FROM seller_order WHERE order_id = $1 ORDER BY id{for_update()}",
        order_id,
    )
    if not rows:
        return []
    market = await fetch_one(
        "SELECT o.shipping_minor - CAST(COALESCE((SELECT SUM(r.delivery_minor) FROM seller_refund r "
        "WHERE r.order_id = o.id AND r.seller_order_id IS NULL), 0) AS BIGINT) AS delivery "
        "FROM customer_order o WHERE o.id = $1",
        order_id,
    )
    assert market is not None
    markets = market["delivery"] - sum(row["delivery_minor"] for row in rows)
    return [
        *(
            Left(row["id"], row["seller_id"], row["goods"], row["delivery"], row["commission_ppm"])
            for row in rows
        ),
        Left(None, None, 0, markets),
    ]


async def _count(scope: Scope, order_id: int, backs: list[Back], key: str) -> None:
    rows = [
        {
            "uid": new_uid(),
            "id": back.of.seller_order_id,
            "goods": back.goods_minor,
            "delivery": back.delivery_minor,
            "commission": back.commission_minor,
            "payable": back.payable_minor,
        }
        for back in backs
    ]
    table = given(
        "$1",
        uid="uuid",
        id="bigint",
        goods="bigint",
        delivery="bigint",
        commission="bigint",
        payable="bigint",
    )
    await execute(
        "INSERT INTO seller_refund (uid, created_at, updated_at, platform_id, environment, order_id, seller_order_id, "
        "key, goods_minor, delivery_minor, commission_minor, payable_minor) SELECT given.uid, $2, $2, $3, $4, $5, "
        f"given.id, $6, given.goods, given.delivery, given.commission, given.payable FROM {table}",
        as_given(rows),
        now(),
        scope.platform_id,
        scope.environment,
        order_id,
        key,
    )
    counted = ", ".join(f"{what}_returned_minor = {what}_returned_minor + given.{what}" for what in _RETURNED)
    await execute(
        f"UPDATE seller_order SET updated_at = $2, {counted} FROM {table} WHERE seller_order.id = given.id",
        as_given(rows),
        now(),
    )


async def _sides(
    scope: Scope, owed: dict[int, int], kept_minor: int, delivery_minor: int, *, sign: int
) -> list[Side]:
    kinds: dict[str, AccountKind] = {f"payable:{seller_id}": "payable" for seller_id in owed}
    amounts = {f"payable:{seller_id}": amount for seller_id, amount in owed.items()}
    amounts |= {"commission": kept_minor, "delivery": delivery_minor}
    amounts["shared"] = -sum(amounts.values())
    kinds |= {"commission": "commission", "delivery": "delivery", "shared": "shared"}
    accounts = await shared_accounts(scope, {code: kinds[code] for code, amount in amounts.items() if amount})
    return [(account, sign * amounts[code]) for code, account in accounts.items()]
