"""The audit log: who of staff changed what. Rows are only added, in the transaction of the change itself."""

import re
from datetime import date, datetime
from typing import Any

from core.clock import now
from models import AuditEntry
from services.staff.permissions import Desk

# No secret is ever written down, whatever a caller hands over.
_SECRET = frozenset({"password", "token", "pin"})
_WORD = re.compile(r"[a-z]+")
_LONGEST = 500


async def record(desk: Desk, act: str, noun: str, noun_id: int | None, **data: Any) -> None:
    """Write that they did `act` (created, updated, deleted …) to a `noun`, with what it was about."""
    await AuditEntry.create(
        platform_id=desk.scope.platform_id,
        environment=desk.scope.environment,
        staff_id=desk.staff_id,
        act=act,
        noun=noun,
        noun_id=noun_id,
        data={name: _plain(name, value) for name, value in data.items()},
        address=desk.address[:64],
        at=now(),
    )


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What differs, as [before, after] by name."""
    return {
        name: [_plain(name, before.get(name)), _plain(name, value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _plain(name: str, value: Any) -> Any:
    if not _SECRET.isdisjoint(_WORD.findall(name.lower())):
        return "***"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, dict):
        return {str(key): _plain(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(name, each) for each in value]
    return value if isinstance(value, bool | int | float | None) else str(value)
