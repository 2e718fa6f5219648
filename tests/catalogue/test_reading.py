"""What reading the catalogue promises, on either database."""

import pytest

from core.db import execute, fetch
from core.errors import InvalidInput
from services.catalogue import (
    ProductOptions,
    get_product,
    get_variants,
    list_categories,
    list_products,
    variants_of,
)
from services.listing import Clause, Listing
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted

EVERYTHING = frozenset({"assets", "variants", "variant_assets", "fitments", "categories"})


async def test_pages_follow_each_other_and_each_knows_the_total(demo: Scope) -> None:
    first, total = await list_products(demo, ProductOptions(take=30))
    second, again = await list_products(demo, ProductOptions(skip=30, take=30))
    beyond, still = await list_products(demo, ProductOptions(skip=10**30))
    assert total == again == still > 800 and beyond == []
    names = [product.name for product in first + second]
    assert len({product.id for product in first + second}) == 60
    assert names == sorted(names) or names == sorted(names, key=str.lower)


async def test_a_page_holds_a_hundred_at_most(demo: Scope) -> None:
    assert len((await list_products(demo, ProductOptions(take=10**9)))[0]) == 100
    assert (await list_products(demo, ProductOptions(take=0)))[0] == []
    assert len((await list_products(demo, ProductOptions(skip=-1, take=3)))[0]) == 3


async def test_only_what_was_asked_for_is_read_and_in_the_same_number_of_statements(demo: Scope) -> None:
    with counted() as bare:
        products, _ = await list_products(demo, ProductOptions(take=100))
    assert bare.statements == 1
    assert not any(p.assets or p.variants or p.fitments or p.categories for p in products)
    for take in (1, 100):
        with counted() as whole:
            products, _ = await list_products(demo, ProductOptions(take=take), EVERYTHING)
        assert whole.statements == 6
        assert all(p.assets and p.variants and p.categories for p in products)
        assert all(v.assets == p.assets for p in products for v in p.variants)


async def test_a_product_shows_what_is_known_of_it(demo: Scope) -> None:
    product = await get_product(demo, slug="honda-civic-front-brake-caliper", include=EVERYTHING)
    assert product is not None
    assert (product.brand, product.seller) == ("Cardone", "Kwame Nkrumah Circle Spares")
    assert (product.condition, product.country_of_origin) == ("NEW", "United States")
    assert [(v.option, v.sku, v.price_minor, v.available) for v in product.variants] == [
        ("Left", "BRK-HON-CIV-004-L", 65500, 43),
        ("Right", "BRK-HON-CIV-004-R", 65500, 24),
    ]
    assert product.variants[0].name == "Honda Civic Front Brake Caliper Left"
    assert product.variants[0].product_slug == product.slug
    assert [(f.make, f.model, f.year_from, f.year_to) for f in product.fitments] == [
        ("Honda", "Civic", 2006, 2011)
    ]
    assert [category.name for category in product.categories] == ["Hydraulics", "Brakes"]
    assert [(a.path, a.mime, a.width, a.height) for a in product.assets] == [
        ("brake-caliper.png", "image/png", 640, 480)
    ]
    assert product.enabled and product.created_at.tzinfo and product.average_rating is None
    by_id = await get_product(demo, product_id=product.id, include=EVERYTHING)
    assert by_id == await get_product(demo, uid=product.uid, include=EVERYTHING) == product


async def test_stars_are_averaged(demo: Scope) -> None:
    await execute("UPDATE product SET star_sum = 9, star_count = 2 WHERE id = 1")
    product = await get_product(demo, product_id=1)
    assert product and (product.average_rating, product.stars) == (4.5, 2)


async def test_products_are_chosen_by_id_slug_name_and_shelf_together(demo: Scope) -> None:
    some, total = await list_products(demo, ProductOptions(ids=[3, 1, 2, 10**30, -4]))
    assert total == 3 and {product.id for product in some} == {1, 2, 3}
    assert (await list_products(demo, ProductOptions(ids=[])))[1] == 0
    named, total = await list_products(
        demo, ProductOptions(where=Clause("name", "contains", "BRAKE pad"), take=100)
    )
    assert total == len(named) > 20 and all("brake pad" in product.name.lower() for product in named)
    shelves, _ = await list_categories(demo, slug="brakes")
    _, placed = await list_products(demo, ProductOptions(category_id=shelves[0].id))
    assert placed > total
    _, both = await list_products(
        demo,
        ProductOptions(
            category_id=shelves[0].id, where=Clause("name", "contains", "brake pad"), ids=[named[0].id]
        ),
    )
    assert both == 1


@pytest.mark.parametrize(
    "text", ["%", "_", "!", "100%_!", "' OR 1=1 --", "\\", "\x00\x00%", "\ud800!", "x" * 10_000]
)
async def test_hostile_names_are_only_text(demo: Scope, text: str) -> None:
    assert (await list_products(demo, ProductOptions(where=Clause("name", "contains", text))))[1] == 0
    assert await get_product(demo, slug=text) is None
    assert (await list_categories(demo, slug=text))[1] == 0


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_sorts_are_stable(demo: Scope, direction: str) -> None:
    products, _ = await list_products(
        demo, ProductOptions(sort=(("sold", "DESC"), ("id", direction)), take=100)
    )
    ids = [product.id for product in products]
    assert ids == sorted(ids, reverse=direction == "DESC")
    with pytest.raises(InvalidInput):
        await list_products(demo, ProductOptions(sort=(("name; DROP TABLE product", direction),)))
    with pytest.raises(InvalidInput):
        await list_products(demo, ProductOptions(sort=(("name", f"{direction}, 1"),)))


async def test_disabled_products_and_variants_are_not_shown(demo: Scope) -> None:
    _, before = await list_products(demo, ProductOptions())
    await execute("UPDATE product SET enabled = $1 WHERE id = 1", False)
    assert (await list_products(demo, ProductOptions()))[1] == before - 1
    assert await get_product(demo, product_id=1) is None
    caliper = await get_product(demo, slug="honda-civic-front-brake-caliper", include=EVERYTHING)
    assert caliper
    await execute("UPDATE variant SET enabled = $1 WHERE id = $2", False, caliper.variants[0].id)
    again = await get_product(demo, product_id=caliper.id, include=EVERYTHING)
    assert again and [v.option for v in again.variants] == ["Right"]


async def test_available_is_what_is_not_promised(demo: Scope) -> None:
    await execute("UPDATE stock_level SET on_hand = 9, allocated = 4 WHERE variant_id = 56")
    assert [v.available for v in await get_variants(demo, [56])] == [5]


async def test_variants_come_in_the_order_asked_for_without_strangers(demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    theirs = (await fetch("SELECT id FROM variant WHERE platform_id = $1 LIMIT 1", kasuwa.platform_id))[0][
        "id"
    ]
    found = await get_variants(demo, [58, theirs, 56, 10**30, 0, 58], with_assets=True)
    assert [variant.id for variant in found] == [58, 56]
    assert all(variant.assets for variant in found)
    assert await get_variants(demo, []) == []


async def test_another_platforms_catalogue_is_not_shown(demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    theirs, _ = await list_products(kasuwa, ProductOptions(take=1))
    assert await get_product(demo, product_id=theirs[0].id) is None
    assert await get_product(demo, slug=theirs[0].slug) is None
    assert (await list_products(demo, ProductOptions(ids=[theirs[0].id])))[1] == 0
    shelves, _ = await list_categories(kasuwa, top_only=True)
    assert (await list_categories(demo, ids=[shelves[0].id]))[1] == 0
    assert (await variants_of(demo, "category", [shelves[0].id], Listing()))[shelves[0].id] == ([], 0)


async def test_categories_are_two_levels_with_pictures(demo: Scope) -> None:
    top, count = await list_categories(demo, top_only=True)
    assert count == len(top) == 14 and {"Wheels & parts", "Exterior Accessories"} <= {c.name for c in top}
    assert all(category.asset and category.parent_id is None for category in top)
    wheels = next(category for category in top if category.name == "Wheels & parts")
    assert wheels.slug == "wheels-parts"
    inside, total = await list_categories(demo, parent_id=wheels.id, sort=(("name", "DESC"),), take=2)
    assert len(inside) == 2 <= total
    assert inside[0].name > inside[1].name and inside[0].parent_id == wheels.id
    with pytest.raises(InvalidInput):
        await list_categories(demo, sort=(("colour", "ASC"),))


async def test_a_shelf_shows_its_variants_and_its_childrens(demo: Scope) -> None:
    top, _ = await list_categories(demo, top_only=True)
    with counted() as counter:
        shelves = await variants_of(
            demo, "category", [c.id for c in top], Listing(skip=3, take=5), with_assets=True
        )
    assert counter.statements == 2
    assert all(len(variants) == 5 and total > 5 for variants, total in shelves.values())
    assert all(variant.assets for variants, _ in shelves.values() for variant in variants)
    count = await fetch("SELECT COUNT(*) AS n FROM variant WHERE platform_id = $1", demo.platform_id)
    assert sum(total for _, total in shelves.values()) == count[0]["n"]
    children, _ = await list_categories(demo, parent_id=top[0].id)
    inside = await variants_of(demo, "category", [child.id for child in children], Listing(take=100))
    assert sum(total for _, total in inside.values()) == shelves[top[0].id][1]


async def test_a_page_of_a_shelf_beyond_its_end_still_knows_the_total(demo: Scope) -> None:
    top, _ = await list_categories(demo, slug="brakes")
    shelves = await variants_of(demo, "category", [top[0].id, 10**12, 10**30], Listing(skip=10_000))
    assert shelves[top[0].id][0] == [] and shelves[top[0].id][1] > 100
    assert shelves[10**12] == shelves[10**30] == ([], 0)
