"""Who applied for a shop, and what staff make of it."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from models import SellerApplication
from services.sellers.files import link_to, type_of_key
from services.sellers.reviewing import LISTED, approve, find_application, list_applications, reject

Args = dict[str, Any]
Shape = dict[str, Any]


_NAMES: Names = {
    "id": "id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "shopName": "shop_name",
    "fullName": "full_name",
    "phone": "phone",
    "emailAddress": "email",
    "TIN": "tin",
    "state": "state",
}


async def seller_applications(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED)
    found, total = await list_applications(await context.desk(), listing)
    return {"items": [_shape(context, each) for each in found], "totalItems": total}


async def seller_application(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    found = await find_application(await context.desk(), parse_id(args["id"]))
    return _shape(context, found) if found else None


async def approve_seller(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _shape(context, await approve(await context.desk(), parse_id(args["id"])))


async def reject_seller(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _shape(context, await reject(await context.desk(), parse_id(args["id"]), args["reason"]))


def _shape(context: AdminContext, found: SellerApplication) -> Shape:
    return {
        "id": str(found.id),
        "uid": str(found.uid),
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
        "shopName": found.shop_name,
        "fullName": found.full_name,
        "phone": found.phone,
        "TIN": found.tin,
        "emailAddress": found.email,
        "shopAddress": found.address,
        "aboutShop": found.about,
        "state": found.state,
        "reason": found.reason or None,
        "decidedAt": found.decided_at,
        "sellerId": str(found.seller_id) if found.seller_id else None,
        "businessRegistrationFile": _file(context, found.registration_path, f"registration-{found.id}"),
        "profilePicture": _file(context, found.picture_path, f"picture-{found.id}"),
    }


def _file(context: AdminContext, key: str, name: str) -> Shape | None:
    if not key:
        return None
    url = f"{context.settings.base_url}/files/{link_to(key, name)}"
    return {"url": url, "mimeType": type_of_key(key)}


RESOLVERS = {
    "Query.sellerApplications": seller_applications,
    "Query.sellerApplication": seller_application,
    "Mutation.approveSeller": approve_seller,
    "Mutation.rejectSeller": reject_seller,
}
