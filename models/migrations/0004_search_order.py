"""Order search by index alone, know a product's shelf there, and keep its text in the index only."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

POSTGRES = [
    # An index over the text, in place of a stored tsvector: the rows are less than half as wide.
    "ALTER TABLE search_entry DROP COLUMN document",
    # Dear, as the planner is told: else it reads a small catalogue whole and makes a tsvector of each row, 50 us
    # apiece. In plpgsql, since an SQL function would be inlined and its cost forgotten.
    "CREATE FUNCTION search_document(body text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE "
    "COST 10000 AS $$ BEGIN RETURN to_tsvector('pg_catalog.simple'::regconfig, body); END $$",
    "CREATE INDEX search_entry_body ON search_entry USING gin (search_document(body))",
]
KNOW_SHELVES = (
    "UPDATE search_entry SET category_id = "
    "(SELECT category_id FROM product WHERE product.id = search_entry.product_id)"
)


async def rearrange(apps: Any, schema_editor: Any) -> None:
    postgres = schema_editor.client.capabilities.dialect == "postgres"
    for statement in [KNOW_SHELVES, *(POSTGRES if postgres else [])]:
        await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0003_indexes")]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Product',
            index=Index(fields=['platform_id', 'environment', 'enabled', 'name']),
        ),
        ops.RemoveIndex(
            model_name='SearchEntry',
            name=None,
            fields=['platform_id', 'environment', 'sold'],
        ),
        ops.RemoveIndex(
            model_name='SearchEntry',
            name=None,
            fields=['platform_id', 'environment', 'added_at'],
        ),
        ops.RemoveIndex(
            model_name='SearchEntry',
            name=None,
            fields=['platform_id', 'environment', 'price_min_minor'],
        ),
        ops.RemoveIndex(
            model_name='SearchEntry',
            name=None,
            fields=['platform_id', 'environment', 'recommended'],
        ),
        ops.RemoveIndex(
            model_name='SearchEntry',
            name=None,
            fields=['platform_id', 'environment', 'name'],
        ),
        ops.AddField(
            model_name='SearchEntry',
            name='category',
            field=fields.ForeignKeyField('models.Category', source_field='category_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddIndex(
            model_name='SearchEntry',
            index=Index(fields=['platform_id', 'environment', 'sold', 'product_id']),
        ),
        ops.AddIndex(
            model_name='SearchEntry',
            index=Index(fields=['platform_id', 'environment', 'added_at', 'product_id']),
        ),
        ops.AddIndex(
            model_name='SearchEntry',
            index=Index(fields=['platform_id', 'environment', 'price_min_minor', 'product_id']),
        ),
        ops.AddIndex(
            model_name='SearchEntry',
            index=Index(fields=['platform_id', 'environment', 'recommended', 'product_id']),
        ),
        ops.AddIndex(
            model_name='SearchEntry',
            index=Index(fields=['platform_id', 'environment', 'name', 'product_id']),
        ),
        ops.AddIndex(
            model_name='SearchEntry',
            index=Index(fields=['category_id']),
        ),
        ops.RunPython(rearrange),
    ]
