"""What is for sale: categories, brands, products, variants, options, fitments, stock."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class Category(Public, Scoped):
    """A shelf of the market, two levels deep. The shop API shows it as a collection."""

    name = fields.CharField(max_length=120)
    slug = fields.CharField(max_length=140)
    description = fields.TextField(default="")
    position = fields.IntField(default=0)
    parent: Any = fields.ForeignKeyField("models.Category", null=True, on_delete=fields.RESTRICT)
    asset: Any = fields.ForeignKeyField("models.Asset", null=True, on_delete=fields.SET_NULL)

    parent_id: int | None
    asset_id: int | None

    class Meta:
        table = "category"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "slug"), name="category_slug_once")
        ]


class Brand(Public, Scoped):
    """Who made it."""

    name = fields.CharField(max_length=120)

    class Meta:
        table = "brand"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "name"), name="brand_name_once")
        ]


class Product(Public, Scoped):
    """Something for sale, in one or more variants."""

    name = fields.CharField(max_length=200)
    slug = fields.CharField(max_length=200)
    description = fields.TextField(default="")
    enabled = fields.BooleanField(default=True)
    featured = fields.BooleanField(default=False, db_default=False)
    category: Any = fields.ForeignKeyField("models.Category", null=True, on_delete=fields.RESTRICT)
    brand: Any = fields.ForeignKeyField("models.Brand", null=True, on_delete=fields.RESTRICT)
    seller: Any = fields.ForeignKeyField("models.Seller", on_delete=fields.RESTRICT)
    asset: Any = fields.ForeignKeyField("models.Asset", null=True, on_delete=fields.SET_NULL)
    country_of_origin = fields.CharField(max_length=80, default="")
    condition = fields.CharField(max_length=20, default="NEW")
    sold = fields.BigIntField(default=0)  # pieces, ever
    star_sum = fields.BigIntField(default=0)
    star_count = fields.IntField(default=0)
    deleted_at = fields.DatetimeField(null=True)  # then it isn't enabled either

    category_id: int | None
    brand_id: int | None
    seller_id: int
    asset_id: int | None

    class Meta:
        table = "product"
        indexes = [("category_id",), ("platform_id", "environment", "enabled", "name")]
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "slug"), name="product_slug_once")
        ]


class ProductTranslation(Row):
    """The texts of a product in another language than that of the shop. `language` as in `LanguageCode`."""

    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    language = fields.CharField(max_length=10)
    name = fields.CharField(max_length=200)
    description = fields.TextField(default="")

    product_id: int

    class Meta:
        table = "product_translation"
        constraints = [UniqueConstraint(fields=("product_id", "language"), name="product_translation_once")]


class OptionGroup(Public, Scoped):
    """What the variants of a product differ in, such as the side. One that no product has yet is being made."""

    product: Any = fields.ForeignKeyField("models.Product", null=True, on_delete=fields.CASCADE)
    name = fields.CharField(max_length=120)
    code = fields.CharField(max_length=140)
    position = fields.IntField(default=0)
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)  # who made it

    product_id: int | None
    seller_id: int | None

    class Meta:
        table = "option_group"
        constraints = [UniqueConstraint(fields=("product_id", "code"), name="option_group_once")]


class Option(Public):
    """One of the ways in which variants differ, such as the left side."""

    group: Any = fields.ForeignKeyField("models.OptionGroup", on_delete=fields.CASCADE)
    name = fields.CharField(max_length=120)
    code = fields.CharField(max_length=140)
    position = fields.IntField(default=0)

    group_id: int

    class Meta:
        table = "option"
        constraints = [UniqueConstraint(fields=("group_id", "code"), name="option_code_once")]


class Fitment(Row):
    """A car that a product fits. Years are inclusive."""

    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    make = fields.CharField(max_length=60)
    model = fields.CharField(max_length=60)
    year_from = fields.IntField()
    year_to = fields.IntField()

    product_id: int

    class Meta:
        table = "fitment"
        indexes = [("product_id",), ("make", "model")]
        constraints = [CheckConstraint(check="year_from <= year_to", name="fitment_years")]


class Variant(Public, Scoped):
    """What is put into a cart. Price in minor units of the platform's currency, tax contained.

    `option` says in a word how it differs from its siblings; its options say it group by group.
    """

    product: Any = fields.ForeignKeyField("models.Product", on_delete=fields.CASCADE)
    name = fields.CharField(max_length=255)
    option = fields.CharField(max_length=120, default="")
    sku = fields.CharField(max_length=80)
    price_minor = fields.BigIntField()
    compare_at_minor = fields.BigIntField(null=True)  # what it cost before
    tax_category: Any = fields.ForeignKeyField("models.TaxCategory", null=True, on_delete=fields.RESTRICT)
    position = fields.IntField(default=0)
    enabled = fields.BooleanField(default=True)
    deleted_at = fields.DatetimeField(null=True)  # then it isn't enabled either

    product_id: int

    class Meta:
        table = "variant"
        indexes = [("product_id",)]
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "sku"), name="variant_sku_once"),
            CheckConstraint(check="price_minor >= 0", name="variant_price"),
        ]


class VariantOption(Row):
    """What a variant is in one of the option groups of its product."""

    variant: Any = fields.ForeignKeyField("models.Variant", on_delete=fields.CASCADE)
    option: Any = fields.ForeignKeyField("models.Option", on_delete=fields.CASCADE)

    variant_id: int
    option_id: int

    class Meta:
        table = "variant_option"
        indexes = [("option_id",)]
        constraints = [UniqueConstraint(fields=("variant_id", "option_id"), name="variant_option_once")]


class StockLevel(Row):
    """Pieces of a variant: what lies on the shelf, and how much of that is promised to orders being paid."""

    variant: Any = fields.OneToOneField("models.Variant", on_delete=fields.CASCADE)
    on_hand = fields.IntField()
    allocated = fields.IntField(default=0)

    variant_id: int

    class Meta:
        table = "stock_level"
        constraints = [
            CheckConstraint(check="allocated >= 0 AND on_hand >= allocated", name="stock_never_oversold")
        ]


class Tag(Row, Scoped):
    """A word that groups products."""

    name = fields.CharField(max_length=60)
    products: Any = fields.ManyToManyField("models.Product", related_name="tags", through="product_tag")

    class Meta:
        table = "tag"
        constraints = [UniqueConstraint(fields=("platform_id", "environment", "name"), name="tag_name_once")]
