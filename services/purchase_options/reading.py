"""Reading groups and their options: one statement for a page of groups, one for all their options."""

from collections import defaultdict
from collections.abc import Sequence

from core.db import Row, fetch, fetch_one, for_update, placeholders
from core.errors import NotFound
from services.keyset import Page, Window, read_pages
from services.paging import possible_ids
from services.purchase_options.views import Assignment, GroupView, OptionView
from services.tenants import Scope
from services.values import as_time, as_uid

GROUP_COLUMNS = "g.id, g.created_at, g.merchant_code, g.line_item_descriptor, g.requires_option, g.assignment"
# Of an option `o` with its group `g`.
OPTION_COLUMNS = (
    "o.id, o.uid, o.group_id, o.description, g.line_item_descriptor AS descriptor, g.requires_option AS required, "
    "o.charge_ppm, o.charge_minor, o.trigger, o.due_at, o.due_after"
)
OPTION_TABLES = "purchase_option o JOIN purchase_option_group g ON g.id = o.group_id"
NO_GROUP = "There is no such purchase option group."
# What a merchant sees; $1 and $2 are the scope's.
LIVE_GROUP = "g.platform_id = $1 AND g.environment = $2 AND g.deleted_at IS NULL"


async def list_groups(scope: Scope, window: Window) -> Page[GroupView]:
    """A page of the groups, the oldest first. Two statements."""
    source = (
        f"SELECT CAST(0 AS BIGINT) AS part, {GROUP_COLUMNS} FROM purchase_option_group g WHERE {LIVE_GROUP}"
    )
    pages = await read_pages(source, (scope.platform_id, scope.environment), [0], window)
    options = await _options_of([row["id"] for row in pages[0].items])
    return pages[0].map(lambda row: _group(row, options))


async def get_group(scope: Scope, group_id: int) -> GroupView | None:
    """One group, or None for one that is deleted, another tenant's or nobody's."""
    if not possible_ids([group_id]):
        return None
    rows = await fetch(
        f"SELECT {GROUP_COLUMNS} FROM purchase_option_group g WHERE {LIVE_GROUP} AND g.id = $3",
        scope.platform_id,
        scope.environment,
        group_id,
    )
    options = await _options_of([row["id"] for row in rows])
    return _group(rows[0], options) if rows else None


async def lock_group(scope: Scope, group_id: int, field: str) -> Assignment:
    """How a group is assigned, which is locked until the transaction ends. Raises `NotFound` for `field`."""
    ids = possible_ids([group_id]) or [0]
    row = await fetch_one(
        f"SELECT g.assignment FROM purchase_option_group g WHERE {LIVE_GROUP} AND g.id = $3{for_update()}",
        scope.platform_id,
        scope.environment,
        *ids,
    )
    if row is None:
        raise NotFound(NO_GROUP, field=field)
    assignment: Assignment = row["assignment"]
    return assignment


async def _options_of(group_ids: Sequence[int]) -> dict[int, list[OptionView]]:
    found: dict[int, list[OptionView]] = defaultdict(list)
    if group_ids:
        rows = await fetch(
            f"SELECT {OPTION_COLUMNS} FROM {OPTION_TABLES} WHERE o.group_id IN ({placeholders(group_ids)}) "
            "AND o.retired_at IS NULL ORDER BY o.position, o.id",
            *group_ids,
        )
        for row in rows:
            found[row["group_id"]].append(option_of(row))
    return found


def option_of(row: Row) -> OptionView:
    """An option from a row of `OPTION_COLUMNS`."""
    return OptionView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        group_id=row["group_id"],
        description=row["description"],
        descriptor=row["descriptor"],
        required=bool(row["required"]),
        charge_ppm=row["charge_ppm"],
        charge_minor=row["charge_minor"],
        trigger=row["trigger"],
        due_at=as_time(row["due_at"]) if row["due_at"] else None,
        due_after=row["due_after"],
    )


def _group(row: Row, options: dict[int, list[OptionView]]) -> GroupView:
    return GroupView(
        id=row["id"],
        created_at=as_time(row["created_at"]),
        merchant_code=row["merchant_code"],
        line_item_descriptor=row["line_item_descriptor"],
        requires_option=bool(row["requires_option"]),
        assignment=row["assignment"],
        options=options[row["id"]],
    )
