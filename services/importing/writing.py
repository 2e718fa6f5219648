"""Importing a catalogue file: all of it or nothing, in one transaction."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from core.db import dialect, execute, transaction
from providers.storage import KEY
from services.importing.options import write_options
from services.importing.pictures import png_size
from services.importing.products import write_products
from services.importing.reading import read_rows
from services.importing.references import References, Sizes, make_references
from services.importing.rows import ProductRow, RejectedRow
from services.importing.stock import write_stock
from services.importing.variants import VariantBatch, taken_skus, write_variants
from services.search import reindex_products
from services.tenants import Scope

# Called with the rows that are done and the rows there are.
Progress = Callable[[int, int], None]
Groups = dict[str, list[ProductRow]]

_BATCH = 500  # products
_RECOUNT_AFTER = {2, 8, 32, 128}  # batches
_WRITTEN = (
    "product",
    "variant",
    "fitment",
    "product_tag",
    "product_asset",
    "search_entry",
    "search_word",
    "product_facet_value",
    "variant_option",
)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. Where a row is rejected, nothing was done and the counts are 0."""

    products_created: int = 0
    products_updated: int = 0
    variants_created: int = 0
    variants_updated: int = 0
    pictures: list[str] = field(default_factory=list)  # their file names
    rejected: list[RejectedRow] = field(default_factory=list)


class _DryRun(Exception):
    """Rolls back what was written to see what would be."""


async def import_products(
    scope: Scope,
    path: Path,
    *,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Bring the scope's catalogue into step with a CSV file; pictures are in the folder `pictures` beside it.

    Products are known by handle, variants by SKU; those that the file does not name stay as they are. Stock is
    set to the file's, never below what is promised. The same file again changes nothing. With `dry_run` nothing
    is written. Raises `InvalidInput` for a file that is too large, `OSError` where it can't be read.
    """
    rows, sizes, rejected = await asyncio.to_thread(_read, scope, path)
    rejected += await taken_skus(scope, rows)
    if rejected:
        return ImportReport(rejected=sorted(rejected, key=lambda one: one.line))
    report = ImportReport(pictures=sorted(sizes))
    try:
        async with transaction():
            await _write(scope, rows, sizes, report, progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report


def _read(scope: Scope, path: Path) -> tuple[list[ProductRow], Sizes, list[RejectedRow]]:
    with path.open("rb") as file:
        rows, rejected = read_rows(file, scope)
    names = {row.picture for row in rows if row.picture}
    measured = {
        name: png_size(path.parent / "pictures" / name) if KEY.fullmatch(name) else None for name in names
    }
    rejected += (
        RejectedRow(row.line, "picture", "There is no such PNG file in the folder pictures.")
        for row in rows
        if row.picture and measured[row.picture] is None
    )
    return rows, {name: size for name, size in measured.items() if size is not None}, rejected


async def _write(
    scope: Scope, rows: list[ProductRow], sizes: Sizes, report: ImportReport, progress: Progress
) -> None:
    await begin_writing(scope)
    names = await make_references(scope, rows, sizes)
    stock: dict[int, int] = {}
    changed: set[int] = set()
    created: set[int] = set()
    done = 0
    for number, groups in enumerate(_batches(rows), start=1):
        variants = await _write_batch(scope, groups, names, report)
        stock |= {variants.ids[row.sku]: row.stock for group in groups.values() for row in group}
        changed |= {variants.ids[sku] for sku in variants.changed}
        created |= {variants.ids[sku] for sku in variants.created}
        done += sum(map(len, groups.values()))
        progress(done, len(rows))
        if number in _RECOUNT_AFTER:
            await _recount()
    changed |= await write_stock(stock)
    report.variants_created = len(created)
    report.variants_updated = len(changed - created)


async def begin_writing(scope: Scope) -> None:
    """Let one import of a platform wait for another, and keep no plan that was made for an empty table."""
    if dialect() == "postgres":
        await execute("SELECT id FROM platform WHERE id = $1 FOR NO KEY UPDATE", scope.platform_id)
        await execute("SET LOCAL plan_cache_mode = force_custom_plan")


async def _recount() -> None:
    """Tell PostgreSQL's planner what is in the tables: it sees no row of an open transaction by itself."""
    if dialect() == "postgres":
        await execute(f"ANALYZE {', '.join(_WRITTEN)}")


async def _write_batch(scope: Scope, groups: Groups, names: References, report: ImportReport) -> VariantBatch:
    products = await write_products(scope, {handle: group[0] for handle, group in groups.items()}, names)
    variants = await write_variants(scope, groups, products.ids)
    await write_options(scope, groups, products.ids, variants.ids)
    touched = variants.created | variants.changed
    reached = {
        products.ids[handle] for handle, group in groups.items() if any(row.sku in touched for row in group)
    }
    await reindex_products(scope, products.created | products.changed | reached)
    report.products_created += len(products.created)
    report.products_updated += len(products.changed)
    return variants


def _batches(rows: list[ProductRow]) -> Iterator[Groups]:
    """Rows by handle, in the order of the file, so many products at a time."""
    groups: Groups = {}
    for row in rows:
        groups.setdefault(row.handle, []).append(row)
    waiting = iter(groups.items())
    while batch := dict(islice(waiting, _BATCH)):
        yield batch
