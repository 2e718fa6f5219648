"""Settlements as files: what a provider's dashboard exports is read into lines, or refused with the row at fault."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial

from core.errors import InvalidInput
from core.money import from_decimal
from services.paging import storable

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 50_000
LONGEST_REFERENCE = 100
# What a column is called in the files of the providers, without capitals, spaces and marks.
COLUMNS: Mapping[str, frozenset[str]] = {
    "reference": frozenset(
        {"reference", "transactionreference", "paymentreference", "merchantreference", "refundreference"}
    ),
    "amount": frozenset({"amount", "amountpaid", "transactionamount", "grossamount", "refundamount"}),
    "fees": frozenset({"fees", "fee", "paystackfees", "monnifyfee", "charges"}),
    "currency": frozenset({"currency", "currencycode"}),
    "paid_at": frozenset(
        {"paidat", "paidon", "datepaid", "transactiondate", "date", "completedon", "createdat"}
    ),
    "kind": frozenset({"type", "kind", "transactiontype"}),
}
_TIMES = ("%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S")
_MARKS = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True)
class Line:
    """A charge, or with `kind` refund money that went back, in minor units above zero; `paid_at` in UTC where it is said."""

    kind: str
    reference: str
    amount_minor: int
    fees_minor: int = 0
    paid_at: datetime | None = None
    provider_id: str = ""


def read_file(content: bytes, currency: str) -> list[Line]:
    """The lines of a CSV file with a heading; those in another currency are left out. Amounts are in major units.

    Commas, semicolons or tabs part the columns. An amount below zero is a refund. Raises `InvalidInput`, which says the
    row that can't be read.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"A file has at most {MOST_BYTES // 1024 // 1024} MB.", field="file")
    try:
        text = storable(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidInput("The file is no text in UTF-8.", field="file") from None
    heading = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heading.count))
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise InvalidInput("The file can't be read as CSV.", field="file") from None
    if len(rows) > MOST_LINES + 1:
        raise InvalidInput(f"A file has at most {MOST_LINES} lines.", field="file")
    places = _places(rows[0] if rows else [])
    lines = list(_lines(rows[1:], places, currency))
    if not lines:
        raise InvalidInput(f"The file has no line in {currency}.", field="file")
    often = Counter((line.kind, line.reference) for line in lines)
    (_, reference), times = often.most_common(1)[0]
    if times > 1:
        raise InvalidInput(f"The reference {reference} is there {times} times.", field="file")
    return lines


def _places(heading: list[str]) -> dict[str, int]:
    names = [_MARKS.sub("", cell.lower()) for cell in heading]
    found = {}
    for column, known in COLUMNS.items():
        fitting = [place for place, name in enumerate(names) if name in known]
        if fitting:
            found[column] = fitting[0]
    # Monnify's own reference of a transaction stands beside ours, which is called so.
    if "paymentreference" in names:
        found["reference"] = names.index("paymentreference")
    if missing := [column for column in ("reference", "amount") if column not in found]:
        raise InvalidInput(f"The first line must name the columns; {missing[0]} is missing.", field="file")
    return found


def _lines(rows: list[list[str]], places: Mapping[str, int], currency: str) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        said = {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}
        if said.get("currency", currency).upper() not in ("", currency):
            continue
        reference = said["reference"]
        if not reference or len(reference) > LONGEST_REFERENCE:
            raise InvalidInput(f"Row {number} has no reference.", field="file")
        amount = _minor(said["amount"], currency, number)
        refund = amount < 0 or "refund" in said.get("kind", "").lower()
        yield Line(
            "refund" if refund else "charge",
            reference,
            abs(amount),
            abs(_minor(said["fees"], currency, number)) if said.get("fees") else 0,
            _time(said.get("paid_at", ""), number),
        )


def _minor(text: str, currency: str, number: int) -> int:
    plain = text.upper().replace(currency, "").replace(",", "").replace("₦", "").replace("GH₵", "").strip()
    try:
        return from_decimal(Decimal(plain), currency)
    except (InvalidOperation, InvalidInput):
        raise InvalidInput(f"Row {number} has no amount: {text[:40]}", field="file") from None


def _time(text: str, number: int) -> datetime | None:
    if not text:
        return None
    ways: list[Callable[[str], datetime]] = [datetime.fromisoformat]
    ways += (partial(_by_form, form=form) for form in _TIMES)
    for read in ways:
        try:
            at = read(text)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise InvalidInput(f"Row {number} has no time: {text[:40]}", field="file")


def _by_form(text: str, *, form: str) -> datetime:
    return datetime.strptime(text, form)
