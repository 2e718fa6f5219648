"""Small catalogues written as CSV, and a count of statements."""

import csv
import io
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from services.importing import ImportReport, import_products
from services.importing.rows import COLUMNS, OPTIONAL
from services.tenants import Scope

GHANA = Scope(1, "test", "demo", "Makola Demo", "GH", "GHS", 0, "MK", "connected-payment-method", UUID(int=1))

GOOD = {
    "handle": "zongo-lamp",
    "name": "Zongo Lamp",
    "variant": "",
    "sku": "ZGO-LMP-001",
    "description": "A bright lamp.",
    "category": "Lamps",
    "subcategory": "Work lamps",
    "brand": "Zongolux",
    "seller": "Zongo Lights",
    "fits": "",
    "country_of_origin": "Ghana",
    "condition": "NEW",
    "price": "18.50",
    "stock": "7",
    "picture": "",
    "tags": "lamp;light",
}


def row(**changes: str) -> dict[str, str]:
    return GOOD | changes


def as_csv(*rows: dict[str, str]) -> bytes:
    """A file with these rows; optional columns only where a row has them."""
    text = io.StringIO(newline="")
    more = [column for column in OPTIONAL if any(column in row for row in rows)]
    writer = csv.DictWriter(text, [*COLUMNS, *more], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def imported(scope: Scope, folder: Path, *rows: dict[str, str], **options: Any) -> ImportReport:
    """Import these rows from a file in `folder`."""
    path = folder / "catalogue.csv"
    path.write_bytes(as_csv(*rows))
    return await import_products(scope, path, **options)


def write_png(path: Path, width: int, height: int) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9))


class _Counter(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.statements += 1


@contextmanager
def counted() -> Iterator[_Counter]:
    """How many statements the database is asked meanwhile."""
    logger, counter = logging.getLogger("tortoise.db_client"), _Counter()
    level = logger.level
    logger.addHandler(counter)
    logger.setLevel(logging.DEBUG)
    try:
        yield counter
    finally:
        logger.setLevel(level)
        logger.removeHandler(counter)
