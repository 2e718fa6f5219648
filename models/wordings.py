"""What a shop says in its own words."""

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Public, Scoped


class Wording(Public, Scoped):
    """A shop's own words for a message in a language, in place of the market's. Its `key` is that of the catalogues."""

    key = fields.CharField(max_length=60)  # receipt, subject.receipt
    language = fields.CharField(max_length=5)
    text = fields.TextField()

    class Meta:
        table = "wording"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "key", "language"), name="wording_once")
        ]
