"""Reading a catalogue file: what is taken, and what is told of the rest."""

import io

import pytest

from core.errors import InvalidInput
from services.importing import ProductRow, RejectedRow, read_rows, reading
from tests.catalogue.helpers import GHANA, as_csv, row


def read(raw: bytes) -> tuple[list[ProductRow], list[RejectedRow]]:
    return read_rows(io.BytesIO(raw), GHANA)


def test_a_good_row_is_read_whole() -> None:
    raw = as_csv(
        row(fits="Toyota|Corolla|2008-2013; Kia|Rio|2011", tags="lamp; light;lamp", name="  Zongo Lamp ")
    )
    rows, rejected = read(raw)
    assert rejected == []
    assert rows[0].price == 1850 and rows[0].stock == 7 and rows[0].line == 2
    assert rows[0].fits == [("Toyota", "Corolla", 2008, 2013), ("Kia", "Rio", 2011, 2011)]
    assert rows[0].tags == ["lamp", "light"] and rows[0].name == "Zongo Lamp"


def test_a_byte_order_mark_and_windows_line_ends_are_read_past() -> None:
    rows, rejected = read(b"\xef\xbb\xbf" + as_csv(row(), row(handle="b", sku="B-1")))
    assert len(rows) == 2 and rejected == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("handle", ""), ("handle", "Not A Handle"), ("handle", "a" * 201), ("name", ""), ("name", "n" * 201),
        ("name", "bell\x07"), ("name", "nul\x00"), ("variant", "v" * 51), ("sku", ""), ("sku", "has blank"),
        ("sku", "s" * 81), ("description", "d" * 5001), ("category", ""), ("category", "c" * 121), ("seller", " "),
        ("brand", "b" * 121), ("condition", "new"), ("condition", "BROKEN"), ("price", ""), ("price", "free"),
        ("price", "-1"), ("price", "1.234"), ("price", "1e3"), ("price", "NaN"), ("price", "1,200.00"),
        ("price", "9" * 13), ("price", "٣"), ("stock", "-1"), ("stock", "1.5"), ("stock", "1000001"), ("stock", ""),
        ("picture", "../etc/passwd"), ("picture", "/a.png"), ("picture", "a b.png"), ("fits", "Toyota"),
        ("fits", "Toyota|Corolla"), ("fits", "Toyota|Corolla|08-13"), ("fits", "Toyota|Corolla|2013-2008"),
        ("fits", "Toyota|Corolla|0001-9999"), ("fits", "|Corolla|2008"), ("fits", f"{'m' * 61}|Corolla|2008"),
        ("fits", ";".join(f"A|B{n}|2000" for n in range(61))), ("tags", "t" * 61),
        ("tags", ";".join(f"t{n}" for n in range(21))), ("country_of_origin", "c" * 81), ("featured", "maybe"),
        ("featured", "1"), ("compare_at_price", "free"), ("compare_at_price", "18.50"), ("compare_at_price", "9"),
        ("compare_at_price", "-20"), ("compare_at_price", "18.505"),
    ],
)  # fmt: skip
def test_a_bad_cell_rejects_its_row_and_names_line_and_column(field: str, text: str) -> None:
    rows, rejected = read(as_csv(row(), row(handle="b", sku="B-1") | {field: text}))
    assert [good.handle for good in rows] == ["zongo-lamp"]
    assert {(one.line, one.field) for one in rejected} == {(3, field)}
    assert all(one.why for one in rejected)


def test_optional_columns_are_read_where_they_are() -> None:
    rows, rejected = read(
        as_csv(
            row(featured="Yes", compare_at_price="20"),
            row(handle="b", sku="B-1", featured="no"),
            row(handle="c", sku="C-1", featured=" ", compare_at_price=" "),
        )
    )
    assert rejected == []
    told = [(one.featured, one.compare_at_price) for one in rows]
    assert told == [(True, 2000), (False, None), (False, None)]
    (bare,), _ = read(as_csv(row()))
    assert bare.featured is None and "compare_at_price" not in bare.model_fields_set


def test_an_optional_column_comes_once_and_is_the_products() -> None:
    twice = as_csv(row(featured="yes")).replace(b"tags,featured", b"tags,featured,featured")
    assert [(one.line, one.field) for one in read(twice)[1]] == [(1, "featured")]
    _, rejected = read(as_csv(row(featured="yes"), row(variant="Left", sku="B-1")))
    assert [(one.line, one.field) for one in rejected] == [(3, "featured")]


def test_every_bad_cell_of_a_row_is_told() -> None:
    _, rejected = read(as_csv(row(price="x", stock="y", condition="z")))
    assert [one.field for one in rejected] == ["condition", "price", "stock"]


def test_lines_are_those_of_the_file_also_behind_cells_of_several_lines() -> None:
    _, rejected = read(as_csv(row(description="one\ntwo\nthree"), row(handle="b", sku="B-1", price="x")))
    assert [(one.line, one.field) for one in rejected] == [(5, "price")]


def test_a_sku_or_variant_that_comes_twice_is_rejected() -> None:
    _, rejected = read(as_csv(row(), row(handle="b"), row(sku="B-1")))
    assert [(one.line, one.field) for one in rejected] == [(3, "sku"), (4, "variant")]
    assert "line 2" in rejected[0].why


def test_rows_of_one_handle_must_tell_the_same_of_their_product() -> None:
    _, rejected = read(as_csv(row(), row(variant="Left", sku="B-1", brand="Other")))
    assert [(one.line, one.field) for one in rejected] == [(3, "brand")]


@pytest.mark.parametrize(
    ("raw", "line", "field"),
    [
        (b"", 1, "handle"),
        (b"name,price\nLamp,3\n", 1, "handle"),
        (as_csv(row()).replace(b"sku", b"SCU", 1), 1, "sku"),
        (as_csv(row()).replace(b"handle,", b"handle,handle,", 1), 1, "handle"),
        (as_csv(row()).replace(b"A bright", b"A br\xe9ight"), 2, ""),
        ("handle,name".encode("utf-16"), 1, ""),
        (as_csv(row()) + b"only,three,cells\r\n", 3, ""),
        (as_csv(row()) + b'"never closed,', 3, ""),
        (as_csv(row(description="d" * 200_000)), 2, ""),
        (b"\x00\x01\x02\xff\xfe" * 100, 1, ""),
    ],
)
def test_what_is_not_such_a_file_is_told_with_its_line(raw: bytes, line: int, field: str) -> None:
    _, rejected = read(raw)
    assert [(one.line, one.field) for one in rejected] == [(line, field)]


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100)
    with pytest.raises(InvalidInput):
        read(as_csv(row()))
