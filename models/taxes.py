"""Taxes: what kinds of goods there are for the tax office, and what each is taxed with in the platform's country."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Scoped


class TaxCategory(Public, Scoped):
    """A kind of goods. What is in none is taxed at the platform's own rate, as delivery is."""

    name = fields.CharField(max_length=80)

    class Meta:
        table = "tax_category"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "name"), name="tax_category_once")
        ]


class TaxRate(Public, Scoped):
    """What a category's prices contain. Of several that are enabled the newest holds, without any the platform's own."""

    category: Any = fields.ForeignKeyField("models.TaxCategory", on_delete=fields.CASCADE)
    name = fields.CharField(max_length=80)
    enabled = fields.BooleanField(default=True)
    basis_points = fields.IntField()  # 1500 is 15 %

    category_id: int

    class Meta:
        table = "tax_rate"
        indexes = [("category_id",)]
        constraints = [
            CheckConstraint(check="basis_points >= 0 AND basis_points <= 10000", name="tax_rate_value")
        ]
