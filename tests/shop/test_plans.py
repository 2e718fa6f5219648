"""A plan completes a value exactly as the engine does."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.graphql.engine import Engine, build_engine
from core.errors import NotFound

SCHEMA = """
type Query { box: Box!  maybe: Box  boxes: [Box!]!  pick: Pick!  broken: Box! }
type Box { id: ID!  size: Int!  name: String  colour: Colour  inner: [Box!]  weight: Float  slow: Box!  fails: String!  soft: String }
type Bag { id: ID!  handles: Int! }
union Pick = Box | Bag
enum Colour { RED GREEN }
"""
INNER = {"id": "2", "size": 2, "name": None, "colour": "GREEN"}
BOX = {"id": "1", "size": 1, "name": "a", "colour": "RED", "inner": [INNER, INNER], "weight": 2}


class Slotted:
    """An object whose attributes carry the field names."""

    __slots__ = ("colour", "id", "inner", "name", "size", "weight")

    def __init__(self, **values: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, values.get(name))


def answering(value: Any) -> Any:
    async def resolve(*_: Any) -> Any:
        return value

    return resolve


async def fails(*_: Any) -> Any:
    raise NotFound("No such box.")


RESOLVERS = {
    "Query.box": answering(BOX),
    "Query.maybe": answering(BOX),
    "Query.boxes": answering([Slotted(**BOX), Slotted(**INNER)]),
    "Query.pick": answering({"__typename": "Bag", "id": "9", "handles": 2}),
    "Query.broken": answering({"id": "1", "size": "large"}),
    "Box.slow": answering(INNER),
    "Box.fails": fails,
    "Box.soft": fails,
}


@pytest.fixture
async def engine(tmp_path: Path) -> Engine:
    (tmp_path / "s.graphql").write_text(SCHEMA)
    return await build_engine("plans", [tmp_path], [SimpleNamespace(RESOLVERS=RESOLVERS)])  # type: ignore[list-item]


async def answer(engine: Engine, text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    context = SimpleNamespace(document=engine.read(text))
    assert not context.document.errors
    return await engine.run(text, None, variables, context)


def messages(found: dict[str, Any]) -> set[str]:
    return {error["message"] for error in found.get("errors", ())}


async def both(engine: Engine, selection: str) -> dict[str, Any]:
    """With a plan, and with a directive that leaves it to the engine."""
    planned = await answer(engine, f"{{ {selection} }}")
    by_engine = await answer(
        engine,
        f"query($yes: Boolean!) {{ {selection.replace('{ id', '{ id @include(if: $yes)')} }}",
        {"yes": True},
    )
    assert planned["data"] == by_engine["data"]
    # The engine goes on after an error that has already cost the whole list.
    assert messages(planned) == messages(by_engine)
    return planned


@pytest.mark.parametrize(
    "selection",
    [
        "box { id size name colour weight inner { id size name colour __typename } }",
        "boxes { id kind: __typename n: name inner { id } }",
        "box { id slow { id size } inner { id slow { id } } }",
        "pick { __typename ... on Box { id size } ... on Bag { id handles } }",
        "box { id ...F } maybe { id ...F }",
        "box { id inner { id } inner { size } }",
    ],
)
async def test_a_plan_agrees_with_the_engine(engine: Engine, selection: str) -> None:
    fragment = "fragment F on Box { name inner { id } }" if "...F" in selection else ""
    if fragment:
        planned = await answer(engine, f"{{ {selection} }} {fragment}")
        assert planned["data"]["box"]["inner"] == [{"id": "2"}, {"id": "2"}]
    else:
        assert "errors" not in await both(engine, selection)


async def test_an_error_ends_at_the_nearest_field_that_may_be_null(engine: Engine) -> None:
    found = await both(engine, "maybe { id inner { id fails } }")
    assert found["data"] == {"maybe": {"id": "1", "inner": None}}
    found = await both(engine, "maybe { id soft }")
    assert found["data"] == {"maybe": {"id": "1", "soft": None}}
    assert found["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    assert found["errors"][0]["path"] == ["maybe", "soft"]
    assert (await both(engine, "box { id fails }"))["data"] is None


async def test_a_value_of_the_wrong_kind_is_masked(engine: Engine) -> None:
    found = await both(engine, "broken { id size }")
    assert found["data"] is None
    assert found["errors"][0]["message"] == "Something went wrong."
    assert found["errors"][0]["extensions"]["code"] == "INTERNAL"
