"""The shops of the market at the desk: opened, renamed, closed; and the variants that each of them sells."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from models import AuditEntry, Platform, Seller
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, new_seller
from tests.catalogue.helpers import counted

if TYPE_CHECKING:
    from tests.conftest import World

CREATE = "mutation($n: String!) { createSeller(input: {name: $n}) { id name createdAt } }"
UPDATE = "mutation($i: UpdateSellerInput!) { updateSeller(input: $i) { id name } }"
DELETE = "mutation($id: ID!) { deleteSeller(id: $id) { result message } }"
LIST = "query($o: SellerListOptions) { sellers(options: $o) { totalItems items { id name createdAt } } }"
ONE = "query($id: ID!) { seller(id: $id) { name } }"
VARIANTS = """query($o: ProductVariantListOptions, $p: ID) { productVariants(options: $o, productId: $p) {
  totalItems items { id sku priceWithTax stockOnHand enabled product { id seller { name createdAt } } } } }"""


async def test_a_shop_is_opened_renamed_and_closed(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    made = (await desk.ask(CREATE, n="  Osu Lights  "))["createSeller"]
    assert made["name"] == "Osu Lights" and made["createdAt"]
    assert await desk.refused(CREATE, n="osu lights") == "ALREADY_REGISTERED"
    assert await desk.refused(CREATE, n="   ") == "INVALID_INPUT"
    assert await desk.refused(CREATE, n="x" * 121) == "INVALID_INPUT"
    renamed = (await desk.ask(UPDATE, i={"id": made["id"], "name": "Osu Lamps"}))["updateSeller"]
    assert renamed == {"id": made["id"], "name": "Osu Lamps"}
    listed = (await desk.ask(LIST, o={"filter": {"name": {"contains": "osu"}}}))["sellers"]
    assert [each["id"] for each in listed["items"]] == [made["id"]] and listed["totalItems"] == 1
    assert (await desk.ask(DELETE, id=made["id"]))["deleteSeller"] == {"result": "DELETED", "message": None}
    assert (await desk.ask(ONE, id=made["id"]))["seller"] is None
    assert await desk.refused(UPDATE, i={"id": made["id"], "name": "Again"}) == "NOT_FOUND"
    acts = await AuditEntry.filter(noun="seller").order_by("id").values_list("act", flat=True)
    assert acts == ["created", "updated", "deleted"]


async def test_a_shop_may_have_a_commission_of_its_own(desk: DeskHands) -> None:
    await desk.log_in()
    create = "mutation($i: CreateSellerInput!) { createSeller(input: $i) { id commission } }"
    change = "mutation($i: UpdateSellerInput!) { updateSeller(input: $i) { name commission } }"
    made = (await desk.ask(create, i={"name": "Osu Lights", "commission": 7.25}))["createSeller"]
    assert made["commission"] == 7.25
    for wrong in (-1, 100.5, 0.00001):
        assert await desk.refused(change, i={"id": made["id"], "commission": wrong}) == "INVALID_INPUT"
    stays = (await desk.ask(change, i={"id": made["id"], "name": "Osu"}))["updateSeller"]
    assert stays == {"name": "Osu", "commission": 7.25}
    back = (await desk.ask(change, i={"id": made["id"], "commission": None}))["updateSeller"]
    assert back == {"name": "Osu", "commission": None}


async def test_a_shop_with_products_stays(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    ama = await new_seller(desks, "Ama Parts")
    product = (await ama.ask(SAMPLE))["createProduct"]["id"]
    shop = (await ama.ask(LIST))["sellers"]
    assert [each["name"] for each in shop["items"]] == ["Ama Parts"]
    ama_id = shop["items"][0]["id"]
    refused = (await desk.ask(DELETE, id=ama_id))["deleteSeller"]
    assert refused["result"] == "NOT_DELETED" and "products" in refused["message"]
    await desk.ask("mutation($id: ID!) { deleteProduct(id: $id) { result } }", id=product)
    assert (await desk.ask(DELETE, id=ama_id))["deleteSeller"]["result"] == "DELETED"
    # Who sold there is signed out, and can't sign in again.
    assert await ama.refused(LIST) == "NOT_SIGNED_IN"
    assert (await ama.log_in("ama.parts@shops.test", "a-shop-secret"))[
        "__typename"
    ] == "InvalidCredentialsError"
    create = "mutation($i: CreateProductInput!) { createProduct(input: $i) { id } }"
    given = {"translations": [{"languageCode": "en", "name": "A"}], "customFields": {"sellerId": ama_id}}
    assert await desk.refused(create, i=given) == "NOT_FOUND"


async def test_sellers_know_of_no_other_shop(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    ama_id = (await ama.ask(LIST))["sellers"]["items"][0]["id"]
    assert (await kofi.ask(ONE, id=ama_id))["seller"] is None
    assert await kofi.refused(CREATE, n="Another") == "FORBIDDEN"
    assert await kofi.refused(UPDATE, i={"id": ama_id, "name": "Mine"}) == "FORBIDDEN"
    assert await kofi.refused(DELETE, id=ama_id) == "FORBIDDEN"
    kasuwa = await Platform.get(code="kasuwa")
    abroad = await Seller.filter(platform_id=kasuwa.id).first()
    assert abroad is not None
    assert (await desk.ask(ONE, id=str(abroad.id)))["seller"] is None
    assert await desk.refused(UPDATE, i={"id": str(abroad.id), "name": "Mine"}) == "NOT_FOUND"
    assert (await desk.ask(DELETE, id=str(abroad.id)))["deleteSeller"]["result"] == "NOT_DELETED"


async def test_variants_are_listed_for_sale_or_not_and_a_sellers_alone_for_them(
    desk: DeskHands, desks: Callable[[], DeskHands], world: "World"
) -> None:
    await desk.log_in()
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    product = (await ama.ask(SAMPLE))["createProduct"]["id"]
    await ama.ask(
        "mutation($i: UpdateProductInput!) { updateProduct(input: $i) { id } }",
        i={"id": product, "enabled": False},
    )
    theirs = (await ama.ask(VARIANTS))["productVariants"]
    assert theirs["totalItems"] == 1 and theirs["items"][0]["product"]["seller"]["name"] == "Ama Parts"
    assert (await kofi.ask(VARIANTS))["productVariants"]["totalItems"] == 0
    assert (await kofi.ask(VARIANTS, p=product))["productVariants"]["totalItems"] == 0
    assert (await desk.ask(VARIANTS, p=product))["productVariants"] == theirs
    assert (await desk.ask(VARIANTS, p="99999999999999999999"))["productVariants"]["totalItems"] == 0
    few = {"take": 2, "sort": {"price": "ASC"}, "filter": {"price": {"gt": 2000}}}
    with counted() as for_two:
        two = (await desk.ask(VARIANTS, o=few))["productVariants"]["items"]
    assert len(two) == 2 and 2000 < two[0]["priceWithTax"] <= two[1]["priceWithTax"]
    with counted() as for_fifty:
        assert len((await desk.ask(VARIANTS, o={**few, "take": 50}))["productVariants"]["items"]) == 50
    assert for_two.statements == for_fifty.statements
