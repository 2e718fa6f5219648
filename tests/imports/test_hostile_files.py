"""Files that are no catalogue are refused with a sentence when they come, and harm nobody."""

import io
import tracemalloc

import pytest

from core.errors import InvalidInput
from core.settings import Settings
from models import ImportRun
from services.cells import harmless, plain
from services.imports import reading
from services.imports.kinds import KINDS
from services.imports.reading import Shape, look_over, whole_records
from services.tenants import Scope
from tests.imports.hands import a_desk, hand_in, lines

PRODUCTS = KINDS["products"]


def shape_of(content: bytes) -> Shape:
    return look_over(io.BytesIO(content), PRODUCTS.columns, PRODUCTS.required)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column handle, name, sku, price"),
        (b"handle,name,sku,price\r\n", "no rows"),
        (b"handle,name,sku\r\na,A,S\r\n", "no column price"),
        (b"handle,name,sku,price,colour\r\na,A,S,1,red\r\n", "Unknown columns: colour"),
        (b"handle,name,sku,price,name\r\na,A,S,1,A\r\n", "twice"),
        ("handle,name,sku,price\r\na,Häuser,S,1\r\n".encode("latin-1"), "Line 2 can't be read: it is not UTF-8"),
        ("handle,name,sku,price\r\na,A,S,1\r\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + bytes(100), "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not UTF-8"),
        (b'handle,name,sku,price\r\na,A,S,1\r\nb,"B,S,1\r\n', "Line 3 can't be read"),
        (b'handle,name,sku,price\r\na,"A" B,S,1\r\n', "Line 2 can't be read"),
        (b"handle,name,sku,price\r\na," + b"A" * 300_000 + b",S,1\r\n", "too long"),
        (b'handle,name,sku,price\r\na,"' + b"A\n" * 150_000 + b'",S,1\r\n', "can't be read"),
        (b"<html><body>handle</body></html>", "no column"),
        (b"\x00" * 5000, "no column"),
    ],
)  # fmt: skip
def test_what_is_no_catalogue_is_refused_and_says_why(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        shape_of(content)
    assert said in refused.value.message and refused.value.field == "file"


@pytest.mark.parametrize(
    "content",
    [
        b"handle,name,sku,price\na,A,S,1\n",
        b"handle,name,sku,price\na,A,S,1",
        b"\xef\xbb\xbfhandle;name;sku;price\r\na;A;S;1\r\n",
        b"Handle\tName\tSKU\tPrice\r\na\tA\tS\t1\r\n\r\n",
        b'"handle","name","sku","price"\r\n"a","A","S","1"\r\n',
        b'"handle";"name";"sku";"price"\r\n"a";"A";"S";"1"\r\n',
    ],
)
def test_the_ways_in_which_spreadsheets_write_it_are_read(content: bytes) -> None:
    shape = shape_of(content)
    assert (shape.columns, shape.rows, shape.line) == (("handle", "name", "sku", "price"), 1, 2)
    [record] = whole_records(
        content[shape.position :], shape.columns, shape.delimiter, shape.position, 2, last=True
    )
    assert record.cells == {"handle": "a", "name": "A", "sku": "S", "price": "1"} and record.line == 2


def test_a_file_is_read_the_same_from_any_record_on_and_in_pieces_of_any_size() -> None:
    content = "handle,name,sku,price\r\n" + "".join(
        f'p-{n},"Ŋwóma, ""Nº {n}""\nin two lines",S-{n},1\r\n' for n in range(40)
    )
    raw = content.encode()
    shape = shape_of(raw)
    whole = list(whole_records(raw[shape.position :], shape.columns, ",", shape.position, 2, last=True))
    assert len(whole) == shape.rows == 40 and whole[7].line == 16
    for size in range(60, 400, 7):
        found, position, line = [], shape.position, shape.line
        while position < len(raw):
            window = raw[position : position + size]
            last = position + size >= len(raw)
            for record in whole_records(window, shape.columns, ",", position, line, last=last):
                found.append(record)
                position, line = record.end, record.next_line
        assert found == whole


def test_a_large_file_is_looked_over_in_little_memory() -> None:
    file = io.BytesIO(lines(*(f"p-{n},{'P' * 400},S-{n},1.00,1" for n in range(40_000))))
    tracemalloc.start()
    try:
        assert look_over(file, PRODUCTS.columns, PRODUCTS.required).rows == 40_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100)
    with pytest.raises(InvalidInput, match="larger"):
        shape_of(lines(*["p,P,S,1,1"] * 20))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+233", "-5", "@SUM(A1)", "\tx", "\r=x", "\n=x", "  =1", "' =1", "'=1", "''-2", "'quoted'", "plain", "", "a=b"
    ],
)  # fmt: skip
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    written = harmless(text)
    assert written[:1] not in set("=+-@\t\r") or not written
    assert plain(written) == text


async def test_a_refused_file_is_kept_nowhere(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    with pytest.raises(InvalidInput):
        await hand_in(desk, b"handle,name\r\n\xff\xfe\xff\r\n")
    with pytest.raises(InvalidInput, match="products, variants"):
        await hand_in(desk, lines("p,P,S,1,1"), "people")
    assert not list((market.data / "assets").rglob("*.csv")) and not await ImportRun.exists()


async def test_a_file_s_name_is_only_a_name(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    run = await hand_in(desk, lines("p,P,S,1,1"), name="../../etc/<b>passwd\x00\n")
    assert (await ImportRun.get(id=run)).file_name == "<b>passwd"


async def test_files_that_wait_are_counted(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    for _ in range(20):
        await hand_in(desk, lines("p,P,S,1,1"))
    with pytest.raises(InvalidInput, match="waiting already"):
        await hand_in(desk, lines("p,P,S,1,1"))
