"""What search knows of the catalogue."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Row, Scoped


class SearchEntry(Row, Scoped):
    """What search knows of a product, beside the dialect's own full-text index over `body`."""

    product: Any = fields.OneToOneField("models.Product", on_delete=fields.CASCADE)
    category: Any = fields.ForeignKeyField("models.Category", null=True, on_delete=fields.SET_NULL)
    name = fields.CharField(max_length=200)  # its words, folded to lower-case ASCII, blanks around each
    body = fields.TextField()  # every word it can be found by, likewise, and a token for each facet value
    facets = fields.TextField(
        default=" ", db_default=" "
    )  # ids of its facet values, in order, blanks around each
    price_min_minor = fields.BigIntField()
    price_max_minor = fields.BigIntField()
    sold = fields.BigIntField(default=0)
    recommended = fields.BigIntField(default=0)  # rank: stars weigh most, then sales
    added_at = fields.DatetimeField()

    product_id: int
    category_id: int | None

    class Meta:
        table = "search_entry"
        indexes = [
            ("platform_id", "environment", "sold", "product_id"),
            ("platform_id", "environment", "added_at", "product_id"),
            ("platform_id", "environment", "price_min_minor", "product_id"),
            ("platform_id", "environment", "recommended", "product_id"),
            ("platform_id", "environment", "name", "product_id"),
            ("category_id",),
        ]


class SearchWord(Row, Scoped):
    """The words of a platform's catalogue: what a misspelt word is corrected to."""

    word = fields.CharField(max_length=60)

    class Meta:
        table = "search_word"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "word"), name="search_word_once")
        ]
