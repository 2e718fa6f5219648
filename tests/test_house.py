"""The house stands as it was drawn: imports run one way, and the database holds what the models declare."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.db import dialect, fetch
from models.base import PARTIAL, PARTIAL_UNIQUE

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "core": set(),
    "models": {"core"},
    "providers": {"core"},
    "services": {"core", "models", "providers"},
    "api": {"core", "models", "providers", "services"},
    "bot": {"core", "models", "providers", "services"},
    "workers": {"core", "models", "providers", "services", "bot"},
}
# Where the rooms are put together, and so may see each other.
ASSEMBLY = {"api/app.py": {"bot"}}


def sources() -> list[Path]:
    return [path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py")]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[room] | {room} | ASSEMBLY.get(str(path.relative_to(ROOT)), set())
    assert not (imported(path) & set(MAY_IMPORT)) - allowed


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_says_what_it_promises(path):
    text = path.read_text()
    assert not text.strip() or "migrations/0" in str(path) or ast.get_docstring(ast.parse(text))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if not name.endswith(".png")]


def test_no_file_names_a_package_host_or_a_path_of_a_machine():
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org")
    machine = re.compile(r"/(?:home|root|Users)/\w")
    for path in tracked():
        if not path.exists():
            continue
        text = path.read_text(errors="replace")
        assert not [host for host in hosts if host in text], path
        assert path == Path(__file__) or not machine.search(text), path


async def definitions() -> str:
    """Every constraint and index of the open database, as the database itself words them."""
    if dialect() == "sqlite":
        rows = await fetch("SELECT sql AS d FROM sqlite_master WHERE sql IS NOT NULL")
    else:
        rows = await fetch(
            "SELECT conname || ' ' || pg_get_constraintdef(oid) AS d FROM pg_constraint "
            "UNION ALL SELECT indexdef FROM pg_indexes"
        )
    return "\n".join(row["d"] for row in rows)


async def test_every_constraint_and_partial_index_that_a_model_declares_stands_in_the_database(market):
    text = await definitions()
    declared = [*PARTIAL_UNIQUE, *PARTIAL]
    for model in Tortoise.apps["models"].values():
        for constraint in getattr(model._meta, "constraints", None) or ():
            assert isinstance(constraint, (CheckConstraint, UniqueConstraint))
            declared.append(constraint.name)
    missing = [name for name in declared if name not in text]
    assert not missing and len(declared) > 30


async def test_every_index_that_a_model_declares_stands_in_the_database(market):
    for model in Tortoise.apps["models"].values():
        wanted = {tuple(index.fields if hasattr(index, "fields") else index) for index in model._meta.indexes}
        text = (await definitions()).replace('"', "")
        for columns in wanted:
            assert f"({', '.join(columns)})" in text, (model, columns)
