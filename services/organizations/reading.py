"""Reading organizations and their members, and which orders a member sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from core.db import Row, fetch, fetch_one, placeholders
from core.errors import NotFound
from services.listing import Column, Columns, Listing, list_rows
from services.paging import possible_ids
from services.staff import Desk, check_may
from services.tenants import Scope
from services.values import as_time, as_uid

Role = Literal["member", "manager"]
ROLES: tuple[Role, ...] = ("member", "manager")
MEMBERS = "(SELECT COUNT(*) FROM organization_member n WHERE n.organization_id = o.id)"
LISTED: Columns = {
    "id": Column("o.id", "id"),
    "created_at": Column("o.created_at", "time"),
    "updated_at": Column("o.updated_at", "time"),
    "name": Column("o.name", "text"),
    "members": Column(MEMBERS, "number"),
}
MEMBERS_LISTED: Columns = {
    "created_at": Column("m.created_at", "time"),
    "role": Column("m.role", "text"),
    "customer_id": Column("m.customer_id", "id"),
    "customer_name": Column("c.full_name", "text"),
}
_COLUMNS = f"o.id, o.uid, o.name, o.created_at, o.updated_at, {MEMBERS} AS members"
_MEMBER = "m.organization_id, o.uid AS organization_uid, o.name AS organization_name, m.customer_id, m.role, m.created_at"
_MEMBERS = "organization_member m JOIN organization o ON o.id = m.organization_id JOIN customer c ON c.id = m.customer_id"
_MINE = "o.platform_id = $1 AND o.environment = $2 AND o.deleted_at IS NULL"


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """A business that so many `members` buy for."""

    id: int
    uid: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    members: int


@dataclass(frozen=True, slots=True)
class MemberView:
    """A customer who buys for an organization since `created_at`."""

    organization_id: int
    organization_uid: UUID
    organization_name: str
    customer_id: int
    role: Role
    created_at: datetime


async def list_organizations(desk: Desk, listing: Listing) -> tuple[list[OrganizationView], int]:
    """A page of the platform's organizations by name, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadOrganization")
    rows, total = await list_rows(
        _COLUMNS, "organization o", _MINE, _tenant(desk.scope), listing, LISTED, usual="o.name, o.id"
    )
    return [_organization(row) for row in rows], total


async def find_organization(desk: Desk, organization_id: int) -> OrganizationView | None:
    """None also for another platform's. Raises `Forbidden`."""
    check_may(desk, "ReadOrganization")
    row = await fetch_one(
        f"SELECT {_COLUMNS} FROM organization o WHERE {_MINE} AND o.id = $3",
        *_tenant(desk.scope),
        *(possible_ids([organization_id]) or [0]),
    )
    return _organization(row) if row else None


async def list_members(desk: Desk, organization_id: int, listing: Listing) -> tuple[list[MemberView], int]:
    """A page of an organization's members, the first to join first, and how many there are. Two statements.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReadOrganization")
    rows, total = await list_rows(
        _MEMBER,
        _MEMBERS,
        f"{_MINE} AND o.id = $3",
        [*_tenant(desk.scope), *(possible_ids([organization_id]) or [0])],
        listing,
        MEMBERS_LISTED,
        usual="m.id",
    )
    return [_member(row) for row in rows], total


async def find_member(desk: Desk, organization_id: int, customer_id: int) -> MemberView | None:
    """Raises `Forbidden`."""
    check_may(desk, "ReadOrganization")
    found = await memberships_of(desk.scope, customer_id)
    return next((each for each in found if each.organization_id == organization_id), None)


async def memberships_of(scope: Scope, customer_id: int) -> list[MemberView]:
    """The organizations that a customer buys for, by name. One statement."""
    rows = await fetch(
        f"SELECT {_MEMBER} FROM {_MEMBERS} WHERE {_MINE} AND m.customer_id = $3 ORDER BY o.name, o.id",
        *_tenant(scope),
        customer_id,
    )
    return [_member(row) for row in rows]


async def organizations_by_id(scope: Scope, ids: Sequence[int]) -> dict[int, OrganizationView]:
    """These organizations, also such as were taken away: orders show them. One statement."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM organization o WHERE o.platform_id = $1 AND o.environment = $2 "
        f"AND o.id IN ({placeholders(ids, 3)})",
        *_tenant(scope),
        *ids,
    )
    return {row["id"]: _organization(row) for row in rows}


async def organization_by_uid(scope: Scope, uid: UUID) -> OrganizationView:
    """Raises `NotFound` also for another platform's and for one that was taken away."""
    row = await fetch_one(
        f"SELECT {_COLUMNS} FROM organization o WHERE {_MINE} AND o.uid = $3", *_tenant(scope), uid
    )
    if row is None:
        raise NotFound("There is no such organization.", field="organizationId")
    return _organization(row)


def visible_orders(customer_id: int, values: list[Any]) -> str:
    """The condition on `customer_order o` for what a customer may see, put behind `values`.

    It is their own orders, and those of the organizations that they manage. The caller names the scope.
    """
    values.append(customer_id)
    mark = f"${len(values)}"
    return (
        f"(o.customer_id = {mark} OR o.organization_id IN (SELECT m.organization_id FROM organization_member m "
        f"WHERE m.customer_id = {mark} AND m.role = 'manager'))"
    )


async def orders_of_organization(
    scope: Scope, customer_id: int, organization_id: int, values: list[Any]
) -> str:
    """The condition on `customer_order o` for an organization's orders as a member sees them: a manager all, others their own.

    What it compares with is put behind `values`; the caller names the scope. Raises `NotFound` for who is no member.
    """
    found = await memberships_of(scope, customer_id)
    mine = next((each for each in found if each.organization_id == organization_id), None)
    if mine is None:
        raise NotFound("There is no such organization.", field="organizationId")
    values.append(organization_id)
    of_it = f"o.organization_id = ${len(values)}"
    if mine.role == "manager":
        return of_it
    values.append(customer_id)
    return f"{of_it} AND o.customer_id = ${len(values)}"


def _tenant(scope: Scope) -> list[Any]:
    return [scope.platform_id, scope.environment]


def _organization(row: Row) -> OrganizationView:
    return OrganizationView(
        **{
            **row,
            "uid": as_uid(row["uid"]),
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
        }
    )


def _member(row: Row) -> MemberView:
    return MemberView(
        **{
            **row,
            "organization_uid": as_uid(row["organization_uid"]),
            "created_at": as_time(row["created_at"]),
        }
    )
