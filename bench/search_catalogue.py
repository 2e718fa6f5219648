"""A large catalogue: the demo's products, repeated with other names, prices, sales and ages, set-based."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from bench.charge_cards import demo_database
from core.db import migrate

_MINE = "platform_id = (SELECT id FROM platform WHERE code = 'demo') AND environment = 'test'"
# Each copy `k` of a product has its slug and `-k` behind it.
_COPIES = f"""
CREATE TEMPORARY TABLE copy AS
SELECT p.id AS source, k, 0::bigint AS id, p.slug || '-' || k AS slug, 0.5 + random() AS dearer,
  (10 ^ (random() * 4))::bigint AS sold, now() - random() * interval '900 days' AS added_at
FROM product p CROSS JOIN generate_series(2, $1::int) k WHERE {_MINE} AND p.enabled
"""
_STEPS = (
    """
INSERT INTO product (uid, created_at, updated_at, platform_id, environment, name, slug, description, enabled, featured,
  category_id, brand_id, seller_id, asset_id, country_of_origin, condition, sold, star_sum, star_count)
SELECT gen_random_uuid(), c.added_at, c.added_at, p.platform_id, p.environment, p.name || ' Mk' || c.k, c.slug,
  p.description, true, false, p.category_id, p.brand_id, p.seller_id, p.asset_id, p.country_of_origin, p.condition,
  c.sold, 0, 0 FROM copy c JOIN product p ON p.id = c.source
""",
    f"UPDATE copy SET id = p.id FROM product p WHERE p.slug = copy.slug AND {_MINE}",
    """
INSERT INTO variant (uid, created_at, updated_at, platform_id, environment, product_id, name, option, sku, price_minor,
  position, enabled)
SELECT gen_random_uuid(), c.added_at, c.added_at, v.platform_id, v.environment, c.id, v.name || ' Mk' || c.k, v.option,
  v.sku || '-' || c.k, (v.price_minor * c.dearer)::bigint, v.position, v.enabled
FROM copy c JOIN variant v ON v.product_id = c.source
""",
    """
INSERT INTO stock_level (variant_id, on_hand, allocated)
SELECT v.id, 20, 0 FROM variant v JOIN copy c ON c.id = v.product_id
""",
    """
INSERT INTO product_asset (product_id, asset_id, position)
SELECT c.id, a.asset_id, a.position FROM copy c JOIN product_asset a ON a.product_id = c.source
""",
    """
INSERT INTO product_facet_value (product_id, value_id)
SELECT c.id, x.value_id FROM copy c JOIN product_facet_value x ON x.product_id = c.source
""",
    """
INSERT INTO search_entry (platform_id, environment, product_id, category_id, name, body, facets, price_min_minor,
  price_max_minor, sold, recommended, added_at)
SELECT e.platform_id, e.environment, c.id, e.category_id, e.name || 'mk' || c.k || ' ', e.body || 'mk' || c.k || ' ',
  e.facets, (e.price_min_minor * c.dearer)::bigint, (e.price_max_minor * c.dearer)::bigint, c.sold, 300000000000 + c.sold, c.added_at
FROM copy c JOIN search_entry e ON e.product_id = c.source
""",
    """
INSERT INTO search_word (platform_id, environment, word)
SELECT (SELECT id FROM platform WHERE code = 'demo'), 'test', 'mk' || k FROM (SELECT DISTINCT k FROM copy) c
ON CONFLICT DO NOTHING
""",
    "DROP TABLE copy",
)


@asynccontextmanager
async def catalogue(admin_url: str, products: int, data: Path, *, keep: bool) -> AsyncIterator[str]:
    """The URL of a database with a catalogue of so many products, or a few more; dropped at the end, or kept and used again."""
    if not keep:
        async with demo_database(admin_url, data) as url:
            await grow(url, products)
            yield url
        return
    name = f"makola_bench_search_{products}"
    kept = f"{admin_url.rsplit('/', 1)[0]}/{name}"
    admin = await asyncpg.connect(admin_url)
    try:
        if not await admin.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
            async with demo_database(admin_url, data) as url:
                await grow(url, products)
                await admin.execute(
                    f'CREATE DATABASE "{name}" TEMPLATE "{url.rpartition("/")[2]}" STRATEGY file_copy'
                )
    finally:
        await admin.close()
    await migrate(kept)
    yield kept


async def grow(url: str, products: int) -> int:
    """Repeat the demo platform's products until there are so many, or a few more; how many there are. All or nothing."""
    db = await asyncpg.connect(url)
    try:
        counted = f"SELECT COUNT(*) FROM product p WHERE {_MINE} AND p.enabled"
        few = await db.fetchval(counted)
        async with db.transaction():
            # Indexes are filled in memory, and the log isn't waited for.
            await db.execute("SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL synchronous_commit = off")
            await db.execute(_COPIES.replace("$1::int", str(-(-products // few))))
            for step in _STEPS:
                await db.execute(step)
        await db.execute("VACUUM ANALYZE")
        return int(await db.fetchval(counted))
    finally:
        await db.close()
