"""Importing a catalogue file into the market: all of it or nothing."""

from pathlib import Path

import pytest

from core.db import execute, fetch
from services.catalogue import ProductView, get_product
from services.importing import ImportReport, import_products
from services.search import search
from services.seeding import DEMO
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted, imported, row, write_png

PARTS = frozenset({"assets", "variants", "fitments", "categories"})
TABLES = ("product", "variant", "stock_level", "fitment", "product_tag", "product_asset", "asset", "category",
          "brand", "seller", "tag", "search_entry", "search_word")  # fmt: skip


async def lamp(scope: Scope) -> ProductView:
    found = await get_product(scope, slug="zongo-lamp", include=PARTS)
    assert found
    return found


async def contents() -> dict[str, list[object]]:
    return {table: [tuple(r.values()) for r in await fetch(f"SELECT * FROM {table}")] for table in TABLES}


async def test_an_imported_product_is_on_its_shelf_and_found(demo: Scope, tmp_path: Path) -> None:
    write_png(tmp_path / "pictures" / "lamp.png", 320, 200)
    report = await imported(
        demo,
        tmp_path,
        row(variant="Red", picture="lamp.png", fits="Toyota|Corolla|2008-2013"),
        row(
            variant="Blue", picture="lamp.png", fits="Toyota|Corolla|2008-2013", sku="ZGO-LMP-002", price="20"
        ),
    )
    assert (report.products_created, report.variants_created, report.rejected) == (1, 2, [])
    assert (report.products_updated, report.variants_updated) == (0, 0)
    product = await lamp(demo)
    assert [(v.name, v.price_minor, v.available) for v in product.variants] == [
        ("Zongo Lamp Red", 1850, 7),
        ("Zongo Lamp Blue", 2000, 7),
    ]
    assert [(a.path, a.width, a.height) for a in product.assets] == [("lamp.png", 320, 200)]
    assert [c.name for c in product.categories] == ["Work lamps", "Lamps"]
    hit = (await search(demo, "zongo lmp 2011 corolla", category_id=product.categories[1].id)).hits[0]
    assert (hit.product_id, hit.price_min_minor, hit.price_max_minor) == (product.id, 1850, 2000)


async def test_the_same_file_again_changes_nothing(demo: Scope) -> None:
    before = await contents()
    report = await import_products(demo, DEMO / "products.csv")
    assert report.rejected == []
    assert (report.products_created, report.products_updated) == (0, 0)
    assert (report.variants_created, report.variants_updated) == (0, 0)
    assert await contents() == before


async def test_what_changed_in_the_file_is_changed_and_counted(demo: Scope, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_png(tmp_path / "pictures" / name, 10, 10)
    await imported(demo, tmp_path, row(picture="a.png"), row(handle="other", sku="OTH-1"))
    before = await lamp(demo)
    report = await imported(
        demo,
        tmp_path,
        row(
            name="Zongo Torch",
            price="19",
            picture="b.png",
            fits="Kia|Rio|2011",
            tags="torch",
            subcategory="Torches",
        ),
        row(handle="other", sku="OTH-1"),
    )
    assert (report.products_updated, report.variants_updated) == (1, 1)
    assert (report.products_created, report.variants_created) == (0, 0)
    after = await lamp(demo)
    assert (after.id, after.uid, after.created_at) == (before.id, before.uid, before.created_at)
    assert after.variants[0].id == before.variants[0].id and after.updated_at > before.updated_at
    assert (after.name, after.variants[0].name, after.variants[0].price_minor) == ("Zongo Torch",) * 2 + (
        1900,
    )
    assert [a.path for a in after.assets] == ["b.png"] and after.fitments[0].model == "Rio"
    assert after.categories[0].name == "Torches" and after.categories[1] == before.categories[1]
    tags = await fetch(
        "SELECT t.name FROM product_tag x JOIN tag t ON t.id = x.tag_id WHERE x.product_id = $1", after.id
    )
    assert [tag["name"] for tag in tags] == ["torch"]
    assert (await search(demo, "zongolux torch rio")).total == 1


async def test_what_the_file_does_not_name_stays(demo: Scope, tmp_path: Path) -> None:
    write_png(tmp_path / "pictures" / "a.png", 10, 10)
    await imported(
        demo, tmp_path, row(variant="Red", picture="a.png"), row(variant="Blue", picture="a.png", sku="B")
    )
    await imported(demo, tmp_path, row(variant="Red", price="30"))
    product = await lamp(demo)
    assert [v.option for v in product.variants] == ["Red", "Blue"]
    assert [a.path for a in product.assets] == ["a.png"]


async def test_what_is_featured_and_what_it_cost_before_stay_without_their_columns(
    demo: Scope, tmp_path: Path
) -> None:
    async def told(**changes: str) -> tuple[bool, int | None]:
        report = await imported(demo, tmp_path, row(**changes))
        assert report.rejected == []
        product = await lamp(demo)
        return product.featured, product.variants[0].compare_at_minor

    assert await told() == (False, None)
    assert await told(featured="yes", compare_at_price="25") == (True, 2500)
    assert await told(price="19") == (True, 2500)
    assert await told(compare_at_price="30") == (True, 3000)
    assert await told(featured="", compare_at_price="") == (False, None)


async def test_stock_becomes_the_files_but_never_less_than_is_promised(demo: Scope, tmp_path: Path) -> None:
    await imported(demo, tmp_path, row(stock="10"))
    variant = (await lamp(demo)).variants[0].id
    await execute("UPDATE stock_level SET allocated = 4 WHERE variant_id = $1", variant)

    async def after(stock: str) -> tuple[int, int]:
        report = await imported(demo, tmp_path, row(stock=stock))
        found = await fetch("SELECT on_hand, allocated FROM stock_level WHERE variant_id = $1", variant)
        assert found[0]["allocated"] == 4
        return found[0]["on_hand"], report.variants_updated

    assert await after("12") == (12, 1)
    assert await after("2") == (4, 1)
    assert await after("2") == (4, 0)


async def test_one_bad_row_and_nothing_is_imported(demo: Scope, tmp_path: Path) -> None:
    before = await contents()
    report = await imported(
        demo,
        tmp_path,
        row(),
        row(handle="b", sku="B-1", price="x"),
        row(handle="c", sku="C-1", picture="missing.png"),
        row(handle="d", sku="BRK-AUD-A4X-001"),
        row(handle="e", sku="E-1", stock="-1"),
    )
    assert [(one.line, one.field) for one in report.rejected] == [
        (3, "price"), (4, "picture"), (5, "sku"), (6, "stock"),
    ]  # fmt: skip
    assert "audi-a4-front-brake-pads" in report.rejected[2].why
    assert (report.products_created, report.variants_created) == (0, 0)
    assert await contents() == before


async def test_a_failure_in_the_middle_leaves_nothing_behind(
    demo: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await contents()
    monkeypatch.setattr("services.importing.writing._BATCH", 2)

    def fail(done: int, total: int) -> None:
        if done >= 4:
            raise RuntimeError("the plug was pulled")

    with pytest.raises(RuntimeError):
        await imported(demo, tmp_path, *(row(handle=f"h{n}", sku=f"S-{n}") for n in range(6)), progress=fail)
    assert await contents() == before


async def test_a_dry_run_tells_what_would_be_and_writes_nothing(demo: Scope, tmp_path: Path) -> None:
    before = await contents()
    report = await imported(demo, tmp_path, row(), row(handle="b", sku="B-1"), dry_run=True)
    assert (report.products_created, report.variants_created) == (2, 2)
    assert await contents() == before


async def test_a_file_without_rows_does_nothing(demo: Scope, tmp_path: Path) -> None:
    before = await contents()
    assert await imported(demo, tmp_path) == ImportReport()
    assert await contents() == before


async def test_progress_is_told_batch_by_batch(
    demo: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.importing.writing._BATCH", 2)
    told: list[tuple[int, int]] = []
    rows = [row(handle=f"h{n}", sku=f"S-{n}") for n in range(5)]
    await imported(demo, tmp_path, *rows, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


async def test_a_file_takes_few_statements(demo: Scope, tmp_path: Path) -> None:
    rows = [row(handle=f"h{n}", sku=f"S-{n}", name=f"Part {n}") for n in range(200)]
    with counted() as counter:
        await imported(demo, tmp_path, *rows)
    assert counter.statements < 60


async def test_a_picture_must_be_a_png(demo: Scope, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "fake.png").write_bytes(b"GIF89a" + bytes(100))
    (tmp_path / "pictures" / "short.png").write_bytes(b"\x89PNG")
    for name in ("fake.png", "short.png"):
        report = await imported(demo, tmp_path, row(picture=name))
        assert [one.field for one in report.rejected] == ["picture"]


async def test_two_shelves_of_one_name_have_their_own_slugs(demo: Scope, tmp_path: Path) -> None:
    await imported(
        demo,
        tmp_path,
        row(category="Lamps", subcategory="Small"),
        row(handle="b", sku="B-1", category="Torches", subcategory="Small"),
        row(handle="c", sku="C-1", category="Lámps!", subcategory=""),
        row(handle="d", sku="D-1", category="灯", subcategory=""),
    )
    stored = await fetch("SELECT slug FROM category WHERE platform_id = $1 ORDER BY id", demo.platform_id)
    assert [shelf["slug"] for shelf in stored[-6:]] == [
        "lamps", "torches", "lamps-2", "category", "small", "torches-small",
    ]  # fmt: skip


async def test_the_same_file_may_serve_two_platforms(demo: Scope, tmp_path: Path) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    for scope in (demo, kasuwa):
        assert (await imported(scope, tmp_path, row())).products_created == 1
    assert (await lamp(demo)).id != (await lamp(kasuwa)).id
    assert (await lamp(demo)).variants[0].price_minor == 1850
