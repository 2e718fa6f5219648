"""Facets, option groups, translations and reviews; what variants were said to be becomes a group of options."""

import re
from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import PARTIAL_UNIQUE
from models.schema import AddConstraints

UNIQUE = ("product_facet_value_once", "variant_facet_value_once")
# One group a product, and in it an option for each way that its variants were said to be. An id that is looked up
# by its product, or by the group and the name, needs no more than these statements.
SAID = (
    "SELECT v.id, v.product_id, v.option, v.platform_id, v.environment FROM variant v WHERE v.option <> '' "
    "ORDER BY v.product_id, v.position, v.id"
)
BATCH = 200


async def complete(apps: Any, schema_editor: Any) -> None:
    client = schema_editor.client
    for name in UNIQUE:
        table, columns, condition = PARTIAL_UNIQUE[name]
        await client.execute_script(f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}")
    rows = await client.execute_query_dict(SAID)
    groups, options = apps.get_model("models.OptionGroup"), apps.get_model("models.Option")
    links = apps.get_model("models.VariantOption")
    firsts = {row["product_id"]: row for row in rows}
    await groups.bulk_create(
        (
            groups(product_id=i, platform_id=row["platform_id"], environment=row["environment"], name="Option", code="option")
            for i, row in firsts.items()
        ),
        batch_size=BATCH, using_db=client,
    )
    made = {group["product_id"]: group["id"] for group in await client.execute_query_dict("SELECT id, product_id FROM option_group")}
    said: dict[tuple[int, str], str] = {}
    for row in rows:
        said.setdefault((made[row["product_id"]], code_of(row["option"])), row["option"])
    await options.bulk_create(
        (options(group_id=group, name=name, code=code, position=place) for place, ((group, code), name) in enumerate(said.items())),
        batch_size=BATCH, using_db=client,
    )
    known = {(o["group_id"], o["code"]): o["id"] for o in await client.execute_query_dict("SELECT id, group_id, code FROM option")}
    await links.bulk_create(
        (links(variant_id=row["id"], option_id=known[made[row["product_id"]], code_of(row["option"])]) for row in rows),
        batch_size=BATCH, using_db=client,
    )


def code_of(name: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", name.lower())) or name.lower()


class Migration(migrations.Migration):
    dependencies = [("models", "0023_sellers")]

    initial = False

    operations = [
        ops.CreateModel(
            name='Facet',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('name', fields.CharField(max_length=120)),
                ('code', fields.CharField(max_length=140)),
                ('private', fields.BooleanField(default=False)),
            ],
            options={'table': 'facet', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Something that products are alike or differ in, such as the brand. A private one is not shown to buyers.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='FacetValue',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('facet', fields.ForeignKeyField('models.Facet', source_field='facet_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=120)),
                ('code', fields.CharField(max_length=140)),
            ],
            options={'table': 'facet_value', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One of the things that a facet can be.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='OptionGroup',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=120)),
                ('code', fields.CharField(max_length=140)),
                ('position', fields.IntField(default=0)),
            ],
            options={'table': 'option_group', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What the variants of a product differ in, such as the side. One that no product has yet is being made.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='Option',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('group', fields.ForeignKeyField('models.OptionGroup', source_field='group_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=120)),
                ('code', fields.CharField(max_length=140)),
                ('position', fields.IntField(default=0)),
            ],
            options={'table': 'option', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One of the ways in which variants differ, such as the left side.'},
            bases=['Public'],
        ),
        ops.CreateModel(
            name='ProductFacetValue',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('variant', fields.ForeignKeyField('models.Variant', source_field='variant_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('value', fields.ForeignKeyField('models.FacetValue', source_field='value_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'product_facet_value', 'app': 'models', 'indexes': [Index(fields=['product_id', 'value_id']), Index(fields=['value_id', 'product_id']), Index(fields=['variant_id'])], 'pk_attr': 'id', 'table_description': "A product has a value of a facet, or with `variant` that one of its variants alone."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='ProductTranslation',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('language', fields.CharField(max_length=10)),
                ('name', fields.CharField(max_length=200)),
                ('description', fields.TextField(default='', unique=False)),
            ],
            options={'table': 'product_translation', 'app': 'models', 'pk_attr': 'id', 'table_description': "The texts of a product in another language than that of the shop. `language` as in `LanguageCode`."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Review',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('rating', fields.IntField()),
                ('summary', fields.CharField(max_length=200)),
                ('body', fields.TextField(default='', unique=False)),
                ('author_name', fields.CharField(max_length=120)),
                ('hidden', fields.BooleanField(default=False)),
            ],
            options={'table': 'review', 'app': 'models', 'indexes': [Index(fields=['product_id', 'hidden', 'created_at'])], 'pk_attr': 'id', 'table_description': "The stars of a buyer for a product, 1 to 5, and their words. One that is hidden by staff counts no more."},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='VariantOption',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('variant', fields.ForeignKeyField('models.Variant', source_field='variant_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('option', fields.ForeignKeyField('models.Option', source_field='option_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'variant_option', 'app': 'models', 'indexes': [Index(fields=['option_id'])], 'pk_attr': 'id', 'table_description': "What a variant is in one of the option groups of its product."},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='SearchEntry',
            name='facets',
            field=fields.TextField(default=' ', db_default=' ', unique=False),
        ),
        AddConstraints({
            'Facet': [UniqueConstraint(fields=('platform_id', 'environment', 'code'), name='facet_code_once')],
            'FacetValue': [UniqueConstraint(fields=('facet_id', 'code'), name='facet_value_code_once')],
            'OptionGroup': [UniqueConstraint(fields=('product_id', 'code'), name='option_group_once')],
            'Option': [UniqueConstraint(fields=('group_id', 'code'), name='option_code_once')],
            'ProductTranslation': [UniqueConstraint(fields=('product_id', 'language'), name='product_translation_once')],
            'Review': [UniqueConstraint(fields=('product_id', 'customer_id'), name='review_once'), CheckConstraint(check='rating BETWEEN 1 AND 5', name='review_rating')],
            'VariantOption': [UniqueConstraint(fields=('variant_id', 'option_id'), name='variant_option_once')],
        }),
        ops.RunPython(complete),
    ]
