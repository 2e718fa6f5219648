"""Whatever the public storefronts of Vendure select is served."""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type, get_nullable_type, is_list_type
from graphql.utilities import find_breaking_changes

from services.tenants import scope_by_code
from tests.shop.conftest import Phone
from tests.shop.contract import served, surface
from tests.shop.test_deposits import signed_in

SOME = {
    "Boolean": True,
    "DateTime": "2026-01-01T00:00:00Z",
    "Float": 1.0,
    "ID": "1",
    "Int": 1,
    "LogicalOperator": "OR",
    "SortOrder": "DESC",
    "String": "a",
}
# A list that each of the surface's options is an option of.
LISTS = {
    "CollectionListOptions": "collections(options: $o) { totalItems items { id } }",
    "FacetListOptions": "facets(options: $o) { totalItems items { id } }",
    "OrderListOptions": "activeCustomer { orders(options: $o) { totalItems items { id } } }",
    "ProductVariantListOptions": 'product(id: "1") { variantList(options: $o) { items { id } } }',
}


def some(of: Any) -> Any:
    """A value of an input's type, with all its fields."""
    if is_list_type(get_nullable_type(of)):
        return [some(get_nullable_type(of).of_type)]
    named = get_named_type(of)
    if isinstance(named, GraphQLInputObjectType):
        return {name: some(field.type) for name, field in named.fields.items()}
    return SOME[named.name]


def options(name: str) -> list[dict[str, Any]]:
    """A list's options: one for each field of its filter, with all operators, and one for each of its sort."""
    fields: Any = surface().type_map[name].fields  # type: ignore[attr-defined]
    of_filter, of_sort = fields["filter"].type.fields, fields["sort"].type.fields
    filters = [{each: some(of.type)} for each, of in of_filter.items() if each not in ("_and", "_or")]
    both = {"_and": filters[:1], "_or": filters[1:2]}
    return [
        *({"filter": each} for each in [*filters, both]),
        *({"sort": {each: "DESC"}} for each in of_sort),
        {"filter": filters[0], "filterOperator": "OR", "skip": 1, "take": 1},
    ]


def test_all_of_it_is_in_the_schema() -> None:
    """A client of the surface sees no difference: nothing is missing, no output may be null that wasn't, no input is asked
    for that wasn't.
    """
    missing = find_breaking_changes(surface(), served("shop"))
    assert [change.description for change in missing] == []


def test_every_list_of_the_surface_is_listed_here() -> None:
    known = {name for name in surface().type_map if name.endswith("ListOptions")}
    assert known == LISTS.keys()


@pytest.mark.parametrize("name", LISTS)
async def test_every_filter_and_sort_of_a_list_is_taken(phone: Phone, name: str) -> None:
    await signed_in(phone, await scope_by_code("demo", "test"))
    for given in options(name):
        data = await phone.ask(f"query($o: {name}) {{ {LISTS[name]} }}", o=given)
        assert None not in data.values()


async def test_a_search_takes_all_that_it_may_be_asked_with(phone: Phone) -> None:
    found = await phone.ask(
        "query($i: SearchInput!) { search(input: $i) { totalItems } }",
        i=some(surface().type_map["SearchInput"]),
    )
    assert found["search"] == {"totalItems": 0}
