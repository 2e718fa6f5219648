"""The demo market: two platforms with keys, staff, delivery, payment methods, billers, locations, terms and a catalogue of car parts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.clock import now
from core.db import transaction
from core.errors import Forbidden
from core.settings import Settings
from models import (
    ApiKey,
    Biller,
    PaymentMethod,
    PickupLocation,
    Platform,
    Product,
    Promotion,
    PurchaseOptionGroup,
    Seller,
    ShippingMethod,
    StaffUser,
)
from services.demo_billers import KASUWA_BILLERS, MAKOLA_BILLERS, Billers
from services.demo_locations import HANDING_OVER, KASUWA_LOCATIONS, MAKOLA_LOCATIONS, Locations
from services.demo_options import MAKOLA_OPTIONS, DemoGroup
from services.demo_promotions import MAKOLA_PROMOTIONS
from services.demo_properties import add_demo_properties
from services.importing import Progress, import_products
from services.promotions.inputs import PromotionInput
from services.promotions.managing import create_promotion
from services.purchase_options.groups import create_group
from services.purchase_options.inputs import Resources
from services.secrets import hash_secret
from services.tenants import Audience, Environment, dealer_key, hash_key, scope_by_code

DEMO = Path(__file__).resolve().parent.parent / "demo"
ENVIRONMENT: Environment = "test"


@dataclass(frozen=True, slots=True)
class DemoPlatform:
    """A platform as it is set up. `staff` are (e-mail, password, role); delivery prices in minor units."""

    settings: dict[str, Any]
    api_key: str
    downpay_key: str
    dealer: tuple[str, str]  # public id and private key, for financing
    catalogue: str
    staff: tuple[tuple[str, str, str], ...]
    payment_methods: tuple[dict[str, Any], ...]
    billers: Billers
    locations: Locations
    option_groups: tuple[DemoGroup, ...] = ()
    commissions: tuple[
        tuple[str, int], ...
    ] = ()  # (seller, millionths) of those who have a rate of their own
    promotions: tuple[PromotionInput, ...] = ()


_PAY_ONLINE = {
    "code": "connected-payment-method",
    "name": "Pay online",
    "description": "By card, bank or mobile money on the provider's page.",
    "kind": "gateway",
    "provider": "paystack",
}
_MONNIFY = {
    "code": "monnify",
    "name": "Pay by Monnify",
    "description": "By card, transfer or USSD on Monnify's page.",
    "kind": "gateway",
    "provider": "monnify",
}
_CARD = {
    "code": "shopping-card",
    "name": "Shopping card",
    "description": "From the balance of your card, with your PIN.",
    "kind": "card",
}
_MOBILE_MONEY = {
    "code": "mobile-money",
    "name": "Mobile money",
    "description": "You approve the payment on your phone.",
    "kind": "mobile_money",
    "provider": "paystack",
}
_STANDARD = {
    "code": "standard-payment",
    "name": "Standard payment",
    "description": "Settled at once.",
    "kind": "immediate",
}
_SHIPPING: tuple[dict[str, Any], ...] = (
    {
        "code": "standard-shipping",
        "name": "Standard Shipping",
        "description": "In three to five days.",
        "price_minor": 500,
    },
    {
        "code": "express-shipping",
        "name": "Express Shipping",
        "description": "On the next day.",
        "price_minor": 1000,
    },
)
PLATFORMS = (
    DemoPlatform(
        settings={
            "code": "demo",
            "name": "Makola Demo",
            "country": "GH",
            "currency": "GHS",
            "order_prefix": "MK",
            "default_gateway": "connected-payment-method",
            "dial_code": "*920*44#",
            "commission_ppm": 100_000,
        },
        api_key="mk_test_demo",
        downpay_key="dp_test_demo",
        dealer=("dealer_demo", "pk_test_demo"),
        catalogue="products.csv",
        staff=(("admin@makola.test", "makola-demo", "owner"),),
        payment_methods=(_PAY_ONLINE, _CARD, _MOBILE_MONEY, _STANDARD),
        billers=MAKOLA_BILLERS,
        locations=MAKOLA_LOCATIONS,
        option_groups=MAKOLA_OPTIONS,
        commissions=(("Asante Euro Parts", 75_000), ("Takoradi Tyre & Wheel", 125_000)),
        promotions=MAKOLA_PROMOTIONS,
    ),
    DemoPlatform(
        settings={
            "code": "kasuwa",
            "name": "Kasuwa Demo",
            "country": "NG",
            "currency": "NGN",
            "order_prefix": "KS",
            "default_gateway": "monnify",
            "dial_code": "*347*44#",
            "commission_ppm": 80_000,
        },
        api_key="ks_test_demo",
        downpay_key="dp_test_kasuwa",
        dealer=("dealer_kasuwa", "pk_test_kasuwa"),
        catalogue="kasuwa.csv",
        staff=(),
        payment_methods=(_PAY_ONLINE, _MONNIFY, _CARD, _STANDARD),
        billers=KASUWA_BILLERS,
        locations=KASUWA_LOCATIONS,
    ),
)


async def seed_demo(settings: Settings, progress: Progress = lambda done, total: None) -> None:
    """Make what is missing of the demo market; what is there stays as it is.

    In a new database ids count from 1 in the order of the files, as the API documents' samples expect.
    Raises `Forbidden` in production.
    """
    if settings.environment == "production":
        raise Forbidden("The demo market is not for production.")
    for demo in PLATFORMS:
        async with transaction():
            await _set_up(demo)
        await _fill(demo, progress)
    # After every platform's flat methods, whose numbers the documents' samples say.
    for demo in PLATFORMS:
        async with transaction():
            await _set_up_delivery(demo)
    for demo in PLATFORMS:
        async with transaction():
            await _set_up_terms(demo)
            await _set_up_promotions(demo)


async def _set_up(demo: DemoPlatform) -> None:
    platform = await Platform.get_or_none(code=demo.settings["code"]) or await Platform.create(
        **demo.settings
    )
    mine: dict[str, Any] = {"platform_id": platform.id, "environment": ENVIRONMENT}
    await _add_key(demo.api_key, "shop", mine)
    for email, password, role in demo.staff:
        if not await StaffUser.exists(email=email, **mine):
            hashed = await hash_secret(password)
            await StaffUser.create(email=email, password_hash=hashed, role=role, **mine)
    for position, method in enumerate(_SHIPPING):
        if not await ShippingMethod.exists(code=method["code"], **mine):
            await ShippingMethod.create(position=position, **method, **mine)
    for position, way in enumerate(demo.payment_methods):
        if not await PaymentMethod.exists(code=way["code"], **mine):
            await PaymentMethod.create(position=position, **way, **mine)
    for biller in demo.billers:
        if not await Biller.exists(kind=biller["kind"], slug=biller["slug"], **mine):
            await Biller.create(**biller, **mine)


async def _add_key(key: str, audience: Audience, mine: dict[str, Any]) -> None:
    key_hash = hash_key(key)
    if not await ApiKey.exists(key_hash=key_hash):
        await ApiKey.create(key_hash=key_hash, label="Demo", audience=audience, created_at=now(), **mine)


async def _set_up_delivery(demo: DemoPlatform) -> None:
    platform = await Platform.get(code=demo.settings["code"])
    mine: dict[str, Any] = {"platform_id": platform.id, "environment": ENVIRONMENT}
    for location in demo.locations:
        if not await PickupLocation.exists(name=location["name"], **mine):
            await PickupLocation.create(**location, **mine)
    await add_demo_properties(mine)
    for method in HANDING_OVER:
        if not await ShippingMethod.exists(code=method["code"], **mine):
            await ShippingMethod.create(**method, **mine)


async def _set_up_terms(demo: DemoPlatform) -> None:
    scope = await scope_by_code(demo.settings["code"], ENVIRONMENT)
    mine: dict[str, Any] = {"platform_id": scope.platform_id, "environment": scope.environment}
    await _add_key(demo.downpay_key, "downpay", mine)
    await _add_key(dealer_key(*demo.dealer), "financing", mine)
    for group, assignment, names in demo.option_groups:
        # One that was deleted is there, too: it isn't wanted any more.
        if await PurchaseOptionGroup.exists(merchant_code=group.merchant_code, **mine):
            continue
        resources = Resources(tags=list(names))
        if assignment == "PRODUCTS":
            found = await Product.filter(slug__in=names, **mine).values_list("id", flat=True)
            resources = Resources(product_ids=[int(str(i)) for i in found])
        await create_group(scope, group, assignment, resources)


async def _set_up_promotions(demo: DemoPlatform) -> None:
    scope = await scope_by_code(demo.settings["code"], ENVIRONMENT)
    for given in demo.promotions:
        # One that was deleted is there, too, as with the terms.
        if not await Promotion.exists(
            name=given.name, platform_id=scope.platform_id, environment=scope.environment
        ):
            await create_promotion(scope, given)


async def _fill(demo: DemoPlatform, progress: Progress) -> None:
    scope = await scope_by_code(demo.settings["code"], ENVIRONMENT)
    if await Product.exists(platform_id=scope.platform_id, environment=scope.environment):
        return
    report = await import_products(scope, DEMO / demo.catalogue, progress=progress)
    if report.rejected:
        raise ValueError(f"{demo.catalogue}: {report.rejected[:5]}")
    for name, ppm in demo.commissions:
        mine = {"platform_id": scope.platform_id, "environment": scope.environment}
        await Seller.filter(name=name, **mine).update(commission_ppm=ppm)
