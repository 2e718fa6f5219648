"""Files of the catalogue that a worker takes in, row by row."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped

OPEN_STATES = ("Waiting", "Running")


class ImportRun(Public, Scoped, WorkRow):
    """A CSV file that is being taken in, or tried out: what it is, how far it is, and what became of its rows.

    The file lies in the store in `file_parts` pieces under `file_key`, and nowhere any more where that is empty. `position` is the
    byte at which the next record begins, `line` its line; both move in the transaction that writes the rows before them.
    """

    # The oldest of a platform alone: two files are taken in one after the other.
    claimable: ClassVar[str] = (
        "NOT EXISTS (SELECT 1 FROM import_run earlier WHERE earlier.platform_id = due.platform_id "
        "AND earlier.environment = due.environment AND earlier.id < due.id "
        "AND earlier.state IN ('Waiting', 'Running'))"
    )

    staff: Any = fields.ForeignKeyField("models.StaffUser", on_delete=fields.RESTRICT)
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)  # whose alone
    kind = fields.CharField(max_length=10)  # products, variants, stock, prices
    trying = fields.BooleanField()  # writes nothing
    state = fields.CharField(max_length=10, default="Waiting")
    file_name = fields.CharField(max_length=200)
    file_key = fields.CharField(max_length=100)
    file_parts = fields.IntField()
    file_bytes = fields.BigIntField()
    columns: Any = fields.JSONField()  # the names in the header, in order
    delimiter = fields.CharField(max_length=1)
    rows = fields.IntField()  # records below the header
    first_position = fields.BigIntField()  # where these begin
    first_line = fields.IntField()
    position = fields.BigIntField()
    line = fields.IntField()
    done = fields.IntField(default=0)
    created = fields.IntField(default=0)
    changed = fields.IntField(default=0)
    unchanged = fields.IntField(default=0)
    refused = fields.IntField(default=0)
    reason = fields.CharField(max_length=300, default="")  # why it failed
    started_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    staff_id: int
    seller_id: int | None

    class Meta:
        table = "import_run"
        indexes = [("platform_id", "environment", "id"), ("next_attempt_at",)]
        constraints = [
            CheckConstraint(
                check="done = created + changed + unchanged + refused AND created >= 0 AND changed >= 0 "
                "AND unchanged >= 0 AND refused >= 0 AND done <= rows",
                name="import_run_rows",
            ),
            CheckConstraint(
                check="state IN ('Waiting', 'Running', 'Done', 'Failed', 'Cancelled') "
                "AND (state IN ('Waiting', 'Running')) = (ended_at IS NULL)",
                name="import_run_state",
            ),
        ]


class ImportProblem(Row):
    """Why a row was not taken: the first thousand of a file are kept. `field` is the column at fault, or empty."""

    run: Any = fields.ForeignKeyField("models.ImportRun", on_delete=fields.CASCADE)
    line = fields.IntField()
    field = fields.CharField(max_length=80)
    why = fields.CharField(max_length=300)

    run_id: int

    class Meta:
        table = "import_problem"
        indexes = [("run_id", "line")]


class ImportKey(Row):
    """A SKU or a handle that a file has named, and where, so that it is named once: kept until the file's end."""

    run: Any = fields.ForeignKeyField("models.ImportRun", on_delete=fields.CASCADE)
    key = fields.CharField(max_length=210)
    line = fields.IntField()

    run_id: int

    class Meta:
        table = "import_key"
        constraints = [UniqueConstraint(fields=("run_id", "key"), name="import_key_once")]
