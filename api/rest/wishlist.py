"""The wishlist (arkifi-rest-api.txt, "Wishlist"): what a customer means to buy later."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import (
    Guid,
    Money,
    Number,
    Percent,
    Quantity,
    Query,
    Shape,
    Text,
    When,
    money,
    money_or_none,
)
from api.rest.reopened import with_open_cart
from core.errors import InvalidInput
from services.wishlists import (
    WishView,
    add_wish,
    change_wish,
    clear_wishes,
    count_wishes,
    is_wished,
    list_wishes,
    move_to_cart,
    prioritize_wishes,
    remove_wishes,
    summarize_wishes,
)

section = Section("Wishlist", "/api/ProductWishList", well_spelt="/api/ProductWishlist")
MOST_AT_ONCE = 100

Notes = Annotated[Text, Field(max_length=500)]
Priority = Annotated[int, Field(ge=1, le=5)]


class Wish(Shape):
    """Without `priority` a new item has the highest, 1."""

    product_id: Guid
    notes: Notes | None = None
    priority: Priority | None = None


class WishChange(Shape):
    """What isn't given stays."""

    wish_list_item_id: Guid
    notes: Notes | None = None
    priority: Priority | None = None


class NamedItem(Shape):
    wish_list_item_id: Guid


class NamedInPath(Query):
    wish_list_item_id: Guid


class Pieces(Shape):
    wish_list_item_id: Guid
    quantity: Quantity = 1


class Page(Query):
    page: Number = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 20


class OneProduct(Query):
    product_id: Guid


class Bulk(Shape):
    """`newPriority` is needed by update_priority; `quantity` is how many pieces of each move_to_cart takes."""

    wish_list_item_ids: Annotated[list[Guid], Field(min_length=1, max_length=MOST_AT_ONCE)]
    operation: Literal["remove", "update_priority", "move_to_cart"]
    new_priority: Priority | None = None
    quantity: Quantity = 1


class WishlistItem(Shape):
    """Prices and stock are those of the product's first variant, which is what is moved to the cart."""

    id: Guid
    product_id: Guid
    customer_id: Guid
    product_name: str
    product_description: str
    product_image: str | None
    product_price: Money
    compare_at_price: Money | None
    discount_percentage: Percent | None
    is_in_stock: bool
    stock_quantity: int
    product_slug: str
    product_sku: str
    notes: str
    priority: int
    date_added: When
    date_updated: When | None
    platform_id: Guid
    business_id: Guid
    environment_type: str
    category_name: str | None
    brand_name: str | None


class WishlistSummary(Shape):
    """Priorities 1 and 2 are high, 3 is medium, 4 and 5 are low. The dates are those of the first and last item."""

    total_items: int
    total_value: Money
    average_item_price: Money
    in_stock_items: int
    out_of_stock_items: int
    high_priority_items: int
    medium_priority_items: int
    low_priority_items: int
    last_updated: When | None
    date_range_start: When | None
    date_range_end: When | None


@section.post("/add", "Product added to wishlist successfully")
async def add(call: Call, body: Wish) -> WishlistItem:
    """Put a product on the list; one that is there keeps its place, with new notes and priority."""
    wish = await add_wish(
        call.scope, call.signed_in.id, body.product_id, notes=body.notes, priority=body.priority
    )
    return _item(call, wish)


@section.delete("/remove/{wishListItemId}", "Item removed from wishlist successfully")
async def remove(call: Call, path: NamedInPath) -> bool:
    """Take an item off the list."""
    await remove_wishes(call.scope, call.signed_in.id, [path.wish_list_item_id])
    return True


@section.delete("/remove", "Item removed from wishlist successfully")
async def remove_named(call: Call, body: NamedItem) -> bool:
    """Take an item off the list, named in the body."""
    await remove_wishes(call.scope, call.signed_in.id, [body.wish_list_item_id])
    return True


@section.put("/update", "Wishlist item updated successfully")
async def update(call: Call, body: WishChange) -> WishlistItem:
    """Change an item's notes or priority."""
    wish = await change_wish(
        call.scope, call.signed_in.id, body.wish_list_item_id, notes=body.notes, priority=body.priority
    )
    return _item(call, wish)


@section.get("", "Wishlist retrieved successfully")
async def items(call: Call, query: Page) -> list[WishlistItem]:
    """A page of the list, the latest first."""
    skip = (query.page - 1) * query.page_size
    wishes = await list_wishes(call.scope, call.signed_in.id, skip=skip, take=query.page_size)
    return [_item(call, wish) for wish in wishes]


@section.get("/summary", "Wishlist summary retrieved successfully")
async def summary(call: Call) -> WishlistSummary:
    """The list in numbers."""
    found = await summarize_wishes(call.scope, call.signed_in.id)
    currency = call.scope.currency
    return WishlistSummary(
        total_items=found.items,
        total_value=money(found.value_minor, currency),
        average_item_price=money(round(found.value_minor / max(found.items, 1)), currency),
        in_stock_items=found.in_stock,
        out_of_stock_items=found.items - found.in_stock,
        high_priority_items=found.high,
        medium_priority_items=found.medium,
        low_priority_items=found.low,
        last_updated=found.updated_at,
        date_range_start=found.first_at,
        date_range_end=found.last_at,
    )


@section.get("/check/{productId}", "Product check completed")
async def check(call: Call, path: OneProduct) -> bool:
    """Whether a product is on the list."""
    return await is_wished(call.scope, call.signed_in.id, path.product_id)


@section.get("/count", "Wishlist count retrieved successfully")
async def count(call: Call) -> int:
    """How many items there are."""
    return await count_wishes(call.scope, call.signed_in.id)


@section.post("/move-to-cart/{wishListItemId}", "Item moved to cart successfully")
async def move_one(call: Call, path: NamedInPath) -> bool:
    """Put one piece of an item into the cart and take it off the list."""
    await _into_cart(call, [path.wish_list_item_id])
    return True


@section.post("/move-to-cart", "Item moved to cart successfully")
async def move(call: Call, body: Pieces) -> bool:
    """Put pieces of an item into the cart and take it off the list."""
    await _into_cart(call, [body.wish_list_item_id], body.quantity)
    return True


@section.delete("/clear", "Wishlist cleared successfully")
async def clear(call: Call) -> bool:
    """Take everything off the list."""
    await clear_wishes(call.scope, call.signed_in.id)
    return True


@section.post("/bulk-operation", "Bulk operation completed successfully")
async def bulk(call: Call, body: Bulk) -> bool:
    """Do the same with several items, or with none of them where one can't be done."""
    await _OPERATIONS[body.operation](call, body)
    return True


async def _remove_all(call: Call, body: Bulk) -> None:
    await remove_wishes(call.scope, call.signed_in.id, body.wish_list_item_ids)


async def _prioritize_all(call: Call, body: Bulk) -> None:
    if body.new_priority is None:
        raise InvalidInput("newPriority is required for update_priority.", field="newPriority")
    await prioritize_wishes(call.scope, call.signed_in.id, body.wish_list_item_ids, body.new_priority)


async def _into_cart(call: Call, items: Sequence[UUID], quantity: int = 1) -> None:
    buyer = call.buyer(frozenset())
    await with_open_cart(buyer, lambda: move_to_cart(buyer, items, quantity))


async def _move_all(call: Call, body: Bulk) -> None:
    await _into_cart(call, body.wish_list_item_ids, body.quantity)


_OPERATIONS: dict[str, Callable[[Call, Bulk], Awaitable[None]]] = {
    "remove": _remove_all,
    "update_priority": _prioritize_all,
    "move_to_cart": _move_all,
}


def _item(call: Call, wish: WishView) -> WishlistItem:
    variant, currency = wish.variant, call.scope.currency
    return WishlistItem(
        id=wish.uid,
        product_id=wish.product_uid,
        customer_id=call.signed_in.uid,
        product_name=variant.product_name,
        product_description=wish.description,
        product_image=call.asset_url(wish.picture) if wish.picture else None,
        product_price=money(variant.price_minor, currency),
        compare_at_price=money_or_none(variant.former_minor, currency),
        discount_percentage=variant.discount_percent,
        is_in_stock=wish.available > 0,
        stock_quantity=wish.available,
        product_slug=variant.product_slug,
        product_sku=variant.sku,
        notes=wish.notes,
        priority=wish.priority,
        date_added=wish.created_at,
        date_updated=wish.updated_at,
        platform_id=call.scope.uid,
        business_id=call.scope.uid,
        environment_type=call.scope.environment.capitalize(),
        category_name=wish.category,
        brand_name=wish.brand,
    )
