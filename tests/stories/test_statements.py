"""How often the database is asked: a number that must not grow unseen."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.sqlite.client import SqliteClient

from core.db import fetch
from services.tenants import scope_by_code
from tests.sellers.hands import variants_of_sellers
from tests.services.helpers import a_variant
from tests.stories.hands import App, Call

RUNS = ("execute_query", "execute_query_dict", "execute_insert")


@pytest.fixture
def statements(monkeypatch) -> list[str]:
    """Every statement of this process from now on, `BEGIN` and `COMMIT` apart."""
    seen: list[str] = []
    for client in (AsyncpgDBClient, SqliteClient):
        for name in RUNS:
            monkeypatch.setattr(client, name, _counted(getattr(client, name), seen))
    return seen


def _counted(run, seen):
    async def counted(client, query, *values):
        seen.append(query)
        return await run(client, query, *values)

    return counted


@contextmanager
def at_most(number: int, seen: list[str]) -> Iterator[None]:
    seen.clear()
    yield
    assert len(seen) <= number, f"{len(seen)} statements:\n" + "\n".join(seen)


CHECKOUT = [
    ("mutation { addItemToOrder(productVariantId: %s, quantity: 1) { ... on Order { id } } }", 4),
    (
        'mutation { setOrderShippingAddress(input: {streetLine1: "1", city: "Accra", countryCode: "GH"}) '
        "{ ... on Order { id } } }",
        2,
    ),
    (
        'mutation { setOrderBillingAddress(input: {streetLine1: "1", city: "Accra", countryCode: "GH"}) '
        "{ ... on Order { id } } }",
        2,
    ),
    ("{ eligibleShippingMethods { id priceWithTax } }", 2),
    ('mutation { setOrderShippingMethod(shippingMethodId: ["1"]) { ... on Order { id } } }', 4),
    ("{ eligiblePaymentMethods { code isEligible } }", 1),
    (
        'mutation { addPaymentToOrder(input: {method: "standard-payment", metadata: {}}) { ... on Order { state } } }',
        17,
    ),
]


async def test_a_checkout_asks_the_database_no_more_than_it_did(world, statements):
    variant = await a_variant(await scope_by_code("demo", "test"), pieces=10)
    async with App(world) as warm, App(world) as app:
        for query, _ in CHECKOUT:
            await warm.ask(query.replace("%s", str(variant)))
        for query, number in CHECKOUT:
            with at_most(number, statements):
                await app.ask(query.replace("%s", str(variant)))


@pytest.mark.parametrize("take", [5, 50])
async def test_a_list_of_products_costs_the_same_number_whatever_its_length(world, statements, take):
    query = (
        "query($t: Int!) { products(options: {take: $t}) { totalItems items { id name slug description "
        "assets { id preview } collections { name } variants { id name price stockLevel assets { preview } } } } }"
    )
    async with App(world) as app:
        await app.ask(query, t=1)
        with at_most(5, statements):
            found = await app.ask(query, t=take)
    assert len(found["products"]["items"]) == take


async def test_the_home_screen_costs_the_same_number_however_many_shelves(world, statements):
    query = (
        "{ products { items { id name assets { id preview } } } collections { items { name assets { id preview } "
        "productVariants { totalItems items { id name price assets { id preview } } } } } }"
    )
    async with App(world) as app:
        await app.ask(query)
        with at_most(5, statements):
            await app.ask(query)


async def test_a_search_and_a_cart_cost_few(world, statements):
    variant = await a_variant(await scope_by_code("demo", "test"), pieces=10)
    async with App(world) as app:
        await app.ask(CHECKOUT[0][0].replace("%s", str(variant)))
        with at_most(2, statements):
            await app.ask(
                '{ search(input: {term: "toyota brake pads"}) { totalItems items { productName inStock '
                "price { ... on PriceRange { min max } } productAsset { preview } } } }"
            )
        with at_most(5, statements):
            await app.ask("{ activeOrder { totalWithTax lines { quantity productVariant { name } } } }")


async def test_a_turn_on_the_telephone_costs_few(world, statements):
    call = Call(world, "+233241234567")
    await call.dial()
    with at_most(6, statements):
        await call.type("1")


async def test_a_checkout_asks_as_often_over_many_sellers_as_over_one(world, statements):
    of_each = await variants_of_sellers(await scope_by_code("demo", "test"), 4)
    seller = of_each[0][0]
    of_one = await fetch(
        "SELECT v.id FROM variant v JOIN product p ON p.id = v.product_id JOIN stock_level s ON s.variant_id = v.id "
        "WHERE p.seller_id = $1 AND s.on_hand > 2 ORDER BY v.id LIMIT 4",
        seller,
    )
    asked = []
    for variants in ([v for _, v in of_each], [row["id"] for row in of_one], [v for _, v in of_each]):
        async with App(world) as app:
            for variant in variants:
                await app.ask(CHECKOUT[0][0].replace("%s", str(variant)))
            await app.ask(CHECKOUT[4][0])
            statements.clear()
            await app.ask(CHECKOUT[-1][0])
            asked.append(len(statements))
    # The first one meets the sellers' accounts, which are known from then on. Promotions are read anew where a price is
    # agreed on.
    assert asked[1] == asked[2] <= 14, asked
