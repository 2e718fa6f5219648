"""What becomes of the rows of a batch, and what of the catalogue they may touch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.db import fetch, placeholders
from models import ImportRun
from services.importing.rows import RejectedRow
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class Taking:
    """Whose catalogue a file goes into: a whole shop's, or what is one seller's of it."""

    scope: Scope
    run_id: int
    seller_id: int | None

    @classmethod
    def of(cls, run: ImportRun, scope: Scope) -> "Taking":
        return cls(scope, int(run.id), run.seller_id)


@dataclass(slots=True)
class Outcome:
    """Lines by what became of them; a line that is nowhere changed nothing."""

    created: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    refused: list[RejectedRow] = field(default_factory=list)

    def refuse(self, line: int, column: str, why: str) -> None:
        self.refused.append(RejectedRow(line, column, why))

    def left(self, rows: Sequence[Any]) -> list[Any]:
        """The rows that were not refused."""
        lines = {each.line for each in self.refused}
        return [row for row in rows if row.line not in lines]


async def refuse_repeated(taking: Taking, named: Iterable[tuple[str, int, str]], outcome: Outcome) -> None:
    """Refuse what the file named before: keys, each with its line and its column. Remembered together with the batch."""
    first: dict[str, int] = {}
    named = [each for each in named if first.setdefault(each[0], each[1]) is not None]
    if not named:
        return
    values = ", ".join(f"($1, ${n}, ${n + 1})" for n in range(2, 2 * len(first) + 2, 2))
    rows = await fetch(
        f"INSERT INTO import_key (run_id, key, line) VALUES {values} "
        "ON CONFLICT (run_id, key) DO UPDATE SET line = import_key.line RETURNING key, line",
        taking.run_id,
        *(value for pair in first.items() for value in pair),
    )
    lines = {row["key"]: row["line"] for row in rows}
    for key, line, column in named:
        if lines[key] != line:
            outcome.refuse(line, column, f"It is in line {lines[key]} already.")


@dataclass(frozen=True, slots=True)
class Stored:
    """A variant as it is stored, and whose it is."""

    id: int
    product_id: int
    seller_id: int
    handle: str
    name: str
    option: str
    price_minor: int
    compare_at_minor: int | None
    enabled: bool
    on_hand: int | None
    allocated: int


async def stored_variants(scope: Scope, skus: Sequence[str]) -> dict[str, Stored]:
    """Variants by SKU; those that were taken off the market have none that anybody could say."""
    if not skus:
        return {}
    rows = await fetch(
        "SELECT v.sku, v.id, v.product_id, p.seller_id, p.slug AS handle, v.name, v.option, v.price_minor, v.compare_at_minor, "
        "v.enabled, s.on_hand, COALESCE(s.allocated, 0) AS allocated FROM variant v JOIN product p ON p.id = v.product_id "
        "LEFT JOIN stock_level s ON s.variant_id = v.id "
        f"WHERE v.platform_id = $1 AND v.environment = $2 AND v.deleted_at IS NULL AND v.sku IN ({placeholders(skus, 3)})",
        scope.platform_id,
        scope.environment,
        *skus,
    )
    return {row.pop("sku"): Stored(**row | {"enabled": bool(row["enabled"])}) for row in rows}
