"""State machines as tables: transitions are data, one helper moves a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.models import Model

from core.errors import IllegalTransition


@dataclass(frozen=True, slots=True)
class StateTable:
    """The states of one kind of row and what may follow each."""

    name: str
    transitions: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, name: str, **transitions: str) -> "StateTable":
        """`StateTable.of("bill", pending="done failed", done="")`: states to space-separated successors."""
        return cls(name, {state: frozenset(after.split()) for state, after in transitions.items()})

    def next_states(self, state: str) -> list[str]:
        """What may follow `state`, in table order where it matters to a reader: sorted."""
        return sorted(self.transitions[state])

    def allows(self, from_state: str, to_state: str) -> bool:
        return to_state in self.transitions[from_state]

    def check(self, from_state: str, to_state: str) -> None:
        """Raises `IllegalTransition`, naming the allowed ones."""
        if not self.allows(from_state, to_state):
            raise IllegalTransition(from_state, to_state, self.transitions[from_state])

    async def move(self, row: Model, to_state: str, **changes: Any) -> bool:
        """Move `row` on, and write `changes` with it, if it still is in the state that it shows.

        False where somebody else was first; raises `IllegalTransition` where the table forbids it.
        The caller writes the event, in the same transaction.
        """
        from_state: str = row.state  # type: ignore[attr-defined]
        self.check(from_state, to_state)
        touched = await type(row).filter(pk=row.pk, state=from_state).update(state=to_state, **changes)
        if not touched:
            return False
        row.update_from_dict({"state": to_state, **changes})
        return True
