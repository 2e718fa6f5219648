"""Organizations: businesses that customers buy for, and who of them sees which orders."""

from services.organizations.choosing import choose_organization
from services.organizations.reading import (
    MemberView,
    OrganizationView,
    memberships_of,
    orders_of_organization,
    organization_by_uid,
    organizations_by_id,
    visible_orders,
)

__all__ = [
    "MemberView",
    "OrganizationView",
    "choose_organization",
    "memberships_of",
    "orders_of_organization",
    "organization_by_uid",
    "organizations_by_id",
    "visible_orders",
]
