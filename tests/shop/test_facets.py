"""Facets and option groups: what the catalogue knows of its products, and search by it."""

from collections import Counter
from typing import Any

from models import FacetValue, Product, ProductFacetValue, Variant
from services.search import reindex_products
from services.tenants import scope_by_code
from tests.shop.conftest import Phone
from tests.stories.test_statements import at_most, statements

__all__ = ["statements"]

FACETS = "query($o: FacetListOptions) { facets(options: $o) { totalItems items { id name code values { id name code facetId facet { code } } } } }"
SEARCH = """query($i: SearchInput!) { search(input: $i) { totalItems items {
    productId productName productVariantId productVariantName inStock sku facetValueIds facetIds collectionIds
    price { ... on PriceRange { min max } ... on SinglePrice { value } } }
    facetValues { count facetValue { id name facet { code } } } collections { count collection { slug } } } }"""


async def value_ids(phone: Phone, *named: tuple[str, str]) -> list[str]:
    facets = (await phone.ask(FACETS))["facets"]["items"]
    known = {(facet["code"], value["name"]): value["id"] for facet in facets for value in facet["values"]}
    return [known[name] for name in named]


async def ask(phone: Phone, **given: Any) -> dict[str, Any]:
    return (await phone.ask(SEARCH, i=given))["search"]


async def hits(phone: Phone, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while page := (await ask(phone, **given, skip=len(found), take=100))["items"]:
        found += page
    return found


async def test_the_catalogue_is_sorted_out_by_what_it_knows(phone: Phone) -> None:
    shown = (await phone.ask(FACETS))["facets"]
    assert [facet["code"] for facet in shown["items"]] == ["brand", "condition", "country-of-origin", "make"]
    condition = shown["items"][1]
    assert [value["name"] for value in condition["values"]] == ["New", "Refurbished", "Used"]
    assert {value["facet"]["code"] for value in condition["values"]} == {"condition"}
    one = await phone.ask("query($id: ID!) { facet(id: $id) { code values { name } } }", id=condition["id"])
    assert one["facet"]["code"] == "condition"
    assert (await phone.ask('{ facet(id: "99999") { code } }'))["facet"] is None
    some = await phone.ask(
        FACETS, o={"filter": {"code": {"in": ["make", "brand"]}}, "sort": {"name": "DESC"}}
    )
    assert [facet["code"] for facet in some["facets"]["items"]] == ["make", "brand"]


async def test_search_by_facets_finds_what_has_all_or_one_of_them(phone: Phone) -> None:
    toyota, honda, used = await value_ids(phone, ("make", "Toyota"), ("make", "Honda"), ("condition", "Used"))
    everything = {hit["productId"]: set(hit["facetValueIds"]) for hit in await hits(phone)}

    async def found(**given: Any) -> set[str]:
        return {hit["productId"] for hit in await hits(phone, **given)}

    def having(holds: Any) -> set[str]:
        return {product for product, values in everything.items() if holds(values)}

    assert await found(facetValueIds=[toyota]) == having(lambda v: toyota in v) != set()
    assert await found(facetValueIds=[toyota, used]) == having(lambda v: {toyota, used} <= v) != set()
    either = await found(facetValueIds=[toyota, honda], facetValueOperator="OR")
    assert either == having(lambda v: v & {toyota, honda})
    both = await found(facetValueFilters=[{"and": used}, {"or": [toyota, honda]}])
    assert both == having(lambda v: used in v and v & {toyota, honda}) != set()
    assert await found(facetValueIds=["no-such-value"]) == set()
    assert (await phone.refused(SEARCH, i={"facetValueIds": ["1"] * 101}))["extensions"][
        "code"
    ] == "INVALID_INPUT"


async def test_the_facets_of_what_is_found_are_counted_over_all_pages(phone: Phone) -> None:
    found = await ask(phone, term="brake pads", take=1)
    counts = Counter(value for hit in await hits(phone, term="brake pads") for value in hit["facetValueIds"])
    shown = {each["facetValue"]["id"]: each["count"] for each in found["facetValues"]}
    assert shown == dict(counts)
    ordered = [each["count"] for each in found["facetValues"]]
    assert ordered == sorted(ordered, reverse=True) and ordered[0] <= found["totalItems"]


async def test_a_value_of_one_variant_alone_finds_its_product_and_no_other_variant(phone: Phone) -> None:
    pair = await Variant.filter(option="Left").order_by("id").first()
    assert pair is not None
    product = await Product.get(id=pair.product_id)
    brand = await FacetValue.filter(platform_id=product.platform_id, facet__code="brand").exclude(
        id__in=[v.value_id for v in await ProductFacetValue.filter(product_id=product.id)]
    ).first()  # fmt: skip
    assert brand is not None
    before = (await ask(phone, facetValueIds=[str(brand.id)]))["totalItems"]
    await ProductFacetValue.create(product_id=product.id, variant_id=pair.id, value_id=brand.id)
    await reindex_products(await scope_by_code("demo", "test"), [product.id])
    after = await ask(phone, facetValueIds=[str(brand.id)])
    assert after["totalItems"] == before + 1
    assert {each["count"] for each in after["facetValues"] if each["facetValue"]["id"] == str(brand.id)} == {
        before + 1
    }
    apart = await hits(phone, facetValueIds=[str(brand.id)], groupByProduct=False)
    ours = [hit["productVariantId"] for hit in apart if hit["productId"] == str(product.id)]
    assert ours == [str(pair.id)]
    alone = await phone.ask(
        "query($id: ID!) { product(id: $id) { facetValues { id } variants { id facetValues { id } } } }",
        id=str(product.id),
    )
    assert str(brand.id) not in {value["id"] for value in alone["product"]["facetValues"]}
    assert [v["id"] for v in alone["product"]["variants"] if v["facetValues"]] == [str(pair.id)]


async def test_results_come_product_by_product_or_variant_by_variant(phone: Phone) -> None:
    grouped = await hits(phone, term="caliper")
    assert all(hit["price"]["min"] <= hit["price"]["max"] for hit in grouped)
    apart = await hits(phone, term="caliper", groupByProduct=False, sort={"price": "ASC"})
    prices = [hit["price"]["value"] for hit in apart]
    assert prices == sorted(prices)
    assert {hit["productId"] for hit in apart} == {hit["productId"] for hit in grouped}
    assert (
        len(apart)
        == await Variant.filter(product_id__in={hit["productId"] for hit in grouped}, enabled=True).count()
    )
    assert len({hit["productVariantId"] for hit in apart}) == len(apart) > len(grouped)


async def test_search_within_a_price_range_and_by_stock(phone: Phone) -> None:
    everything = await hits(phone)
    cheap = {h["productId"] for h in everything if h["price"]["max"] >= 5000 and h["price"]["min"] <= 9000}
    asked = {"priceRange": {"min": 5000, "max": 20000}, "priceRangeWithTax": {"min": 0, "max": 9000}}
    assert {hit["productId"] for hit in await hits(phone, **asked)} == cheap != set()
    apart = await hits(phone, **asked, groupByProduct=False)
    assert {5000 <= hit["price"]["value"] <= 9000 for hit in apart} == {True}
    out = await hits(phone, inStock=False)
    assert {hit["productId"] for hit in out} == {h["productId"] for h in everything if not h["inStock"]}
    assert len(await hits(phone, inStock=True)) + len(out) == len(everything)


async def test_a_result_names_its_shelves_and_its_facets(phone: Phone) -> None:
    hit = (await ask(phone, term="toyota brake pads", take=1))["items"][0]
    shelves = (await phone.ask("{ collections { items { id slug parentId } } }"))["collections"]["items"]
    by_id = {shelf["id"]: shelf for shelf in shelves}
    first, above = (by_id[i] for i in hit["collectionIds"])
    assert (first["parentId"], above["slug"]) == (above["id"], "brakes")
    assert len(hit["facetIds"]) == 4
    inside = await ask(phone, term="toyota brake pads", collectionId=above["id"])
    assert (
        inside["totalItems"]
        == (await ask(phone, term="toyota brake pads", collectionSlug="brakes"))["totalItems"]
        > 0
    )
    assert (await ask(phone, collectionSlug="no-such-shelf"))["totalItems"] == 0


async def test_variants_differ_in_the_options_of_their_products_group(phone: Phone) -> None:
    shown = await phone.ask(
        """{ product(slug: "toyota-camry-side-mirror") { optionGroups { id code name options { id name groupId } }
        variants { name options { id name code groupId group { id name options { name } } } } } }"""
    )
    product = shown["product"]
    [group] = product["optionGroups"]
    assert [option["name"] for option in group["options"]] == ["Left", "Right"]
    assert {option["groupId"] for option in group["options"]} == {group["id"]}
    for variant, option in zip(product["variants"], group["options"], strict=True):
        [chosen] = variant["options"]
        assert (chosen["id"], chosen["name"]) == (option["id"], option["name"])
        assert [sibling["name"] for sibling in chosen["group"]["options"]] == ["Left", "Right"]
    alone = await phone.ask(
        '{ product(slug: "audi-a4-front-brake-pads") { optionGroups { id } variants { options { id } } } }'
    )
    assert alone["product"] == {"optionGroups": [], "variants": [{"options": []}]}


LISTED = """query($take: Int!) { products(options: {take: $take}) { items { id facetValues { name facet { name } }
    assets { id } collections { name } optionGroups { options { name } }
    variants { assets { id } facetValues { id } options { name group { name options { name } } } } } } }"""
FOUND = """query($take: Int!) { search(input: {term: "toyota", take: $take}) { totalItems
    items { productName collectionIds facetIds facetValueIds productAsset { preview } }
    facetValues { count facetValue { name facet { name } } } collections { count collection { name } } } }"""


async def test_lists_cost_the_same_number_of_statements_whatever_their_length(
    phone: Phone, statements
) -> None:
    for query, most in ((LISTED, 10), (FOUND, 7)):
        await phone.ask(query, take=1)
        for take in (20, 100):
            with at_most(most, statements):
                assert await phone.ask(query, take=take)
    with at_most(2, statements):
        await phone.ask(FACETS)
