"""Where pieces lie: a shop has one place, and every variant its pieces there."""

from typing import Any

from api.admin.context import AdminContext
from api.vendure.paging import page_of
from services.staff import check_may

Args = dict[str, Any]
Shape = dict[str, Any]

PLACE = "1"
_READ = ("ReadStockLocation", "ReadSettings", "ReadProduct", "ReadCatalog")


async def locations(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    check_may(await context.desk(), *_READ)
    skip, take = page_of(args.get("options"))
    return {"items": [_place(context)][skip : skip + take], "totalItems": 1}


async def location(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    check_may(await context.desk(), *_READ)
    return _place(context) if args["id"] == PLACE else None


async def levels(parent: Shape, _: Args, context: AdminContext, __: Any) -> list[Shape]:
    return [
        {
            "id": parent["id"],
            "createdAt": parent["createdAt"],
            "updatedAt": parent["updatedAt"],
            "stockLocationId": PLACE,
            "stockOnHand": parent["stockOnHand"],
            "stockAllocated": parent["stockAllocated"],
            "stockLocation": _place(context),
        }
    ]


def _place(context: AdminContext) -> Shape:
    return {"id": PLACE, "name": context.scope.name, "description": "Where everything lies."}


RESOLVERS = {
    "Query.stockLocations": locations,
    "Query.stockLocation": location,
    "ProductVariant.stockLevels": levels,
}
