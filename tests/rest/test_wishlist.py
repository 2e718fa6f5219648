"""The wishlist over REST: kept, ordered by what matters, and moved into the cart."""

from typing import Any
from uuid import uuid4

from core.db import execute, fetch, fetch_one
from services.tenants import scope_by_key
from tests.catalogue.helpers import counted
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, KASUWA_KEY, Rest
from tests.rest.test_checkout import on_page

PATH = "/api/ProductWishList"
CART = "/api/customer/cart"
SAMPLE = {
    "id", "productId", "customerId", "productName", "productDescription", "productImage", "productPrice",
    "compareAtPrice", "discountPercentage", "isInStock", "stockQuantity", "productSlug", "productSku", "notes",
    "priority", "dateAdded", "dateUpdated", "platformId", "businessId", "environmentType", "categoryName",
    "brandName",
}  # fmt: skip
NOTHING = {
    "totalItems": 0, "totalValue": 0, "averageItemPrice": 0, "inStockItems": 0, "outOfStockItems": 0,
    "highPriorityItems": 0, "mediumPriorityItems": 0, "lowPriorityItems": 0, "lastUpdated": None,
    "dateRangeStart": None, "dateRangeEnd": None,
}  # fmt: skip


async def products(number: int, pieces: int = 50) -> list[str]:
    """The uids of so many products of the demo, each with that many pieces of every variant."""
    scope = await scope_by_key(DEMO_KEY)
    rows = await fetch(
        f"SELECT id, uid FROM product WHERE platform_id = $1 ORDER BY id LIMIT {number}", scope.platform_id
    )
    for row in rows:
        await execute(
            "UPDATE stock_level SET on_hand = $2 WHERE variant_id IN (SELECT id FROM variant WHERE product_id = $1)",
            row["id"],
            pieces,
        )
    return [str(row["uid"]) for row in rows]


async def wished(app: Rest, uids: list[str], **more: Any) -> list[dict[str, Any]]:
    return [await app.data("POST", f"{PATH}/add", {"productId": uid, **more}) for uid in uids]


async def test_the_documents_item_is_added_with_every_field(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000101")
        product = await app.a_product(pieces=50)
        await execute(
            "UPDATE variant SET price_minor = 5000000, compare_at_minor = 6000000 "
            "WHERE product_id = (SELECT id FROM product WHERE uid = $1)",
            product,
        )
        body = {"productId": product, "notes": "Need this for birthday gift", "priority": 1}
        status, told = await app.ask("POST", f"{PATH}/add", body)
        assert (status, told["message"]) == (200, "Product added to wishlist successfully")
        item = told["data"]
        assert set(item) == SAMPLE
        assert (item["productId"], item["notes"], item["priority"]) == (product, body["notes"], 1)
        assert (item["productPrice"], item["compareAtPrice"]) == (50000.0, 60000.0)
        assert (item["discountPercentage"], item["isInStock"], item["stockQuantity"]) == (16.67, True, 50)
        assert item["environmentType"] == "Test" and item["dateUpdated"] is None
        assert item["dateAdded"].endswith("Z") and item["productImage"].startswith("http")
        shown = await app.data("GET", f"/api/CustomerProduct/{product}")
        assert item["categoryName"] == shown["productCategory"]["name"]
        assert item["brandName"] == shown["brand"]["name"] and item["productSku"] == shown["sku"]
        assert item["platformId"] == item["businessId"] == shown["platformId"]
        status, told = await app.ask("GET", f"{PATH}?page=1&pageSize=20")
        assert (status, told["message"], told["data"]) == (200, "Wishlist retrieved successfully", [item])
        assert await app.data("GET", "/api/ProductWishlist") == [item]


async def test_a_product_is_on_the_list_once(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000102")
        product = await app.a_product()
        first = await app.data("POST", f"{PATH}/add", {"productId": product, "notes": "Red", "priority": 4})
        again = await app.data("POST", f"{PATH}/add", {"productId": product, "priority": 2})
        assert (again["id"], again["notes"], again["priority"]) == (first["id"], "Red", 2)
        assert again["dateAdded"] == first["dateAdded"] and again["dateUpdated"] is not None
        assert await app.data("GET", f"{PATH}/count") == 1
        bare = await app.data("POST", f"{PATH}/add", {"productId": (await products(2))[1]})
        assert (bare["notes"], bare["priority"]) == ("", 1)


async def test_an_item_is_changed_and_what_is_not_given_stays(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000103")
        (item,) = await wished(app, await products(1), notes="Blue", priority=3)
        body = {"wishListItemId": item["id"], "notes": "Updated: Buy this next month", "priority": 2}
        status, told = await app.ask("PUT", f"{PATH}/update", body)
        assert (status, told["message"]) == (200, "Wishlist item updated successfully")
        changed = told["data"]
        assert (changed["notes"], changed["priority"]) == (body["notes"], 2)
        assert changed["dateUpdated"] >= changed["dateAdded"]
        assert changed | {"notes": "Blue", "priority": 3, "dateUpdated": None} == item
        cleared = await app.data("PUT", f"{PATH}/update", {"wishListItemId": item["id"], "notes": ""})
        assert (cleared["notes"], cleared["priority"]) == ("", 2)


async def test_items_are_removed_by_path_and_by_body(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000104")
        one, two, three = await wished(app, await products(3))
        done = (200, {"success": True, "message": "Item removed from wishlist successfully", "data": True})
        assert await app.ask("DELETE", f"{PATH}/remove/{one['id']}") == done
        assert await app.ask("DELETE", f"{PATH}/remove", {"wishListItemId": two["id"]}) == done
        assert await app.data("GET", f"{PATH}") == [three]
        assert "wishListItemId" in await app.refused(404, "DELETE", f"{PATH}/remove/{one['id']}")
        gone = {"wishListItemId": two["id"]}
        assert "wishListItemId" in await app.refused(404, "DELETE", f"{PATH}/remove", gone)
        cleared = (200, {"success": True, "message": "Wishlist cleared successfully", "data": True})
        for _ in range(2):
            assert await app.ask("DELETE", f"{PATH}/clear") == cleared
        assert await app.data("GET", f"{PATH}/count") == 0


async def test_pages_check_and_count(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000105")
        uids = await products(5)
        items = await wished(app, uids[:4])
        assert await app.data("GET", PATH) == items[::-1]
        first = await app.data("GET", PATH, page=1, pageSize=3)
        second = await app.data("GET", PATH, page=2, pageSize=3)
        assert first + second == items[::-1]
        assert await app.data("GET", PATH, page=2**60) == []
        status, told = await app.ask("GET", f"{PATH}/check/{uids[0]}")
        assert (status, told) == (200, {"success": True, "message": "Product check completed", "data": True})
        assert await app.data("GET", f"{PATH}/check/{uids[4]}") is False
        assert await app.data("GET", f"{PATH}/check/{uuid4()}") is False
        status, told = await app.ask("GET", f"{PATH}/count")
        assert (told["message"], told["data"]) == ("Wishlist count retrieved successfully", 4)


async def test_the_summary_counts_prices_stock_and_priorities(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000106")
        status, told = await app.ask("GET", f"{PATH}/summary")
        assert (status, told["message"]) == (200, "Wishlist summary retrieved successfully")
        assert told["data"] == NOTHING
        uids = await products(6)
        items = [
            (await wished(app, [uid], priority=n))[0] for uid, n in zip(uids, (1, 2, 3, 4, 5, 5), strict=True)
        ]
        rows = await fetch("SELECT id FROM product WHERE uid = $1", uids[0])
        await execute(
            "UPDATE stock_level SET on_hand = allocated "
            "WHERE variant_id IN (SELECT id FROM variant WHERE product_id = $1)",
            rows[0]["id"],
        )
        await execute("UPDATE product SET enabled = $2 WHERE uid = $1", uids[1], False)
        summary = await app.data("GET", f"{PATH}/summary")
        value = round(sum(item["productPrice"] for item in items), 2)
        assert set(summary) == set(NOTHING)
        assert (summary["totalItems"], summary["totalValue"]) == (6, value)
        assert abs(summary["averageItemPrice"] - value / 6) <= 0.005
        assert (summary["inStockItems"], summary["outOfStockItems"]) == (4, 2)
        levels = ("highPriorityItems", "mediumPriorityItems", "lowPriorityItems")
        assert [summary[level] for level in levels] == [2, 1, 3]
        assert summary["dateRangeStart"] == items[0]["dateAdded"]
        assert summary["dateRangeEnd"] == summary["lastUpdated"] == items[-1]["dateAdded"]
        # What isn't for sale any more stays on the list and says so.
        listed = {item["productId"]: item for item in await app.data("GET", PATH)}
        assert [(listed[u]["isInStock"], listed[u]["stockQuantity"]) for u in uids[:3]] == [
            (False, 0), (False, 0), (True, 50),
        ]  # fmt: skip


async def test_items_move_to_the_cart(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000107")
        one, two = await wished(app, await products(2))
        done = (200, {"success": True, "message": "Item moved to cart successfully", "data": True})
        assert await app.ask("POST", f"{PATH}/move-to-cart/{one['id']}") == done
        body = {"wishListItemId": two["id"], "quantity": 2}
        assert await app.ask("POST", f"{PATH}/move-to-cart", body) == done
        cart = await app.data("GET", f"{CART}/items")
        assert [(item["productId"], item["quantity"]) for item in cart] == [
            (one["productId"], 1),
            (two["productId"], 2),
        ]
        assert await app.data("GET", PATH) == []
        assert "wishListItemId" in await app.refused(404, "POST", f"{PATH}/move-to-cart", body)
        (again,) = await wished(app, [two["productId"]])
        await app.data("POST", f"{PATH}/move-to-cart", {"wishListItemId": again["id"]})
        assert await app.data("GET", f"{CART}/count") == 4


async def test_an_item_is_moved_into_a_cart_that_is_being_paid_for(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000113")
        paid_for, *uids = await products(4)
        one, two, three = await wished(app, uids)
        moves: tuple[tuple[str, dict[str, Any] | None], ...] = (
            (f"{PATH}/move-to-cart/{one['id']}", None),
            (f"{PATH}/move-to-cart", {"wishListItemId": two["id"]}),
            (f"{PATH}/bulk-operation", {"wishListItemIds": [three["id"]], "operation": "move_to_cart"}),
        )
        for number, (path, body) in enumerate(moves, 1):
            await app.data("POST", "/api/checkout", await on_page(app, paid_for, 1))
            await app.data("POST", path, body)
            assert await app.data("GET", f"{CART}/count") == 1 + number
        assert await app.data("GET", PATH) == []


async def test_a_refusal_by_the_stock_leaves_list_and_cart_as_they_were(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000108")
        plenty, few = await wished(app, await products(2, pieces=5))
        few_id = (await fetch_one("SELECT id FROM product WHERE uid = $1", few["productId"]) or {})["id"]
        await execute(
            "UPDATE stock_level SET on_hand = 1 WHERE variant_id IN (SELECT id FROM variant WHERE product_id = $1)",
            few_id,
        )
        before = await app.data("GET", PATH)
        body = {"wishListItemId": few["id"], "quantity": 2}
        assert "quantity" in await app.refused(409, "POST", f"{PATH}/move-to-cart", body)
        both = {"wishListItemIds": [plenty["id"], few["id"]], "operation": "move_to_cart", "quantity": 2}
        assert "quantity" in await app.refused(409, "POST", f"{PATH}/bulk-operation", both)
        await execute("UPDATE product SET enabled = $2 WHERE id = $1", few_id, False)
        both["quantity"] = 1
        assert "Product not found" in await app.refused(404, "POST", f"{PATH}/bulk-operation", both)
        await execute("UPDATE product SET enabled = $2 WHERE id = $1", few_id, True)
        assert await app.data("GET", PATH) == before
        assert await app.data("GET", f"{CART}/count") == 0


async def test_the_documents_bulk_operations(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000109")
        items = await wished(app, await products(6), priority=3)
        ids = [item["id"] for item in items]
        done = (200, {"success": True, "message": "Bulk operation completed successfully", "data": True})
        for body in (
            {"wishListItemIds": [ids[0], ids[0], ids[1]], "operation": "remove"},
            {"wishListItemIds": ids[2:4], "operation": "update_priority", "newPriority": 1},
            {"wishListItemIds": ids[4:], "operation": "move_to_cart", "quantity": 1},
        ):
            assert await app.ask("POST", f"{PATH}/bulk-operation", body) == done
        left = await app.data("GET", PATH)
        assert [(item["id"], item["priority"]) for item in left] == [(ids[3], 1), (ids[2], 1)]
        cart = await app.data("GET", f"{CART}/items")
        assert [(item["productId"], item["quantity"]) for item in cart] == [
            (item["productId"], 1) for item in items[4:]
        ]


async def test_a_bulk_operation_with_one_strange_id_changes_nothing(world: World) -> None:
    async with Rest(world) as theirs, Rest(world) as app:
        await theirs.become("+233240000110")
        await app.become("+233240000111")
        (foreign,) = await wished(theirs, await products(1), priority=5)
        mine = await wished(app, await products(2), priority=5)
        before, their_before = await app.data("GET", PATH), await theirs.data("GET", PATH)
        for strange in (foreign["id"], str(uuid4())):
            for more in (
                {"operation": "remove"},
                {"operation": "update_priority", "newPriority": 1},
                {"operation": "move_to_cart"},
            ):
                body = {"wishListItemIds": [mine[0]["id"], strange], **more}
                assert "wishListItemId" in await app.refused(404, "POST", f"{PATH}/bulk-operation", body)
        named = {"wishListItemId": foreign["id"]}
        await app.refused(404, "PUT", f"{PATH}/update", named | {"priority": 1})
        await app.refused(404, "DELETE", f"{PATH}/remove", named)
        await app.refused(404, "DELETE", f"{PATH}/remove/{foreign['id']}")
        await app.refused(404, "POST", f"{PATH}/move-to-cart", named)
        await app.refused(404, "POST", f"{PATH}/move-to-cart/{foreign['id']}")
        await app.data("DELETE", f"{PATH}/clear")
        assert await theirs.data("GET", PATH) == their_before and len(before) == 2
        assert await app.data("GET", f"{CART}/count") == 0


async def test_every_limit_is_named(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000112")
        product = await app.a_product()
        (item,) = await wished(app, [product])
        one, some = {"wishListItemId": item["id"]}, {"wishListItemIds": [item["id"]]}
        bulk, move, remove = f"{PATH}/bulk-operation", f"{PATH}/move-to-cart", {"operation": "remove"}
        for method, path, body, field in (
            ("POST", f"{PATH}/add", {}, "productId"),
            ("POST", f"{PATH}/add", {"productId": "x"}, "productId"),
            ("POST", f"{PATH}/add", {"productId": product, "notes": "n" * 501}, "notes"),
            ("POST", f"{PATH}/add", {"productId": product, "notes": 5}, "notes"),
            ("POST", f"{PATH}/add", {"productId": product, "notes": "\x00"}, "notes"),
            ("POST", f"{PATH}/add", {"productId": product, "priority": 0}, "priority"),
            ("POST", f"{PATH}/add", {"productId": product, "priority": 6}, "priority"),
            ("POST", f"{PATH}/add", {"productId": product, "priority": "1"}, "priority"),
            ("PUT", f"{PATH}/update", {"priority": 1}, "wishListItemId"),
            ("PUT", f"{PATH}/update", one | {"notes": "n" * 501}, "notes"),
            ("PUT", f"{PATH}/update", one | {"priority": 6}, "priority"),
            ("DELETE", f"{PATH}/remove", {}, "wishListItemId"),
            ("DELETE", f"{PATH}/remove/x", None, "wishListItemId"),
            ("GET", f"{PATH}?page=0", None, "page"),
            ("GET", f"{PATH}?pageSize=0", None, "pageSize"),
            ("GET", f"{PATH}?pageSize=101", None, "pageSize"),
            ("GET", f"{PATH}/check/x", None, "productId"),
            ("POST", move, {"quantity": 1}, "wishListItemId"),
            ("POST", move, one | {"quantity": 0}, "quantity"),
            ("POST", move, one | {"quantity": 1.5}, "quantity"),
            ("POST", f"{move}/x", None, "wishListItemId"),
            ("POST", bulk, remove, "wishListItemIds"),
            ("POST", bulk, remove | {"wishListItemIds": []}, "wishListItemIds"),
            ("POST", bulk, remove | {"wishListItemIds": ["x"]}, "wishListItemIds"),
            (
                "POST",
                bulk,
                remove | {"wishListItemIds": [str(uuid4()) for _ in range(101)]},
                "wishListItemIds",
            ),
            ("POST", bulk, some, "operation"),
            ("POST", bulk, some | {"operation": "burn"}, "operation"),
            ("POST", bulk, some | {"operation": "update_priority"}, "newPriority"),
            ("POST", bulk, some | {"operation": "update_priority", "newPriority": 6}, "newPriority"),
            ("POST", bulk, some | {"operation": "move_to_cart", "quantity": 0}, "quantity"),
        ):
            assert field in await app.refused(400, method, path, body), (path, body)
        assert len(await app.data("GET", PATH)) == 1
        unknown = await app.refused(404, "POST", f"{PATH}/add", {"productId": str(uuid4())})
        assert "productId" in unknown


async def test_a_list_is_its_customers_on_its_platform(world: World) -> None:
    async with Rest(world) as app, Rest(world, KASUWA_KEY) as kasuwa:
        product = await app.a_product()
        for method, path in (
            ("GET", PATH), ("GET", f"{PATH}/summary"), ("GET", f"{PATH}/count"), ("DELETE", f"{PATH}/clear"),
            ("POST", f"{PATH}/add"), ("POST", f"{PATH}/bulk-operation"),
        ):  # fmt: skip
            await app.refused(401, method, path)
        await kasuwa.become("+2348031000101")
        await kasuwa.refused(404, "POST", f"{PATH}/add", {"productId": product})
        assert await kasuwa.data("GET", f"{PATH}/count") == 0


async def test_a_page_costs_the_same_number_of_statements_whatever_its_size(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000113")
        await wished(app, await products(20))
        costs = []
        for path in (f"{PATH}?pageSize=1", f"{PATH}?pageSize=20", f"{PATH}/summary", f"{PATH}/count"):
            with counted() as counter:
                await app.data("GET", path)
            costs.append(counter.statements)
        assert set(costs) == {2}
