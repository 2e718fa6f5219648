"""Search keeps in step with the catalogue."""

from pathlib import Path

from core.db import execute, fetch
from services.search import reindex_products, search
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import imported, row


async def lamp(scope: Scope, folder: Path) -> int:
    await imported(scope, folder, row())
    return (await search(scope, "zongolux")).hits[0].product_id


async def words(scope: Scope, beginning: str) -> set[str]:
    rows = await fetch(
        "SELECT word FROM search_word WHERE platform_id = $1 AND word LIKE $2",
        scope.platform_id,
        f"{beginning}%",
    )
    return {row["word"] for row in rows}


async def test_a_disabled_product_is_found_no_more_and_an_enabled_one_again(
    demo: Scope, tmp_path: Path
) -> None:
    product_id = await lamp(demo, tmp_path)
    await execute("UPDATE product SET enabled = $2 WHERE id = $1", product_id, False)
    await reindex_products(demo, [product_id])
    assert (await search(demo, "zongolux")).total == 0
    assert await words(demo, "zongo") == set()
    await execute("UPDATE product SET enabled = $2 WHERE id = $1", product_id, True)
    await reindex_products(demo, [product_id])
    assert (await search(demo, "zongolx")).hits[0].product_id == product_id


async def test_a_product_without_an_enabled_variant_is_not_found(demo: Scope, tmp_path: Path) -> None:
    product_id = await lamp(demo, tmp_path)
    await execute("UPDATE variant SET enabled = $2 WHERE product_id = $1", product_id, False)
    await reindex_products(demo, [product_id])
    assert (await search(demo, "zongolux")).total == 0


async def test_a_renamed_product_is_found_by_its_new_name_only(demo: Scope, tmp_path: Path) -> None:
    product_id = await lamp(demo, tmp_path)
    await execute(
        "UPDATE product SET name = $2, slug = $3 WHERE id = $1", product_id, "Frafra Torch", "torch"
    )
    await reindex_products(demo, [product_id])
    assert (await search(demo, "frafra torch")).total == 1
    assert (await search(demo, "zongo lamp lmp")).hits[0].name == "Frafra Torch"  # its seller's SKU remains
    assert "frafra" in await words(demo, "frafra")


async def test_a_word_that_another_product_has_is_kept(demo: Scope, tmp_path: Path) -> None:
    await imported(demo, tmp_path, row(), row(handle="other", sku="OTH-1", name="Zongolux other"))
    product_id = (await search(demo, "ZGO-LMP-001")).hits[0].product_id
    await execute("UPDATE product SET enabled = $2 WHERE id = $1", product_id, False)
    await reindex_products(demo, [product_id])
    assert await words(demo, "zgo") == set()
    assert await words(demo, "zongolux") == {"zongolux"}


async def test_doing_it_again_changes_nothing(demo: Scope) -> None:
    rows = await fetch("SELECT product_id FROM search_entry WHERE platform_id = $1", demo.platform_id)
    before = await fetch("SELECT * FROM search_word ORDER BY id")
    found = await search(demo, "toyota", take=100)
    await reindex_products(demo, [row["product_id"] for row in rows])
    assert await fetch("SELECT * FROM search_word ORDER BY id") == before
    assert await search(demo, "toyota", take=100) == found


async def test_another_platforms_products_are_left_alone(demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    theirs = (await search(kasuwa, "toyota")).hits[0].product_id
    await reindex_products(demo, [theirs, 10**12])
    assert (await search(kasuwa, "toyota")).hits[0].product_id == theirs
