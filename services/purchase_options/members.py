"""What a group's terms hold for: products, variants or tags, added and removed by the names that the merchant gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.clock import now
from core.db import execute, fetch, placeholders, transaction
from core.errors import InvalidInput, NotFound
from services.paging import possible_ids
from services.purchase_options.checking import Problems
from services.purchase_options.inputs import Resources
from services.purchase_options.reading import NO_GROUP, get_group, lock_group
from services.purchase_options.views import Assignment, GroupView
from services.tenants import Scope

MOST_NAMES = 250  # in one call
LONGEST_TAG = 60
Names = Sequence[int | str]


@dataclass(frozen=True, slots=True)
class Kind:
    """How members of a group are stored and named: the column, the table it points to, the contract's field."""

    column: str
    table: str
    field: str
    noun: str


KINDS: Mapping[Assignment, Kind] = {
    "PRODUCTS": Kind("product_id", "product", "productIds", "product"),
    "VARIANTS": Kind("variant_id", "variant", "productVariantIds", "product variant"),
    "TAGS": Kind("tag_id", "tag", "productTags", "tag"),
}


async def add_members(scope: Scope, group_id: int, assignment: Assignment, names: Names) -> GroupView:
    """Let the group's terms hold for these, too; what is there already stays. At most 250 a call.

    Raises `NotFound` for an unknown group, and `InvalidInput` with every entry that is unknown, or where the group
    isn't assigned in this way. A tag that no product has yet is made: it holds for what is given it later.
    """
    problems: Problems = []
    async with transaction():
        await _lock(scope, group_id, assignment)
        ids = await find_members(scope, assignment, names, KINDS[assignment].field, problems)
        if problems:
            raise InvalidInput(problems=problems)
        await store_members(group_id, assignment, ids)
    group = await get_group(scope, group_id)
    if group is None:
        raise NotFound(NO_GROUP, field="id")  # deleted by another request meanwhile
    return group


async def remove_members(
    scope: Scope, group_id: int, assignment: Assignment, names: Names
) -> list[int | str]:
    """Let the terms hold for these no more; those that they did hold for, as they were named.

    Orders that were bought under them keep them. What isn't in the group is passed over, so that a removal can be
    repeated. Raises as `add_members`, but for unknown entries.
    """
    kind = KINDS[assignment]
    problems: Problems = []
    async with transaction():
        await _lock(scope, group_id, assignment)
        _check_number(names, kind.field, problems)
        if problems:
            raise InvalidInput(problems=problems)
        known = await _known(scope, assignment, names)
        ids = sorted(set(known.values()))
        rows = (
            await fetch(
                f"DELETE FROM purchase_option_member WHERE group_id = $1 AND {kind.column} IN "
                f"({placeholders(ids, 2)}) RETURNING {kind.column} AS id",
                group_id,
                *ids,
            )
            if ids
            else []
        )
    removed = {row["id"] for row in rows}
    return [name for name, found in known.items() if found in removed]


async def find_resources(
    scope: Scope, assignment: Assignment, resources: Resources, problems: Problems
) -> list[int]:
    """The ids of what a new group is for; the problems get what is unknown, or assigned in another way."""
    given: dict[Assignment, Names] = {
        "PRODUCTS": resources.product_ids,
        "VARIANTS": resources.variant_ids,
        "TAGS": resources.tags,
    }
    for other, names in given.items():
        if other != assignment and names:
            problems.append(
                (f"resources.{KINDS[other].field}", f"A group assigned by {assignment} goes without them.")
            )
    return await find_members(
        scope, assignment, given[assignment], f"resources.{KINDS[assignment].field}", problems
    )


async def find_members(
    scope: Scope, assignment: Assignment, names: Names, at: str, problems: Problems
) -> list[int]:
    """The rows that are named; the problems get the path of each that is none of the scope's."""
    if not _check_number(names, at, problems):
        return []
    if assignment == "TAGS":
        await _make_tags(scope, names, at, problems)
    known = await _known(scope, assignment, names)
    if assignment != "TAGS":
        noun = KINDS[assignment].noun
        problems += [
            (f"{at}.{i}", f"There is no such {noun}.") for i, n in enumerate(names) if n not in known
        ]
    return sorted(set(known.values()))


async def store_members(group_id: int, assignment: Assignment, ids: Sequence[int]) -> None:
    """Assign rows to a group, each once."""
    if ids:
        marks = ", ".join(f"($1, ${i})" for i in range(2, len(ids) + 2))
        await execute(
            f"INSERT INTO purchase_option_member (group_id, {KINDS[assignment].column}) VALUES {marks} "
            "ON CONFLICT DO NOTHING",
            group_id,
            *ids,
        )


async def _lock(scope: Scope, group_id: int, assignment: Assignment) -> None:
    assigned = await lock_group(scope, group_id, "id")
    if assigned != assignment:
        raise InvalidInput(f"This group is assigned by {assigned}.", field=KINDS[assignment].field)
    await execute("UPDATE purchase_option_group SET updated_at = $2 WHERE id = $1", group_id, now())


def _check_number(names: Names, at: str, problems: Problems) -> bool:
    if len(names) > MOST_NAMES:
        problems.append((at, f"At most {MOST_NAMES} can be given at once."))
    return len(names) <= MOST_NAMES


async def _known(scope: Scope, assignment: Assignment, names: Names) -> dict[int | str, int]:
    """The ids of those that the scope has, by the name that was given, in that order."""
    column = "name" if assignment == "TAGS" else "id"
    wanted = {name: _clean(name) for name in names}
    asked = list(dict.fromkeys(key for key in wanted.values() if key is not None))
    if not asked:
        return {}
    rows = await fetch(
        f"SELECT id, {column} AS name FROM {KINDS[assignment].table} WHERE platform_id = $1 AND environment = $2 "
        f"AND {column} IN ({placeholders(asked, 3)})",
        scope.platform_id,
        scope.environment,
        *asked,
    )
    found = {row["name"]: row["id"] for row in rows}
    return {name: found[key] for name, key in wanted.items() if key in found}


def _clean(name: int | str) -> int | str | None:
    """A name as it could be stored, or None."""
    if isinstance(name, int):
        return name if possible_ids([name]) else None
    tag = name.strip()
    return tag if 0 < len(tag) <= LONGEST_TAG and tag.isprintable() else None


async def _make_tags(scope: Scope, names: Names, at: str, problems: Problems) -> None:
    wanted = {name: _clean(name) for name in names}
    problems += [
        (f"{at}.{i}", f"A tag has 1 to {LONGEST_TAG} printable characters.")
        for i, name in enumerate(names)
        if wanted[name] is None
    ]
    tags = list(dict.fromkeys(tag for tag in wanted.values() if tag is not None))
    if tags:
        marks = ", ".join(f"($1, $2, ${i})" for i in range(3, len(tags) + 3))
        await execute(
            f"INSERT INTO tag (platform_id, environment, name) VALUES {marks} ON CONFLICT DO NOTHING",
            scope.platform_id,
            scope.environment,
            *tags,
        )
