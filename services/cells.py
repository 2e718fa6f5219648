"""Cells that a spreadsheet would take for a formula: made harmless on the way out, and themselves again on the way in."""

import re

# What spreadsheets begin a formula with (OWASP, CSV Injection), also behind spaces, which some of them leave out; an
# apostrophe before it says that it is text.
_FORMULA = re.compile(r"'* *[=+\-@\t\r\n]")
_HARMLESS = re.compile(r"'+ *[=+\-@\t\r\n]")


def harmless(text: str) -> str:
    """Text as it is written into a cell."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """The text that was written into a cell; the apostrophe is taken away only where `harmless` would have set it."""
    return cell[1:] if _HARMLESS.match(cell) else cell
