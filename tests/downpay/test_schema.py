"""The schema is the contract: every name, type, argument and value of the document, and nothing else."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from api.downpay.door import SCALARS, SDL, downpay_engine
from api.graphql.snapshot import schema_text
from tests.downpay.contract import CONTRACT, TYPES
from tests.shop.test_limits import INTROSPECTION

SNAPSHOT = Path(__file__).parents[2] / "docs" / "schemas" / "downpay.graphql"
KINDS = {"OBJECT": "object", "INPUT_OBJECT": "input", "ENUM": "enum", "UNION": "union", "SCALAR": "scalar"}
# The engine's own, which nothing refers to.
OF_THE_ENGINE = {"Date", "DateTime", "Time"}


def written(of: dict[str, Any]) -> str:
    if of["kind"] == "NON_NULL":
        return f"{written(of['ofType'])}!"
    return f"[{written(of['ofType'])}]" if of["kind"] == "LIST" else of["name"]


def typed(entries: list[dict[str, Any]] | None) -> dict[str, str]:
    return {entry["name"]: written(entry["type"]) for entry in entries or ()}


async def served() -> dict[str, dict[str, Any]]:
    engine = await downpay_engine()
    context = SimpleNamespace(document=engine.read(INTROSPECTION))
    answer = await engine.run(INTROSPECTION, None, None, context)
    return {t["name"]: t for t in answer["data"]["__schema"]["types"] if not t["name"].startswith("__")}


async def test_every_type_of_the_contract_is_served_as_written_and_no_other() -> None:
    types = await served()
    assert set(types) - OF_THE_ENGINE == set(TYPES) | {"Query", "Mutation"}
    for name, contract in TYPES.items():
        kind = types[name]
        assert KINDS[kind["kind"]] == contract["kind"], name
        assert typed(kind["fields"] or kind["inputFields"]) == contract.get("fields", {}), name
        arguments = {f["name"]: typed(f["args"]) for f in kind["fields"] or () if f["args"]}
        assert arguments == contract.get("args", {}), name
        assert [v["name"] for v in kind["enumValues"] or ()] == contract.get("values", []), name
        assert [m["name"] for m in kind["possibleTypes"] or ()] == contract.get("members", []), name


async def test_every_operation_is_served_as_written_and_no_other() -> None:
    types = await served()
    for root, operations in (("Query", CONTRACT["queries"]), ("Mutation", CONTRACT["mutations"])):
        fields = types[root]["fields"]
        assert typed(fields) == {name: operation["returns"] for name, operation in operations.items()}
        arguments = {field["name"]: typed(field["args"]) for field in fields}
        assert arguments == {name: operation["args"] for name, operation in operations.items()}


def test_the_contract_s_enums_are_complete() -> None:
    currencies = TYPES["CurrencyCode"]["values"]
    assert len(currencies) == len(set(currencies)) == 161
    assert {"USD", "GHS", "NGN", "BYR", "STD", "VEF", "XXX"} <= set(currencies)
    assert (len(CONTRACT["queries"]), len(CONTRACT["mutations"]), len(TYPES)) == (2, 15, 64)


def test_the_published_schema_is_the_served_one() -> None:
    assert SNAPSHOT.read_text() == schema_text(SDL, SCALARS)


def test_every_type_and_operation_is_described() -> None:
    text = schema_text(SDL, SCALARS)
    named = list(re.finditer(r"^(?:type|input|enum|union|scalar) (\w+)", text, re.MULTILINE))
    named = [found for found in named if found[1] not in ("Query", "Mutation")]
    assert len(named) == len(TYPES) - 5
    assert [found[1] for found in named if not text[: found.start()].endswith('"""\n')] == []
    for root in ("Query", "Mutation"):
        body = text[text.index(f"type {root} {{") :].split("\n}\n")[0]
        for field in re.finditer(r"^  \w+\(", body, re.MULTILINE):
            assert body[: field.start()].endswith('"""\n')
