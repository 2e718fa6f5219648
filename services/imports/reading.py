"""Reading a CSV file piece by piece: what it is at first sight, and its records from any byte on."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from core.errors import InvalidInput
from services.cells import plain

LARGEST_FILE = 128 * 1024 * 1024  # bytes; about 400,000 products
# Bytes of one record at the most, and so of what has to be at hand to read one.
LONGEST_RECORD = 256 * 1024
MOST_COLUMNS = 100
DELIMITERS = (",", ";", "\t")
_BOM = b"\xef\xbb\xbf"
_OTHERS = {
    b"PK\x03\x04": "That is a spreadsheet. Save it as CSV UTF-8 first.",
    b"\xff\xfe": "The file is UTF-16. Save it as CSV UTF-8.",
    b"\xfe\xff": "The file is UTF-16. Save it as CSV UTF-8.",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A file at first sight: its columns in order, and where its first record begins (`position` in bytes, `line`)."""

    columns: tuple[str, ...]
    delimiter: str
    position: int
    line: int
    rows: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Record:
    """A record by column, the line it begins on, and where the next one begins. Without `cells` it has another shape."""

    line: int
    cells: dict[str, str]
    count: int  # of its cells
    end: int
    next_line: int


class _Unreadable(Exception):
    """Where reading stopped, and why."""

    def __init__(self, line: int, why: str) -> None:
        self.line, self.why = line, why


class _Lines:
    """Lines of a file as text, counting the bytes that were read of it."""

    def __init__(self, lines: Iterable[bytes], position: int, line: int) -> None:
        self._lines, self.position, self.line = iter(lines), position, line

    def __iter__(self) -> Iterator[str]:
        for raw in self._lines:
            if len(raw) > LONGEST_RECORD:
                raise _Unreadable(self.line, "it is too long")
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                raise _Unreadable(self.line, "it is not UTF-8. Save the file as CSV UTF-8") from None
            self.position += len(raw)
            self.line += 1
            yield text


def look_over(file: IO[bytes], known: Sequence[str], required: Sequence[str]) -> Shape:
    """The shape of a file, every record of which can be read; `known` columns may be in it, `required` ones must.

    Raises `InvalidInput` that says what is wrong, and on which line. It needs no more memory than a record.
    """
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST_FILE:
        raise InvalidInput(f"The file is larger than {LARGEST_FILE // 1024**2} MB.", field="file")
    file.seek(0)
    start = file.read(4)
    for mark, why in _OTHERS.items():
        if start.startswith(mark):
            raise InvalidInput(why, field="file")
    begin = len(_BOM) if start.startswith(_BOM) else 0
    try:
        columns, delimiter, position, line = _header(file, begin, known, required)
        file.seek(position)
        rows = sum(1 for _ in records(_long_lines(file), columns, delimiter, position, line))
    except _Unreadable as error:
        raise InvalidInput(f"Line {error.line} can't be read: {error.why}.", field="file") from None
    if not rows:
        raise InvalidInput("The file has no rows below its header.", field="file")
    return Shape(columns, delimiter, position, line, rows, size)


def records(
    lines: Iterable[bytes], columns: Sequence[str], delimiter: str, position: int, line: int
) -> Iterator[Record]:
    """The records of `lines`, which begin at `position`, on `line`. Empty ones are passed over.

    Raises `_Unreadable` for what is no UTF-8 and no CSV (RFC 4180).
    """
    read = _Lines(lines, position, line)
    for begin, cells in _rows(read, delimiter):
        if cells:
            fits = len(cells) == len(columns)
            named = dict(zip(columns, map(plain, cells), strict=True)) if fits else {}
            yield Record(begin, named, len(cells), read.position, read.line)


def whole_records(
    window: bytes, columns: Sequence[str], delimiter: str, position: int, line: int, *, last: bool
) -> Iterator[Record]:
    """The records that lie whole in `window`, a piece of a file from `position` on; `last` says that the file ends with it."""
    end = position + len(window)
    try:
        for record in records(io.BytesIO(window), columns, delimiter, position, line):
            if record.end >= end and not last:
                return
            yield record
    except _Unreadable:
        # The piece ends within a record or a letter: every record of the file was read once, when it came.
        if last:
            raise


def _rows(read: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(iter(read), delimiter=delimiter, strict=True)
    while True:
        begin, at = read.line, read.position
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _Unreadable(begin, str(error)) from None
        if cells is None:
            return
        if read.position - at > LONGEST_RECORD:
            raise _Unreadable(begin, "the row is too long")
        yield begin, cells


def _long_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines, none held in memory that is much longer than a record may be."""
    while raw := file.readline(LONGEST_RECORD + 1):
        yield raw


def _header(
    file: IO[bytes], begin: int, known: Sequence[str], required: Sequence[str]
) -> tuple[tuple[str, ...], str, int, int]:
    """Columns, delimiter, and where the first record begins. Raises `InvalidInput` that names what is amiss."""
    found = [_first_row(file, begin, delimiter) for delimiter in DELIMITERS]
    delimiter, names, position, line = max(found, key=lambda each: sum(name in known for name in each[1]))
    missing = [name for name in required if name not in names]
    if missing:
        raise InvalidInput(
            f"The header has no column {', '.join(missing)}. It must name {', '.join(required)}.",
            field="file",
        )
    unknown = [name[:40] or "(empty)" for name in names if name not in known]
    if unknown:
        raise InvalidInput(
            f"Unknown columns: {', '.join(unknown[:5])}. There may be {', '.join(known)}.", field="file"
        )
    if len(set(names)) != len(names) or len(names) > MOST_COLUMNS:
        raise InvalidInput("The header names a column twice.", field="file")
    return tuple(names), delimiter, position, line


def _first_row(file: IO[bytes], begin: int, delimiter: str) -> tuple[str, list[str], int, int]:
    """The first row as the header that it is with that delimiter; what it can't be read with names nothing."""
    file.seek(begin)
    read = _Lines(_long_lines(file), begin, 1)
    try:
        _, cells = next(_rows(read, delimiter), (1, []))
    except _Unreadable as error:
        if "UTF-8" in error.why or "long" in error.why:
            raise
        cells = []
    return delimiter, ["_".join(plain(cell).lower().split()) for cell in cells], read.position, read.line
