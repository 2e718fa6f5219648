"""Settings of the shop itself: its name, who may buy, what the market keeps, and what becomes of deposits."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import Visit
from services.checkout.method_list import list_payment_methods
from services.listing import Listing
from services.platforms import MILLION, change_platform, get_platform

pages = Pages()
POLICIES = [
    ("refund", "Is refunded in full"),
    ("keep", "Is kept"),
    ("part", "Is kept in part"),
]


class Shop(Form):
    name: str
    guest_checkout: bool = False
    default_gateway: str
    commission: Decimal = Field(ge=0, le=100, max_digits=7, decimal_places=4)
    payout_hold_days: int
    account_days: int


class Deposits(Form):
    deposit_policy: Literal["refund", "keep", "part"]
    deposit_kept: Decimal = Field(default=Decimal(0), ge=0, le=100, max_digits=7, decimal_places=4)


@pages.page("/settings", "Shop", "shop_settings.html", needs=("ReadSettings",), nav=("Settings", "Shop"))
async def shop(visit: Visit) -> Mapping[str, Any]:
    platform = await get_platform(visit.desk)
    methods, _ = await list_payment_methods(visit.desk, Listing(take=100))
    return {
        "platform": platform,
        "policies": POLICIES,
        "methods": [(each["code"], each["name"]) for each in methods],
        "commission": percent_of(platform.commission_ppm),
        "kept": percent_of(platform.deposit_kept_ppm),
    }


@shop.act("shop", needs=("UpdateGlobalSettings",), form=Shop)
async def write_shop(visit: Visit, form: Shop) -> Outcome:
    said = form.model_dump(exclude={"commission"}) | {"commission_ppm": millionths(form.commission)}
    await change_platform(visit.desk, said)
    return Done("Saved for both test and live.")


@shop.act("deposits", needs=("UpdateGlobalSettings",), form=Deposits)
async def write_deposits(visit: Visit, form: Deposits) -> Outcome:
    said = {"deposit_policy": form.deposit_policy, "deposit_kept_ppm": millionths(form.deposit_kept)}
    await change_platform(visit.desk, said)
    return Done("Saved. Orders already cancelled stay as they are.")


def millionths(percent: Decimal) -> int:
    """A percentage of up to four decimals, as a share in millionths."""
    return int(percent * MILLION / 100)


def percent_of(ppm: int) -> str:
    """A share in millionths as people write a percentage: `12.5`."""
    return f"{Decimal(ppm * 100) / MILLION:f}"
