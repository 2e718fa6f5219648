"""Signing in and out, and who is there."""

from typing import Any

from api.admin.context import AdminContext
from core.errors import CodeInvalid, InvalidCredentials
from services.staff import Desk, end_session, login, open_session

Args = dict[str, Any]
Shape = dict[str, Any]


async def me(_: Any, __: Args, context: AdminContext, ___: Any) -> Shape | None:
    desk = await context.someone()
    return _user_shape(desk) if desk else None


async def log_in(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return await _entered(context, args, bool(args.get("rememberMe")))


async def authenticate(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    native = args["input"].get("native")
    if native is None:
        return _refused("Only the native way of signing in is open.")
    return await _entered(context, native, bool(args.get("rememberMe")))


async def log_out(_: Any, __: Args, context: AdminContext, ___: Any) -> Shape:
    for token in context.tokens:
        await end_session(context.scope, token)
    context.leave()
    return {"success": True}


async def _entered(context: AdminContext, said: Args, remember: bool) -> Shape:
    try:
        desk = await login(
            context.scope, said["username"], said["password"], context.address, said.get("totpCode")
        )
    except (InvalidCredentials, CodeInvalid) as error:
        return _refused(error.message)
    # A session that was known before must not become theirs.
    for token in context.tokens:
        await end_session(context.scope, token)
    context.enter(desk, await open_session(desk, remember=remember), remember=remember)
    return {"__typename": "CurrentUser", **_user_shape(desk)}


def _refused(why: str) -> Shape:
    return {
        "__typename": "InvalidCredentialsError",
        "errorCode": "INVALID_CREDENTIALS_ERROR",
        "message": why,
        "authenticationError": why,
    }


def _user_shape(desk: Desk) -> Shape:
    shop = {
        "id": str(desk.scope.platform_id),
        "code": desk.scope.code,
        "token": desk.scope.code,
        "permissions": sorted(desk.permissions),
    }
    return {"id": str(desk.staff_id), "identifier": desk.email, "channels": [shop]}


RESOLVERS = {
    "Query.me": me,
    "Mutation.login": log_in,
    "Mutation.authenticate": authenticate,
    "Mutation.logout": log_out,
}
