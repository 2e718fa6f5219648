"""The demo market is as the API documents' samples expect it."""

import pytest

from core.db import fetch
from core.errors import Forbidden
from core.settings import Settings
from services.catalogue import get_product, get_variants
from services.secrets import verify_secret
from services.seeding import seed_demo
from services.tenants import scope_by_code, scope_by_key


async def test_keys_name_the_two_platforms(market: Settings) -> None:
    demo, kasuwa = await scope_by_key("mk_test_demo"), await scope_by_key("ks_test_demo")
    assert (demo.code, demo.environment, demo.country, demo.currency) == ("demo", "test", "GH", "GHS")
    assert (kasuwa.code, kasuwa.environment, kasuwa.country, kasuwa.currency) == (
        "kasuwa",
        "test",
        "NG",
        "NGN",
    )


async def test_the_samples_products_and_variants_are_there(market: Settings) -> None:
    demo = await scope_by_code("demo", "test")
    assert await get_product(demo, product_id=1)
    variants = await get_variants(demo, [56, 58])
    assert [variant.id for variant in variants] == [56, 58]
    assert all(variant.available >= 20 for variant in variants)


async def test_delivery_and_payment_methods_are_as_documented(market: Settings) -> None:
    methods = await fetch("SELECT id, name, price_minor FROM shipping_method WHERE kind = 'flat' ORDER BY id")
    assert [tuple(method.values()) for method in methods] == [
        (1, "Standard Shipping", 500),
        (2, "Express Shipping", 1000),
        (3, "Standard Shipping", 500),
        (4, "Express Shipping", 1000),
    ]
    others = await fetch("SELECT code FROM shipping_method WHERE kind <> 'flat' ORDER BY id")
    assert [row["code"] for row in others] == ["pickup", "carrier"] * 2
    ways = await fetch(
        "SELECT p.code AS platform, m.code, m.kind FROM payment_method m JOIN platform p ON p.id = m.platform_id "
        "ORDER BY p.id, m.position"
    )
    assert [way["code"] for way in ways if way["platform"] == "demo"] == [
        "connected-payment-method", "shopping-card", "mobile-money", "standard-payment",
    ]  # fmt: skip
    assert [way["code"] for way in ways if way["platform"] == "kasuwa"] == [
        "connected-payment-method", "monnify", "shopping-card", "standard-payment",
    ]  # fmt: skip


async def test_the_demo_has_an_owner(market: Settings) -> None:
    staff = await fetch("SELECT email, password_hash, role FROM staff_user")
    assert [(one["email"], one["role"]) for one in staff] == [("admin@makola.test", "owner")]
    assert await verify_secret(staff[0]["password_hash"], "makola-demo")


async def test_seeding_again_changes_nothing(market: Settings) -> None:
    tables = ("platform", "api_key", "staff_user", "shipping_method", "payment_method", "product", "variant")
    before = [await fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    await seed_demo(market)
    assert [await fetch(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before


async def test_production_has_no_demo_market(market: Settings) -> None:
    live = market.model_copy(update={"environment": "production"})
    with pytest.raises(Forbidden):
        await seed_demo(live)
