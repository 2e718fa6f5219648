"""Files of the catalogue that a worker takes in."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints


class Migration(migrations.Migration):
    dependencies = [("models", "0036_outgoing_webhooks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ImportRun",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.UUIDField(default=new_uid, unique=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "platform",
                    fields.ForeignKeyField(
                        "models.Platform",
                        source_field="platform_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("environment", fields.CharField(max_length=4)),
                ("attempts", fields.IntField(default=0)),
                ("next_attempt_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lease", fields.CharField(null=True, max_length=64)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "staff",
                    fields.ForeignKeyField(
                        "models.StaffUser",
                        source_field="staff_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seller",
                    fields.ForeignKeyField(
                        "models.Seller",
                        source_field="seller_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=10)),
                ("trying", fields.BooleanField()),
                ("state", fields.CharField(default="Waiting", max_length=10)),
                ("file_name", fields.CharField(max_length=200)),
                ("file_key", fields.CharField(max_length=100)),
                ("file_parts", fields.IntField()),
                ("file_bytes", fields.BigIntField()),
                ("columns", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("delimiter", fields.CharField(max_length=1)),
                ("rows", fields.IntField()),
                ("first_position", fields.BigIntField()),
                ("first_line", fields.IntField()),
                ("position", fields.BigIntField()),
                ("line", fields.IntField()),
                ("done", fields.IntField(default=0)),
                ("created", fields.IntField(default=0)),
                ("changed", fields.IntField(default=0)),
                ("unchanged", fields.IntField(default=0)),
                ("refused", fields.IntField(default=0)),
                ("reason", fields.CharField(default="", max_length=300)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "import_run",
                "app": "models",
                "indexes": [
                    Index(fields=["platform_id", "environment", "id"]),
                    Index(fields=["next_attempt_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A CSV file that is being taken in, or tried out: what it is, how far it is, and what became of its rows.",
            },
            bases=["Public", "Scoped", "WorkRow"],
        ),
        ops.CreateModel(
            name="ImportKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "run",
                    fields.ForeignKeyField(
                        "models.ImportRun",
                        source_field="run_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("key", fields.CharField(max_length=210)),
                ("line", fields.IntField()),
            ],
            options={
                "table": "import_key",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A SKU or a handle that a file has named, and where, so that it is named once: kept until the file's end.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="ImportProblem",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "run",
                    fields.ForeignKeyField(
                        "models.ImportRun",
                        source_field="run_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("line", fields.IntField()),
                ("field", fields.CharField(max_length=80)),
                ("why", fields.CharField(max_length=300)),
            ],
            options={
                "table": "import_problem",
                "app": "models",
                "indexes": [Index(fields=["run_id", "line"])],
                "pk_attr": "id",
                "table_description": "Why a row was not taken: the first thousand of a file are kept. `field` is the column at fault, or empty.",
            },
            bases=["Row"],
        ),
        AddConstraints(
            {
                "ImportRun": [
                    CheckConstraint(
                        check="done = created + changed + unchanged + refused AND created >= 0 AND changed >= 0 AND unchanged >= 0 AND refused >= 0 AND done <= rows",
                        name="import_run_rows",
                    ),
                    CheckConstraint(
                        check="state IN ('Waiting', 'Running', 'Done', 'Failed', 'Cancelled') AND (state IN ('Waiting', 'Running')) = (ended_at IS NULL)",
                        name="import_run_state",
                    ),
                ],
                "ImportKey": [UniqueConstraint(fields=("run_id", "key"), name="import_key_once")],
            }
        ),
    ]
