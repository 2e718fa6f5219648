"""The catalogue over REST: found, filtered, sorted and shown as the document has it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.clock import now
from core.db import execute, fetch, fetch_one
from services.tenants import scope_by_key
from tests.catalogue.helpers import counted
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, KASUWA_KEY, Rest

PATH = "/api/CustomerProuct"
SAMPLE = {
    "id", "name", "description", "slug", "sku", "price", "compareAtPrice", "discountPercentage", "stockQuantity",
    "isActive", "isFeatured", "requiresShipping", "installationAvailable", "installationCharge", "isMerchant",
    "availableForPickup", "availableForDelivery", "minDeliveryDays", "maxDeliveryDays", "images",
    "productCategoryId", "productSubcategoryId", "brandId", "businessId", "platformId", "productCategory", "brand",
    "averageRating", "totalRatings", "totalReviews",
}  # fmt: skip


async def pages(app: Rest, **query: Any) -> list[dict[str, Any]]:
    """All products that the list gives for `query`, page after page."""
    found: list[dict[str, Any]] = []
    while True:
        page = await app.data("GET", PATH, pageNumber=len(found) // 100 + 1, pageSize=100, **query)
        found += page
        if len(page) < 100:
            return found


async def test_the_documents_list_shows_every_field(world: World) -> None:
    async with Rest(world) as app:
        status, told = await app.ask(
            "GET", f"{PATH}?categoryId=1&pageNumber=1&pageSize=20&sortBy=price&sortOrder=desc"
        )
        assert (status, told["message"]) == (200, "Products retrieved successfully")
        assert len(told["data"]) == 20
        prices = [product["price"] for product in told["data"]]
        assert prices == sorted(prices, reverse=True)
        scope = await scope_by_key(DEMO_KEY)
        for product in told["data"]:
            assert set(product) >= SAMPLE
            assert product["productCategoryId"] == 1 and product["productCategory"]["id"] == 1
            assert product["platformId"] == product["businessId"] == str(scope.uid)
            assert product["brand"] is None or product["brand"]["id"] == product["brandId"]
            assert all(image.startswith("http") for image in product["images"])
            first = product["variants"][0]
            assert (first["sku"], first["price"]) == (product["sku"], product["price"])
        assert await app.data("GET", "/api/CustomerProduct", categoryId=1) == await app.data(
            "GET", PATH, categoryId=1
        )


async def test_pages_follow_each_other_and_leave_nothing_out(world: World) -> None:
    async with Rest(world) as app:
        everything = await pages(app)
        assert len(everything) == len({product["id"] for product in everything}) > 800
        assert everything[100:120] == await app.data("GET", PATH, pageNumber=6)
        assert await app.data("GET", PATH, pageNumber=2**62) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sortBy": "Price"}, "price"),
        ({"sortBy": "PRICE", "sortOrder": "DESC"}, "price"),
        ({"sortBy": "name", "sortOrder": "desc"}, "name"),
        ({}, "name"),
    ],
)
async def test_each_order_holds_over_all_pages(world: World, query: dict[str, str], field: str) -> None:
    async with Rest(world) as app:
        found = [product[field] for product in await pages(app, **query)]
        downward = query.get("sortOrder", "asc").lower() == "desc"
        assert found == sorted(found, reverse=downward) or found == sorted(
            found, key=str.lower, reverse=downward
        )


async def test_the_newest_come_last_or_first(world: World) -> None:
    async with Rest(world) as app:
        some = (await app.data("GET", PATH))[7]["id"]
        await execute("UPDATE product SET created_at = $2 WHERE uid = $1", some, now() + timedelta(days=1))
        newest = await app.data("GET", PATH, sortBy="createddate", sortOrder="desc", pageSize=1)
        assert newest[0]["id"] == some
        assert (await pages(app, sortBy="CreatedDate"))[-1]["id"] == some


async def test_filters_hold_together(world: World) -> None:
    async with Rest(world) as app:
        shelves = await app.data("GET", f"{PATH}/categories")
        shelf = next(one for one in shelves if len(one["subcategories"]) > 1)
        whole = await pages(app, categoryId=shelf["id"])
        assert {product["productCategoryId"] for product in whole} == {shelf["id"]}
        parts = [await pages(app, subcategoryId=part["id"]) for part in shelf["subcategories"]]
        assert sum(map(len, parts)) == len(whole)
        for part, found in zip(shelf["subcategories"], parts, strict=True):
            assert {product["productSubcategoryId"] for product in found} == {part["id"]}
        # A top-level category is no subcategory, and another category's child is not here.
        assert await app.data("GET", PATH, subcategoryId=shelf["id"]) == []
        other = next(one for one in shelves if one["id"] != shelf["id"] and one["subcategories"])
        wrong = {"categoryId": shelf["id"], "subcategoryId": other["subcategories"][0]["id"]}
        assert await app.data("GET", PATH, **wrong) == []
        brand = next(product["brand"] for product in whole if product["brand"])
        branded = await pages(app, brandId=brand["id"])
        assert {product["brand"]["name"] for product in branded} == {brand["name"]}
        both = await pages(app, brandId=brand["id"], categoryId=shelf["id"])
        assert {one["id"] for one in both} == {one["id"] for one in branded} & {one["id"] for one in whole}
        for nothing in ({"categoryId": 2**62}, {"brandId": str(uuid4())}, {"subcategoryId": 999_999}):
            assert await app.data("GET", PATH, **nothing) == []


@pytest.mark.parametrize("term", ["brake", "Brake PADS", "corolla", "oil", "pads toyota"])
async def test_a_term_filters_by_name_or_description(world: World, term: str) -> None:
    async with Rest(world) as app:
        found = await pages(app, searchTerm=term, sortBy="price")
        assert found and [one["price"] for one in found] == sorted(one["price"] for one in found)
        words = term.lower().split()
        assert all(word in f"{one['name']} {one['description']}".lower() for one in found for word in words)
        named = {
            one["id"] for one in await pages(app) if all(w in one["name"].lower().split() for w in words)
        }
        assert named <= {one["id"] for one in found}


async def test_a_term_is_no_pattern_and_no_query(world: World) -> None:
    async with Rest(world) as app:
        for term in ("%", "_", "!!!", "' OR 1=1 --", '"*', "zzqqxx"):
            found = await app.data("GET", PATH, searchTerm=term)
            assert len(found) < 20, term
        # Accents are folded, and an empty term is none.
        assert await app.data("GET", PATH, searchTerm="bräke")
        assert len(await app.data("GET", PATH, searchTerm="")) == 20


async def test_every_limit_is_named(world: World) -> None:
    async with Rest(world) as app:
        for query, field in (
            ({"pageNumber": "0"}, "pageNumber"),
            ({"pageNumber": "x"}, "pageNumber"),
            ({"pageNumber": "9" * 30}, "pageNumber"),
            ({"pageSize": "0"}, "pageSize"),
            ({"pageSize": "101"}, "pageSize"),
            ({"categoryId": "abc"}, "categoryId"),
            ({"categoryId": "0"}, "categoryId"),
            ({"subcategoryId": "-1"}, "subcategoryId"),
            ({"brandId": "1"}, "brandId"),
            ({"sortBy": "sku"}, "sortBy"),
            ({"sortOrder": "up"}, "sortOrder"),
        ):
            assert field in await app.refused(400, "GET", PATH, **query)
        for query, field in (
            ({"searchTerm": "a", "pageSize": "101"}, "pageSize"),
            ({"searchTerm": "a", "pageNumber": "0"}, "pageNumber"),
        ):
            assert field in await app.refused(400, "GET", f"{PATH}/search", **query)
        for limit in ("0", "51", "many"):
            assert "limit" in await app.refused(400, "GET", f"{PATH}/featured", limit=limit)
        assert "id" in await app.refused(400, "GET", f"{PATH}/nonsense")
        assert "categoryId" in await app.refused(400, "GET", f"{PATH}/categories/x/subcategories")
        app.key = ""
        assert "x-api-key" in await app.refused(401, "GET", PATH)


async def test_one_product_is_shown_and_an_unknown_one_is_not(world: World) -> None:
    async with Rest(world) as app:
        listed = (await app.data("GET", PATH, pageSize=1))[0]
        status, told = await app.ask("GET", f"{PATH}/{listed['id']}")
        assert (status, told["message"], told["data"]) == (
            200,
            "Product retrieved successfully",
            listed | {"purchaseOptions": []},
        )
        refused = (404, {"success": False, "message": "Product not found", "data": None})
        assert await app.ask("GET", f"{PATH}/{uuid4()}") == refused
        app.key = KASUWA_KEY
        assert await app.ask("GET", f"{PATH}/{listed['id']}") == refused


async def test_what_is_not_for_sale_is_not_shown(world: World) -> None:
    async with Rest(world) as app:
        gone, unsellable = (one["id"] for one in await app.data("GET", PATH, pageSize=2))
        before = len(await pages(app))
        await execute("UPDATE product SET enabled = $2 WHERE uid = $1", gone, False)
        row = await fetch_one("SELECT id FROM product WHERE uid = $1", unsellable)
        assert row
        await execute("UPDATE variant SET enabled = $2 WHERE product_id = $1", row["id"], False)
        assert len(await pages(app)) == before - 2
        for uid in (gone, unsellable):
            await app.refused(404, "GET", f"{PATH}/{uid}")


async def test_prices_before_and_stock_are_the_first_variants(world: World) -> None:
    async with Rest(world) as app:
        product = await app.a_product(pieces=7)
        row = await fetch_one("SELECT id FROM product WHERE uid = $1", product)
        assert row
        await execute(
            "UPDATE variant SET price_minor = 9999, compare_at_minor = 12999 WHERE product_id = $1", row["id"]
        )
        shown = await app.data("GET", f"{PATH}/{product}")
        told = (shown["price"], shown["compareAtPrice"], shown["discountPercentage"], shown["stockQuantity"])
        assert told == (99.99, 129.99, 23.08, 7)
        await execute("UPDATE variant SET compare_at_minor = 9999 WHERE product_id = $1", row["id"])
        shown = await app.data("GET", f"{PATH}/{product}")
        assert (shown["compareAtPrice"], shown["discountPercentage"]) == (None, None)
        assert (shown["averageRating"], shown["totalRatings"], shown["totalReviews"]) == (0, 0, 0)
        await execute("UPDATE product SET star_sum = 9, star_count = 2 WHERE id = $1", row["id"])
        shown = await app.data("GET", f"{PATH}/{product}")
        assert (shown["averageRating"], shown["totalRatings"]) == (4.5, 2)


async def test_shelves_have_their_subcategories(world: World) -> None:
    async with Rest(world) as app:
        status, told = await app.ask("GET", f"{PATH}/categories")
        assert (status, told["message"]) == (200, "Categories retrieved successfully")
        shelves = told["data"]
        rows = await fetch(
            "SELECT id, parent_id FROM category WHERE platform_id = $1",
            (await scope_by_key(DEMO_KEY)).platform_id,
        )
        assert {one["id"] for one in shelves} == {row["id"] for row in rows if row["parent_id"] is None}
        children = {part["id"]: part for one in shelves for part in one["subcategories"]}
        assert set(children) == {row["id"] for row in rows if row["parent_id"] is not None}
        assert set(shelves[0]) == {
            "id", "name", "description", "slug", "iconUrl", "displayOrder", "isActive", "isFeatured",
            "metaTitle", "metaDescription", "subcategories",
        }  # fmt: skip
        assert [one["displayOrder"] for one in shelves] == sorted(one["displayOrder"] for one in shelves)
        assert any(one["isFeatured"] for one in children.values())
        assert all(one["isFeatured"] == any(p["isFeatured"] for p in one["subcategories"]) for one in shelves)
        status, told = await app.ask("GET", f"{PATH}/categories/{shelves[0]['id']}/subcategories")
        assert (status, told["message"]) == (200, "Subcategories retrieved successfully")
        assert told["data"] == shelves[0]["subcategories"]
        assert set(told["data"][0]) == set(shelves[0]) - {"subcategories"} | {"productCategoryId"}
        assert {part["productCategoryId"] for part in told["data"]} == {shelves[0]["id"]}
        child = told["data"][0]["id"]
        assert await app.data("GET", f"{PATH}/categories/{child}/subcategories") == []
        assert "categoryId" in await app.refused(404, "GET", f"{PATH}/categories/999999/subcategories")
        app.key = KASUWA_KEY
        await app.refused(404, "GET", f"{PATH}/categories/{shelves[0]['id']}/subcategories")


async def test_brands_are_those_of_products(world: World) -> None:
    async with Rest(world) as app:
        status, told = await app.ask("GET", f"{PATH}/brands")
        assert (status, told["message"]) == (200, "Brands retrieved successfully")
        assert set(told["data"][0]) == {
            "id", "name", "description", "slug", "logoUrl", "isActive", "isFeatured",
        }  # fmt: skip
        everything = await pages(app)
        assert {one["id"] for one in told["data"]} == {one["brandId"] for one in everything if one["brandId"]}
        featured = {one["brandId"] for one in everything if one["isFeatured"]}
        assert {one["id"] for one in told["data"] if one["isFeatured"]} == featured - {None}
        app.key = KASUWA_KEY
        theirs = {one["id"] for one in await app.data("GET", f"{PATH}/brands")}
        assert theirs and not theirs & {one["id"] for one in told["data"]}


async def test_a_search_shows_the_best_first_and_forgives(world: World) -> None:
    async with Rest(world) as app:
        status, told = await app.ask("GET", f"{PATH}/search?searchTerm=brake%20pads&pageNumber=1&pageSize=20")
        assert (status, told["message"]) == (200, "Products retrieved successfully")
        assert told["data"] and set(told["data"][0]) >= SAMPLE
        assert all("brake pads" in one["name"].lower() for one in told["data"])
        second = await app.data("GET", f"{PATH}/search", searchTerm="brake", pageSize=10, pageNumber=2)
        first = await app.data("GET", f"{PATH}/search", searchTerm="brake", pageSize=10)
        both = await app.data("GET", f"{PATH}/search", searchTerm="brake", pageSize=20)
        assert first + second == both and len(both) == 20
        assert await app.data("GET", f"{PATH}/search", searchTerm="toyotta")
        assert await app.data("GET", f"{PATH}/search", searchTerm="qqzzxxjj vvkkww") == []
        assert await app.data("GET", f"{PATH}/search", searchTerm="brake", pageNumber=2**60) == []


@pytest.mark.parametrize("query", ["", "?searchTerm=", "?searchTerm=%20%20"])
async def test_a_search_wants_a_term(world: World, query: str) -> None:
    async with Rest(world) as app:
        told = {"success": False, "message": "Search term is required", "data": None}
        assert await app.ask("GET", f"{PATH}/search{query}") == (400, told)


async def test_featured_products_come_first_and_then_what_sells(world: World) -> None:
    async with Rest(world) as app:
        status, told = await app.ask("GET", f"{PATH}/featured?limit=10")
        assert (status, told["message"]) == (200, "Featured products retrieved successfully")
        assert len(told["data"]) == 10 and all(one["isFeatured"] for one in told["data"])
        assert len(await app.data("GET", f"{PATH}/featured")) == 10
        most = await app.data("GET", f"{PATH}/featured", limit=50)
        flags = [one["isFeatured"] for one in most]
        assert len(most) == 50 and flags == sorted(flags, reverse=True) and not all(flags)
        plain = most[-1]["id"]
        row = await fetch_one("SELECT id FROM product WHERE uid = $1", plain)
        assert row
        await execute("UPDATE product SET sold = 1000 WHERE id = $1", row["id"])
        await execute("UPDATE search_entry SET sold = 1000 WHERE product_id = $1", row["id"])
        again = await app.data("GET", f"{PATH}/featured", limit=50)
        assert again[flags.count(True)]["id"] == plain
        assert await app.data("GET", f"{PATH}/featured", limit=30) == again[:30]


async def test_a_page_costs_the_same_number_of_statements_whatever_its_size(world: World) -> None:
    async with Rest(world) as app:
        for path, sizes, most in (
            (PATH, ({"pageSize": 1}, {"pageSize": 100}), 4),
            (f"{PATH}/search", ({"searchTerm": "brake", "pageSize": 2}, {"searchTerm": "brake", "pageSize": 100}), 6),
            (f"{PATH}/featured", ({"limit": 1}, {"limit": 50}), 5),
        ):  # fmt: skip
            costs = []
            await app.data("GET", path, **sizes[0])
            for query in sizes:
                with counted() as counter:
                    await app.data("GET", path, **query)
                costs.append(counter.statements)
            assert costs[0] == costs[1] <= most, path
        for path in ("categories", "brands"):
            with counted() as counter:
                await app.data("GET", f"{PATH}/{path}")
            assert counter.statements == 1
