"""Files of the catalogue at the desk: handed in, tried out, watched, taken in, called off, and written out again."""

import re

import pytest

from models import ImportRun, Product
from tests.conftest import World
from tests.desk.conftest import Visitor
from tests.desk.test_every_page import AsRole
from tests.imports.hands import lines, products


async def hand_in(
    visitor: Visitor, content: bytes, how: str = "try", kind: str = "products", name: str = "new.csv"
) -> str:
    return await visitor.act("/admin/imports", "upload", {"file_name": (name, content)}, kind=kind, how=how)


@pytest.mark.parametrize("role", ["catalogue", "seller"])
async def test_a_file_is_tried_out_and_then_taken_in(world: World, as_role: AsRole, role: str) -> None:
    visitor = await as_role(role)
    text = await hand_in(visitor, products(40) + b"part-x,X,PRT-1,0,cheap,,,,\r\n")
    path = visitor.at
    assert (
        re.fullmatch(r"/admin/imports/\d+", path) and 'data-refresh="2"' in text and "Cancel import" in text
    )
    await world.drain()
    text = await visitor.get(path)
    assert "41 of 41 rows" in text and "data-refresh" not in text and "Nothing was changed." in text
    assert ">42<" in text, "the line of the row that is refused"
    assert not await Product.filter(slug__startswith="part-").exists()
    text = await visitor.get(f"{path}/problems")
    assert text.splitlines()[0] == "line,column,problem" and "42," in text
    assert visitor.headers["Content-Disposition"].startswith("attachment")
    await visitor.act(path, "take")
    assert visitor.at != path
    await world.drain()
    assert "Done" in await visitor.get(visitor.at)
    assert await Product.filter(slug__startswith="part-").count() == 40
    assert "new.csv" in await visitor.get("/admin/imports")


async def test_a_file_that_is_none_is_refused_beside_its_field(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    for content, said in (
        (b"PK\x03\x04xxxx", "That is a spreadsheet."),
        (b"handle,name\r\n", "no column sku, price"),
        ("handle,name,sku,price\r\na,\xe9,S,1\r\n".encode("latin-1"), "Line 2 can't be read"),
        (lines("a,A,S,1,2", header="handle,name,sku,price,<b>colour</b>"), "Unknown columns: <b>colour</b>"),
    ):
        text = await hand_in(visitor, content)
        assert visitor.status == 400 and said in text, (visitor.status, text[:2000])
    await visitor.act("/admin/imports", "upload", kind="products", how="try")
    assert visitor.status == 400
    await hand_in(visitor, lines("a,A,S,1,2"), kind="people")
    assert visitor.status == 400
    assert not await ImportRun.exists()


async def test_a_file_is_called_off(world: World, as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    await hand_in(visitor, products(3), "take")
    path = visitor.at
    text = await visitor.act(path, "cancel")
    assert "Rows already imported stay." in text and "Cancelled" in text
    await world.drain()
    assert not await Product.filter(slug__startswith="part-").exists()
    await visitor.act(path, "cancel")
    assert visitor.status == 409


async def test_what_is_written_out_is_theirs_and_no_formula(world: World, as_role: AsRole) -> None:
    visitor, seller = await as_role("catalogue"), await as_role("seller")
    await hand_in(visitor, lines("formula,=1+1,FORM-1,1.00,1"), "take")
    await world.drain()
    for kind in ("products", "variants", "stock", "prices"):
        text = await visitor.get(f"/admin/export?kind={kind}")
        assert visitor.status == 200 and visitor.headers["Content-Type"].startswith("text/csv")
        assert "FORM-1" in text and ",=1+1" not in text
        assert f"demo-{kind}-" in visitor.headers["Content-Disposition"]
    assert "FORM-1" not in await seller.get("/admin/export?kind=products")
    assert "FORM-1" not in await (await as_role("owner", "kasuwa")).get("/admin/export?kind=products")
