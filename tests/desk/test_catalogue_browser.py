"""The catalogue and the sellers in a real browser: a person of the catalogue, a seller and an owner at work, without a fault."""

import asyncio
from pathlib import Path

from models import ImportRun, Product, Seller
from services.tenants import scope_by_code
from tests.browsers import in_a_browser
from tests.conftest import World
from tests.desk.conftest import Chrome
from tests.desk.test_sellers import applied
from tests.hostile_pictures import picture
from tests.imports.hands import products

pytestmark = in_a_browser


async def test_a_product_is_made_shown_and_filed_by_hand(
    world: World, chrome: Chrome, tmp_path: Path
) -> None:
    page = chrome.page
    await chrome.sign_in_as("catalogue")
    await page.get_by_role("link", name="Products").click()
    await chrome.faultless()
    await chrome.keep("products")
    await page.get_by_role("link", name="New product").click()
    await chrome.faultless()
    await page.get_by_label("Name", exact=True).fill("Tema Mirror")
    await page.get_by_label("Price in GHS").fill("120.00")
    await page.get_by_label("Stock on hand").fill("3")
    await page.get_by_label("Category", exact=True).select_option(index=2)
    await chrome.keep("product-new")
    await page.get_by_role("button", name="Create product").click()
    await page.get_by_role("status").wait_for()
    (tmp_path / "mirror.png").write_bytes(picture(size=(400, 300), colour="teal"))
    await page.get_by_label("New image", exact=True).set_input_files(tmp_path / "mirror.png")
    await page.get_by_label("Alt text of the new image").fill("A teal mirror")
    await page.get_by_role("button", name="Upload").click()
    await page.get_by_alt_text("A teal mirror").wait_for()
    await page.get_by_text("Add a group of options").click()
    await page.get_by_label("Name of the new group").fill("Side")
    await page.get_by_label("Its options").fill("Left, Right")
    await page.get_by_role("button", name="Add group").click()
    await page.get_by_label("Side").first.select_option("Left")
    await page.get_by_role("button", name="Save variant").click()
    await page.get_by_role("heading", name="Tema Mirror Left").wait_for()
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("button", name="Unpublish").wait_for()
    await chrome.faultless()
    await chrome.keep("product")
    for name, path in {"shelves": "/shelves", "facets": "/facets", "stock": "/stock?most=12"}.items():
        await chrome.open(f"/admin{path}")
        await chrome.faultless()
        await chrome.keep(name)
    await page.get_by_role("link", name="Facets").click()
    await page.get_by_role("link", name="Brand").click()
    await chrome.faultless()
    assert (await Product.get(name="Tema Mirror")).enabled


async def test_a_file_goes_in_while_somebody_looks_on(world: World, chrome: Chrome, tmp_path: Path) -> None:
    page = chrome.page
    await chrome.sign_in_as("seller")
    await page.get_by_role("link", name="Imports").click()
    await chrome.faultless()
    (tmp_path / "parts.csv").write_bytes(products(30) + b"part-x,X,PRT-X,free,1,,,,\r\n")
    await page.get_by_label("CSV file").set_input_files(tmp_path / "parts.csv")
    await page.get_by_role("button", name="Upload").click()
    await page.get_by_text("0 of 31 rows").wait_for()
    await chrome.faultless()
    await chrome.keep("import-waiting")
    # Nobody touches the page: it looks again by itself.
    await world.drain()
    await page.get_by_text("31 of 31 rows").wait_for()
    await page.reload()
    await chrome.faultless()
    await chrome.keep("import")
    await page.get_by_role("button", name="Import", exact=True).click()
    await page.get_by_text("0 of 31 rows").wait_for()
    await world.drain()
    await page.get_by_text("Created", exact=True).wait_for()
    await page.get_by_role("link", name="Imports").first.click()
    await chrome.keep("imports")
    assert [run.state for run in await ImportRun.all()] == ["Done", "Done"]
    seller = await Seller.filter(platform_id=1, environment="test").order_by("-id").first()
    assert seller and await Product.filter(slug__startswith="part-", seller_id=seller.id).count() == 30


async def test_an_owner_lets_a_seller_in(world: World, chrome: Chrome) -> None:
    one = await applied(await scope_by_code("demo", "test"), "Ama Parts")
    page = chrome.page
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await chrome.sign_in()
    for name, path in {
        "sellers": "/sellers",
        "seller": "/sellers/1",
        "registrations": "/registrations",
        "registration": f"/registrations/{one.id}",
        "payouts": "/payouts",
    }.items():
        await chrome.open(f"/admin{path}")
        await chrome.faultless()
        await chrome.keep(name)
    await chrome.open(f"/admin/registrations/{one.id}")
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_role("status").wait_for()
    await one.refresh_from_db()
    assert one.state == "Approved"
