"""An owner makes promotions at the desk: off goods, off products by SKU, off categories, and on what conditions."""

from collections.abc import Awaitable, Callable

import orjson

from core.db import fetch
from services.tenants import scope_by_code
from tests.browsers import in_a_browser
from tests.desk.conftest import Chrome, Visitor

AsRole = Callable[..., Awaitable[Visitor]]


async def test_a_promotion_is_made_and_takes_off_what_it_says(as_role: AsRole) -> None:
    owner, page = await as_role("owner"), "/admin/settings/promotions"
    made = {"name": "Harvest", "kind": "order_percentage_discount", "value": "12.5", "minimum": "100"}
    shown = await owner.act(
        page,
        "create",
        **made,
        coupon_code="HARVEST",
        starts_on="2026-01-01",
        ends_on="2099-12-31",
        enabled="yes",
    )
    assert "12.5 percent off the goods" in shown and "at least GHS 100.00" in shown and "Active" in shown
    (row,) = await fetch("SELECT id, starts_at, ends_at, conditions FROM promotion WHERE name = 'Harvest'")
    one = f"{page}/{row['id']}"
    await owner.act(
        one, "write", name="Harvest", starts_on="2026-01-01", ends_on="2099-12-31", usage_limit="5"
    )
    (after,) = await fetch(
        "SELECT starts_at, ends_at, enabled, usage_limit, coupon_code FROM promotion WHERE name = 'Harvest'"
    )
    assert (after["starts_at"], after["ends_at"]) == (row["starts_at"], row["ends_at"])
    assert (bool(after["enabled"]), after["usage_limit"], after["coupon_code"]) == (False, 5, None)
    shown = await owner.act(
        page, "create", name="X", kind="order_percentage_discount", value="x", coupon_code="A"
    )
    assert owner.status == 400 and 'id="create-value-wrong"' in shown
    shown = await owner.act(page, "create", name="X", kind="free_shipping")
    assert owner.status == 400 and "needs a condition or a coupon code" in shown
    await owner.act(one, "end", sure="yes")
    assert "Harvest" not in await owner.get(page)


async def test_a_promotion_names_products_by_their_skus_and_says_which_nobody_has(as_role: AsRole) -> None:
    owner, page = await as_role("owner"), "/admin/settings/promotions"
    scope = await scope_by_code("demo", "test")
    first, second, third = await fetch(
        "SELECT id, sku, product_id, name FROM variant WHERE platform_id = $1 AND environment = 'test' "
        "ORDER BY id LIMIT 3",
        scope.platform_id,
    )
    found = await owner.get(f"{page}?q={first['sku']}")
    assert f'name="found_skus" value="{first["sku"]}"' in found
    (elsewhere,) = await fetch(
        "SELECT sku FROM variant WHERE platform_id <> $1 AND sku NOT IN (SELECT sku FROM variant "
        "WHERE platform_id = $1) ORDER BY id LIMIT 1",
        scope.platform_id,
    )
    made = {"name": "Pair", "kind": "products_percentage_discount", "value": "10", "enabled": "yes"}
    refused = await owner.act(page, "create", **made, skus=f"{first['sku']}, {elsewhere['sku']}\nnone-such")
    assert owner.status == 400 and 'id="create-skus-wrong"' in refused
    assert f"No variant has the SKU {elsewhere['sku']}, none-such." in refused
    refused = await owner.act(page, "create", **made)
    assert owner.status == 400 and 'id="create-skus-wrong"' in refused
    refused = await owner.act(page, "create", **made, skus=first["sku"], needs_skus="x", needs_pieces="0")
    assert owner.status == 400 and 'id="create-needs_skus-wrong"' in refused
    refused = await owner.act(
        page, "create", **made, skus=first["sku"], needs_skus=second["sku"], needs_pieces="0"
    )
    assert owner.status == 400 and 'id="create-needs_pieces-wrong"' in refused
    shown = await owner.act(
        page,
        "create",
        **made,
        skus=first["sku"].lower(),
        found_skus=second["sku"],
        free_delivery="yes",
        needs_skus=third["sku"],
        needs_pieces="2",
    )
    assert f"10 percent off these variants: {first['sku']}, {second['sku']}" in shown
    assert f"At least 2 pieces of these variants are in it: {third['sku']}" in shown
    (row,) = await fetch("SELECT conditions, actions FROM promotion WHERE name = 'Pair'")
    kept = {name: orjson.loads(text) if isinstance(text, str) else text for name, text in row.items()}
    assert kept["conditions"] == [
        {"code": "contains_products", "args": {"minimum": 2, "productVariantIds": [third["id"]]}}
    ]
    assert kept["actions"] == [
        {
            "code": "products_percentage_discount",
            "args": {"discount": 10, "productVariantIds": [first["id"], second["id"]]},
        },
        {"code": "free_shipping", "args": {}},
    ]


async def test_a_promotion_is_of_categories_of_this_shop(as_role: AsRole) -> None:
    owner, page = await as_role("owner"), "/admin/settings/promotions"
    scope = await scope_by_code("demo", "test")
    shelves = await fetch("SELECT id, name, platform_id FROM category WHERE environment = 'test' ORDER BY id")
    mine = next(each for each in shelves if each["platform_id"] == scope.platform_id)
    theirs = next(each for each in shelves if each["platform_id"] != scope.platform_id)
    made = {"name": "Shelf", "kind": "collections_percentage_discount", "value": "5"}
    for field in ("shelves", "needs_shelves"):
        given = {"shelves": mine["id"], "needs_shelves": mine["id"], field: theirs["id"]}
        await owner.act(page, "create", **made, **given)
        assert owner.status == 400
    shown = await owner.act(
        page, "create", **made, shelves=mine["id"], needs_shelves=mine["id"], needs_shelf_pieces="3"
    )
    assert f"5 percent off what is in these collections: {mine['name']}" in shown
    assert f"At least 3 pieces of these collections are in it: {mine['name']}" in shown


@in_a_browser
async def test_products_are_found_and_ticked_in_a_browser(chrome: Chrome) -> None:
    page = chrome.page
    scope = await scope_by_code("demo", "test")
    first, *_ = await fetch(
        "SELECT sku FROM variant WHERE platform_id = $1 AND environment = 'test' ORDER BY id LIMIT 1",
        scope.platform_id,
    )
    await chrome.sign_in()
    await chrome.open("/admin/settings/promotions")
    await chrome.faultless()
    await page.get_by_label("Find products by name or SKU").fill(first["sku"])
    await page.get_by_role("button", name="Apply").click()
    await page.locator('[name="found_skus"]').first.check()
    await page.get_by_label("Discount", exact=True).select_option("products_percentage_discount")
    await page.get_by_label("Value", exact=True).fill("15")
    await page.get_by_text("Categories that the order must have something of").click()
    await page.get_by_label("Name", exact=True).fill("Of the week")
    await chrome.faultless()
    await chrome.keep("promotion-new")
    await page.get_by_label("Coupon code").fill("WEEK")
    await page.get_by_role("button", name="Create promotion").click()
    await page.get_by_role("status").wait_for()
    assert f"15 percent off these variants: {first['sku']}" in await page.inner_text("main")
    await chrome.faultless()
    await chrome.keep("promotion")
