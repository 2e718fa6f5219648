"""Making and changing facets and their values, and saying which a product or a variant has."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.clock import now
from core.db import Row, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import InvalidInput, NotFound
from models import Facet, FacetValue, ProductFacetValue
from services.accounts.customers import checked_text
from services.paging import possible_ids
from services.search.indexing import reindex_products
from services.search.words import slug
from services.staff import Desk, changes, check_may, record
from services.tenants import Scope

LONGEST_NAME, LONGEST_CODE = 120, 140
MOST_VALUES = 100  # of one product, or of one facet that is made

Said = Mapping[str, Any]


async def create_facet(desk: Desk, said: Said, values: Sequence[Said] = ()) -> int:
    """A new facet of `code`, `name` and perhaps `private`, with values of `code` and `name`; its id.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "CreateFacet", "CreateCatalog")
    if len(values) > MOST_VALUES:
        raise InvalidInput(f"At most {MOST_VALUES} values at once.", field="values")
    columns = _named(said, {"private"})
    async with transaction():
        await _check_free(_FACET_CODE, columns["code"], 0, desk.scope.platform_id, desk.scope.environment)
        facet = await Facet.create(**_tenant(desk.scope), **columns)
        await record(desk, "created", "facet", facet.id, **columns)
        for value in values:
            await _add_value(desk, facet.id, value)
    return int(facet.id)


async def update_facet(desk: Desk, facet_id: int, said: Said) -> None:
    """Write what is said of `code`, `name` and `private`. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "UpdateFacet", "UpdateCatalog")
    async with transaction():
        before = await _facet(desk, facet_id)
        columns = _named(before | dict(said), {"private"})
        if different := changes(before | {"private": bool(before["private"])}, columns):
            await _check_free(
                _FACET_CODE, columns["code"], facet_id, desk.scope.platform_id, desk.scope.environment
            )
            await Facet.filter(id=facet_id).update(**columns, updated_at=now())
            await record(desk, "updated", "facet", facet_id, **different)


async def delete_facet(desk: Desk, facet_id: int, *, force: bool = False) -> None:
    """Take a facet away with its values. Raises `Forbidden`, `NotFound`, and `InvalidInput` while products have one,
    unless it is forced.
    """
    check_may(desk, "DeleteFacet", "DeleteCatalog")
    async with transaction():
        before = await _facet(desk, facet_id)
        which = "SELECT v.id FROM facet_value v WHERE v.facet_id = $1"
        products = await _having(which, facet_id, force=force)
        await Facet.filter(id=facet_id).delete()
        await record(desk, "deleted", "facet", facet_id, code=before["code"])
        await reindex_products(desk.scope, products)


async def create_value(desk: Desk, facet_id: int, said: Said) -> int:
    """A new value of a facet, of `code` and `name`; its id. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "CreateFacet", "CreateCatalog")
    async with transaction():
        await _facet(desk, facet_id)
        return await _add_value(desk, facet_id, said)


async def update_value(desk: Desk, value_id: int, said: Said) -> None:
    """Write what is said of `code` and `name`. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "UpdateFacet", "UpdateCatalog")
    async with transaction():
        before = await _value(desk, value_id)
        columns = _named(before | dict(said))
        if different := changes(before, columns):
            await _check_free(_VALUE_CODE, columns["code"], value_id, before["facet_id"])
            await FacetValue.filter(id=value_id).update(**columns, updated_at=now())
            await record(desk, "updated", "facetValue", value_id, **different)


async def delete_value(desk: Desk, value_id: int, *, force: bool = False) -> None:
    """Raises `Forbidden`, `NotFound`, and `InvalidInput` while products have it, unless it is forced."""
    check_may(desk, "DeleteFacet", "DeleteCatalog")
    async with transaction():
        before = await _value(desk, value_id)
        products = await _having("$1", value_id, force=force)
        await FacetValue.filter(id=value_id).delete()
        await record(desk, "deleted", "facetValue", value_id, code=before["code"])
        await reindex_products(desk.scope, products)


async def write_values(
    scope: Scope, product_id: int, value_ids: Sequence[int], variant_id: int | None = None
) -> None:
    """Say what a product has as a whole, or one of its variants alone, in the caller's transaction.

    Raises `NotFound` for a value that the platform doesn't have, `InvalidInput` for too many.
    """
    wanted = list(dict.fromkeys(value_ids))
    if len(wanted) > MOST_VALUES:
        raise InvalidInput(f"At most {MOST_VALUES} values.", field="facetValueIds")
    possible = possible_ids(wanted) or [0]
    rows = await fetch(
        "SELECT id FROM facet_value WHERE platform_id = $1 AND environment = $2 "
        f"AND id IN ({placeholders(possible, 3)})",
        scope.platform_id,
        scope.environment,
        *possible,
    )
    if len(rows) != len(wanted):
        raise NotFound("There is no such facet value.", field="facetValueIds")
    await ProductFacetValue.filter(product_id=product_id, variant_id=variant_id).delete()
    await ProductFacetValue.bulk_create(
        ProductFacetValue(product_id=product_id, variant_id=variant_id, value_id=each) for each in wanted
    )


async def _add_value(desk: Desk, facet_id: int, said: Said) -> int:
    columns = _named(said)
    await _check_free(_VALUE_CODE, columns["code"], 0, facet_id)
    value = await FacetValue.create(**_tenant(desk.scope), facet_id=facet_id, **columns)
    await record(desk, "created", "facetValue", value.id, facet=facet_id, **columns)
    return int(value.id)


async def _having(which: str, id_: int, *, force: bool) -> list[int]:
    rows = await fetch(
        f"SELECT DISTINCT product_id FROM product_facet_value WHERE value_id IN ({which})", id_
    )
    if rows and not force:
        raise InvalidInput(f"Products have it: {len(rows)}.", field="id")
    return [row["product_id"] for row in rows]


def _named(said: Said, more: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """`code` and `name` as they are kept; without a code it is made from the name."""
    name = checked_text(said.get("name") or "", "name", LONGEST_NAME)
    code = checked_text(said.get("code") or slug(name) or name.lower(), "code", LONGEST_CODE)
    return {"name": name, "code": code} | {key: bool(said[key]) for key in more if said.get(key) is not None}


_FACET_CODE = "SELECT id FROM facet WHERE code = $1 AND id <> $2 AND platform_id = $3 AND environment = $4"
_VALUE_CODE = "SELECT id FROM facet_value WHERE code = $1 AND id <> $2 AND facet_id = $3"


async def _check_free(query: str, code: str, id_: int, *within: Any) -> None:
    if await fetch_one(query, code, id_, *within):
        raise InvalidInput(f'The code "{code}" is taken.', field="code")


async def _facet(desk: Desk, facet_id: int) -> Row:
    return await _one(desk, "facet", facet_id, "facet")


async def _value(desk: Desk, value_id: int) -> Row:
    return await _one(desk, "facet_value", value_id, "facet value")


async def _one(desk: Desk, table: str, id_: int, noun: str) -> Row:
    row = await fetch_one(
        f"SELECT * FROM {table} WHERE platform_id = $1 AND environment = $2 AND id = $3{for_update()}",
        desk.scope.platform_id,
        desk.scope.environment,
        *(possible_ids([id_]) or [0]),
    )
    if row is None:
        raise NotFound(f"There is no such {noun}.", field="id")
    return row


def _tenant(scope: Scope) -> dict[str, Any]:
    return {"platform_id": scope.platform_id, "environment": scope.environment}
