"""Signing up, signing in, and who is there."""

from typing import Any

from api.shop.context import ShopContext
from api.shop.entering import await_code, enter, signed_in
from api.vendure.listing import ORDERS, read_listing
from api.vendure.mapping import Shape, customer_shape, user_shape
from api.vendure.order_mapping import order_shape
from core.errors import CodeInvalid
from core.phones import parse_phone
from models import OtpChallenge
from services.accounts.contact_change import verify_contact_change
from services.accounts.customers import complete_profile, get_customer
from services.accounts.native import login_proven
from services.accounts.otp import challenge_by_id, only_challenge
from services.accounts.passwords import change_password, set_password, start_reset, verify_reset
from services.accounts.signup import start_signup, verify_signup
from services.accounts.tokens import customer_of_token, issue_token
from services.orders import list_orders
from services.orders.reading import LISTED
from services.sessions import sign_out

Args = dict[str, Any]


async def active_customer(_: Any, __: Args, context: ShopContext, ___: Any) -> Shape | None:
    customer_id = (await context.visitor()).customer_id
    return customer_shape(await get_customer(context.scope, customer_id)) if customer_id else None


async def orders_of_customer(parent: Shape, args: Args, context: ShopContext, _: Any) -> Shape:
    if parent["user"] is None:
        # A guest, who has no account to look back from.
        return {"items": [], "totalItems": 0}
    asked = read_listing(args.get("options"), ORDERS, LISTED)
    found, total = await list_orders(
        context.scope,
        int(parent["id"]),
        where=asked.where,
        sort=asked.sort or (("id", "DESC"),),
        skip=asked.skip,
        take=asked.take,
    )
    return {"items": [order_shape(context, order) for order in found], "totalItems": total}


async def initiate_account_creation(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    return await _sent(context, await start_signup(context.scope, given["phone"], given["password"]))


async def initiate_password_reset(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    return await _sent(context, await start_reset(context.scope, args["input"]["identifier"]))


async def _sent(context: ShopContext, challenge: OtpChallenge) -> Shape:
    await await_code(context, challenge)
    return {"success": True, "message": "OTP sent successfully"}


async def verify_otp(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    challenge = await _challenge(context, given.get("phone"))
    if challenge.purpose == "contact":
        customer = await verify_contact_change(
            context.scope, await context.customer_id(), challenge, given["otp"]
        )
        return {"token": issue_token(customer, "session", (await context.visitor()).session_id)}
    if challenge.purpose == "reset":
        customer = await verify_reset(context.scope, challenge, given["otp"])
        return {"token": issue_token(customer, "reset")}
    customer = await verify_signup(context.scope, challenge, given["otp"])
    await enter(context, customer)
    return {"token": issue_token(customer, "signup")}


async def _challenge(context: ShopContext, phone: str | None) -> OtpChallenge:
    """The challenge of this session, or of the number that is named: a code fits no other."""
    visitor = await context.visitor(at_the_door=True)
    number = parse_phone(phone, context.scope.country) if phone else None
    if visitor.challenge_id:
        found = await challenge_by_id(context.scope, visitor.challenge_id)
        if found is not None and number in (None, found.contact):
            return found
    if number is None:
        raise CodeInvalid(field="otp")
    return await only_challenge(context.scope, number, "signup", "reset")


async def reset_user_password(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    customer = await customer_of_token(context.scope, context.bearer or "", "reset")
    new, epoch = args["input"]["newPassword"], customer.secret_epoch
    return user_shape(await set_password(context.scope, customer.id, new, epoch=epoch))


async def change_user_password(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    customer_id = await context.customer_id()
    changed = await change_password(context.scope, customer_id, args["oldPassword"], args["newPassword"])
    return user_shape(changed)


async def complete_account_creation(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    customer = await complete_profile(
        context.scope,
        await _whose_account(context),
        full_name=given["fullName"],
        city=given.get("city"),
        street=given.get("street"),
        gps=given.get("gps"),
    )
    return await signed_in(context, customer)


async def _whose_account(context: ShopContext) -> int:
    visitor = await context.visitor()
    if visitor.customer_id is not None:
        return visitor.customer_id
    customer = await customer_of_token(context.scope, context.bearer or "", "signup")
    return int(customer.id)


async def custom_login(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    customer = await login_proven(context.scope, given["identifier"], given["password"])
    return await signed_in(context, customer)


async def logout(_: Any, __: Args, context: ShopContext, ___: Any) -> Shape:
    await sign_out(await context.visitor(at_the_door=True))
    return {"success": True}


RESOLVERS = {
    "Query.activeCustomer": active_customer,
    "Customer.orders": orders_of_customer,
    "Mutation.initiateAccountCreation": initiate_account_creation,
    "Mutation.initiatePasswordReset": initiate_password_reset,
    "Mutation.resetUserPassword": reset_user_password,
    "Mutation.changePassword": change_user_password,
    "Mutation.verifyOtp": verify_otp,
    "Mutation.completeAccountCreation": complete_account_creation,
    "Mutation.customLogin": custom_login,
    "Mutation.logout": logout,
}
