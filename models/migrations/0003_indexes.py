"""What Tortoise can't declare for both dialects: partial unique indexes and the full-text indexes."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base import PARTIAL_UNIQUE

UNIQUE = ("order_active_once", "payment_open_once")
POSTGRES = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "ALTER TABLE search_entry ADD COLUMN document tsvector "
    "GENERATED ALWAYS AS (setweight(to_tsvector('simple', name), 'A') || to_tsvector('simple', body)) STORED",
    "CREATE INDEX search_entry_document ON search_entry USING gin (document)",
    "CREATE INDEX search_word_similar ON search_word USING gin (word gin_trgm_ops)",
]
SQLITE = [
    "CREATE VIRTUAL TABLE search_text USING fts5(name, body, prefix='2 3', tokenize='unicode61')",
    "CREATE VIRTUAL TABLE search_similar USING fts5(word, tokenize='trigram')",
]


async def create(apps: Any, schema_editor: Any) -> None:
    postgres = schema_editor.client.capabilities.dialect == "postgres"
    statements = POSTGRES if postgres else SQLITE
    for name in UNIQUE:
        table, columns, condition = PARTIAL_UNIQUE[name]
        statements = [*statements, f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}"]
    for statement in statements:
        await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0002_constraints")]
    initial = False
    operations = [ops.RunPython(create)]
