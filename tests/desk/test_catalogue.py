"""Who keeps the catalogue at the desk makes products, changes, shows and files them; a seller does so with their own."""

import re

import pytest

from core.db import fetch_one
from models import Asset, Category, Facet, Fitment, Product, ProductAsset, Seller, Variant
from services.search import search
from services.tenants import scope_by_code
from tests.conftest import World
from tests.desk.conftest import Visitor
from tests.desk.test_every_page import AsRole
from tests.hostile_pictures import HOSTILE, picture

NEW = {
    "name": "Kumasi Wiper",
    "description": "Wipes.",
    "condition": "NEW",
    "price": "1,025.50",
    "pieces": "4",
    "make": "Kia",
    "model": "Rio",
    "year": "2012",
}


async def made(visitor: Visitor, **changes: str) -> str:
    """The path of a new product."""
    await visitor.act("/admin/products/new", "create", **NEW | changes)
    assert re.fullmatch(r"/admin/products/\d+", visitor.at), visitor.at
    return visitor.at


def id_of(path: str) -> int:
    return int(path.rpartition("/")[2])


async def only_variant(product: int) -> Variant:
    return await Variant.get(product_id=product, deleted_at=None)


async def test_a_product_from_its_name_to_its_end(world: World, as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    path = await made(visitor)
    product, scope = id_of(path), await scope_by_code("demo", "test")
    variant = await only_variant(product)
    assert variant.price_minor == 102_550
    assert (await search(scope, "kumasi wiper")).total == 0, "it isn't published yet"
    text = await visitor.act(path, "publish", enabled="yes")
    assert "Published." in text
    assert (await search(scope, "kumasi wiper rio")).total == 1
    shelf = await Category.filter(platform_id=scope.platform_id, environment="test").first()
    assert shelf is not None
    await visitor.act(
        path, "words", name="Kumasi Blade", slug="kumasi-blade", condition="USED", category_id=shelf.id
    )
    await visitor.act(
        path, "variant", variant_id=variant.id, option="Left", sku="KB-L", price="20", compare_at="25", pieces=9,
        enabled="yes",
    )  # fmt: skip
    await visitor.act(path, "add_variant", option="Right", price="21", pieces=0, enabled="yes")
    await visitor.act(path, "add_car", make="Kia", model="Picanto", year_from=2015, year_to=2018)
    car = await Fitment.get(product_id=product, model="Rio")
    text = await visitor.act(path, "take_car", car_id=car.id)
    for shown in ("Kumasi Blade", "KB-L", "20.00", "25.00", "Right", "Picanto", "2015–2018"):
        assert shown in text, shown
    assert not await Fitment.filter(id=car.id).exists()
    assert (await search(scope, "kumasi blade picanto")).total == 1
    text = await visitor.act(path, "translate", language="fr", name="Essuie-glace")
    assert "Saved in Français." in text and "Essuie-glace" in text
    await visitor.act(path, "translate", language="xx", name="X")
    assert visitor.status == 400
    facet = await Facet.filter(platform_id=scope.platform_id, environment="test").first()
    value = await fetch_one("SELECT MIN(id) AS id FROM facet_value WHERE facet_id = $1", facet.id)
    text = await visitor.act(path, "facets", value=value["id"])
    assert f'value="{value["id"]}" checked' in text
    right = await Variant.get(product_id=product, option="Right")
    await visitor.act(path, "take_variant", variant_id=right.id)
    assert (await only_variant(product)).sku == "KB-L"
    await visitor.act(path, "delete", sure="yes")
    assert visitor.at == "/admin/products"
    await visitor.get(path)
    assert visitor.status == 404 and (await search(scope, "kumasi blade")).total == 0


async def test_pictures_are_uploaded_ordered_described_and_taken_away(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    path = await made(visitor)

    async def shown() -> list[int]:
        rows = await ProductAsset.filter(product_id=id_of(path)).order_by("position")
        return [row.asset_id for row in rows]

    await visitor.act(path, "picture", {"file": ("a.png", picture(colour="red"))}, name="A red wiper")
    await visitor.act(path, "picture", {"file": ("b.png", picture(colour="blue"))})
    red, blue = await shown()
    await visitor.act(path, "move", asset_id=blue, to="first")
    assert await shown() == [blue, red] and (await Product.get(id=id_of(path))).asset_id == blue
    text = await visitor.act(path, "alt", asset_id=blue, name='Blue <script>alert("x")</script>')
    assert 'alt="A red wiper"' in text and (await Asset.get(id=blue)).name.startswith("Blue")
    await visitor.act(path, "move", asset_id=blue, to="away")
    assert await shown() == [red]
    for name, (content, _) in HOSTILE.items():
        await visitor.act(path, "picture", {"file": (name, content)})
        assert visitor.status == 400, name
    assert await shown() == [red]
    other = await Asset.filter().first()
    await visitor.act(path, "move", asset_id=other.id, to="first")
    assert visitor.status == 404


async def test_what_is_typed_wrong_is_said_beside_it_and_stays_typed(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    text = await visitor.act("/admin/products/new", "create", **NEW | {"price": "cheap", "year": "12"})
    assert visitor.status == 400 and "An amount is written like 150.00." in text and 'value="cheap"' in text
    path = await made(visitor)
    await visitor.act(path, "add_variant", option="Other", price="3", pieces="1", enabled="yes")
    first, second = await Variant.filter(product_id=id_of(path)).order_by("id")
    text = await visitor.act(
        path, "variant", key=f"-{second.id}", variant_id=second.id, sku=first.sku, price="3", pieces=1
    )
    assert visitor.status == 400 and "is taken" in text
    assert text.count("is taken") == 1, "it is said at the one variant that it is about"


@pytest.mark.parametrize("text", ['<img src=x onerror="alert(1)">', "{{ 7 * 7 }}", "=cmd|' /C calc'!A0"])
async def test_nothing_that_was_stored_becomes_markup(as_role: AsRole, text: str) -> None:
    visitor = await as_role("catalogue")
    path = await made(visitor, name=text, description=text, make=text, model="Y")
    await visitor.act(path, "publish", enabled="yes")
    for page in (path, "/admin/products", "/admin/stock?most=100"):
        async with visitor.session.get(f"{visitor.world.settings.base_url}{page}") as answer:
            raw = await answer.text()
            assert (
                answer.status == 200 and "<img src=x" not in raw and "49" not in raw.partition("<h1>")[2][:40]
            )


async def test_products_are_found_by_name_sku_shelf_and_whether_they_are_shown(as_role: AsRole) -> None:
    visitor = await as_role("support")
    first = await Product.filter(platform_id=1, environment="test").order_by("id").first()
    variant = await Variant.filter(product_id=first.id).first()
    for query in (
        f"q={variant.sku.lower()}",
        f"q={first.name[:12]}&shelf={first.category_id}",
        f"seller={first.seller_id}&sort=name",
    ):
        assert first.name in await visitor.get(f"/admin/products?{query}"), query
    assert "No products found." in await visitor.get("/admin/products?shown=no")
    assert "No products found." in await visitor.get("/admin/products?q=%25%25%25")
    text = await visitor.get(f"/admin/products/{first.id}")
    assert visitor.status == 200 and variant.sku in text and 'name="act"' not in text, "support only looks"


async def test_a_seller_keeps_their_own_goods_alone(as_role: AsRole) -> None:
    visitor = await as_role("seller")
    mine = await Seller.filter(platform_id=1, environment="test", deleted_at=None).order_by("-id").first()
    path = await made(visitor, seller_id="1")
    assert (await Product.get(id=id_of(path))).seller_id == mine.id
    theirs = await Product.filter(platform_id=1, environment="test").exclude(seller_id=mine.id).first()
    assert "No products found." in await visitor.get(f"/admin/products?q={theirs.name}")
    variant = await Variant.filter(product_id=theirs.id).first()
    await visitor.act(path, "variant", variant_id=variant.id, price="0.01", pieces=1)
    assert visitor.status == 404
    await visitor.act("/admin/stock?most=1000", "count", variant_id=variant.id, pieces=0)
    assert visitor.status == 404
    assert (await Variant.get(id=variant.id)).price_minor == variant.price_minor
    assert "Makola Demo" in await visitor.get("/admin/shelves")
    assert 'value="create"' not in await visitor.get("/admin/shelves")


async def test_what_runs_low_is_counted_on_the_spot(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    path = await made(visitor, pieces="1", published="yes")
    variant = await only_variant(id_of(path))
    text = await visitor.get("/admin/stock?most=1&sort=name")
    assert variant.sku in text
    await visitor.act("/admin/stock?most=1", "count", variant_id=variant.id, pieces=50)
    assert variant.sku not in await visitor.get("/admin/stock?most=1")
    assert variant.sku in await visitor.get(f"/admin/stock?q={variant.sku}")


async def test_shelves_and_facets_are_kept(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    await visitor.act("/admin/shelves", "create", name="Horns", description="Loud.")
    shelf = await Category.get(name="Horns")
    below = await Category.filter(parent_id=None, platform_id=1).exclude(id=shelf.id).first()
    await visitor.act(
        f"/admin/shelves/{shelf.id}",
        "words",
        name="Loud horns",
        slug="loud-horns",
        position=3,
        parent_id=below.id,
    )
    await shelf.refresh_from_db()
    assert (shelf.name, shelf.parent_id) == ("Loud horns", below.id)
    await visitor.act(f"/admin/shelves/{shelf.id}", "delete", sure="yes")
    assert visitor.at == "/admin/shelves" and not await Category.filter(id=shelf.id).exists()
    await visitor.act("/admin/facets", "create", name="Voltage")
    path = visitor.at
    await visitor.act(path, "add_value", name="12 V")
    facet = await Facet.get(name="Voltage")
    value = await fetch_one("SELECT id FROM facet_value WHERE facet_id = $1", facet.id)
    text = await visitor.act(path, "value", key=f"-{value['id']}", facet_value_id=value["id"], name="24 V")
    assert "24 V" in text
    another = await fetch_one("SELECT MIN(id) AS id FROM facet_value WHERE facet_id <> $1", facet.id)
    await visitor.act(path, "take_value", facet_value_id=another["id"])
    assert visitor.status == 404
    await visitor.act(path, "take_value", facet_value_id=value["id"])
    await visitor.act(path, "delete", sure="yes")
    assert not await Facet.filter(id=facet.id).exists()
