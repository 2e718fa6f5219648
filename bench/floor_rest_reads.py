"""The least SQL for what REST shows of the catalogue and of a cart, by hand, with every field of its answers."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import uuid5

import asyncpg
import jwt
import orjson
from aiohttp import web

from bench.floor_reads import PICTURES
from services.secrets import signing_key

_PAGE = """
SELECT p.id, p.uid, p.name, p.description, p.slug, p.enabled, p.featured, p.star_sum, p.star_count,
  ARRAY(SELECT a.path FROM product_asset x JOIN asset a ON a.id = x.asset_id
        WHERE x.product_id = p.id ORDER BY x.position, x.id) AS paths,
  b.uid AS brand_uid, b.name AS brand, t.uid AS business, c.id AS shelf,
  coalesce(u.id, c.id) AS top, coalesce(u.name, c.name) AS top_name, coalesce(u.slug, c.slug) AS top_slug
FROM (SELECT * FROM product p WHERE platform_id = 1 AND environment = 'test' AND enabled
      AND EXISTS (SELECT FROM variant v WHERE v.product_id = p.id AND v.enabled)
      ORDER BY name, id LIMIT 20 OFFSET $1) p
JOIN platform t ON t.id = p.platform_id LEFT JOIN brand b ON b.id = p.brand_id
LEFT JOIN category c ON c.id = p.category_id LEFT JOIN category u ON u.id = c.parent_id ORDER BY p.name, p.id
"""
_VARIANTS = """
SELECT v.uid, v.product_id, v.name, v.sku, v.price_minor, v.compare_at_minor, l.on_hand - l.allocated AS available
FROM variant v JOIN stock_level l ON l.variant_id = v.id WHERE v.product_id = ANY($1) AND v.enabled
ORDER BY v.position, v.id
"""
_CART = """
SELECT o.id, o.uid, o.created_at, o.updated_at, c.secret_epoch,
  (SELECT coalesce(sum(price_minor), 0) FROM shipping_line WHERE order_id = o.id)::bigint AS shipping
FROM customer c LEFT JOIN customer_order o ON o.customer_id = c.id AND o.active
WHERE c.id = $1 AND c.platform_id = 1 AND c.environment = 'test'
"""
_LINES = """
SELECT l.variant_id, l.quantity, l.added_at, v.uid, p.uid AS product_uid, v.name, v.price_minor, a.path,
  s.on_hand - s.allocated AS available
FROM order_line l JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id
JOIN stock_level s ON s.variant_id = v.id LEFT JOIN asset a ON a.id = p.asset_id WHERE l.order_id = $1 ORDER BY l.id
"""


def envelope(message: str, data: Any) -> web.Response:
    """An answer of the REST API."""
    # asyncpg's uids are of a class of its own.
    body = orjson.dumps({"success": True, "message": message, "data": data}, default=str)
    return web.Response(body=body, content_type="application/json")


def bearer(request: web.Request) -> dict[str, Any]:
    """What the token says whose it is. Raises where it is not good."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    claims: dict[str, Any] = jwt.decode(token, signing_key(), algorithms=["HS256"])
    return claims


def when(at: datetime) -> str:
    """A time as REST shows it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


async def products(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A page of products with their variants, pictures, shelf and brand: two statements."""
    page, size = int(request.query["pageNumber"]), int(request.query["pageSize"])
    rows = await db.fetch(_PAGE, (page - 1) * size)
    shelf = defaultdict(list)
    for variant in await db.fetch(_VARIANTS, [row["id"] for row in rows]):
        shelf[variant["product_id"]].append(variant)
    data = [_product(row, shelf[row["id"]]) for row in rows]
    return envelope("Products retrieved successfully", data)


def _product(row: Any, variants: list[Any]) -> dict[str, Any]:
    first, stars = variants[0], row["star_count"]
    price, former = first["price_minor"], first["compare_at_minor"] or 0
    return {
        "id": row["uid"],
        "name": row["name"],
        "description": row["description"],
        "slug": row["slug"],
        "sku": first["sku"],
        "price": price / 100,
        "compareAtPrice": former / 100 if former > price else None,
        "discountPercentage": round(100 * (former - price) / former, 2) if former > price else None,
        "stockQuantity": first["available"],
        "isActive": row["enabled"],
        "isFeatured": row["featured"],
        "requiresShipping": True,
        "installationAvailable": False,
        "installationCharge": None,
        "isMerchant": False,
        "availableForPickup": True,
        "availableForDelivery": True,
        "minDeliveryDays": 1,
        "maxDeliveryDays": 5,
        "images": [PICTURES + path for path in row["paths"]],
        "productCategoryId": row["top"],
        "productSubcategoryId": row["shelf"] if row["shelf"] != row["top"] else None,
        "brandId": row["brand_uid"],
        "businessId": row["business"],
        "platformId": row["business"],
        "productCategory": {"id": row["top"], "name": row["top_name"], "slug": row["top_slug"]},
        "brand": {"id": row["brand_uid"], "name": row["brand"]},
        "averageRating": row["star_sum"] / stars if stars else 0.0,
        "totalRatings": stars,
        "totalReviews": 0,
        "variants": [
            {
                "id": each["uid"],
                "name": each["name"],
                "sku": each["sku"],
                "price": each["price_minor"] / 100,
                "stockQuantity": each["available"],
            }
            for each in variants
        ],
    }


async def cart(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A customer's cart with its lines: two statements."""
    claims = bearer(request)
    order = await db.fetchrow(_CART, int(claims["sub"]))
    if order["secret_epoch"] != claims["epo"]:
        raise web.HTTPUnauthorized
    items = [
        {
            "id": uuid5(order["uid"], str(row["variant_id"])),
            "productId": row["product_uid"],
            "variantId": row["uid"],
            "productName": row["name"],
            "productImage": PICTURES + row["path"],
            "unitPrice": row["price_minor"] / 100,
            "quantity": row["quantity"],
            "totalPrice": row["quantity"] * row["price_minor"] / 100,
            "isInStock": row["available"] >= row["quantity"],
            "stockQuantity": row["available"],
            "dateAdded": when(row["added_at"]),
        }
        for row in await db.fetch(_LINES, order["id"])
    ]
    goods, shipping = sum(item["totalPrice"] for item in items), order["shipping"] / 100
    summary = {
        "items": items,
        "totalItems": sum(item["quantity"] for item in items),
        "subTotal": goods,
        "taxAmount": 0.0,
        "shippingAmount": shipping,
        "totalAmount": goods + shipping,
        "currency": "GHS",
        "hasOutOfStockItems": not all(item["isInStock"] for item in items),
        "lastUpdated": when(order["updated_at"]),
    }
    return envelope("Cart summary retrieved successfully", summary)


REST_READS = {"rest_products": products, "rest_cart": cart}
