"""Facets, options and texts in other languages at the desk, and what the shop shows of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models import AuditEntry, Facet, Platform
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, new_seller, shop

if TYPE_CHECKING:
    from tests.conftest import World

FACET = "mutation($i: CreateFacetInput!) { createFacet(input: $i) { id code name isPrivate values { id code name } } }"
CHANGE_FACET = "mutation($i: UpdateFacetInput!) { updateFacet(input: $i) { code name isPrivate } }"
DROP_FACET = "mutation($id: ID!, $f: Boolean) { deleteFacet(id: $id, force: $f) { result message } }"
VALUE = "mutation($i: CreateFacetValueInput!) { createFacetValue(input: $i) { id code name facet { code } } }"
DROP_VALUES = "mutation($ids: [ID!]!, $f: Boolean) { deleteFacetValues(ids: $ids, force: $f) { result } }"
PRODUCT = """mutation($i: UpdateProductInput!) { updateProduct(input: $i) { id
  facetValues { code } translations { languageCode name description } } }"""
GROUP = """mutation($i: CreateProductOptionGroupInput!) { createProductOptionGroup(input: $i) {
  id code name options { id code name } } }"""
ADD = """mutation($p: ID!, $g: ID!) { addOptionGroupToProduct(productId: $p, optionGroupId: $g) {
  id optionGroups { code options { code } } } }"""
REMOVE = """mutation($p: ID!, $g: ID!, $f: Boolean) { removeOptionGroupFromProduct(productId: $p, optionGroupId: $g, force: $f) {
  __typename ... on Product { optionGroups { code } }
  ... on ProductOptionInUseError { errorCode optionGroupCode productVariantCount } } }"""
VARIANTS = """mutation($i: [CreateProductVariantInput!]!) { createProductVariants(input: $i) {
  id name sku options { code group { code } } facetValues { code } } }"""
DROP_OPTION = "mutation($id: ID!) { deleteProductOption(id: $id) { result message } }"


def named(code: str, name: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "translations": [{"languageCode": "en", "name": name}], **more}


async def test_a_facet_sorts_products_out(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    made = await desk.ask(FACET, i=named("grip", "Grip", isPrivate=False, values=[named("wet", "Wet")]))
    grip = made["createFacet"]
    assert (grip["code"], [each["name"] for each in grip["values"]]) == ("grip", ["Wet"])
    ice = (await desk.ask(VALUE, i=named("ice", "Ice", facetId=grip["id"])))["createFacetValue"]
    assert ice["facet"] == {"code": "grip"}
    product = (await desk.ask(SAMPLE))["createProduct"]["id"]
    had = (await desk.ask(PRODUCT, i={"id": product, "facetValueIds": [ice["id"]]}))["updateProduct"]
    assert had["facetValues"] == [{"code": "ice"}]
    search = f'{{ search(input: {{facetValueIds: ["{ice["id"]}"], facetValueOperator: AND}}) {{ items {{ productId }} }} }}'
    assert (await shop(world, search))["search"]["items"] == [{"productId": product}]
    # What products have stays unless it is forced; private facets are for the desk alone.
    assert (await desk.ask(DROP_FACET, id=grip["id"]))["deleteFacet"]["message"] == "Products have it: 1."
    hidden = (await desk.ask(CHANGE_FACET, i={"id": grip["id"], "isPrivate": True}))["updateFacet"]
    assert hidden == {"code": "grip", "name": "Grip", "isPrivate": True}
    of_product = f'{{ product(id: "{product}") {{ facetValues {{ code }} }} }}'
    assert (await shop(world, of_product))["product"]["facetValues"] == []
    assert (await desk.ask(of_product))["product"]["facetValues"] == [{"code": "ice"}]
    listed = '{ facetValues(options: {filter: {facetId: {eq: "%s"}}, sort: {name: DESC}}) { totalItems items { name } } }'
    assert (await desk.ask(listed % grip["id"]))["facetValues"] == {
        "totalItems": 2,
        "items": [{"name": "Wet"}, {"name": "Ice"}],
    }
    gone = (await desk.ask(DROP_VALUES, ids=[ice["id"], "0"], f=True))["deleteFacetValues"]
    assert [each["result"] for each in gone] == ["DELETED", "NOT_DELETED"]
    assert (await desk.ask(DROP_FACET, id=grip["id"], f=True))["deleteFacet"]["result"] == "DELETED"
    acts = (
        await AuditEntry.filter(noun__in=["facet", "facetValue"]).order_by("id").values_list("act", flat=True)
    )
    assert acts == ["created", "created", "created", "updated", "deleted", "deleted"]


async def test_variants_are_one_option_of_each_group(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    product = (await ama.ask(SAMPLE.replace("Price: 20.5", "")))["createProduct"]["id"]
    options = [named("left", "Left"), named("right", "Right")]
    side = (await ama.ask(GROUP, i=named("side", "Side", options=options)))["createProductOptionGroup"]
    left, right = (each["id"] for each in side["options"])
    # A group that is being made is its maker's.
    assert (await kofi.ask(f'{{ productOptionGroup(id: "{side["id"]}") {{ code }} }}'))[
        "productOptionGroup"
    ] is None
    theirs = (await kofi.ask(SAMPLE))["createProduct"]["id"]
    assert await kofi.refused(ADD, p=theirs, g=side["id"]) == "NOT_FOUND"
    assert await kofi.refused(ADD, p=product, g=side["id"]) == "NOT_FOUND"
    added = (await ama.ask(ADD, p=product, g=side["id"]))["addOptionGroupToProduct"]
    assert added["optionGroups"] == [{"code": "side", "options": [{"code": "left"}, {"code": "right"}]}]

    def variant(sku: str, *chosen: str) -> dict[str, Any]:
        return {"productId": product, "sku": sku, "price": 100, "translations": [], "optionIds": list(chosen)}

    made = (await ama.ask(VARIANTS, i=[variant("AMA-L", left), variant("AMA-R", right)]))[
        "createProductVariants"
    ]
    assert [each["options"] for each in made] == [
        [{"code": "left", "group": {"code": "side"}}],
        [{"code": "right", "group": {"code": "side"}}],
    ]
    assert [each["name"] for each in made] == ["part name Left", "part name Right"]
    assert await ama.refused(VARIANTS, i=[variant("AMA-2", left)]) == "INVALID_INPUT"
    assert await ama.refused(VARIANTS, i=[variant("AMA-2", left, right)]) == "INVALID_INPUT"
    assert await ama.refused(VARIANTS, i=[variant("AMA-2", "99999999999999999999")]) == "NOT_FOUND"
    assert "Variants are it: 1" in (await ama.ask(DROP_OPTION, id=left))["deleteProductOption"]["message"]
    assert (await kofi.ask(DROP_OPTION, id=left))["deleteProductOption"][
        "message"
    ] == "There is no such option."
    used = (await ama.ask(REMOVE, p=product, g=side["id"]))["removeOptionGroupFromProduct"]
    assert used == {
        "__typename": "ProductOptionInUseError",
        "errorCode": "PRODUCT_OPTION_IN_USE_ERROR",
        "optionGroupCode": "side",
        "productVariantCount": 2,
    }
    removed = (await ama.ask(REMOVE, p=product, g=side["id"], f=True))["removeOptionGroupFromProduct"]
    assert removed == {"__typename": "Product", "optionGroups": []}


async def test_a_product_speaks_several_languages(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    product = (await desk.ask(SAMPLE))["createProduct"]["id"]
    french = {"languageCode": "fr", "name": "Jante", "description": "Une jante"}
    told = (await desk.ask(PRODUCT, i={"id": product, "translations": [french]}))["updateProduct"]
    assert [each["languageCode"] for each in told["translations"]] == ["en", "fr"]
    # What isn't said of a language stays.
    again = [{"languageCode": "fr", "description": "Une belle jante"}, {"languageCode": "en", "name": "Rim"}]
    told = (await desk.ask(PRODUCT, i={"id": product, "translations": again}))["updateProduct"]
    assert told["translations"] == [
        {"languageCode": "en", "name": "Rim", "description": "product description"},
        {"languageCode": "fr", "name": "Jante", "description": "Une belle jante"},
    ]
    nameless = [{"languageCode": "de", "description": "Felge"}]
    assert await desk.refused(PRODUCT, i={"id": product, "translations": nameless}) == "INVALID_INPUT"


async def test_bad_input_and_what_belongs_to_others(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    grip = (await desk.ask(FACET, i=named("grip", "Grip", isPrivate=False)))["createFacet"]["id"]
    assert await desk.refused(FACET, i=named("grip", "Grip", isPrivate=False)) == "INVALID_INPUT"
    assert await desk.refused(FACET, i=named("none", " ", isPrivate=False)) == "INVALID_INPUT"
    assert await desk.refused(VALUE, i=named("ice", "Ice", facetId="0")) == "NOT_FOUND"
    product = (await desk.ask(SAMPLE))["createProduct"]["id"]
    assert await desk.refused(PRODUCT, i={"id": product, "facetValueIds": ["99999999"]}) == "NOT_FOUND"
    kasuwa = await Platform.get(code="kasuwa")
    abroad = await Facet.filter(platform_id=kasuwa.id).first()
    assert abroad is not None
    assert (await desk.ask(f'{{ facet(id: "{abroad.id}") {{ code }} }}'))["facet"] is None
    assert await desk.refused(CHANGE_FACET, i={"id": str(abroad.id), "isPrivate": True}) == "NOT_FOUND"
    assert (await desk.ask(DROP_FACET, id=str(abroad.id), f=True))["deleteFacet"]["result"] == "NOT_DELETED"
    ama = await new_seller(desks, "Ama Parts")
    assert (await ama.ask(f'{{ facet(id: "{grip}") {{ code }} }}'))["facet"] == {"code": "grip"}
    assert await ama.refused(FACET, i=named("mine", "Mine", isPrivate=False)) == "FORBIDDEN"
    assert await ama.refused(DROP_FACET, id=grip) == "FORBIDDEN"
