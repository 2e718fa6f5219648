"""Organizations and their members, as staff keep them."""

from typing import Any

from core.clock import now
from core.db import Row, execute, fetch_one, for_update, transaction
from core.errors import InvalidInput, NotFound
from models import Organization, OrganizationMember
from services.accounts.customers import checked_text, get_customer
from services.organizations.reading import ROLES
from services.paging import possible_ids
from services.staff import Desk, changes, check_may, record

LONGEST_NAME = 200
LAST_MANAGER = "An organization that has a manager keeps one: name another manager first."


async def create_organization(desk: Desk, name: str) -> int:
    """A new organization without members; its id. Raises `Forbidden`, `InvalidInput` for a name that there is."""
    check_may(desk, "CreateOrganization")
    written = checked_text(name, "name", LONGEST_NAME)
    async with transaction():
        await _check_free(desk, written, 0)
        made = await Organization.create(
            platform_id=desk.scope.platform_id, environment=desk.scope.environment, name=written
        )
        await record(desk, "created", "organization", made.id, name=written)
    return int(made.id)


async def rename_organization(desk: Desk, organization_id: int, name: str) -> None:
    """Raises `Forbidden`, `NotFound`, `InvalidInput` for a name that there is."""
    check_may(desk, "UpdateOrganization")
    written = {"name": checked_text(name, "name", LONGEST_NAME)}
    async with transaction():
        before = await _locked(desk, organization_id)
        if different := changes(before, written):
            await _check_free(desk, written["name"], organization_id)
            await Organization.filter(id=organization_id).update(**written, updated_at=now())
            await record(desk, "updated", "organization", organization_id, **different)


async def delete_organization(desk: Desk, organization_id: int) -> None:
    """Nobody buys for it any more; its orders still name it, and carts are their customers' own again.

    Raises `Forbidden`, `NotFound`.
    """
    check_may(desk, "DeleteOrganization")
    async with transaction():
        before = await _locked(desk, organization_id)
        await OrganizationMember.filter(organization_id=organization_id).delete()
        await _take_back_carts(organization_id)
        await Organization.filter(id=organization_id).update(deleted_at=now(), updated_at=now())
        await record(desk, "deleted", "organization", organization_id, name=before["name"])


async def add_member(desk: Desk, organization_id: int, customer_id: int, role: str) -> None:
    """Let a customer buy for an organization. Raises `Forbidden`, `NotFound`, `InvalidInput` for who does already."""
    check_may(desk, "UpdateOrganization")
    _check_role(role)
    async with transaction():
        await _locked(desk, organization_id)
        await get_customer(desk.scope, *(possible_ids([customer_id]) or [0]))
        if await OrganizationMember.exists(organization_id=organization_id, customer_id=customer_id):
            raise InvalidInput("They are a member already.", field="customerId")
        await OrganizationMember.create(
            organization_id=organization_id, customer_id=customer_id, role=role, created_at=now()
        )
        await record(desk, "added", "organizationMember", organization_id, customer=customer_id, role=role)


async def change_role(desk: Desk, organization_id: int, customer_id: int, role: str) -> None:
    """Raises `Forbidden`, `NotFound`, and `InvalidInput` where the last manager would be none any more."""
    check_may(desk, "UpdateOrganization")
    _check_role(role)
    async with transaction():
        before = await _member(desk, organization_id, customer_id)
        if before.role == role:
            return
        await _check_manager_stays(before)
        await OrganizationMember.filter(id=before.id).update(role=role)
        await record(
            desk,
            "updated",
            "organizationMember",
            organization_id,
            customer=customer_id,
            role=[before.role, role],
        )


async def remove_member(desk: Desk, organization_id: int, customer_id: int) -> None:
    """They buy for themselves again, what is in their cart too; what they placed stays the organization's.

    Raises `Forbidden`, `NotFound`, and `InvalidInput` for the last manager.
    """
    check_may(desk, "UpdateOrganization")
    async with transaction():
        before = await _member(desk, organization_id, customer_id)
        await _check_manager_stays(before)
        await OrganizationMember.filter(id=before.id).delete()
        await _take_back_carts(organization_id, customer_id)
        await record(desk, "removed", "organizationMember", organization_id, customer=customer_id)


async def _take_back_carts(organization_id: int, customer_id: int | None = None) -> None:
    """What was not placed yet is its customer's own; of one of them alone, where they are named."""
    whose = "" if customer_id is None else " AND customer_id = $2"
    await execute(
        "UPDATE customer_order SET organization_id = NULL WHERE organization_id = $1 AND placed_at IS NULL "
        f"AND state <> 'Cancelled'{whose}",
        organization_id,
        *(() if customer_id is None else (customer_id,)),
    )


async def _check_manager_stays(member: OrganizationMember) -> None:
    others = OrganizationMember.filter(organization_id=member.organization_id, role="manager")
    if member.role == "manager" and not await others.exclude(id=member.id).exists():
        raise InvalidInput(LAST_MANAGER, field="customerId")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidInput(f"The role is one of {', '.join(ROLES)}.", field="role")


async def _check_free(desk: Desk, name: str, organization_id: int) -> None:
    taken = Organization.filter(name=name, deleted_at=None, **_tenant(desk)).exclude(id=organization_id)
    if await taken.exists():
        raise InvalidInput("There is an organization with that name.", field="name")


async def _locked(desk: Desk, organization_id: int) -> Row:
    """The organization's row, which orders those who change its members."""
    row = await fetch_one(
        "SELECT id, name FROM organization WHERE platform_id = $1 AND environment = $2 AND id = $3 "
        f"AND deleted_at IS NULL{for_update()}",
        desk.scope.platform_id,
        desk.scope.environment,
        *(possible_ids([organization_id]) or [0]),
    )
    if row is None:
        raise NotFound("There is no such organization.", field="organizationId")
    return row


async def _member(desk: Desk, organization_id: int, customer_id: int) -> OrganizationMember:
    await _locked(desk, organization_id)
    (possible,) = possible_ids([customer_id]) or [0]
    found = await OrganizationMember.get_or_none(organization_id=organization_id, customer_id=possible)
    if found is None:
        raise NotFound("There is no such member.", field="customerId")
    return found


def _tenant(desk: Desk) -> dict[str, Any]:
    return {"platform_id": desk.scope.platform_id, "environment": desk.scope.environment}
