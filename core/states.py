"""State machines as tables: transitions are data, one helper moves a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.clock import now
from core.db import Row, fetch_one
from core.errors import IllegalTransition


@dataclass(frozen=True, slots=True)
class StateTable:
    """The states of one kind of row and what may follow each."""

    name: str
    table: str
    transitions: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, name: str, table: str, **transitions: str) -> "StateTable":
        """`StateTable.of("bill", "bill", pending="done failed", done="")`: states to space-separated successors."""
        return cls(name, table, {state: frozenset(after.split()) for state, after in transitions.items()})

    def next_states(self, state: str) -> list[str]:
        """What may follow `state`, sorted."""
        return sorted(self.transitions[state])

    def allows(self, from_state: str, to_state: str) -> bool:
        return to_state in self.transitions[from_state]

    def check(self, from_state: str, to_state: str) -> None:
        """Raises `IllegalTransition`, naming the allowed ones."""
        if not self.allows(from_state, to_state):
            raise IllegalTransition(from_state, to_state, self.transitions[from_state])

    async def move(self, row_id: int, from_state: str, *through: str, **changes: Any) -> bool:
        """Move a row of `table` on, one state after the other, and write `changes` with it, if it is in `from_state`.

        False where somebody else was first; raises `IllegalTransition` where the table forbids it.
        The caller writes the event, in the same transaction.
        """
        return await self.moved(row_id, from_state, *through, **changes) is not None

    async def moved(
        self, row_id: int, from_state: str, *through: str, returning: str = "id", **changes: Any
    ) -> Row | None:
        """As `move`, for who needs columns of the row as it is then: those, or None where somebody else was first."""
        for before, after in pairwise((from_state, *through)):
            self.check(before, after)
        changes["updated_at"] = now()
        written = "".join(f", {column} = ${n}" for n, column in enumerate(changes, 4))
        return await fetch_one(
            f"UPDATE {self.table} SET state = $3{written} WHERE id = $1 AND state = $2 RETURNING {returning}",
            row_id,
            from_state,
            through[-1],
            *changes.values(),
        )
