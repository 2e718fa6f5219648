"""Facets and options in the dialect's names. Pure: nothing is read here."""

from api.vendure.context import Context
from api.vendure.mapping import LANGUAGE, Shape
from services.catalogue.facets import FacetValueView, FacetView
from services.catalogue.options import GroupView, OptionView


def facet_shape(context: Context, facet: FacetView) -> Shape:
    context.expected.facets.add(facet.id)
    return {
        "id": str(facet.id),
        "uid": str(facet.uid),
        "createdAt": facet.created_at,
        "updatedAt": facet.updated_at,
        "languageCode": LANGUAGE,
        "name": facet.name,
        "code": facet.code,
        "isPrivate": facet.private,
    }


def facet_value_shape(context: Context, value: FacetValueView) -> Shape:
    return {
        "id": str(value.id),
        "uid": str(value.uid),
        "createdAt": value.created_at,
        "updatedAt": value.updated_at,
        "languageCode": LANGUAGE,
        "facet": facet_shape(context, value.facet),
        "facetId": str(value.facet.id),
        "name": value.name,
        "code": value.code,
    }


def group_shape(_: Context, group: GroupView) -> Shape:
    """A group with its options, each of which knows its group."""
    shape: Shape = {
        "id": str(group.id),
        "createdAt": group.created_at,
        "updatedAt": group.updated_at,
        "languageCode": LANGUAGE,
        "name": group.name,
        "code": group.code,
    }
    shape["options"] = [option_shape(option, shape) for option in group.options]
    return shape


def option_shape(option: OptionView, group: Shape) -> Shape:
    return {
        "id": str(option.id),
        "createdAt": option.created_at,
        "updatedAt": option.updated_at,
        "languageCode": LANGUAGE,
        "name": option.name,
        "code": option.code,
        "groupId": str(option.group_id),
        "group": group,
    }
