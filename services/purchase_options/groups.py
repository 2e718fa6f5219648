"""Groups of purchase options: made, changed and deleted by the merchant whose they are."""

from core.clock import now
from core.db import after_commit, execute, fetch_one, transaction
from core.errors import InvalidInput, NotFound
from core.ids import new_uid
from services.purchase_options.checking import (
    CREATE,
    DELETE,
    GROUP,
    UPDATE,
    Problems,
    check_count,
    check_names,
    check_new_options,
)
from services.purchase_options.inputs import GroupInput, Resources
from services.purchase_options.members import find_resources, store_members
from services.purchase_options.offers import tell_of_group
from services.purchase_options.options import add_options, check_changes, lock_options, write_changes
from services.purchase_options.reading import NO_GROUP, get_group, lock_group
from services.purchase_options.views import Assignment, GroupView
from services.tenants import Scope


async def create_group(
    scope: Scope, given: GroupInput, assignment: Assignment, resources: Resources
) -> GroupView:
    """A new group with its options, for these resources. Raises `InvalidInput` with everything that is wrong.

    Source: contract, createPurchaseOptionGroup. A group may begin without resources.
    """
    problems: Problems = []
    code, descriptor = check_names(given, problems, new=True)
    options = check_new_options(scope, given.to_create, problems)
    check_count(len(given.to_create), CREATE, problems)
    if given.id is not None:
        problems.append((f"{GROUP}.id", "A new group is given its id."))
    for at, entries in ((UPDATE, given.to_update), (DELETE, given.to_delete)):
        if entries:
            problems.append((at, "A new group has no options yet."))
    async with transaction():
        members = await find_resources(scope, assignment, resources, problems)
        if problems:
            raise InvalidInput(problems=problems)
        row = await fetch_one(
            "INSERT INTO purchase_option_group (uid, created_at, updated_at, platform_id, environment, merchant_code, "
            "line_item_descriptor, requires_option, assignment) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            new_uid(),
            now(),
            scope.platform_id,
            scope.environment,
            code,
            descriptor,
            bool(given.requires_option),
            assignment,
        )
        group_id: int = row["id"] if row else 0
        await add_options(group_id, options)
        await store_members(group_id, assignment, members)

        await _tell(scope, bool(given.requires_option))
    return await _written(scope, group_id)


async def update_group(scope: Scope, given: GroupInput) -> GroupView:
    """Change a group; what isn't said stays.

    An option that a line of an order or a cart refers to keeps its row and is retired; what it is to say from now on
    gets a row of its own, in its place, and with that another id. One that nobody chose is changed where it is.

    Raises `NotFound` for an unknown group, `InvalidInput` with everything that is wrong.
    Source: contract, updatePurchaseOptionGroup.
    """
    problems: Problems = []
    async with transaction():
        group_id = given.id or 0
        await lock_group(scope, group_id, f"{GROUP}.id")
        stored = await lock_options(group_id)
        code, descriptor = check_names(given, problems, new=False)
        changes = check_changes(scope, given, stored, problems)
        if problems:
            raise InvalidInput(problems=problems)
        await execute(
            "UPDATE purchase_option_group SET merchant_code = COALESCE($2, merchant_code), line_item_descriptor = "
            "COALESCE($3, line_item_descriptor), requires_option = COALESCE($4, requires_option), updated_at = $5 "
            "WHERE id = $1",
            group_id,
            code,
            descriptor,
            given.requires_option,
            now(),
        )
        await write_changes(group_id, changes, stored)
        await _tell(scope, bool(given.requires_option))
    return await _written(scope, group_id)


async def delete_group(scope: Scope, group_id: int) -> None:
    """Offer nothing under these terms any more. Orders that were bought under them keep them.

    Raises `NotFound`. Source: contract, deletePurchaseOptionGroup.
    """
    async with transaction():
        await lock_group(scope, group_id, "id")
        await execute(
            "UPDATE purchase_option_group SET deleted_at = $2, updated_at = $2 WHERE id = $1", group_id, now()
        )


async def _written(scope: Scope, group_id: int) -> GroupView:
    group = await get_group(scope, group_id)
    if group is None:
        raise NotFound(NO_GROUP, field="id")  # deleted by another request meanwhile
    return group


async def _tell(scope: Scope, required: bool) -> None:
    """Let this process know at once, when the group is safe, that there are terms."""

    async def tell() -> None:
        tell_of_group(scope, required=required)

    await after_commit(tell)
