"""Those who buy for a business: organizations, and which customers buy for them."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class Organization(Public, Scoped):
    """A business that customers buy for. One that was taken away is still named by its orders."""

    name = fields.CharField(max_length=200)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "organization"


class OrganizationMember(Row):
    """A customer who buys for an organization: a `member` sees their own orders, a `manager` all of the organization's."""

    organization: Any = fields.ForeignKeyField("models.Organization", on_delete=fields.CASCADE)
    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    role = fields.CharField(max_length=10)
    created_at = fields.DatetimeField()

    organization_id: int
    customer_id: int

    class Meta:
        table = "organization_member"
        indexes = [("customer_id", "role")]
        constraints = [
            UniqueConstraint(fields=("organization_id", "customer_id"), name="organization_member_once"),
            CheckConstraint(check="role IN ('member', 'manager')", name="organization_member_role"),
        ]
