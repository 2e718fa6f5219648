"""The demo market's dynamic properties: those that the X-Order document's samples write."""

from typing import Any
from uuid import UUID

from models import DictionaryItem, DynamicProperty
from services.properties.definitions import OBJECT_TYPES

DEMO_PROPERTIES: tuple[dict[str, Any], ...] = (
    {"name": "Example string property", "value_type": "ShortText"},
    {"name": "Example multilanguage property", "value_type": "ShortText", "is_multilingual": True},
    {"name": "Example dictionary property", "value_type": "ShortText", "is_dictionary": True},
)
_ITEMS: tuple[dict[str, Any], ...] = (
    {
        "uid": UUID("578fadeb1d2a40b3b08b1daf8db09463"),
        "name": "Red",
        "labels": {"en": "Red", "de": "Rot", "fr": "Rouge"},
    },
    {
        "uid": UUID("0c3d2f7be8a44f0f9d1f5a6e2b7c8d90"),
        "name": "Green",
        "labels": {"en": "Green", "de": "Grün", "fr": "Vert"},
    },
)


async def add_demo_properties(mine: dict[str, Any]) -> None:
    """Define what is missing of them for every type of thing of a platform (`platform_id`, `environment`)."""
    for object_type in OBJECT_TYPES:
        for place, given in enumerate(DEMO_PROPERTIES):
            made, new = await DynamicProperty.get_or_create(
                {**given, "display_order": place, "labels": {"en": given["name"]}},
                object_type=object_type,
                name=given["name"],
                **mine,
            )
            if new and made.is_dictionary:
                await DictionaryItem.bulk_create(
                    DictionaryItem(property_id=made.id, **item) for item in _ITEMS
                )
