"""Wishlists: what customers mean to buy later."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Scoped


class WishlistItem(Public, Scoped):
    """A product on a customer's wishlist. `priority` 1 is the highest, 5 the lowest."""

    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    notes = fields.CharField(max_length=500, default="")
    priority = fields.IntField(default=1)

    customer_id: int
    product_id: int

    class Meta:
        table = "wishlist_item"
        constraints = [
            UniqueConstraint(fields=("customer_id", "product_id"), name="wishlist_item_once"),
            CheckConstraint(check="priority >= 1 AND priority <= 5", name="wishlist_priority"),
        ]
