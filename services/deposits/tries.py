"""One try to collect what is due of an order."""

from dataclasses import dataclass

from core.db import Row


@dataclass(frozen=True, slots=True)
class Try:
    """Charges of one order that are due together (rows of `schedule.DUE_COLUMNS`), earliest first.

    `amount_minor` is what is due, and `left_minor` what is owed of the order afterwards.
    """

    charges: tuple[Row, ...]
    amount_minor: int
    left_minor: int

    @property
    def completes(self) -> bool:
        return not self.left_minor

    @property
    def order_id(self) -> int:
        of: int = self.charges[0]["order_id"]
        return of
