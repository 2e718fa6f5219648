"""What a shop has settled for itself: its name, who may buy, what the market keeps, and what becomes of deposits."""

from collections.abc import Mapping
from typing import Any

from core.db import transaction
from core.errors import InvalidInput
from models import PaymentMethod, Platform
from services.accounts.customers import checked_text
from services.staff import Desk, changes, check_may, record
from services.tenants import forget_scopes

MILLION = 1_000_000
LONGEST_HOLD_DAYS = 365
POLICIES = ("refund", "keep", "part")
# The columns that staff may write; the rest (code, country, currency) is what everything else was reckoned by.
WRITABLE = (
    "name",
    "guest_checkout",
    "default_gateway",
    "commission_ppm",
    "payout_hold_days",
    "account_days",
    "deposit_policy",
    "deposit_kept_ppm",
)


async def get_platform(desk: Desk) -> Platform:
    """The shop's own row. Raises `Forbidden`."""
    check_may(desk, "ReadSettings")
    return await Platform.get(id=desk.scope.platform_id)


async def change_platform(desk: Desk, said: Mapping[str, Any]) -> Platform:
    """Write what is said of `WRITABLE`; shares are in millionths. For both environments, since the shop is one.

    What is agreed already (orders, their deposits, sellers' parts) keeps what it was agreed under. Other processes know within
    ten seconds. Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "UpdateGlobalSettings")
    written = {name: said[name] for name in WRITABLE if name in said}
    await _check(desk, written)
    async with transaction():
        before = await Platform.filter(id=desk.scope.platform_id).select_for_update().get()
        different = changes({name: getattr(before, name) for name in written}, written)
        if different:
            await Platform.filter(id=before.id).update(**written)
            await record(desk, "updated", "platform", before.id, **different)
    forget_scopes()
    return await get_platform(desk)


async def _check(desk: Desk, written: dict[str, Any]) -> None:
    if "name" in written:
        written["name"] = checked_text(written["name"], "name", 120)
    for name, field in (("commission_ppm", "commission"), ("deposit_kept_ppm", "depositKept")):
        if name in written and not 0 <= written[name] <= MILLION:
            raise InvalidInput("A share is from 0 to 100 percent.", field=field)
    for name, field in (("payout_hold_days", "payoutHoldDays"), ("account_days", "accountDays")):
        if name in written and not 0 <= written[name] <= LONGEST_HOLD_DAYS:
            raise InvalidInput(f"From 0 to {LONGEST_HOLD_DAYS} days.", field=field)
    if "deposit_policy" in written and written["deposit_policy"] not in POLICIES:
        raise InvalidInput(f"The policy is one of {', '.join(POLICIES)}.", field="depositPolicy")
    gateway = written.get("default_gateway")
    if gateway is not None and not await PaymentMethod.exists(
        platform_id=desk.scope.platform_id, environment=desk.scope.environment, code=gateway
    ):
        raise InvalidInput("The shop has no such way to pay.", field="defaultGateway")
