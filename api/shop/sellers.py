"""Uploads of the shop: a customer's picture, and who applies for a shop of their own."""

from typing import Any

from api.graphql.uploads import Upload
from api.shop.context import ShopContext
from api.vendure.mapping import Shape, user_shape
from services.accounts.avatars import set_avatar
from services.sellers.applying import GivenFile, Wish, apply

Args = dict[str, Any]


async def upload_profile_picture(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    file: Upload = args["file"]
    customer_id = await context.customer_id()
    return user_shape(await set_avatar(context.scope, customer_id, file.name, await file.content()))


async def avatar(parent: Shape, _: Args, context: ShopContext, __: Any) -> str | None:
    return context.asset_url(parent["avatarPath"]) if parent.get("avatarPath") else None


async def create_new_seller(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    person = given["seller"]
    await apply(
        context.scope,
        Wish(
            shop_name=given["shopName"],
            full_name=person["fullName"],
            phone=person["phone"],
            tin=person["TIN"],
            email=person["emailAddress"],
            address=person.get("shopAddress") or "",
            about=person.get("aboutShop") or "",
        ),
        registration=await _given(given.get("businessRegistrationFile")),
        picture=await _given(given.get("profilePicture")),
        peer=context.peer,
    )
    return {"message": "SUCCESS"}


async def _given(file: Upload | None) -> GivenFile | None:
    return GivenFile(file.name, await file.content()) if file else None


RESOLVERS = {
    "Mutation.uploadProfilePicture": upload_profile_picture,
    "Mutation.createNewSeller": create_new_seller,
    "User.avatar": avatar,
    "User.avater": avatar,
}
