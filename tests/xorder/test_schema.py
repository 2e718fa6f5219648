"""The schema is the contract: every name, type, argument and value of the surface, and nothing else."""

import re
from pathlib import Path

from graphql.utilities import find_breaking_changes

from api.graphql.snapshot import schema_text
from api.xorder.door import SCALARS, SDL
from tests.xorder.contract import SURFACE, served

SNAPSHOT = Path(__file__).parents[2] / "docs" / "schemas" / "xorder.graphql"


def test_all_of_the_surface_is_served_and_nothing_else() -> None:
    assert [change.description for change in find_breaking_changes(SURFACE, served())] == []
    assert [change.description for change in find_breaking_changes(served(), SURFACE)] == []
    schema = served()
    assert (str(schema.query_type), str(schema.mutation_type)) == ("Query", "Mutations")


def test_the_published_schema_is_the_served_one() -> None:
    assert SNAPSHOT.read_text() == schema_text(SDL, SCALARS)


def test_every_type_and_operation_is_described() -> None:
    text = schema_text(SDL, SCALARS)
    named = list(re.finditer(r"^(?:type|input|enum|scalar) (\w+)", text, re.MULTILINE))
    bare = [found[1] for found in named if not text[: found.start()].endswith('"""\n')]
    assert bare == ["Query", "Mutations"]
    for root in bare:
        body = text[text.index(f"type {root} {{") :].split("\n}\n")[0]
        for field in re.finditer(r"^  \w+\(", body, re.MULTILINE):
            assert body[: field.start()].endswith('"""\n')
