"""Handing in files and watching what becomes of them."""

import io
from typing import Any

from core.db import fetch, fetch_one
from core.settings import Settings
from services.imports.exporting import export
from services.imports.listing import ImportView, Problem, problems_of, show_import
from services.imports.starting import start_import
from services.staff import Desk
from services.tenants import Scope
from tests.sellers.hands import a_desk
from workers.jobs import drain

__all__ = ["a_desk", "contents", "exported", "hand_in", "lines", "products", "taken_in", "told"]

HEADER = "handle,name,sku,price,stock"


def lines(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


def products(count: int, first: int = 0) -> bytes:
    """So many products, each with a car, a shelf and a SKU of its own."""
    return lines(
        *(
            f"part-{n},Part {n},PRT-{n:06d},{n % 900 + 1}.50,{n % 40},Brakes,Brake pads,Toyota|Corolla|2008-2013,brakes"
            for n in range(first, first + count)
        ),
        header=f"{HEADER},category,subcategory,fits,tags",
    )


async def hand_in(
    desk: Desk, content: bytes, kind: str = "products", *, trying: bool = False, name: str = "file.csv"
) -> int:
    return int((await start_import(desk, kind, name, io.BytesIO(content), trying=trying)).id)


async def taken_in(
    market: Settings, desk: Desk, content: bytes, kind: str = "products", *, trying: bool = False
) -> ImportView:
    """A file that workers have done with."""
    run = await hand_in(desk, content, kind, trying=trying)
    await drain(market)
    return await show_import(desk, run)


def told(view: ImportView) -> tuple[str, int, int, int, int]:
    return view.state, view.created, view.changed, view.unchanged, view.refused


async def problems(desk: Desk, view: ImportView) -> list[Problem]:
    return await problems_of(desk, view.id)


async def exported(desk: Desk, kind: str) -> bytes:
    return b"".join([piece async for piece in export(desk, kind)])


async def contents(scope: Scope) -> list[list[dict[str, Any]]]:
    """All that a catalogue is made of, with the times of its last change."""
    mine = "platform_id = $1 AND environment = $2"
    within = f"product_id IN (SELECT id FROM product WHERE {mine})"
    return [
        await fetch(
            f"SELECT * FROM {table} WHERE {where} ORDER BY 1, 2", scope.platform_id, scope.environment
        )
        for table, where in (
            ("product", mine),
            ("variant", mine),
            ("brand", mine),
            ("category", mine),
            ("seller", mine),
            ("tag", mine),
            ("facet_value", mine),
            ("search_word", mine),
            ("fitment", within),
            ("product_tag", within),
            ("product_asset", within),
            ("product_facet_value", within),
            ("option_group", within),
            ("stock_level", f"variant_id IN (SELECT id FROM variant WHERE {mine})"),
            ("variant_option", f"variant_id IN (SELECT id FROM variant WHERE {mine})"),
        )
    ]


async def variant(scope: Scope, sku: str) -> dict[str, Any]:
    """A variant with its product and its stock."""
    row = await fetch_one(
        "SELECT v.*, p.name AS product, p.slug, p.seller_id, p.category_id, s.on_hand FROM variant v "
        "JOIN product p ON p.id = v.product_id LEFT JOIN stock_level s ON s.variant_id = v.id "
        "WHERE v.platform_id = $1 AND v.environment = $2 AND v.sku = $3",
        scope.platform_id,
        scope.environment,
        sku,
    )
    assert row is not None, sku
    return row
