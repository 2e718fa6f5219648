"""A provider's statement as a CSV, for those that list nothing over their API: what its dashboard exports, columns renamed."""

import csv
from io import StringIO

from core.errors import InvalidInput
from core.money import from_decimal
from providers.movements import Movement, MovementKind

COLUMNS = ("kind", "provider", "reference", "amount", "currency")
KINDS: dict[str, MovementKind] = {"charge": "charge", "refund": "refund", "bill": "bill"}


def read_statement(text: str) -> list[Movement]:
    """The movements of a statement: `kind` (charge, refund or bill), `provider`, `reference` (ours), `amount` (major units, as
    `1250.00`), `currency`; for a refund `provider_id`, its own number. Only what was really moved belongs in it.

    Raises `InvalidInput` with every line at fault.
    """
    rows = csv.DictReader(StringIO(text), restval="")
    if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
        raise InvalidInput(f"The statement has no column {', '.join(missing)}.", field="statement")
    found, problems = [], []
    for number, row in enumerate(rows, 2):
        try:
            found.append(_movement(row))
        except (InvalidInput, ValueError, ArithmeticError) as wrong:
            problems.append((f"line {number}", f"Line {number}: {wrong}"))
    if problems:
        raise InvalidInput(problems=problems)
    return found


def _movement(row: dict[str, str]) -> Movement:
    reference, own = row["reference"].strip(), (row.get("provider_id") or "").strip()
    kind = KINDS.get(row["kind"])
    if kind is None:
        raise ValueError(f"{row['kind']!r} is no kind of movement")
    if not reference or (kind == "refund" and not own):
        raise ValueError("a movement needs its reference, and a refund its own number as provider_id")
    amount = from_decimal(row["amount"], row["currency"])
    if amount <= 0:
        raise ValueError("the amount must be above zero")
    return Movement(kind, row["provider"], reference, amount, row["currency"], own)
