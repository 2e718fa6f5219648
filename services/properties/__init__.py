"""Dynamic properties: what a shop keeps with orders, lines, parcels and payments beyond what every order has."""

from services.properties.definitions import DefinitionView, ItemView, label_of
from services.properties.reading import ValueView, read_properties
from services.properties.writing import Given, set_properties

__all__ = [
    "DefinitionView",
    "Given",
    "ItemView",
    "ValueView",
    "label_of",
    "read_properties",
    "set_properties",
]
