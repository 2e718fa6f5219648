"""Hands for stories about purchase options: other tenants, groups, orders bought under an option."""

from typing import Any

from core.clock import now
from core.db import execute, fetch, fetch_one
from core.ids import digits, new_uid
from services.purchase_options.groups import create_group
from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput, Resources
from services.purchase_options.views import Assignment, GroupView
from services.tenants import Scope

THIRTY = OptionInput(description="30% now", policy=PolicyInput("PERCENTAGE", percentage=30, due_after="P14D"))
HALF = OptionInput(description="Half now", policy=PolicyInput("PERCENTAGE", percentage=50, due_after="P30D"))


def terms(*options: OptionInput, **more: Any) -> GroupInput:
    return GroupInput(
        merchant_code="code",
        line_item_descriptor="Deposit",
        to_create=list(options or (THIRTY, HALF)),
        **more,
    )


async def group_of(scope: Scope, assignment: Assignment = "PRODUCTS", **resources: Any) -> GroupView:
    """A new group with two options."""
    return await create_group(scope, terms(), assignment, Resources(**resources))


async def variants_of(product_id: int) -> list[int]:
    rows = await fetch("SELECT id FROM variant WHERE product_id = $1 ORDER BY id", product_id)
    return [row["id"] for row in rows]


async def bought(scope: Scope, option_id: int | None, variant_id: int, *, placed: bool = True) -> int:
    """An order (or a cart) with a line under an option, as checkout leaves it; its id."""
    row = await fetch_one(
        "INSERT INTO customer_order (uid, created_at, updated_at, platform_id, environment, code, state, active, "
        "currency, channel, quantity, subtotal_minor, shipping_minor, tax_minor, total_minor, placed_at) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, 'app', 1, 0, 0, 0, 0, $9) RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        f"T{digits(12)}",
        "PaymentSettled" if placed else "AddingItems",
        not placed,
        scope.currency,
        now() if placed else None,
    )
    assert row
    await execute(
        "INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, option_id) "
        "SELECT $1, v.id, p.seller_id, 1, v.price_minor, $3 FROM variant v JOIN product p ON p.id = v.product_id "
        "WHERE v.id = $2",
        row["id"],
        variant_id,
        option_id,
    )
    return int(row["id"])


async def tagged(scope: Scope, product_id: int, tag: str) -> None:
    """Give a product a tag that there is."""
    await execute(
        "INSERT INTO product_tag (product_id, tag_id) SELECT $1, id FROM tag WHERE platform_id = $2 AND "
        "environment = $3 AND name = $4",
        product_id,
        scope.platform_id,
        scope.environment,
        tag,
    )
