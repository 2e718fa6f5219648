"""Whatever the public storefronts of Vendure select is served."""

from graphql.utilities import find_breaking_changes

from tests.shop.contract import served, surface


def test_all_of_it_is_in_the_schema() -> None:
    """A client of the surface sees no difference: nothing is missing, no output may be null that wasn't, no input is asked
    for that wasn't.
    """
    missing = find_breaking_changes(surface(), served("shop"))
    assert [change.description for change in missing] == []
