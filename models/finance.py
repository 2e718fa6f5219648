"""What is kept for whoever looks after the money: the book added up day by day, and settlements of providers."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


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


class Reconciliation(Public, Scoped, WorkRow):
    """A settlement of a provider's that is held against our own payments and refunds, line by line.

    `source` is api (the provider was asked for the settlement called `name`) or file (an upload called `name`). `page` and
    `lines` say how much was read so far, the counts what came of it. `elsewhere` are lines of other shops on the
    same account with the provider, of which nothing is kept.
    """

    provider = fields.CharField(max_length=20)
    source = fields.CharField(max_length=4)
    name = fields.CharField(max_length=120)
    state = fields.CharField(max_length=10, default="Stored")  # see services/finance/states.py
    currency = fields.CharField(max_length=3)
    # As the provider says it, where it does (minor units).
    gross_minor = fields.BigIntField(null=True)
    fees_minor = fields.BigIntField(null=True)
    net_minor = fields.BigIntField(null=True)
    settled_at = fields.DatetimeField(null=True)
    page = fields.IntField(default=0)
    lines = fields.IntField(default=0)
    elsewhere = fields.IntField(default=0)
    matched = fields.IntField(default=0)
    differing = fields.IntField(default=0)
    missing_here = fields.IntField(default=0)
    missing_there = fields.IntField(default=0)
    why = fields.CharField(max_length=255, default="")  # it failed
    done_at = fields.DatetimeField(null=True)
    staff: Any = fields.ForeignKeyField("models.StaffUser", null=True, on_delete=fields.RESTRICT)

    staff_id: int | None

    class Meta:
        table = "reconciliation"
        indexes = [("next_attempt_at",), ("platform_id", "environment", "id")]
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "provider", "source", "name"),
                name="reconciliation_once",
            )
        ]


class SettlementLine(Row):
    """A charge or refund of a settlement, by our reference, and what we have under it (minor units).

    `result` is empty until it was looked up: Matched, Differs (another amount), MissingHere (not in our book) or
    MissingThere (in our book, and in no settlement).
    """

    reconciliation: Any = fields.ForeignKeyField("models.Reconciliation", on_delete=fields.CASCADE)
    kind = fields.CharField(max_length=6)  # charge, refund
    reference = fields.CharField(max_length=100)
    provider_id = fields.CharField(max_length=100, default="")
    amount_minor = fields.BigIntField()
    fees_minor = fields.BigIntField(default=0)
    paid_at = fields.DatetimeField(null=True)
    result = fields.CharField(max_length=12, default="")
    ours_minor = fields.BigIntField(null=True)
    payment: Any = fields.ForeignKeyField("models.Payment", null=True, on_delete=fields.RESTRICT)
    why = fields.CharField(max_length=255, default="")

    reconciliation_id: int
    payment_id: int | None

    class Meta:
        table = "settlement_line"
        indexes = [("reconciliation_id", "result", "id"), ("reference",)]
        constraints = [
            UniqueConstraint(fields=("reconciliation_id", "kind", "reference"), name="settlement_line_once"),
            CheckConstraint(
                check="result IN ('', 'Matched', 'Differs', 'MissingHere', 'MissingThere')",
                name="settlement_line_result",
            ),
        ]
