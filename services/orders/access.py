"""Who may see which placed orders: customers their own and those of organizations that they manage, staff what they may."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from core.db import Row, fetch, fetch_one, placeholders
from core.errors import Forbidden, InvalidInput, NotFound
from models import Customer
from services.accounts.trust import check_proven
from services.orders.desk import SEEN, shown_to
from services.orders.placed import Whose
from services.orders.reading import ORDER_COLUMNS, fill_orders, order_of
from services.orders.views import OrderView
from services.organizations.reading import memberships_of, organization_by_uid, visible_orders
from services.paging import storable
from services.staff import Desk, check_may
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a customer, or somebody of staff."""

    scope: Scope
    customer: Customer | None = None
    desk: Desk | None = None

    @property
    def seller_id(self) -> int | None:
        """Whose goods alone they see, where they sell here."""
        return self.desk.seller_id if self.desk else None


async def whose_orders(caller: Caller, customer_uid: UUID | None) -> Whose:
    """The orders that a caller sees: theirs, or at a desk all or those of a customer who is named.

    Raises `Forbidden` for another customer's, `NotFound` at a desk for nobody's, `NumberUnproven`.
    """
    if caller.customer is not None:
        check_proven()
        if customer_uid not in (None, caller.customer.uid):
            raise Forbidden("These are another customer's orders.", field="userId")
        return Whose(caller.scope, customer_id=caller.customer.id)
    check_may(_desk(caller), "ReadOrder")
    customer_id = None if customer_uid is None else await _customer_id(caller.scope, customer_uid)
    return Whose(caller.scope, customer_id, caller.seller_id)


async def whose_organization_orders(caller: Caller, organization_uid: UUID | None) -> Whose:
    """The orders that were bought for an organization: to its managers and at a desk all, to other members their own. Without
    a name it is the one that the customer buys for.

    Raises `Forbidden` for an organization that isn't the customer's, `NotFound` at a desk for none, `InvalidInput` where
    it isn't clear which is meant, `NumberUnproven`.
    """
    if caller.customer is None:
        check_may(_desk(caller), "ReadOrder")
        if organization_uid is None:
            raise InvalidInput("Say which organization.", field="organizationId")
        found = await organization_by_uid(caller.scope, organization_uid)
        return Whose(caller.scope, seller_id=caller.seller_id, organization_id=found.id)
    check_proven()
    mine = await memberships_of(caller.scope, caller.customer.id)
    named = [each for each in mine if organization_uid in (None, each.organization_uid)]
    if not named:
        raise Forbidden("You don't buy for that organization.", field="organizationId")
    if len(named) > 1:
        raise InvalidInput("You buy for several organizations: say which.", field="organizationId")
    of_all = named[0].role == "manager"
    return Whose(
        caller.scope,
        customer_id=None if of_all else caller.customer.id,
        organization_id=named[0].organization_id,
    )


async def find_placed(
    caller: Caller, *, uid: UUID | None = None, number: str | None = None, customer_uid: UUID | None = None
) -> Row | None:
    """A placed order (a row of `ORDER_COLUMNS`) by its uid or its number; None where the caller sees no such order. A
    customer sees also those of organizations that they manage, unless a customer is named.

    Raises as `whose_orders`.
    """
    whose = await whose_orders(caller, customer_uid)
    managed = caller.customer is not None and customer_uid is None
    mine, values = (replace(whose, customer_id=None) if managed else whose).condition()
    if caller.customer is not None and managed:
        mine += f" AND {visible_orders(caller.customer.id, values)}"
    column, named = ("uid", uid) if uid is not None else ("code", storable(number or ""))
    return await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE {mine} AND o.{column} = ${len(values) + 1}",
        *values,
        named,
    )


async def seen(caller: Caller, uid: UUID, field: str = "orderId") -> Row:
    """As `find_placed`. Raises `NotFound` besides."""
    row = await find_placed(caller, uid=uid)
    if row is None:
        raise NotFound("There is no such order.", field=field)
    return row


async def views_for(caller: Caller, rows: Sequence[Row]) -> list[OrderView]:
    """Orders (rows of `ORDER_COLUMNS`) as the caller may see them: without their parts, but for a seller, whose orders are
    what they have of them.
    """
    if caller.desk is None or caller.desk.seller_id is None:
        return [order_of(row) for row in rows]
    whole = await fill_orders(caller.scope, list(rows), SEEN)
    return [shown_to(caller.desk, order) for order in whole]


async def rows_of(scope: Scope, order_ids: Collection[int]) -> list[Row]:
    """Orders (rows of `ORDER_COLUMNS`) by their ids, which the caller has made sure to be theirs to see."""
    if not order_ids:
        return []
    return await fetch(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.platform_id = $1 AND o.environment = $2 "
        f"AND o.id IN ({placeholders(list(order_ids), 3)})",
        scope.platform_id,
        scope.environment,
        *order_ids,
    )


def _desk(caller: Caller) -> Desk:
    assert caller.desk is not None
    return caller.desk


async def _customer_id(scope: Scope, uid: UUID) -> int:
    row = await fetch_one(
        "SELECT id FROM customer WHERE uid = $1 AND platform_id = $2 AND environment = $3",
        uid,
        scope.platform_id,
        scope.environment,
    )
    if row is None:
        raise NotFound("There is no such customer.", field="userId")
    return int(row["id"])
