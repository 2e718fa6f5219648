"""Reading a catalogue file: rows that can be stored, and why the others can't."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from core.errors import InvalidInput
from services.importing.rows import COLUMNS, OPTIONAL, SHARED, ProductRow, RejectedRow
from services.tenants import Scope

LARGEST_FILE = 128 * 1024 * 1024  # bytes; about 300,000 rows
_ENCODING = "The file must be UTF-8 text."


def read_rows(file: BinaryIO, scope: Scope) -> tuple[list[ProductRow], list[RejectedRow]]:
    """The good rows of a CSV file with the columns `COLUMNS`, perhaps `OPTIONAL`, and every bad one with its line.

    Prices are in the platform's currency. Raises `InvalidInput` for a file over `LARGEST_FILE`.
    """
    raw = file.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise InvalidInput(f"The file is larger than {LARGEST_FILE // 1024**2} MiB.", field="file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [RejectedRow(raw.count(b"\n", 0, error.start) + 1, "", _ENCODING)]
    rows: list[ProductRow] = []
    rejected: list[RejectedRow] = []
    for line, cells in _records(text, rejected):
        try:
            rows.append(ProductRow.model_validate({**cells, "line": line}, context=scope.currency))
        except ValidationError as error:
            rejected += (
                RejectedRow(line, str(found["loc"][0]), found["msg"].removeprefix("Value error, "))
                for found in error.errors(include_url=False, include_input=False)
            )
    rejected += _contradictions(rows)
    return rows, sorted(rejected, key=lambda one: one.line)


def _records(text: str, rejected: list[RejectedRow]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each record with the line it begins on; what has the wrong shape goes to `rejected`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        wrong = [name for name in COLUMNS if header.count(name) != 1]
        wrong += [n for n in header if n not in COLUMNS + OPTIONAL or header.count(n) > 1]
        if wrong:
            rejected.append(
                RejectedRow(
                    1,
                    wrong[0][:80],
                    f"The header must name each once: {', '.join(COLUMNS)}. It may name {', '.join(OPTIONAL)}.",
                )
            )
            return
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                yield line, dict(zip(header, cells, strict=True))
            elif cells:
                rejected.append(RejectedRow(line, "", f"The row has {len(cells)} cells, not {len(header)}."))
            line = reader.line_num + 1
    except csv.Error as error:
        rejected.append(RejectedRow(line, "", f"The row can't be read: {error}."))


def _contradictions(rows: list[ProductRow]) -> Iterator[RejectedRow]:
    """Rows that repeat a SKU or a variant, or describe their product differently from its first row."""
    skus: dict[str, int] = {}
    options: dict[tuple[str, str], int] = {}
    firsts: dict[str, ProductRow] = {}
    for row in rows:
        for field, line in (
            ("sku", skus.setdefault(row.sku, row.line)),
            ("variant", options.setdefault((row.handle, row.variant), row.line)),
        ):
            if line != row.line:
                yield RejectedRow(row.line, field, f"It is in line {line} already.")
        first = firsts.setdefault(row.handle, row)
        for field in SHARED:
            if getattr(row, field) != getattr(first, field):
                yield RejectedRow(row.line, field, f"It differs from line {first.line}, of the same handle.")
