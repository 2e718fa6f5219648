"""Taxes at the desk: categories and rates, and variants that are in them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from models import AuditEntry
from services.taxes import create_tax_category
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, new_seller, shop

if TYPE_CHECKING:
    from tests.conftest import World

CATEGORY = "mutation($i: CreateTaxCategoryInput!) { createTaxCategory(input: $i) { id name isDefault } }"
RENAME = "mutation($i: UpdateTaxCategoryInput!) { updateTaxCategory(input: $i) { id name } }"
DROP = "mutation($id: ID!) { deleteTaxCategory(id: $id) { result message } }"
RATE = """mutation($i: CreateTaxRateInput!) { createTaxRate(input: $i) {
  id name value enabled category { id name } zone { id } } }"""
CHANGE = (
    "mutation($i: UpdateTaxRateInput!) { updateTaxRate(input: $i) { name value enabled category { id } } }"
)
END = "mutation($id: ID!) { deleteTaxRate(id: $id) { result } }"
VARIANT = """mutation($i: UpdateProductVariantInput!) { updateProductVariant(input: $i) {
  id price priceWithTax taxCategory { name } } }"""


async def test_a_variant_is_taxed_as_its_category_says(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    zone = await desk.ask(
        "{ zones { totalItems items { id members { code } } } countries { items { code } } }"
    )
    assert zone["zones"]["items"][0]["members"] == [{"code": "GH"}] == zone["countries"]["items"]
    zone_id = zone["zones"]["items"][0]["id"]
    books = (await desk.ask(CATEGORY, i={"name": "Books"}))["createTaxCategory"]
    assert books == {"id": books["id"], "name": "Books", "isDefault": False}
    given = {"name": "Reduced", "enabled": True, "value": 5.5, "categoryId": books["id"], "zoneId": zone_id}
    rate = (await desk.ask(RATE, i=given))["createTaxRate"]
    assert (rate["value"], rate["category"]["name"], rate["zone"]["id"]) == (5.5, "Books", zone_id)
    product = (await desk.ask(SAMPLE))["createProduct"]["id"]
    of_shop = f'{{ product(id: "{product}") {{ variants {{ id price priceWithTax }} }} }}'
    (variant,) = (await shop(world, of_shop))["product"]["variants"]
    taxed = await desk.ask(VARIANT, i={"id": variant["id"], "taxCategoryId": books["id"]})
    assert taxed["updateProductVariant"]["taxCategory"] == {"name": "Books"}
    assert (await shop(world, of_shop))["product"]["variants"][0]["price"] == round(2050 / 1.055)
    # A category with goods in it stays.
    assert "variants in it: 1" in (await desk.ask(DROP, id=books["id"]))["deleteTaxCategory"]["message"]
    changed = (await desk.ask(CHANGE, i={"id": rate["id"], "value": 10, "enabled": False}))["updateTaxRate"]
    assert changed == {"name": "Reduced", "value": 10, "enabled": False, "category": {"id": books["id"]}}
    assert (await shop(world, of_shop))["product"]["variants"][0]["price"] == variant["price"]
    freed = (await desk.ask(VARIANT, i={"id": variant["id"], "taxCategoryId": None}))["updateProductVariant"]
    assert freed["taxCategory"] is None
    assert (await desk.ask(END, id=rate["id"]))["deleteTaxRate"]["result"] == "DELETED"
    assert (await desk.ask(DROP, id=books["id"]))["deleteTaxCategory"]["result"] == "DELETED"
    acts = (
        await AuditEntry.filter(noun__in=["taxCategory", "taxRate"])
        .order_by("id")
        .values_list("act", flat=True)
    )
    assert acts == ["created", "created", "updated", "deleted", "deleted"]


async def test_taxes_are_listed_by_what_is_asked(desk: DeskHands) -> None:
    await desk.log_in()
    zone_id = (await desk.ask("{ zones { items { id } } }"))["zones"]["items"][0]["id"]
    ids = [
        (await desk.ask(CATEGORY, i={"name": name}))["createTaxCategory"]["id"] for name in ("Bikes", "Books")
    ]
    for number, category in enumerate((*ids, ids[0])):
        given = {"name": f"Rate {number}", "enabled": number != 1, "value": number, "categoryId": category}
        await desk.ask(RATE, i={**given, "zoneId": zone_id})
    categories = (await desk.ask(
        '{ taxCategories(options: {sort: {name: DESC}, filter: {name: {contains: "bo"}}}) { totalItems items { name } } }'
    ))["taxCategories"]  # fmt: skip
    assert categories == {"totalItems": 1, "items": [{"name": "Books"}]}
    rates = "query($o: TaxRateListOptions) { taxRates(options: $o) { totalItems items { name value } } }"
    dear = {"sort": {"value": "DESC"}, "filter": {"categoryId": {"eq": ids[0]}, "value": {"gte": 0.5}}}
    assert (await desk.ask(rates, o=dear))["taxRates"] == {
        "totalItems": 1,
        "items": [{"name": "Rate 2", "value": 2}],
    }
    assert (await desk.ask(rates, o={"filter": {"enabled": {"eq": False}}}))["taxRates"]["totalItems"] == 1


async def test_bad_input_and_what_belongs_to_others(desk: DeskHands, desks: Callable[[], DeskHands]) -> None:
    await desk.log_in()
    books = (await desk.ask(CATEGORY, i={"name": "Books"}))["createTaxCategory"]["id"]
    assert await desk.refused(CATEGORY, i={"name": "Books"}) == "INVALID_INPUT"
    assert await desk.refused(CATEGORY, i={"name": "Default", "isDefault": True}) == "INVALID_INPUT"
    assert await desk.refused(RENAME, i={"id": books, "name": " "}) == "INVALID_INPUT"
    zone_id = (await desk.ask("{ zones { items { id } } }"))["zones"]["items"][0]["id"]
    whole = {"name": "Rate", "enabled": True, "value": 5, "categoryId": books, "zoneId": zone_id}
    for wrong, code in (
        ({"value": 101}, "INVALID_INPUT"),
        ({"value": -1}, "INVALID_INPUT"),
        ({"value": 5.555}, "INVALID_INPUT"),
        ({"categoryId": "99999999999999999999"}, "NOT_FOUND"),
        ({"zoneId": "0"}, "NOT_FOUND"),
    ):
        assert await desk.refused(RATE, i={**whole, **wrong}) == code
    abroad = str(await create_tax_category(await scope_by_code("kasuwa", "test"), "Far"))
    assert (await desk.ask(f'{{ taxCategory(id: "{abroad}") {{ name }} }}'))["taxCategory"] is None
    assert await desk.refused(RENAME, i={"id": abroad, "name": "Mine"}) == "NOT_FOUND"
    assert (await desk.ask(DROP, id=abroad))["deleteTaxCategory"]["result"] == "NOT_DELETED"
    ama = await new_seller(desks, "Ama Parts")
    product = (await ama.ask(SAMPLE))["createProduct"]["id"]
    (variant,) = (await ama.ask(f'{{ product(id: "{product}") {{ variants {{ id }} }} }}'))["product"][
        "variants"
    ]
    assert await ama.refused(VARIANT, i={"id": variant["id"], "taxCategoryId": abroad}) == "NOT_FOUND"
    # A seller says what their goods are, and nothing of what that is taxed with.
    assert (await ama.ask("{ taxCategories { totalItems } }"))["taxCategories"]["totalItems"] == 1
    taxed = (await ama.ask(VARIANT, i={"id": variant["id"], "taxCategoryId": books}))["updateProductVariant"]
    assert taxed["taxCategory"] == {"name": "Books"}
    assert await ama.refused(RATE, i=whole) == "FORBIDDEN"
    assert await ama.refused(CATEGORY, i={"name": "Ama"}) == "FORBIDDEN"
    assert await ama.refused(DROP, id=books) == "FORBIDDEN"
