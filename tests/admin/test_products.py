"""Products at the desk: made as the document shows, changed, hidden and taken away; a seller sees only theirs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from core.errors import IllegalTransition
from models import AuditEntry, Seller, StaffUser
from services.checkout import pay
from services.secrets import hash_secret
from services.tenants import Scope, scope_by_code
from tests.admin.conftest import DeskHands
from tests.services.helpers import PIN, a_buyer, fill_cart, stock_of
from tests.shop.contract import sample

if TYPE_CHECKING:
    from tests.conftest import World

# As the contract has it ("Adding new product"), to the letter.
SAMPLE = sample("createProduct")
SHOWN = """{ product(id: "%s") { name slug enabled assets { id } collections { name }
  variants { id sku priceWithTax stockLevel stockOnHand enabled } customFields { Make Model Year Condition } } }"""
UPDATE = "mutation($i: UpdateProductInput!) { updateProduct(input: $i) { id name slug enabled } }"
DELETE = "mutation($id: ID!) { deleteProduct(id: $id) { result message } }"


async def shop(world: "World", query: str) -> dict[str, Any]:
    async with (
        ClientSession() as session,
        session.post(f"{world.settings.base_url}/shop-api", json={"query": query}) as answer,
    ):
        body: dict[str, Any] = await answer.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data


async def new_seller(desks: Callable[[], DeskHands], name: str) -> DeskHands:
    scope = await scope_by_code("demo", "test")
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    seller = await Seller.create(name=name, **mine)
    email = f"{name.lower().replace(' ', '.')}@shops.test"
    await StaffUser.create(
        email=email,
        password_hash=await hash_secret("a-shop-secret"),
        role="seller",
        seller_id=seller.id,
        **mine,
    )
    hands = desks()
    await hands.log_in(email, "a-shop-secret")
    return hands


async def test_the_documents_product_is_made_and_sold(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    made = (await desk.ask(SAMPLE))["createProduct"]
    assert made["name"] == "part name" and made["languageCode"] == "en"
    assert made["description"] == "product description" and made["createdAt"]
    product = (await desk.ask(SHOWN % made["id"]))["product"]
    assert product["assets"] == [{"id": "1"}]
    assert product["customFields"] == {"Make": "toyota", "Model": "Camery", "Year": 2015, "Condition": "NEW"}
    (variant,) = product["variants"]
    assert (variant["priceWithTax"], variant["stockOnHand"], variant["stockLevel"]) == (2050, 20, "IN_STOCK")
    found = await shop(world, '{ search(input: {term: "camery"}) { items { productId inStock } } }')
    assert found["search"]["items"] == [{"productId": made["id"], "inStock": True}]
    bought = await shop(
        world,
        f'mutation {{ addItemToOrder(productVariantId: "{variant["id"]}", quantity: 2) '
        "{ ... on Order { totalWithTax } } }",
    )
    assert bought["addItemToOrder"] == {"totalWithTax": 4100}


async def test_what_is_hidden_or_gone_is_seen_at_the_desk_alone(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    made = (await desk.ask(SAMPLE))["createProduct"]["id"]
    of_shop = f'{{ product(id: "{made}") {{ name }} }}'
    renamed = {"id": made, "enabled": False, "translations": [{"languageCode": "en", "name": "Another name"}]}
    assert (await desk.ask(UPDATE, i=renamed))["updateProduct"]["enabled"] is False
    assert await shop(world, of_shop) == {"product": None}
    assert (await desk.ask(SHOWN % made))["product"]["name"] == "Another name"
    assert (await desk.ask(DELETE, id=made))["deleteProduct"] == {"result": "DELETED", "message": None}
    assert (await desk.ask(SHOWN % made))["product"] is None
    assert (await desk.ask(DELETE, id=made))["deleteProduct"]["result"] == "NOT_DELETED"
    # Its name is free for what comes after.
    slug = '{ product(id: "%s") { slug } }'
    again = (await desk.ask(SAMPLE))["createProduct"]["id"]
    assert (await desk.ask(slug % again))["product"]["slug"] == "part-name"
    acts = await AuditEntry.filter(noun="product").order_by("id").values_list("act", flat=True)
    assert acts == ["created", "updated", "deleted", "created"]


async def test_a_seller_sees_and_changes_only_what_is_theirs(
    desks: Callable[[], DeskHands], desk: DeskHands
) -> None:
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    theirs = (await ama.ask(SAMPLE))["createProduct"]["id"]
    assert (await ama.ask("{ products { totalItems } }"))["products"] == {"totalItems": 1}
    assert (await kofi.ask("{ products { totalItems } }"))["products"] == {"totalItems": 0}
    assert (await kofi.ask(SHOWN % theirs))["product"] is None
    assert await kofi.refused(UPDATE, i={"id": theirs, "enabled": False}) == "NOT_FOUND"
    assert (await kofi.ask(DELETE, id=theirs))["deleteProduct"]["message"] == "There is no such product."
    assert (await kofi.ask(DELETE, id="99999999"))["deleteProduct"]["message"] == "There is no such product."
    variant_id = (await ama.ask(SHOWN % theirs))["product"]["variants"][0]["id"]
    change = "mutation($i: UpdateProductVariantInput!) { updateProductVariant(input: $i) { stockOnHand priceWithTax } }"
    assert await kofi.refused(change, i={"id": variant_id, "price": 1}) == "NOT_FOUND"
    assert (await kofi.ask(f'{{ productVariant(id: "{variant_id}") {{ id }} }}'))["productVariant"] is None
    changed = await ama.ask(change, i={"id": variant_id, "price": 1999, "stockOnHand": 3})
    assert changed["updateProductVariant"] == {"stockOnHand": 3, "priceWithTax": 1999}
    given_away = {"id": theirs, "customFields": {"sellerId": "1"}}
    await ama.ask(UPDATE, i=given_away)
    assert (await ama.ask("{ products { totalItems } }"))["products"] == {"totalItems": 1}
    assert await ama.refused("{ administrators { totalItems } }") == "FORBIDDEN"
    await desk.log_in()
    assert (await desk.ask(SHOWN % theirs))["product"]["name"] == "part name"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ('Price: 20.5', 'Price: -1'),
        ('Price: 20.5', 'Price: 20.555'),
        ('Price: 20.5', 'Price: 1e300'),
        ('PiecesInStock: "20"', 'PiecesInStock: "many"'),
        ('PiecesInStock: "20"', 'PiecesInStock: "-3"'),
        ('Year: 2015', 'Year: 99999'),
        ('Condition: "NEW"', 'Condition: "BROKEN"'),
        ('name:"part name"', 'name:"   "'),
        ('Make: "toyota"', 'Make: ""'),
    ],
)  # fmt: skip
async def test_a_draft_that_makes_no_sense_names_its_field(desk: DeskHands, change: str, field: str) -> None:
    await desk.log_in()
    body = await desk.send(SAMPLE.replace(change, field))
    assert body["errors"][0]["extensions"]["code"] == "INVALID_INPUT", body
    assert body["errors"][0]["extensions"]["field"] == field.split(":")[0]
    assert not await AuditEntry.exists(noun="product")


async def test_a_picture_of_nobody_makes_no_product(desk: DeskHands) -> None:
    await desk.log_in()
    assert await desk.refused(SAMPLE.replace("assetIds: 1", "assetIds: 999999")) == "NOT_FOUND"
    assert await desk.refused(SAMPLE.replace("assetIds: 1", 'assetIds: ["x"]')) == "NOT_FOUND"


async def test_who_is_not_signed_in_sees_nothing(desk: DeskHands) -> None:
    assert await desk.refused("{ products { totalItems } }") == "NOT_SIGNED_IN"
    assert await desk.refused(SAMPLE) == "NOT_SIGNED_IN"


async def test_what_is_taken_off_the_market_is_not_sold_from_a_cart_either(
    desk: DeskHands, demo: Scope
) -> None:
    await desk.log_in()
    product_id = (await desk.ask(SAMPLE))["createProduct"]["id"]
    (variant,) = (await desk.ask(SHOWN % product_id))["product"]["variants"]
    buyer = await a_buyer(demo, balance_minor=100_000, pin=True)
    await fill_cart(buyer, int(variant["id"]), 1)
    await desk.ask(DELETE, id=product_id)
    with pytest.raises(IllegalTransition, match="not for sale any more"):
        await pay(buyer, "shopping-card", pin=PIN)
    assert await stock_of(int(variant["id"])) == (20, 0)


async def test_a_hundred_are_changed_at_once_and_no_more(desk: DeskHands) -> None:
    await desk.log_in()
    many = "mutation($ids: [ID!]!) { deleteProducts(ids: $ids) { result } }"
    assert await desk.refused(many, ids=["999999"] * 101) == "INVALID_INPUT"
    some = (await desk.ask(many, ids=["999999"] * 100))["deleteProducts"]
    assert some == [{"result": "NOT_DELETED"}] * 100
