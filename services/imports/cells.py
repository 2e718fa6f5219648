"""Cells that a spreadsheet would take for a formula: made harmless on the way out, and themselves again on the way in."""

import re

# What spreadsheets begin a formula with (OWASP, CSV Injection); an apostrophe before it says that it is text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_HARMLESS = re.compile(r"'+[=+\-@\t\r]")


def harmless(text: str) -> str:
    """Text as it is written into a cell."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """The text that was written into a cell; the apostrophe is blanked out only where `harmless` would have set it."""
    return cell[1:] if _HARMLESS.match(cell) else cell
