"""What buyers say of products."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Scoped


class Review(Public, Scoped):
    """The stars of a buyer for a product, 1 to 5, and their words. One that is hidden by staff counts no more."""

    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.RESTRICT)
    rating = fields.IntField()
    summary = fields.CharField(max_length=200)
    body = fields.TextField(default="")
    author_name = fields.CharField(max_length=120)
    hidden = fields.BooleanField(default=False)

    product_id: int
    customer_id: int

    class Meta:
        table = "review"
        indexes = [("product_id", "hidden", "created_at")]
        constraints = [
            UniqueConstraint(fields=("product_id", "customer_id"), name="review_once"),
            CheckConstraint(check="rating BETWEEN 1 AND 5", name="review_rating"),
        ]
