"""Pictures at the desk: uploading, finding, describing, throwing away."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.batches import Batch
from api.graphql.ids import parse_id
from api.vendure.errors import as_member, union_members
from api.vendure.listing import Names, read_listing
from api.vendure.mapping import asset_shape
from core.errors import InvalidInput, WrongFileType
from services.catalogue.asset_changes import create_asset, delete_assets, update_asset
from services.catalogue.asset_list import LISTED, Tagged, find_asset, list_assets, tags_of_assets
from services.catalogue.views import AssetView

Args = dict[str, Any]
Shape = dict[str, Any]

MOST_AT_ONCE = 100


_NAMES: Names = {
    "id": "id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "name": "name",
    "mimeType": "mime",
    "fileSize": "file_size",
    "width": "width",
    "height": "height",
}


async def assets(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    options = args.get("options") or {}
    wanted = options.get("tags") or []
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInput(f"At most {MOST_AT_ONCE} tags at once.", field="tags")
    found, total = await list_assets(
        await context.desk(),
        read_listing(options, _NAMES, LISTED),
        Tagged(wanted, any_of=options.get("tagsOperator") == "OR"),
    )
    expected = Batch([each.id for each in found], tags_of_assets)
    return {"items": [_shape(context, each, expected) for each in found], "totalItems": total}


async def asset(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    found = await find_asset(await context.desk(), parse_id(args["id"]))
    return _shape(context, found) if found else None


async def tags(parent: Shape, _: Args, __: AdminContext, ___: Any) -> list[Shape]:
    asset_id = int(parent["id"])
    batch = parent.get("tags") or Batch([asset_id], tags_of_assets)
    return [{"id": str(tag["id"]), "value": tag["name"]} for tag in await batch.get(asset_id) or []]


async def create_assets(_: Any, args: Args, context: AdminContext, info: Any) -> list[Shape | None]:
    desk = await context.desk()
    made: list[Shape | None] = []
    for given in args["input"]:
        file = given["file"]
        try:
            one = await create_asset(desk, file.name, await file.content(), given.get("tags") or ())
        except WrongFileType as error:
            made.append(as_member(error, union_members(info)))
        else:
            made.append({"__typename": "Asset", **_shape(context, one)})
    return made


async def update_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    point = given.get("focalPoint")
    changed = await update_asset(
        await context.desk(),
        parse_id(given["id"]),
        name=given.get("name"),
        focal_point=(point["x"], point["y"]) if point else None,
        forget_focal_point="focalPoint" in given and point is None,
        tags=given.get("tags"),
    )
    return _shape(context, changed)


async def delete_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return await _deleted(context, [args["input"]["assetId"]], args["input"])


async def delete_many(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    if len(args["input"]["assetIds"]) > MOST_AT_ONCE:
        raise InvalidInput(f"At most {MOST_AT_ONCE} at once.", field="assetIds")
    return await _deleted(context, args["input"]["assetIds"], args["input"])


async def _deleted(context: AdminContext, ids: list[str], given: Shape) -> Shape:
    why_not = await delete_assets(
        await context.desk(), [parse_id(each) for each in ids], force=bool(given.get("force"))
    )
    return {"result": "NOT_DELETED" if why_not else "DELETED", "message": why_not}


def _shape(context: AdminContext, found: AssetView, tagged: Any = None) -> Shape:
    shape = asset_shape(context, found)
    assert shape is not None
    return shape | {"tags": tagged}


RESOLVERS = {
    "Query.assets": assets,
    "Query.asset": asset,
    "Asset.tags": tags,
    "Mutation.createAssets": create_assets,
    "Mutation.updateAsset": update_one,
    "Mutation.deleteAsset": delete_one,
    "Mutation.deleteAssets": delete_many,
}
