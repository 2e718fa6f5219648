"""Work that must happen later is a row first: attempts, when next, and who has it now."""

from datetime import timedelta
from operator import attrgetter
from typing import Any, ClassVar, Self

from tortoise import fields
from tortoise.models import Model

from core.clock import now
from core.db import dialect, execute, fetch
from core.ids import new_token

# Longer than any provider call may take, short enough that a killed worker's rows are taken up within 10 s.
LEASE = timedelta(seconds=8)


class WorkRow(Model):
    """A row that a worker looks at until it needs no more looking.

    `next_attempt_at` (UTC) is null once nothing is left to do; `lease` names the claim that holds the row until
    `leased_until` (UTC). Whoever holds it alone may act; a lease that ran out is free again.
    """

    attempts = fields.IntField(default=0)
    next_attempt_at = fields.DatetimeField(null=True)
    lease = fields.CharField(max_length=64, null=True)
    leased_until = fields.DatetimeField(null=True)

    # What is read along with a claimed row, in the same statement.
    read_along: ClassVar[tuple[str, ...]] = ()
    # A further condition, in SQL, that a `due` row must meet to be claimed.
    claimable: ClassVar[str] = ""

    class Meta:
        abstract = True

    @classmethod
    async def claim(
        cls, *, limit: int = 50, row_id: int | None = None, among: tuple[str, int] | None = None
    ) -> list[Self]:
        """Take up to `limit` rows that are due and free (or just `row_id`, if it is), for `LEASE`.

        With `among` (a column and its value) only such, whatever `claimable` says: for who sees to that by themselves.

        In the order in which they were stored. One statement: rows another worker is claiming are passed over (`SKIP LOCKED`) and never taken twice.
        `attempts` counts this attempt already.
        """
        at, lease = now(), new_token()
        table = cls._meta.db_table
        values: list[Any] = [at, at + LEASE, lease, limit]
        if_also = f"AND {cls.claimable} " if cls.claimable and among is None else ""
        if among is not None:
            values.append(among[1])
            if_also += f"AND due.{among[0]} = ${len(values)} "
        if row_id is not None:
            values.append(row_id)
            if_also += f"AND due.id = ${len(values)} "
        skip = " FOR UPDATE SKIP LOCKED" if dialect() == "postgres" else ""
        rows = await fetch(
            f"UPDATE {table} SET lease = $3, leased_until = $2, attempts = attempts + 1 WHERE id IN ("
            f"SELECT due.id FROM {table} due WHERE due.next_attempt_at <= $1 "
            f"AND (due.leased_until IS NULL OR due.leased_until <= $1) {if_also}"
            f"ORDER BY due.next_attempt_at LIMIT $4{skip}) RETURNING {'id' if cls.read_along else '*'}",
            *values,
        )
        if not rows:
            return []
        if not cls.read_along:
            return sorted((cls._init_from_db(**row) for row in rows), key=attrgetter("pk"))
        return (
            await cls.filter(id__in=[row["id"] for row in rows])
            .select_related(*cls.read_along)
            .order_by("id")
        )

    async def renew(self, lasting: timedelta = LEASE) -> bool:
        """Hold a claimed row for another while, before a further call. False where the lease was lost.

        A call that may take longer than `LEASE` says so; a killed worker's row then waits as long.
        """
        until = now() + lasting
        return bool(await type(self).filter(pk=self.pk, lease=self.lease).update(leased_until=until))

    async def release(self, *, retry_in: timedelta | None, **changes: Any) -> bool:
        """Give the row back: due again after `retry_in`, or done where that is None. Writes `changes` with it.

        False (and nothing is written) where the lease was lost to another worker meanwhile.
        """
        due = now() + retry_in if retry_in is not None else None
        meta = self._meta
        columns = [meta.fields_db_projection[name] for name in changes]
        written = [meta.fields_map[name].to_db_value(value, None) for name, value in changes.items()]  # type: ignore[arg-type]
        # Where somebody wanted the row looked at again while it was held (a webhook), that due time stays.
        touched = await execute(
            f"UPDATE {meta.db_table} SET lease = NULL, leased_until = NULL, next_attempt_at = CASE WHEN next_attempt_at = $3 "
            f"THEN $4 ELSE next_attempt_at END{''.join(f', {column} = ${i}' for i, column in enumerate(columns, 5))} "
            "WHERE id = $1 AND lease = $2",
            self.pk,
            self.lease,
            self.next_attempt_at,
            due,
            *written,
        )
        if touched:
            self.update_from_dict({"lease": None, "leased_until": None, "next_attempt_at": due, **changes})
        return bool(touched)


def backoff(attempts: int, *, first_s: float = 1.0, longest_s: float = 600.0) -> timedelta:
    """How long to wait after try number `attempts`: doubling from `first_s` up to `longest_s` seconds."""
    return timedelta(seconds=min(longest_s, first_s * 2 ** min(attempts - 1, 30)))
