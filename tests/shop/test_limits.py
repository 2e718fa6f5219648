"""A document that asks for too much is refused before it is validated or executed."""

from types import SimpleNamespace

import pytest

from api.graphql.engine import Engine
from api.graphql.limits import MAX_TEXT, MOST
from api.shop.door import shop_engine

INTROSPECTION = """
query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
  types { ...FullType } directives { name description locations args { ...InputValue } } } }
fragment FullType on __Type { kind name description
  fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated }
  inputFields { ...InputValue } interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }
"""


@pytest.fixture
async def engine() -> Engine:
    return await shop_engine()


def code(engine: Engine, text: str) -> str | None:
    errors = engine.read(text).errors
    return errors[0].extensions["code"] if errors else None


def nested(levels: int) -> str:
    inner = "name"
    for i in range(levels - 1):
        inner = f"product {{ {inner} }}" if i % 2 else f"variants {{ {inner} }}"
    return f"{{ product(id: 1) {{ {inner} }} }}"


async def test_the_standard_introspection_query_is_answered(engine: Engine) -> None:
    assert code(engine, INTROSPECTION) is None
    context = SimpleNamespace(document=engine.read(INTROSPECTION))
    answer = await engine.run(INTROSPECTION, None, None, context)
    assert "errors" not in answer
    assert {"Order", "Money", "ErrorResult"} <= {t["name"] for t in answer["data"]["__schema"]["types"]}


async def test_introspection_that_goes_in_circles_is_refused(engine: Engine) -> None:
    inner = "name"
    for _ in range(4):
        inner = f"fields {{ type {{ {inner} }} }}"
    assert code(engine, f"{{ __schema {{ types {{ {inner} }} }} }}") == "TOO_COMPLEX"


async def test_depth_is_bounded(engine: Engine) -> None:
    collections = "{ collections { items { parent { children { name } } } } }"
    assert code(engine, collections) is None
    deep = "name"
    for _ in range(MOST.depth):
        deep = f"parent {{ {deep} }}"
    assert code(engine, f"{{ collection(id: 1) {{ {deep} }} }}") == "TOO_COMPLEX"


async def test_aliases_and_root_fields_are_bounded(engine: Engine) -> None:
    aliases = " ".join(f"a{i}: name" for i in range(MOST.aliases + 1))
    assert code(engine, f"{{ product(id: 1) {{ {aliases} }} }}") == "TOO_COMPLEX"
    roots = " ".join(f"a{i}: nextOrderStates" for i in range(21))
    assert code(engine, f"{{ {roots} }}") == "TOO_COMPLEX"
    assert code(engine, f"{{ {roots.replace('a20: nextOrderStates', '')} }}") is None


async def test_cost_counts_the_rows_that_are_asked_for(engine: Engine) -> None:
    def page(take: int) -> str:
        return (
            f"{{ collections(options: {{take: {take}}}) {{ items {{ "
            f"productVariants(options: {{take: {take}}}) {{ items {{ id name price sku }} }} }} }} }}"
        )

    assert code(engine, page(20)) is None
    assert code(engine, page(100)) == "TOO_COMPLEX"
    unknown = "query($o: ProductVariantListOptions, $c: CollectionListOptions) { collections(options: $c) { items { productVariants(options: $o) { items { id name price sku } } } } }"
    assert code(engine, unknown) == "TOO_COMPLEX"


async def test_a_fragment_that_spreads_itself_is_refused_also_inside_a_field(engine: Engine) -> None:
    direct = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    inside = "{ product(id: 1) { ...A } } fragment A on Product { variants { product { ...A } } }"
    assert [code(engine, direct), code(engine, inside)] == ["TOO_COMPLEX", "TOO_COMPLEX"]


async def test_two_ways_to_one_fragment_are_no_cycle(engine: Engine) -> None:
    text = (
        "{ product(id: 1) { ...A ...B } } fragment A on Product { ...C } fragment B on Product { ...C name } "
        "fragment C on Product { slug }"
    )
    assert code(engine, text) is None


async def test_fragments_that_double_are_judged_at_once(engine: Engine) -> None:
    """Whoever followed each of them would follow 2^200."""
    doubling = "".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }} " for i in range(200))
    text = f"{{ ...F0 }} {doubling} fragment F200 on Query {{ __typename }}"
    assert code(engine, text) == "TOO_COMPLEX"


@pytest.mark.parametrize(
    "text",
    [
        "{" * 10_000,
        "{ a" * 300 + "}" * 300,
        "{ search(input: {term: " + "[" * 390 + "]" * 390 + "}) { totalItems } }",
        "# nothing",
        "{ __typename }\0{",
        "{ " + "x" * MAX_TEXT + " }",
        "query A { __typename } query A { __typename }",
        "subscription { x }",
        "type Query { x: Int }",
    ],
    ids=range(9),
)
async def test_no_document_breaks_the_reader(engine: Engine, text: str) -> None:
    assert code(engine, text) in {"TOO_COMPLEX", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}


async def test_only_good_documents_are_remembered_and_not_more_than_a_bound(engine: Engine) -> None:
    first = engine.read("{ product(id: 1) { id } }")
    assert engine.read("{ product(id: 1) { id } }") is first
    assert engine.read("{ nope }") is not engine.read("{ nope }")
    for i in range(1001):
        engine.read(f"{{ product(id: {i + 2}) {{ id }} }}")
    assert engine.read("{ product(id: 1) { id } }") is not first
