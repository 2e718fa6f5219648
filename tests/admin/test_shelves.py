"""Shelves at the desk: made, renamed, moved and taken away, with what lies on them."""

from typing import TYPE_CHECKING

from models import Asset
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, shop

if TYPE_CHECKING:
    from tests.conftest import World

MAKE = """mutation($name: String!, $parent: ID) { createCollection(input: {parentId: $parent,
  translations: {languageCode: en, name: $name, description: ""}}) { id slug position parentId } }"""
MOVE = """mutation($id: ID!, $parent: ID!, $index: Int!) {
  moveCollection(input: {collectionId: $id, parentId: $parent, index: $index}) { id position parentId } }"""
RENAME = """mutation($id: ID!, $name: String!) { updateCollection(input: {id: $id,
  translations: {languageCode: en, name: $name}}) { name slug } }"""
DELETE = "mutation($id: ID!) { deleteCollection(id: $id) { result message } }"


async def test_a_shelf_is_made_renamed_moved_and_taken_away(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    top = (await desk.ask(MAKE, name="Rims & more", parent=None))["createCollection"]
    below = (await desk.ask(MAKE, name="Rims & more", parent=top["id"]))["createCollection"]
    assert (top["slug"], top["parentId"]) == ("rims-more", "0")
    assert (below["slug"], below["parentId"]) == ("rims-more-2", top["id"])
    assert (await desk.ask(RENAME, id=below["id"], name="Alloy rims"))["updateCollection"] == {
        "name": "Alloy rims",
        "slug": "rims-more-2",
    }
    assert await desk.refused(MAKE, name="Too deep", parent=below["id"]) == "INVALID_INPUT"
    assert await desk.refused(MOVE, id=top["id"], parent=top["id"], index=0) == "INVALID_INPUT"
    assert await desk.refused(MOVE, id=below["id"], parent="0", index=2**31 - 1) == "INVALID_INPUT"
    moved = (await desk.ask(MOVE, id=below["id"], parent="0", index=3))["moveCollection"]
    assert moved == {"id": below["id"], "position": 3, "parentId": "0"}
    assert (await desk.ask(DELETE, id=top["id"]))["deleteCollection"]["result"] == "DELETED"
    assert await shop(world, '{ collection(slug: "rims-more") { id } }') == {"collection": None}
    assert (await desk.ask(DELETE, id=top["id"]))["deleteCollection"]["result"] == "NOT_DELETED"


async def test_what_lay_on_a_shelf_that_goes_is_still_for_sale(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    sample = SAMPLE.replace('Subcategory: "wheels"', 'Subcategory: "rims"')
    made = (await desk.ask(sample))["createProduct"]["id"]
    of_product = f'{{ product(id: "{made}") {{ collections {{ id name }} }} }}'
    below, top = (await desk.ask(of_product))["product"]["collections"]
    await desk.ask(DELETE, id=below["id"])
    assert (await shop(world, of_product))["product"]["collections"] == [top]
    await desk.ask(DELETE, id=top["id"])
    assert (await shop(world, of_product))["product"]["collections"] == []


async def test_a_shelf_shows_no_picture_of_another_platform(desk: DeskHands) -> None:
    theirs = await Asset.exclude(platform_id=(await scope_by_code("demo", "test")).platform_id).first()
    assert theirs is not None
    await desk.log_in()
    made = (await desk.ask(MAKE, name="Rims", parent=None))["createCollection"]
    show = "mutation($id: ID!, $p: ID!) { updateCollection(input: {id: $id, featuredAssetId: $p}) { id } }"
    for nobodys in (theirs.id, 0, 2**63 - 1):
        assert await desk.refused(show, id=made["id"], p=str(nobodys)) == "NOT_FOUND"
