"""Writing a group's options: what an order refers to is never changed, only retired and followed by another."""

from dataclasses import dataclass

from core.clock import now
from core.db import execute, fetch, fetch_one, for_update
from core.ids import new_uid
from services.purchase_options.checking import (
    CREATE,
    DELETE,
    MOST_OPTIONS,
    UPDATE,
    Change,
    Problems,
    Terms,
    check_count,
    check_new_options,
    check_option,
)
from services.purchase_options.inputs import GroupInput
from services.tenants import Scope
from services.values import as_time


@dataclass(frozen=True, slots=True)
class Stored:
    """An option as it is in the database."""

    description: str
    position: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class Changes:
    """Checked changes to a group's options."""

    created: list[Change]
    updated: dict[int, Change]
    deleted: list[int]


async def lock_options(group_id: int) -> dict[int, Stored]:
    """The options that a group has now, locked: a line that takes one waits until they are written."""
    rows = await fetch(
        "SELECT id, description, position, charge_ppm, charge_minor, trigger, due_at, due_after FROM purchase_option "
        f"WHERE group_id = $1 AND retired_at IS NULL ORDER BY id{for_update()}",
        group_id,
    )
    return {
        row["id"]: Stored(
            row["description"],
            row["position"],
            Terms(
                row["charge_ppm"],
                row["charge_minor"],
                row["trigger"],
                as_time(row["due_at"]) if row["due_at"] else None,
                row["due_after"],
            ),
        )
        for row in rows
    }


def check_changes(scope: Scope, given: GroupInput, stored: dict[int, Stored], problems: Problems) -> Changes:
    """What is to become of a group's options. The problems get whatever is unknown, meant twice or not right."""
    created = check_new_options(scope, given.to_create, problems)
    updated: dict[int, Change] = {}
    for i, option in enumerate(given.to_update[: MOST_OPTIONS + 1]):
        at = f"{UPDATE}.{i}"
        change = check_option(scope, option, at, problems, new=False)
        if option.id is None or option.id not in stored:
            problems.append((f"{at}.id", "This group has no such purchase option."))
        elif option.id in updated or option.id in given.to_delete:
            problems.append((f"{at}.id", "An option is changed or deleted once."))
        else:
            updated[option.id] = change
    for i, option_id in enumerate(given.to_delete[: MOST_OPTIONS + 1]):
        if option_id not in stored:
            problems.append((f"{DELETE}.{i}", "This group has no such purchase option."))
    deleted = [option_id for option_id in dict.fromkeys(given.to_delete) if option_id in stored]
    for at, entries in ((UPDATE, given.to_update), (DELETE, given.to_delete)):
        if len(entries) > MOST_OPTIONS:
            problems.append((at, f"At most {MOST_OPTIONS} can be given at once."))
    if given.to_create or given.to_delete:
        check_count(
            len(stored) - len(deleted) + len(given.to_create), CREATE if given.to_create else DELETE, problems
        )
    return Changes(created, updated, deleted)


async def write_changes(group_id: int, changes: Changes, stored: dict[int, Stored]) -> None:
    """Write checked changes; the transaction holds what `lock_options` gave."""
    for option_id in changes.deleted:
        await _retire(option_id)
    for option_id, change in changes.updated.items():
        before = stored[option_id]
        after = Stored(
            change.description or before.description, before.position, change.terms or before.terms
        )
        if after == before:
            continue
        if await _was_chosen(option_id):
            await _retire(option_id)
            await _insert(group_id, after)
        else:
            await _overwrite(option_id, after)
    position = max((option.position for option in stored.values()), default=-1)
    await add_options(group_id, changes.created, position + 1)


async def add_options(group_id: int, created: list[Change], position: int = 0) -> None:
    """Add checked new options to a group, from that position on."""
    for i, change in enumerate(created):
        if change.terms is not None:
            await _insert(group_id, Stored(change.description or "", position + i, change.terms))


async def _was_chosen(option_id: int) -> bool:
    """Whether a line of any order or cart refers to it."""
    found = await fetch_one("SELECT 1 AS one FROM order_line WHERE option_id = $1 LIMIT 1", option_id)
    return found is not None


async def _retire(option_id: int) -> None:
    await execute(
        "UPDATE purchase_option SET retired_at = $2, updated_at = $2 WHERE id = $1", option_id, now()
    )


async def _overwrite(option_id: int, option: Stored) -> None:
    terms = option.terms
    await execute(
        "UPDATE purchase_option SET description = $2, charge_ppm = $3, charge_minor = $4, trigger = $5, due_at = $6, "
        "due_after = $7, updated_at = $8 WHERE id = $1",
        option_id,
        option.description,
        terms.charge_ppm,
        terms.charge_minor,
        terms.trigger,
        terms.due_at,
        terms.due_after,
        now(),
    )


async def _insert(group_id: int, option: Stored) -> None:
    terms = option.terms
    await execute(
        "INSERT INTO purchase_option (uid, created_at, updated_at, group_id, description, position, charge_ppm, "
        "charge_minor, trigger, due_at, due_after) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new_uid(),
        now(),
        group_id,
        option.description,
        option.position,
        terms.charge_ppm,
        terms.charge_minor,
        terms.trigger,
        terms.due_at,
        terms.due_after,
    )
