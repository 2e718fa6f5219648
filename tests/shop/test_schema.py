"""The schema is the contract: it doesn't drift, and it is what the contract's clients know."""

import re
from pathlib import Path

from api.graphql.snapshot import schema_text
from api.shop.door import SCALARS, SDL, shop_engine

SNAPSHOT = Path(__file__).parents[2] / "docs" / "schemas" / "shop.graphql"


def test_the_published_schema_is_the_served_one() -> None:
    assert SNAPSHOT.read_text() == schema_text(SDL, SCALARS)


async def test_every_type_is_described() -> None:
    await shop_engine()
    text = schema_text(SDL, SCALARS)
    names = [found for found in re.finditer(r"^type (\w+)", text, re.MULTILINE) if found[1] not in ROOTS]
    assert names
    assert [found[1] for found in names if not text[: found.start()].endswith('"""\n')] == []


ROOTS = {"Query", "Mutation"}
