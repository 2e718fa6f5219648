"""What shops keep with orders and their parts beyond what every order has: dynamic properties and their values."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.ids import new_uid
from models.base import Public, Row, Scoped


class DynamicProperty(Public, Scoped):
    """Something that can be written to things of one type, as the shop has defined it.

    What values may be (`value_type` and the flags but `is_required`) never changes, since values were checked against it.
    """

    object_type = fields.CharField(max_length=20)  # CustomerOrder, LineItem, Shipment or PaymentIn
    name = fields.CharField(max_length=120)
    value_type = fields.CharField(max_length=10)
    is_array = fields.BooleanField(default=False)
    is_multilingual = fields.BooleanField(default=False)
    is_dictionary = fields.BooleanField(default=False)
    is_required = fields.BooleanField(default=False)
    display_order = fields.IntField(default=0)
    labels: Any = fields.JSONField(default=dict)  # what it is called, by locale

    class Meta:
        table = "dynamic_property"
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "object_type", "name"), name="dynamic_property_once"
            ),
            CheckConstraint(
                check="object_type IN ('CustomerOrder', 'LineItem', 'Shipment', 'PaymentIn')",
                name="dynamic_property_object",
            ),
            CheckConstraint(
                check="value_type IN ('ShortText', 'LongText', 'Integer', 'Decimal', 'DateTime', 'Boolean', 'Html', 'Image')",
                name="dynamic_property_type",
            ),
        ]


class DictionaryItem(Row):
    """One of the values that a dictionary property can have, named by `uid` within its property."""

    property: Any = fields.ForeignKeyField("models.DynamicProperty", on_delete=fields.CASCADE)
    uid = fields.UUIDField(default=new_uid)
    name = fields.CharField(max_length=120)
    labels: Any = fields.JSONField(default=dict)  # what it is called, by locale

    property_id: int

    class Meta:
        table = "dictionary_item"
        constraints = [
            UniqueConstraint(fields=("property_id", "uid"), name="dictionary_item_uid_once"),
            UniqueConstraint(fields=("property_id", "name"), name="dictionary_item_name_once"),
        ]


class PropertyValue(Row):
    """A value of a property. Its owner is the row `owner_id` of what the property's object type names.

    `value` is text as `services.properties.values` writes it, empty where a dictionary `item` is the value.
    """

    property: Any = fields.ForeignKeyField("models.DynamicProperty", on_delete=fields.CASCADE)
    owner_id = fields.BigIntField()
    locale = fields.CharField(max_length=12, default="")  # of a multilingual property
    position = fields.IntField(default=0)  # in an array
    value = fields.TextField(default="")
    item: Any = fields.ForeignKeyField("models.DictionaryItem", null=True, on_delete=fields.CASCADE)

    property_id: int
    item_id: int | None

    class Meta:
        table = "property_value"
        indexes = [("item_id",)]
        constraints = [
            UniqueConstraint(
                fields=("owner_id", "property_id", "locale", "position"), name="property_value_once"
            )
        ]
