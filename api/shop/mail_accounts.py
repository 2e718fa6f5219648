"""Accounts by e-mail address, password and provider, in Vendure's own operations."""

from typing import Any

from api.shop.context import ShopContext
from api.shop.entering import current_user, entered
from api.vendure.errors import refusing
from api.vendure.mapping import Shape
from core.errors import InvalidInput
from services.accounts.customers import get_customer
from services.accounts.mail_recovery import (
    change_address,
    request_address_change,
    reset_password,
    send_password_token,
)
from services.accounts.mail_registration import (
    Registration,
    register_by_mail,
    send_verification_again,
    verify_account,
)
from services.accounts.native import check_passwords_open, login_proven
from services.accounts.passwords import change_password
from services.accounts.social import SocialLogin, enter_by_identity

Args = dict[str, Any]
SUCCESS: Shape = {"__typename": "Success", "success": True}


async def me(_: Any, __: Args, context: ShopContext, ___: Any) -> Shape | None:
    customer_id = (await context.visitor()).customer_id
    if customer_id is None:
        return None
    return current_user(context, await get_customer(context.scope, customer_id))


async def register(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("register")
    given = args["input"]
    registration = Registration(
        email=given["emailAddress"],
        password=given.get("password"),
        title=given.get("title"),
        first_name=given.get("firstName"),
        last_name=given.get("lastName"),
        phone=given.get("phoneNumber"),
    )
    await register_by_mail(context.scope, registration)
    return SUCCESS


async def verify(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("verify")
    return await entered(context, await verify_account(context.scope, args["token"], args.get("password")))


async def refresh_verification(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("refresh")
    await send_verification_again(context.scope, args["emailAddress"])
    return SUCCESS


async def log_in(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("login")
    check_passwords_open()
    customer = await login_proven(context.scope, args["username"], args["password"])
    return await entered(context, customer, remember=bool(args.get("rememberMe")))


async def authenticate(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    chosen = [(way, given) for way, given in args["input"].items() if given is not None]
    if len(chosen) != 1:
        raise InvalidInput("Name exactly one way to sign in.", field="input")
    way, given = chosen[0]
    if way == "native":
        return await log_in(None, {**given, "rememberMe": args.get("rememberMe")}, context, info)
    await context.count_call("authenticate")
    social = SocialLogin(
        provider=way,
        token=given["token"],
        nonce=given.get("nonce"),
        first_name=given.get("firstName"),
        last_name=given.get("lastName"),
    )
    customer = await enter_by_identity(context.scope, social)
    return await entered(context, customer, remember=bool(args.get("rememberMe")))


async def request_password_reset(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("password")
    await send_password_token(context.scope, args["emailAddress"])
    return SUCCESS


async def reset(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("reset")
    customer = await reset_password(context.scope, args["token"], args["password"])
    return await entered(context, customer, anew=True)


async def update_password(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    check_passwords_open()
    customer_id = await context.customer_id()
    customer = await change_password(context.scope, customer_id, args["currentPassword"], args["newPassword"])
    # The older sessions have ended, this one too: whoever changed the password goes on in a new one.
    await entered(context, customer, anew=True)
    return SUCCESS


async def request_new_address(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    customer_id = await context.customer_id()
    await request_address_change(context.scope, customer_id, args["password"], args["newEmailAddress"])
    return SUCCESS


async def confirm_new_address(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await context.count_call("address")
    await change_address(context.scope, args["token"])
    return SUCCESS


RESOLVERS = {
    "Query.me": me,
    "Mutation.registerCustomerAccount": refusing(register),
    "Mutation.verifyCustomerAccount": refusing(verify),
    "Mutation.refreshCustomerVerification": refusing(refresh_verification),
    "Mutation.login": refusing(log_in),
    "Mutation.authenticate": refusing(authenticate),
    "Mutation.requestPasswordReset": refusing(request_password_reset),
    "Mutation.resetPassword": refusing(reset),
    "Mutation.updateCustomerPassword": refusing(update_password),
    "Mutation.requestUpdateCustomerEmailAddress": refusing(request_new_address),
    "Mutation.updateCustomerEmailAddress": refusing(confirm_new_address),
}
