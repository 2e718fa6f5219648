"""Which values of the market's own facets products have: as their rows say, every time they are imported."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.db import execute, fetch, placeholders
from models import Facet, FacetValue, ProductFacetValue
from services.importing.rows import ProductRow
from services.search.words import slug
from services.tenants import Scope

# The facets that a catalogue file fills, by code. Others, and what else is given to a product by hand, are left alone.
FACETS = {
    "brand": "Brand",
    "condition": "Condition",
    "make": "Make",
    "country-of-origin": "Country of origin",
}
# The column of a row that says a facet's values.
COLUMN_OF = {
    "brand": "brand",
    "condition": "condition",
    "make": "fits",
    "country-of-origin": "country_of_origin",
}
_CONDITIONS = {"NEW": "New", "USED": "Used", "REFURBISHED": "Refurbished"}

Named = tuple[str, str]  # the codes of a facet and of its value


@dataclass(frozen=True, slots=True)
class FacetIds:
    """Ids of values by the codes of facet and value."""

    values: dict[Named, int]

    def of(self, row: ProductRow) -> set[int]:
        """What a product has by its row."""
        return {self.values[facet, slug(name)] for facet, name in _said(row)}


def _said(row: ProductRow) -> Iterator[Named]:
    """Each facet's code with the name of what a row says; a name without a letter or a digit is not one."""
    names = [
        ("brand", row.brand),
        ("condition", _CONDITIONS[row.condition]),
        ("country-of-origin", row.country_of_origin),
        *(("make", fit.make) for fit in row.fits),
    ]
    said = spoken_of(row)
    return ((facet, name) for facet, name in names if facet in said and slug(name))


def spoken_of(row: ProductRow) -> set[str]:
    """The facets, by code, of which a row says what its product has."""
    return {facet for facet, column in COLUMN_OF.items() if column in row.model_fields_set}


async def make_facets(scope: Scope, rows: Iterable[ProductRow]) -> FacetIds:
    """The ids of every facet value that `rows` name, made where missing."""
    wanted = {(facet, slug(name)): name for row in rows for facet, name in _said(row)}
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    facets = await _facets(scope)
    if len(facets) < len(FACETS):
        missing = [Facet(code=code, name=name, **mine) for code, name in FACETS.items() if code not in facets]
        await Facet.bulk_create(missing, ignore_conflicts=True)
        facets = await _facets(scope)
    known = await _values(scope)
    new = [
        FacetValue(facet_id=facets[facet], code=code, name=name, **mine)
        for (facet, code), name in wanted.items()
        if (facet, code) not in known
    ]
    if new:
        await FacetValue.bulk_create(new, ignore_conflicts=True)
        known = await _values(scope)
    return FacetIds({named: known[named] for named in wanted})


async def write_facets(wanted: Mapping[int, set[int]], of: Iterable[str] = FACETS) -> set[int]:
    """The products, by id, that did not have those values of the facets `of`; now they have."""
    listed, codes = placeholders(list(wanted)), ", ".join(f"'{code}'" for code in FACETS if code in of)
    if not wanted or not codes:
        return set()
    stored: dict[int, set[int]] = defaultdict(set)
    for row in await fetch(
        "SELECT x.product_id, x.value_id FROM product_facet_value x JOIN facet_value v ON v.id = x.value_id "
        f"JOIN facet f ON f.id = v.facet_id AND f.code IN ({codes}) "
        f"WHERE x.variant_id IS NULL AND x.product_id IN ({listed})",
        *wanted,
    ):
        stored[row["product_id"]].add(row["value_id"])
    changed = [i for i, values in wanted.items() if stored[i] != values]
    gone = {i: stored[i] - wanted[i] for i in changed if stored[i] - wanted[i]}
    for product_id, values in gone.items():
        await execute(
            "DELETE FROM product_facet_value WHERE product_id = $1 AND variant_id IS NULL "
            f"AND value_id IN ({placeholders(list(values), 2)})",
            product_id,
            *values,
        )
    await ProductFacetValue.bulk_create(
        ProductFacetValue(product_id=i, value_id=value)
        for i in changed
        for value in sorted(wanted[i] - stored[i])
    )
    return set(changed)


async def _facets(scope: Scope) -> dict[str, int]:
    rows = await fetch(
        "SELECT id, code FROM facet WHERE platform_id = $1 AND environment = $2",
        scope.platform_id,
        scope.environment,
    )
    return {row["code"]: row["id"] for row in rows}


async def _values(scope: Scope) -> dict[Named, int]:
    rows = await fetch(
        "SELECT v.id, v.code, f.code AS facet FROM facet_value v JOIN facet f ON f.id = v.facet_id "
        "WHERE f.platform_id = $1 AND f.environment = $2",
        scope.platform_id,
        scope.environment,
    )
    return {(row["facet"], row["code"]): row["id"] for row in rows}
