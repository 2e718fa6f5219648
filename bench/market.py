"""The market that is measured: a fresh database with the demo catalogue, a copy for the floor, and the check after."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis

from bench.orders import add_orders, copy_orders, placed_orders
from bench.shoppers import add_shoppers, shoppers_of
from bench.steps import Goods, Offer
from core.db import close_database, migrate, open_database
from core.money import to_decimal
from core.settings import DEMO_SECRET_KEY, Settings
from services.ledger import check_book
from services.market import open_market
from services.seeding import seed_demo

PLENTY = 1_000_000_000
PATIENCE_S = 120
_DEMO = "platform_id = (SELECT id FROM platform WHERE code = 'demo') AND environment = 'test'"


_OFFERS = """
SELECT DISTINCT ON (p.id) p.uid, v.price_minor FROM product p JOIN variant v ON v.product_id = p.id AND v.enabled
WHERE p.enabled AND p.platform_id = (SELECT id FROM platform WHERE code = 'demo') AND p.environment = 'test'
ORDER BY p.id, v.position, v.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What purchases change: orders that are placed, bills delivered, pieces they hold, pieces on the shelves."""

    paid: int
    delivered: int
    sold: int
    on_hand: int


@asynccontextmanager
async def fresh_market(admin_url: str, data: Path) -> AsyncIterator[tuple[str, str]]:
    """URLs of a new database with the demo market and of its copy; both are dropped at the end."""
    name = f"makola_bench_{uuid.uuid4().hex[:8]}"
    server = admin_url.rsplit("/", 1)[0]
    url, copy = f"{server}/{name}", f"{server}/{name}_floor"
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}"')
        await migrate(url)
        settings = bench_settings(url, data)
        async with open_market(settings):
            await seed_demo(settings)
            await add_orders()
        # Before the shoppers come: what a row changes is among the newest.
        db = await asyncpg.connect(url)
        await copy_orders(db)
        await db.close()
        async with open_market(settings):
            await add_shoppers()
        await _stock_up(url)
        await admin.execute(f'CREATE DATABASE "{name}_floor" TEMPLATE "{name}"')
        yield url, copy
    finally:
        for each in (f"{name}_floor", name):
            await admin.execute(f'DROP DATABASE IF EXISTS "{each}" WITH (FORCE)')
        await admin.close()


def bench_settings(database_url: str, data: Path, **more: Any) -> Settings:
    """Of a part of Makola that runs in the benchmark's own process: nothing is read from a file."""
    return Settings(
        _env_file=None,
        environment="development",
        database_url=database_url,
        redis_url="",
        data=data,
        secret_key=DEMO_SECRET_KEY,
        log_level="ERROR",
        **more,
    )


async def _stock_up(url: str) -> None:
    """No checkout is to fail for want of pieces; the planner is to know the tables."""
    db = await asyncpg.connect(url)
    await db.execute(f"UPDATE stock_level SET on_hand = {PLENTY}")
    await db.execute("VACUUM ANALYZE")
    await db.close()


async def goods_of(url: str) -> Goods:
    """What the demo market sells, and to whom. It opens and closes the process's own database."""
    db = await asyncpg.connect(url)
    ids = [
        [row["id"] for row in await db.fetch(f"SELECT id FROM {table} WHERE {_DEMO} ORDER BY id")]
        for table in ("product", "variant", "shipping_method")
    ]
    offers = [
        Offer(str(row["uid"]), float(to_decimal(row["price_minor"], "GHS")))
        for row in await db.fetch(_OFFERS)
    ]
    location = await db.fetchval(f"SELECT uid FROM pickup_location WHERE {_DEMO} ORDER BY position LIMIT 1")
    airtime = await db.fetchval(
        "SELECT uid FROM biller WHERE kind = 'airtime' AND provider = 'vtpass' ORDER BY id LIMIT 1"
    )
    orders = await placed_orders(db)
    await db.close()
    shoppers = await shoppers_of(url)
    return Goods(ids[0], ids[1], ids[2][0], offers, str(location), str(airtime), shoppers, orders)


async def standing_of(url: str) -> Standing:
    """What is paid, delivered, sold and on the shelves now."""
    db = await asyncpg.connect(url)
    row = await db.fetchrow(
        "SELECT (SELECT count(*) FROM customer_order WHERE placed_at IS NOT NULL) AS paid, "
        "(SELECT count(*) FROM bill_purchase WHERE state = 'Delivered') AS delivered, "
        "(SELECT coalesce(sum(l.quantity), 0)::bigint FROM order_line l JOIN customer_order o ON o.id = l.order_id "
        "WHERE o.placed_at IS NOT NULL) AS sold, (SELECT sum(on_hand)::bigint FROM stock_level) AS on_hand"
    )
    await db.close()
    return Standing(**row)


async def until_all_done(url: str) -> None:
    """Wait for the worker to send what was queued and to count what was sold. Raises `RuntimeError` after `PATIENCE_S`."""
    db = await asyncpg.connect(url)
    try:
        for _ in range(PATIENCE_S):
            if not await db.fetchval(
                "SELECT EXISTS (SELECT FROM outbound_message WHERE next_attempt_at IS NOT NULL) "
                "OR EXISTS (SELECT FROM customer_order WHERE NOT counted)"
            ):
                return
            await asyncio.sleep(1)
    finally:
        await db.close()
    raise RuntimeError(f"the worker has not done all its work within {PATIENCE_S} s")


async def what_is_wrong(url: str, before: Standing, checkouts: int, bills: int) -> list[str]:
    """Sentences on what doesn't add up after so many bills and checkouts of one piece each; empty where all does."""
    after = await standing_of(url)
    await open_database(url, pool=2)
    book = await check_book()
    await close_database()
    wrong = []
    if after.paid - before.paid != checkouts:
        wrong.append(f"{checkouts} checkouts were answered, {after.paid - before.paid} orders are placed")
    if after.delivered - before.delivered != bills:
        wrong.append(f"{bills} bills were answered, {after.delivered - before.delivered} are delivered")
    if before.on_hand - after.on_hand != after.sold - before.sold:
        wrong.append(
            f"{after.sold - before.sold} pieces sold, {before.on_hand - after.on_hand} left the shelf"
        )
    if after.sold - before.sold != checkouts:
        wrong.append(f"{checkouts} pieces were bought, {after.sold - before.sold} are in placed orders")
    if book.off_by_minor or book.unbalanced_entries or book.wrong_balances:
        wrong.append(f"the book is not balanced: {book}")
    return wrong


@asynccontextmanager
async def empty_redis(url: str) -> AsyncIterator[str]:
    """The URL of another database of that Redis, one that holds nothing; it is emptied again at the end.

    Raises `RuntimeError` where all are in use.
    """
    server, _, given = url.rpartition("/") if url.count("/") > 2 else (url, "", "0")
    # The one that is named may be in use by whoever empties it, such as a run of the tests.
    for number in {*range(1, 16)} - {int(given or 0)}:
        async with Redis.from_url(f"{server}/{number}") as redis:
            if not await redis.dbsize():
                try:
                    yield f"{server}/{number}"
                finally:
                    await redis.flushdb()
                return
    raise RuntimeError(f"{server} has no other empty database between 1 and 15")
