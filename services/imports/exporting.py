"""Writing the catalogue out as CSV, a few hundred rows at a time, so that what was written out is taken in as it was."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from io import StringIO
from typing import Any

from core.db import Row, fetch, placeholders
from core.money import precision, to_decimal
from services.cells import harmless
from services.imports.kinds import kind_of
from services.staff import Desk, check_may

PAGE = 500  # products, or variants
_BOM = "\ufeff"  # so that a spreadsheet reads it as UTF-8
Page = tuple[list[dict[str, Any]], int]


async def export(desk: Desk, kind: str) -> AsyncIterator[bytes]:
    """The file of a kind, piece by piece: what is not taken away, of a seller their own alone.

    Raises `Forbidden`, and `InvalidInput` for an unknown kind, both before the first piece.
    """
    check_may(desk, "ReadProduct", "ReadCatalog")
    columns = kind_of(kind).columns
    read = _PAGES[kind]
    yield _written([dict(zip(columns, columns, strict=True))], columns, begin=_BOM)
    after = 0
    while True:
        rows, last = await read(desk, after)
        if not last:
            return
        yield _written(rows, columns)
        after = last


def _written(rows: Sequence[dict[str, Any]], columns: Sequence[str], begin: str = "") -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([harmless(str(row[name])) for name in columns])
    return (begin + out.getvalue()).encode()


async def _products(desk: Desk, after: int) -> Page:
    """Products by id, each with its variants; one without any has a row of its own."""
    products = await fetch(
        "SELECT p.id, p.slug AS handle, p.name, p.description, p.country_of_origin, p.condition, p.featured, p.enabled, "
        "b.name AS brand, s.name AS seller, c.name AS shelf, d.name AS above, a.path AS picture FROM product p "
        "JOIN seller s ON s.id = p.seller_id LEFT JOIN brand b ON b.id = p.brand_id LEFT JOIN category c ON c.id = p.category_id "
        "LEFT JOIN category d ON d.id = c.parent_id LEFT JOIN asset a ON a.id = p.asset_id "
        f"WHERE p.platform_id = $1 AND p.environment = $2 AND p.id > $3 AND p.deleted_at IS NULL{_mine(desk)} "
        f"ORDER BY p.id LIMIT {PAGE}",
        *_of(desk),
        after,
    )
    if not products:
        return [], 0
    ids = [row["id"] for row in products]
    listed = placeholders(ids)
    variants = await _by_product(
        f"SELECT {_VARIANT} WHERE v.product_id IN ({listed}) AND v.deleted_at IS NULL ORDER BY v.position, v.id",
        ids,
    )
    fits = await _by_product(
        f"SELECT product_id, make, model, year_from, year_to FROM fitment WHERE product_id IN ({listed}) ORDER BY id",
        ids,
    )
    tags = await _by_product(
        f"SELECT x.product_id, t.name FROM product_tag x JOIN tag t ON t.id = x.tag_id WHERE x.product_id IN ({listed}) ORDER BY t.name",
        ids,
    )
    rows = []
    for product in products:
        told = _product(product, fits[product["id"]], tags[product["id"]])
        rows += [told | _variant(desk, each) for each in variants[product["id"]] or [None]]
    return rows, ids[-1]  # fmt: skip


def _product(row: Row, fits: list[Row], tags: list[Row]) -> dict[str, Any]:
    return {
        **{name: row[name] or "" for name in ("handle", "name", "description", "brand", "seller", "picture")},
        "country_of_origin": row["country_of_origin"],
        "condition": row["condition"],
        "category": row["above"] or row["shelf"] or "",
        "subcategory": row["shelf"] if row["above"] else "",
        "fits": ";".join(_fit(each) for each in fits),
        "tags": ";".join(each["name"] for each in tags),
        "featured": _yes(row["featured"]),
        "enabled": _yes(row["enabled"]),
    }


def _variant(desk: Desk, row: Row | None) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(("variant", "sku", "price", "compare_at_price", "stock"), "")
    return {
        "variant": row["option"],
        "sku": row["sku"],
        "price": _amount(desk, row["price_minor"]),
        "compare_at_price": _amount(desk, row["compare_at_minor"]),
        "stock": row["on_hand"] or 0,
    }


_VARIANT = (
    "v.id, v.product_id, v.sku, v.name, v.option, v.price_minor, v.compare_at_minor, v.enabled, p.slug AS handle, "
    "s.on_hand, s.allocated FROM variant v JOIN product p ON p.id = v.product_id LEFT JOIN stock_level s ON s.variant_id = v.id"
)


def _of_variants(shown: Callable[[Desk, Row], dict[str, Any]]) -> Callable[[Desk, int], Awaitable[Page]]:
    async def read(desk: Desk, after: int) -> Page:
        rows = await fetch(
            f"SELECT {_VARIANT} WHERE v.platform_id = $1 AND v.environment = $2 AND v.id > $3 AND v.deleted_at IS NULL"
            f"{_mine(desk)} ORDER BY v.id LIMIT {PAGE}",
            *_of(desk),
            after,
        )
        return [shown(desk, row) for row in rows], rows[-1]["id"] if rows else 0

    return read


_PAGES: dict[str, Callable[[Desk, int], Awaitable[Page]]] = {
    "products": _products,
    "variants": _of_variants(
        lambda desk, row: (
            _variant(desk, row)
            | {"handle": row["handle"], "name": row["name"], "enabled": _yes(row["enabled"])}
        )
    ),
    "stock": _of_variants(
        lambda _, row: {
            "sku": row["sku"],
            "name": row["name"],
            "stock": row["on_hand"] or 0,
            "promised": row["allocated"] or 0,
        }
    ),
    "prices": _of_variants(lambda desk, row: _variant(desk, row) | {"name": row["name"]}),
}


async def _by_product(sql: str, ids: Sequence[int]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in await fetch(sql, *ids):
        found[row["product_id"]].append(row)
    return found


def _fit(row: Row) -> str:
    first, last = row["year_from"], row["year_to"]
    return f"{row['make']}|{row['model']}|{first if first == last else f'{first}-{last}'}"


def _amount(desk: Desk, minor: int | None) -> str:
    """Major units, with a point."""
    currency = desk.scope.currency
    return "" if minor is None else f"{to_decimal(minor, currency):.{precision(currency)}f}"


def _yes(flag: Any) -> str:
    return "yes" if flag else "no"


def _of(desk: Desk) -> tuple[int, str]:
    return desk.scope.platform_id, desk.scope.environment


def _mine(desk: Desk) -> str:
    return "" if desk.seller_id is None else f" AND p.seller_id = {desk.seller_id:d}"
