"""Pictures, and what they are of."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class Asset(Public, Scoped):
    """A picture. `path` is its key in the file store, `preview_path` that of the one to show, where there is another.

    Sizes in pixels, `file_size` in bytes (0 where nobody counted). The focal point is what must stay in sight, each side
    from 0 to 1. A seller's own picture has its `seller`; `digest` (SHA-256) finds one that was uploaded before.
    """

    name = fields.CharField(max_length=200)
    path = fields.CharField(max_length=255)
    mime = fields.CharField(max_length=80)
    width = fields.IntField()
    height = fields.IntField()
    preview_path = fields.CharField(max_length=255, default="", db_default="")
    file_size = fields.IntField(default=0, db_default=0)
    focal_x = fields.FloatField(null=True)
    focal_y = fields.FloatField(null=True)
    digest = fields.CharField(max_length=64, default="", db_default="")
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)

    seller_id: int | None

    class Meta:
        table = "asset"
        indexes = [("platform_id", "environment", "digest"), ("seller_id",)]
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "path"), name="asset_path_once"),
            CheckConstraint(
                check="(focal_x IS NULL) = (focal_y IS NULL) AND (focal_x IS NULL OR (focal_x >= 0 AND focal_x <= 1 "
                "AND focal_y >= 0 AND focal_y <= 1))",
                name="asset_focal_point",
            ),
        ]


class AssetTag(Row):
    """A word that a picture is found by."""

    asset: Any = fields.ForeignKeyField("models.Asset", on_delete=fields.CASCADE)
    tag: Any = fields.ForeignKeyField("models.Tag", on_delete=fields.CASCADE)

    asset_id: int
    tag_id: int

    class Meta:
        table = "asset_tag"
        indexes = [("tag_id",)]
        constraints = [UniqueConstraint(fields=("asset_id", "tag_id"), name="asset_tag_once")]


class ProductAsset(Row):
    """A product's pictures, in order."""

    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    asset: Any = fields.ForeignKeyField("models.Asset", on_delete=fields.CASCADE)
    position = fields.IntField(default=0)

    product_id: int
    asset_id: int

    class Meta:
        table = "product_asset"
        constraints = [UniqueConstraint(fields=("product_id", "asset_id"), name="product_asset_once")]
