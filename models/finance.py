"""What is kept for whoever looks after the money: the book added up day by day."""

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Row, Scoped


class ClosedDay(Row, Scoped):
    """A day of a shop's whose movements were added up: nothing is booked before `until` (UTC) any more."""

    until = fields.DatetimeField()

    class Meta:
        table = "closed_day"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "until"), name="closed_day_once")
        ]


class LedgerMovement(Row, Scoped):
    """What an account moved by (minor units) on the day that ended at `until`, in so many postings.

    All shopping cards are one account here, whose code is `card`.
    """

    until = fields.DatetimeField()
    code = fields.CharField(max_length=80)
    kind = fields.CharField(max_length=12)
    currency = fields.CharField(max_length=3)
    in_minor = fields.BigIntField()  # the sum of the postings above zero
    out_minor = fields.BigIntField()  # of those below, as a number above zero
    postings = fields.IntField()

    class Meta:
        table = "ledger_movement"
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "until", "code", "currency"),
                name="ledger_movement_once",
            )
        ]
