"""Let the text index know a product's scope and shelf, so that it counts alone what is found."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

POSTGRES = [
    # As dear as its forerunner, for the same reason: see 0004.
    "CREATE FUNCTION search_document(body text, platform_id bigint, environment text, category_id bigint) RETURNS tsvector "
    "LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$ BEGIN "
    "RETURN to_tsvector('pg_catalog.simple'::regconfig, body) "
    "|| array_to_tsvector(ARRAY['п' || platform_id || environment, 'к' || COALESCE(category_id, 0)]); END $$",
    "CREATE INDEX search_entry_document ON search_entry "
    "USING gin (search_document(body, platform_id, environment, category_id))",
    "DROP INDEX search_entry_body",
    "DROP FUNCTION search_document(text)",
]


async def rearrange(apps: Any, schema_editor: Any) -> None:
    if schema_editor.client.capabilities.dialect == "postgres":
        for statement in POSTGRES:
            await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0025_gone_sellers_and_ways")]

    initial = False

    operations = [ops.RunPython(rearrange)]
