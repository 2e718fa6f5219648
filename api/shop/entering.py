"""How whoever asks becomes a customer in this session, and how the answer says so."""

from api.shop.context import CHANNEL, ShopContext
from api.vendure.mapping import Shape, user_shape
from models import Customer, OtpChallenge
from services.accounts.tokens import issue_token
from services.carts import adopt_guest_cart
from services.sessions import keep_session, sign_in

# What Vendure lets every customer do who is signed in.
PERMISSIONS = ["Authenticated", "Owner"]


async def enter(context: ShopContext, customer: Customer, *, anew: bool = False) -> None:
    """Sign the visitor in; the cart they filled as a guest comes with them.

    Who is signed in already stays so, or gets a session `anew` where the older ones have ended.
    """
    visitor = await context.visitor(at_the_door=True)
    if visitor.customer_id == customer.id and not anew:
        return
    guest_order = visitor.order_id if visitor.customer_id is None else None
    await sign_in(visitor, customer)
    if guest_order is not None:
        await adopt_guest_cart(visitor.buyer(CHANNEL, frozenset()), guest_order)


async def signed_in(context: ShopContext, customer: Customer) -> Shape:
    """The document's answer to a sign-in: a JWT that ends with the session, and who it is."""
    await enter(context, customer)
    session_id = (await context.visitor()).session_id
    return {"token": issue_token(customer, "session", session_id), "user": user_shape(customer)}


async def entered(
    context: ShopContext, customer: Customer, *, remember: bool = True, anew: bool = False
) -> Shape:
    """Vendure's answer to a sign-in; the session's token is in the answer's header."""
    context.remember = remember
    await enter(context, customer, anew=anew)
    return current_user(context, customer)


def current_user(context: ShopContext, customer: Customer) -> Shape:
    scope = context.scope
    channel = {
        "id": str(scope.platform_id),
        "token": scope.code,
        "code": scope.code,
        "permissions": PERMISSIONS,
    }
    user = user_shape(customer)
    return {
        "__typename": "CurrentUser",
        "id": user["id"],
        "identifier": user["identifier"],
        "channels": [channel],
    }


async def await_code(context: ShopContext, challenge: OtpChallenge) -> None:
    """The session's next code is this challenge's."""
    visitor = await context.visitor(at_the_door=True)
    visitor.challenge_id = challenge.id
    await keep_session(visitor)
