"""Whom a cart is bought for: the customer chooses, for themselves where they say nothing."""

from core.clock import now
from core.db import execute, fetch_one, for_update, transaction
from core.errors import NotFound, NotSignedIn
from services.buyers import Buyer
from services.checkout.delivery import open_cart
from services.orders.reading import fill_orders
from services.orders.views import OrderView
from services.paging import possible_ids
from services.tenants import Scope


async def choose_organization(buyer: Buyer, organization_id: int | None) -> OrderView:
    """Buy what is in the cart for an organization, or with None for oneself again.

    Raises `NotSignedIn`, `NoActiveOrder`, `OrderNotModifiable`, and `NotFound` for one that the customer is no member of.
    """
    if buyer.customer_id is None:
        raise NotSignedIn
    async with transaction():
        if organization_id is not None:
            await _hold_membership(buyer.scope, buyer.customer_id, organization_id)
        row, at = await open_cart(buyer), now()
        await execute(
            "UPDATE customer_order SET organization_id = $2, updated_at = $3 WHERE id = $1",
            row["id"],
            organization_id,
            at,
        )
        changed = {**row, "organization_id": organization_id, "updated_at": at}
        return (await fill_orders(buyer.scope, [changed], buyer.wants))[0]


async def _hold_membership(scope: Scope, customer_id: int, organization_id: int) -> None:
    """Lock it before the cart, as who takes a membership away does: no cart is left behind for those who are out."""
    found = await fetch_one(
        "SELECT m.id FROM organization_member m JOIN organization o ON o.id = m.organization_id "
        f"WHERE o.platform_id = $1 AND o.environment = $2 AND m.customer_id = $3 AND o.id = $4{for_update('m')}",
        scope.platform_id,
        scope.environment,
        customer_id,
        *(possible_ids([organization_id]) or [0]),
    )
    if found is None:
        raise NotFound("There is no such organization.", field="organizationId")
