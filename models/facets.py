"""What products are sorted out by: facets and their values, and which product or variant has which."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Public, Row, Scoped


class Facet(Public, Scoped):
    """Something that products are alike or differ in, such as the brand. A private one is not shown to buyers."""

    name = fields.CharField(max_length=120)
    code = fields.CharField(max_length=140)
    private = fields.BooleanField(default=False)

    class Meta:
        table = "facet"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "code"), name="facet_code_once")
        ]


class FacetValue(Public, Scoped):
    """One of the things that a facet can be."""

    facet: Any = fields.ForeignKeyField("models.Facet", on_delete=fields.CASCADE)
    name = fields.CharField(max_length=120)
    code = fields.CharField(max_length=140)

    facet_id: int

    class Meta:
        table = "facet_value"
        constraints = [UniqueConstraint(fields=("facet_id", "code"), name="facet_value_code_once")]


class ProductFacetValue(Row):
    """A product has a value of a facet, or with `variant` that one of its variants alone."""

    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    variant: Any = fields.ForeignKeyField("models.Variant", null=True, on_delete=fields.CASCADE)
    value: Any = fields.ForeignKeyField("models.FacetValue", on_delete=fields.CASCADE)

    product_id: int
    variant_id: int | None
    value_id: int

    class Meta:
        table = "product_facet_value"
        indexes = [("product_id", "value_id"), ("value_id", "product_id"), ("variant_id",)]
