"""One try to collect what is due of an order."""

from dataclasses import dataclass

from core.db import Row


@dataclass(frozen=True, slots=True)
class Try:
    """Charges of one order that are due together (rows of `schedule.DUE_COLUMNS`), earliest first.

    `left_minor` is what is owed of the order afterwards.
    """

    charges: tuple[Row, ...]
    left_minor: int

    @property
    def completes(self) -> bool:
        return not self.left_minor

    @property
    def order_id(self) -> int:
        of: int = self.charges[0]["order_id"]
        return of

    @property
    def amount_minor(self) -> int:
        """What is due, in minor units."""
        return sum(charge["outstanding_minor"] for charge in self.charges)
