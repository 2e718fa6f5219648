"""Migration operations that mean the same on PostgreSQL and SQLite."""

from typing import Any

from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class AddConstraint(ops.AddConstraint):
    """Add a UNIQUE or CHECK constraint. Use it in place of Tortoise's own.

    Tortoise rebuilds a SQLite table for a CHECK and loses every index and UNIQUE column of it; here the CHECK
    is written into the stored definition, as SQLite's documentation of ALTER TABLE describes for this case.
    """

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None
    ) -> None:
        on_sqlite = state_editor is not None and state_editor.client.capabilities.dialect == "sqlite"
        if not (on_sqlite and isinstance(self.constraint, CheckConstraint)):
            await super().database_forward(app_label, old_state, new_state, state_editor)
            return
        model = new_state.apps.get_model(f"{app_label}.{self.model_name}")
        await _write_check(state_editor.client, model._meta.db_table, self.constraint)


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
