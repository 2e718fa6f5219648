"""The schema is the contract: it doesn't drift, and says what it is."""

import re
from pathlib import Path

from api.admin.door import SCALARS, SDL
from api.graphql.snapshot import schema_text

SNAPSHOT = Path(__file__).parents[2] / "docs" / "schemas" / "admin.graphql"


def test_the_published_schema_is_the_served_one() -> None:
    assert SNAPSHOT.read_text() == schema_text(SDL, SCALARS)


def test_every_type_is_described() -> None:
    text = schema_text(SDL, SCALARS)
    names = re.finditer(r"^(?:type|interface|enum) (\w+)", text, re.MULTILINE)
    plain = [each[1] for each in names if not text[: each.start()].endswith('"""\n')]
    assert set(plain) == {"Query", "Mutation"}
