"""Importing a catalogue from a CSV file: all of it or nothing."""

from services.importing.pictures import store_pictures
from services.importing.reading import read_rows
from services.importing.rows import ProductRow, RejectedRow
from services.importing.writing import ImportReport, Progress, import_products

__all__ = [
    "ImportReport",
    "ProductRow",
    "Progress",
    "RejectedRow",
    "import_products",
    "read_rows",
    "store_pictures",
]
