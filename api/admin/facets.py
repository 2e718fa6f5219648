"""Facets and their values at the desk."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.admin.context import AdminContext
from api.admin.operations import texts_of
from api.admin.several import several
from api.graphql.ids import parse_id, parse_ids
from api.vendure.facet_mapping import facet_shape, facet_value_shape
from api.vendure.listing import FACETS, Names, read_listing
from core.errors import DomainError, Forbidden
from services.catalogue.facets import LISTED, VALUES_LISTED, list_facets, list_values
from services.listing import Clause, Listing
from services.merchandise.facets import (
    create_facet,
    create_value,
    delete_facet,
    delete_value,
    update_facet,
    update_value,
)
from services.staff import Desk, check_may

Args = dict[str, Any]
Shape = dict[str, Any]

_VALUES: Names = {**FACETS, "facetId": "facet_id"}
_READ = ("ReadFacet", "ReadCatalog")


async def _desk(context: AdminContext) -> Desk:
    desk = await context.desk()
    check_may(desk, *_READ)
    return desk


async def facets(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk = await _desk(context)
    listing = read_listing(args.get("options"), FACETS, LISTED)
    found, total = await list_facets(desk.scope, listing, private=True)
    return {"items": [facet_shape(context, each) for each in found], "totalItems": total}


async def facet(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    await _desk(context)
    return await _facet(context, parse_id(args["id"]))


async def _facet(context: AdminContext, facet_id: int) -> Shape | None:
    found, _ = await list_facets(context.scope, Listing(), ids=[facet_id], private=True)
    return facet_shape(context, found[0]) if found else None


async def facet_values(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk = await _desk(context)
    found, total = await list_values(desk.scope, read_listing(args.get("options"), _VALUES, VALUES_LISTED))
    return {"items": [facet_value_shape(context, each) for each in found], "totalItems": total}


async def facet_value(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    await _desk(context)
    return await _value(context, parse_id(args["id"]))


async def _value(context: AdminContext, value_id: int) -> Shape | None:
    found, _ = await list_values(context.scope, Listing(Clause("id", "eq", value_id)))
    return facet_value_shape(context, found[0]) if found else None


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    values = [_said(each) for each in given.get("values") or ()]
    return await _facet(context, await create_facet(await context.desk(), _said(given), values))


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    facet_id = parse_id(args["input"]["id"])
    await update_facet(await context.desk(), facet_id, _said(args["input"]))
    return await _facet(context, facet_id)


async def create_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _make(context, args["input"])


async def create_several(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape | None]:
    return [await _make(context, given) for given in several(args["input"])]


async def _make(context: AdminContext, given: Args) -> Shape | None:
    value_id = await create_value(await context.desk(), parse_id(given["facetId"]), _said(given))
    return await _value(context, value_id)


async def update_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _change(context, args["input"])


async def update_several(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape | None]:
    return [await _change(context, given) for given in several(args["input"])]


async def _change(context: AdminContext, given: Args) -> Shape | None:
    value_id = parse_id(given["id"])
    await update_value(await context.desk(), value_id, _said(given))
    return await _value(context, value_id)


def _said(given: Args) -> Args:
    said = texts_of(given, "name")
    said |= {"code": given["code"]} if given.get("code") is not None else {}
    return said | ({"private": given["isPrivate"]} if given.get("isPrivate") is not None else {})


def _deletions(delete: Callable[..., Awaitable[None]], *, one: bool = False) -> Any:
    """A resolver of `(ids: [ID!]!, force: Boolean)`, or of `(id: ID!, force: Boolean)`."""

    async def resolve(_: Any, args: Args, context: AdminContext, __: Any) -> Any:
        desk, force = await context.desk(), bool(args.get("force"))
        ids = [parse_id(args["id"])] if one else parse_ids(args["ids"])
        answers = [await _deleted(delete, desk, each, force=force) for each in ids]
        return answers[0] if one else answers

    return resolve


async def _deleted(delete: Callable[..., Awaitable[None]], desk: Desk, id_: int, *, force: bool) -> Shape:
    try:
        await delete(desk, id_, force=force)
    except Forbidden:
        raise
    except DomainError as error:
        return {"result": "NOT_DELETED", "message": error.message}
    return {"result": "DELETED"}


RESOLVERS = {
    "Query.facets": facets,
    "Query.facet": facet,
    "Query.facetValues": facet_values,
    "Query.facetValue": facet_value,
    "Mutation.createFacet": create,
    "Mutation.updateFacet": update,
    "Mutation.deleteFacet": _deletions(delete_facet, one=True),
    "Mutation.deleteFacets": _deletions(delete_facet),
    "Mutation.createFacetValue": create_one,
    "Mutation.createFacetValues": create_several,
    "Mutation.updateFacetValue": update_one,
    "Mutation.updateFacetValues": update_several,
    "Mutation.deleteFacetValues": _deletions(delete_value),
}
