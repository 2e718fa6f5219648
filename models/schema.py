"""Migration operations that mean the same on PostgreSQL and SQLite."""

from typing import Any

from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.operations import TortoiseOperation

Constraint = UniqueConstraint | CheckConstraint


class AddConstraints(TortoiseOperation):
    """Add UNIQUE and CHECK constraints, by model. Use it in place of Tortoise's own AddConstraint.

    Tortoise rebuilds a SQLite table for a CHECK and loses every index and UNIQUE column of it; here the CHECK
    is written into the stored definition, as SQLite's documentation of ALTER TABLE describes for this case.
    And the models are reloaded once for all of them, which is what most of a migration's time goes into.
    """

    def __init__(self, constraints: dict[str, list[Constraint]]) -> None:
        self.constraints = constraints

    def describe(self) -> str:
        return f"Add constraints to {', '.join(self.constraints)}"

    def state_forward(self, app_label: str, state: Any) -> None:
        for model_name, added in self.constraints.items():
            options = self.get_model_state(state, app_label, model_name).options
            options["constraints"] = [*options.get("constraints", ()), *added]
        state.reload_models([(app_label, name) for name in self.constraints])

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None
    ) -> None:
        if state_editor is None:
            return
        on_sqlite = state_editor.client.capabilities.dialect == "sqlite"
        for model_name, added in self.constraints.items():
            model = new_state.apps.get_model(f"{app_label}.{model_name}")
            for constraint in added:
                if on_sqlite and isinstance(constraint, CheckConstraint):
                    await _write_check(state_editor.client, model._meta.db_table, constraint)
                else:
                    await state_editor.add_constraint(model, constraint)

    async def database_backward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None
    ) -> None:
        if state_editor is None:
            return
        for model_name, added in self.constraints.items():
            model = old_state.apps.get_model(f"{app_label}.{model_name}")
            for constraint in added:
                await state_editor.remove_constraint(model, constraint)


async def _write_check(client: Any, table: str, constraint: CheckConstraint) -> None:
    _, rows = await client.execute_query(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table]
    )
    body, _, tail = rows[0]["sql"].rpartition(")")
    sql = f'{body}, CONSTRAINT "{constraint.name}" CHECK ({constraint.check})){tail}'
    await client.execute_query("PRAGMA writable_schema = ON")
    await client.execute_query(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", [sql, table]
    )
    await client.execute_query("PRAGMA writable_schema = RESET")
