"""Purchase options, as staff keep them: under a permission, and in the audit log."""

from core.db import transaction
from core.errors import NotFound
from services.keyset import Window
from services.purchase_options.groups import create_group, delete_group, update_group
from services.purchase_options.inputs import GroupInput, OptionInput, Resources
from services.purchase_options.reading import NO_GROUP, get_group, list_groups
from services.purchase_options.views import Assignment, GroupView
from services.staff import Desk, check_may, record

MOST_SHOWN = 200


async def list_at_desk(desk: Desk) -> list[GroupView]:
    """The groups with their options, the oldest first. Raises `Forbidden`."""
    check_may(desk, "ReadSettings")
    return (await list_groups(desk.scope, Window(first=MOST_SHOWN))).items


async def show_at_desk(desk: Desk, group_id: int) -> GroupView:
    """Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadSettings")
    found = await get_group(desk.scope, group_id)
    if found is None:
        raise NotFound(NO_GROUP)
    return found


async def create_at_desk(
    desk: Desk, given: GroupInput, assignment: Assignment, resources: Resources
) -> GroupView:
    """Raises `Forbidden`, `InvalidInput` with everything that is wrong."""
    check_may(desk, "UpdateSettings")
    async with transaction():
        made = await create_group(desk.scope, given, assignment, resources)
        await record(desk, "created", "purchaseOptionGroup", made.id, code=made.merchant_code)
    return made


async def update_at_desk(desk: Desk, given: GroupInput) -> GroupView:
    """Write what is said of a group; options that orders refer to are retired and never changed.

    Raises `Forbidden`, `NotFound`, `InvalidInput` with everything that is wrong.
    """
    check_may(desk, "UpdateSettings")
    async with transaction():
        before = await show_at_desk(desk, given.id or 0)
        after = await update_group(desk.scope, given)
        kept = {option.id for option in after.options}
        retired = [option.id for option in before.options if option.id not in kept]
        await record(
            desk,
            "updated",
            "purchaseOptionGroup",
            after.id,
            code=after.merchant_code,
            descriptor=after.line_item_descriptor,
            required=after.requires_option,
            retired=retired,
            options=sorted(kept),
        )
    return after


async def add_option(desk: Desk, group_id: int, option: OptionInput) -> GroupView:
    """One more way to buy. Raises as `update_at_desk`."""
    return await update_at_desk(desk, GroupInput(id=group_id, to_create=[option]))


async def retire_option(desk: Desk, group_id: int, option_id: int) -> GroupView:
    """Offer it no more; a group keeps at least one. Raises as `update_at_desk`."""
    return await update_at_desk(desk, GroupInput(id=group_id, to_delete=[option_id]))


async def delete_at_desk(desk: Desk, group_id: int) -> None:
    """Offer nothing under these terms any more. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "UpdateSettings")
    async with transaction():
        before = await show_at_desk(desk, group_id)
        await delete_group(desk.scope, group_id)
        await record(desk, "deleted", "purchaseOptionGroup", group_id, code=before.merchant_code)
