"""Taking in products with their variants, in the format of the demo's catalogue."""

from collections.abc import Sequence
from dataclasses import replace

from core.db import fetch, placeholders
from services.importing.products import write_products
from services.importing.references import known_ids, make_references
from services.importing.rows import SHARED
from services.imports.rows import CatalogueRow
from services.imports.taking import Outcome, Stored, Taking, refuse_repeated, stored_variants
from services.imports.variants import refuse_foreign, said_of
from services.imports.writing import Wish, write_variants
from services.merchandise.owning import house_of
from services.search.indexing import reindex_products

Groups = dict[str, list[CatalogueRow]]
_SHARED = (*SHARED, "enabled")


async def take_products(taking: Taking, rows: Sequence[CatalogueRow]) -> Outcome:
    """Make or change products by handle and their variants by SKU; the rows of a product are in one batch.

    Brands, tags and shelves that are missing are made; sellers and pictures must be there.
    """
    outcome = Outcome()
    known = await stored_variants(taking.scope, [row.sku for row in rows if row.sku])
    await _refuse(taking, rows, known, outcome)
    groups: Groups = {}
    for row in outcome.left(rows):
        groups.setdefault(row.handle, []).append(row)
    if groups:
        await _write(taking, groups, known, outcome)
    return outcome


async def _write(taking: Taking, groups: Groups, known: dict[str, Stored], outcome: Outcome) -> None:
    scope = taking.scope
    every = [row for group in groups.values() for row in group]
    names = await make_references(scope, every, {})
    if not all(row.seller for row in every):
        usual = taking.seller_id if taking.seller_id is not None else await house_of(scope)
        names = replace(names, sellers=names.sellers | {"": usual})
    firsts = {handle: group[0] for handle, group in groups.items()}
    products = await write_products(scope, firsts, names, gently=True)
    wishes = [
        Wish(
            row.line,
            row.sku,
            products.ids[row.handle],
            {column: value for column, value in said_of(row).items() if column not in ("name", "enabled")},
            row.name,
            products.called.get(row.handle, ""),
            row.stock if "stock" in row.model_fields_set else None,
        )
        for row in every
        if row.sku
    ]
    written = await write_variants(scope, wishes, known)
    lines = {products.ids[handle]: row.line for handle, row in firsts.items()}
    outcome.created |= written.created | {lines[i] for i in products.created}
    outcome.changed |= (written.changed | {lines[i] for i in products.changed}) - outcome.created
    await reindex_products(scope, products.created | products.changed | written.products)


async def _refuse(
    taking: Taking, rows: Sequence[CatalogueRow], known: dict[str, Stored], outcome: Outcome
) -> None:
    """Refuse what can't stand beside the lines before it, or names what isn't there."""
    _refuse_contradictions(rows, outcome)
    named = [(f"sku {row.sku}", row.line, "sku") for row in rows if row.sku]
    heads = {row.handle: row.line for row in reversed(rows)}
    await refuse_repeated(
        taking, [*named, *((f"of {h}", line, "handle") for h, line in heads.items())], outcome
    )
    # A product that was named further up is not begun again by the rows below.
    begun = {rejected.line for rejected in outcome.refused if rejected.field == "handle"}
    again = {handle for handle, line in heads.items() if line in begun}
    for row in outcome.left(rows):
        if row.handle in again:
            outcome.refuse(row.line, "handle", "The rows of a product stand together.")
    for row in outcome.left(rows):
        refuse_foreign(row.line, row.handle, known.get(row.sku), taking, outcome)
    await _refuse_unknown(taking, outcome.left(rows), outcome)
    await _refuse_others(taking, outcome.left(rows), outcome)


def _refuse_contradictions(rows: Sequence[CatalogueRow], outcome: Outcome) -> None:
    """Rows that say something else of their product than its first."""
    firsts: dict[str, CatalogueRow] = {}
    for row in rows:
        first = firsts.setdefault(row.handle, row)
        field = next((name for name in _SHARED if getattr(row, name) != getattr(first, name)), None)
        if field is not None:
            outcome.refuse(row.line, field, f"It differs from line {first.line}, of the same handle.")
        elif not row.sku and row is not first:
            outcome.refuse(row.line, "sku", "A product with several rows needs a SKU in each.")


async def _refuse_unknown(taking: Taking, rows: Sequence[CatalogueRow], outcome: Outcome) -> None:
    """Sellers, and pictures, that the shop doesn't have, or that aren't this seller's to name."""
    sellers = {row.seller for row in rows if row.seller}
    pictures = list({row.picture for row in rows if row.picture})
    found = await known_ids(taking.scope, "seller", "name", list(sellers))
    if taking.seller_id is not None:
        found = {name: i for name, i in found.items() if i == taking.seller_id}
    theirs = (
        "" if taking.seller_id is None else f" AND (seller_id IS NULL OR seller_id = {taking.seller_id:d})"
    )
    known = set()
    if pictures:
        known = {
            row["path"]
            for row in await fetch(
                f"SELECT path FROM asset WHERE platform_id = $1 AND environment = $2{theirs} "
                f"AND path IN ({placeholders(pictures, 3)})",
                taking.scope.platform_id,
                taking.scope.environment,
                *pictures,
            )
        }
    for row in rows:
        if row.seller and row.seller not in found:
            outcome.refuse(row.line, "seller", "There is no such seller.")
        elif row.picture and row.picture not in known:
            outcome.refuse(row.line, "picture", "There is no such picture: upload it first.")


async def _refuse_others(taking: Taking, rows: Sequence[CatalogueRow], outcome: Outcome) -> None:
    """A seller's file says nothing of another's product."""
    if taking.seller_id is None or not rows:
        return
    handles = list({row.handle for row in rows})
    found = {
        row["slug"]
        for row in await fetch(
            "SELECT slug FROM product WHERE platform_id = $1 AND environment = $2 AND seller_id <> $3 "
            f"AND slug IN ({placeholders(handles, 4)})",
            taking.scope.platform_id,
            taking.scope.environment,
            taking.seller_id,
            *handles,
        )
    }
    for row in rows:
        if row.handle in found:
            outcome.refuse(row.line, "handle", "That handle is taken.")
