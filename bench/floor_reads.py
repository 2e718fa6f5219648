"""The least SQL for what is read of the catalogue, by hand, and an answer of the shape that the shop gives."""

from collections import defaultdict
from typing import Any

import asyncpg
import orjson
from aiohttp import web

PICTURES = "http://127.0.0.1:8080/assets/"

_PAGE = """
SELECT p.id, p.name, p.slug, p.description,
  (SELECT count(*) FROM product WHERE platform_id = 1 AND environment = 'test' AND enabled) AS total
FROM product p WHERE platform_id = 1 AND environment = 'test' AND enabled ORDER BY name, id LIMIT 20 OFFSET $1
"""
_VARIANTS = """
SELECT v.id, v.product_id, v.name, v.sku, v.price_minor, l.on_hand - l.allocated AS available
FROM variant v JOIN stock_level l ON l.variant_id = v.id WHERE v.product_id = ANY($1) AND v.enabled
ORDER BY v.position, v.id
"""
_PRODUCT = """
SELECT p.name, p.slug, p.description, p.star_sum, p.star_count, p.country_of_origin, p.condition,
  f.make, f.model, f.year_from,
  ARRAY(SELECT price_minor FROM variant WHERE product_id = p.id AND enabled ORDER BY position, id) AS prices,
  ARRAY(SELECT a.id || ' ' || a.path FROM product_asset x JOIN asset a ON a.id = x.asset_id
        WHERE x.product_id = p.id ORDER BY x.position, x.id) AS assets
FROM product p LEFT JOIN LATERAL (SELECT * FROM fitment WHERE product_id = p.id ORDER BY id LIMIT 1) f ON true
WHERE p.id = $1 AND p.platform_id = 1 AND p.environment = 'test' AND p.enabled
"""
_HITS = """
SELECT e.product_id, e.price_min_minor, e.price_max_minor, e.total, p.name, p.description, a.id, a.path,
  EXISTS (SELECT FROM variant v JOIN stock_level l ON l.variant_id = v.id
          WHERE v.product_id = p.id AND v.enabled AND l.on_hand > l.allocated) AS in_stock
FROM (SELECT *, count(*) OVER () AS total FROM search_entry WHERE
      search_document(body, platform_id, environment, category_id) @@ ('п1test & ' || $1)::tsquery ORDER BY sold DESC, product_id DESC LIMIT 20) e
JOIN product p ON p.id = e.product_id LEFT JOIN asset a ON a.id = p.asset_id
"""
_SHELVES = """
SELECT count(*) AS n FROM search_entry WHERE
search_document(body, platform_id, environment, category_id) @@ ('п1test & ' || $1)::tsquery GROUP BY category_id
"""


async def variables(request: web.Request) -> dict[str, Any]:
    """What the document was sent with."""
    given: dict[str, Any] = orjson.loads(await request.read())["variables"]
    return given


def answer(token: str = "", **data: Any) -> web.Response:
    """`{"data": …}`, and the token of a session that was begun."""
    headers = {"vendure-auth-token": token} if token else None
    return web.Response(body=orjson.dumps({"data": data}), content_type="application/json", headers=headers)


async def products(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A page of products with their variants: two statements."""
    rows = await db.fetch(_PAGE, (await variables(request))["skip"])
    shelf = defaultdict(list)
    for v in await db.fetch(_VARIANTS, [row["id"] for row in rows]):
        shelf[v["product_id"]].append(
            {
                "id": str(v["id"]),
                "name": v["name"],
                "sku": v["sku"],
                "price": v["price_minor"],
                "priceWithTax": v["price_minor"],
                "currencyCode": "GHS",
                "stockLevel": "IN_STOCK" if v["available"] > 2 else "LOW_STOCK",
            }
        )
    items = [
        {
            "id": str(row["id"]),
            "name": row["name"],
            "slug": row["slug"],
            "description": row["description"],
            "variants": shelf[row["id"]],
        }
        for row in rows
    ]
    return answer(products={"totalItems": rows[0]["total"], "items": items})


async def product(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """One product with all its parts: one statement."""
    row = await db.fetchrow(_PRODUCT, int((await variables(request))["id"]))
    stars = row["star_count"]
    pictures = [picture.split(" ", 1) for picture in row["assets"]]
    shown = {
        "name": row["name"],
        "slug": row["slug"],
        "variants": [{"price": price} for price in row["prices"]],
        "assets": [{"id": asset_id, "preview": PICTURES + path} for asset_id, path in pictures],
        "translations": [{"description": row["description"]}],
        "customFields": {
            "Make": row["make"],
            "Model": row["model"],
            "Year": row["year_from"],
            "numStars": stars or None,
            "averageRating": row["star_sum"] / stars if stars else None,
            "CountryOfOrigin": row["country_of_origin"],
            "Condition": row["condition"],
        },
    }
    return answer(product=shown)


async def search(db: asyncpg.Connection, request: web.Request) -> web.Response:
    """A page of hits and how many lie on each shelf: two statements."""
    words = " & ".join(f"'{word}':*" for word in (await variables(request))["term"].split())
    rows = await db.fetch(_HITS, words)
    shelves = await db.fetch(_SHELVES, words)
    items = [
        {
            "productId": str(row["product_id"]),
            "productName": row["name"],
            "productAsset": {"id": str(row["id"]), "preview": f"{PICTURES}{row['path']}"},
            "price": {"min": row["price_min_minor"], "max": row["price_max_minor"]},
            "description": row["description"],
            "score": 1.0,
            "inStock": row["in_stock"],
        }
        for row in rows
    ]
    found = {
        "totalItems": rows[0]["total"],
        "items": items,
        "collections": [{"count": row["n"]} for row in shelves],
    }
    return answer(search=found)


READS = {"products": products, "product": product, "search": search}
