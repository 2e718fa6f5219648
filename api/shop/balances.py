"""What is owed after a deposit: seeing it, paying it, and calling its order off."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import CHANNEL, ShopContext
from api.shop.metadata import read_metadata
from api.vendure.deposit_mapping import balance_shape, cancellation_shape, movement_shape, owed_shape
from api.vendure.errors import refusing
from api.vendure.mapping import Shape
from api.vendure.order_mapping import payment_shape
from core.errors import InvalidInput
from services.deposits.cancelling import cancel_order, what_cancelling_does
from services.deposits.guessing import count_guess
from services.deposits.paying import Which, pay_balance
from services.deposits.statements import balance_by_code, balances_of, movements_of, owed_after
from services.orders.reading import uid_of_own

Args = dict[str, Any]


async def balances(_: Any, __: Args, context: ShopContext, ___: Any) -> list[Shape]:
    found = await balances_of(context.scope, await context.customer_id())
    return [balance_shape(balance) for balance in found]


async def balance_of_code(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await count_guess(context.scope, *await context.known_as())
    return owed_shape(await balance_by_code(context.scope, args["code"]))


async def order_movements(_: Any, args: Args, context: ShopContext, __: Any) -> list[Shape]:
    customer_id = await context.customer_id()
    uid = await uid_of_own(context.scope, customer_id, parse_id(args["orderId"]))
    return [movement_shape(movement) for movement in await movements_of(context.scope, customer_id, uid)]


async def cancellation(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    customer_id = await context.customer_id()
    uid = await uid_of_own(context.scope, customer_id, parse_id(args["orderId"]))
    return cancellation_shape(await what_cancelling_does(context.scope, customer_id, uid))


async def cancel(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    customer_id = await context.customer_id()
    uid = await uid_of_own(context.scope, customer_id, parse_id(args["orderId"]))
    done = await cancel_order(context.scope, uid, customer_id=customer_id, reason=args.get("reason") or "")
    return cancellation_shape(done)


async def pay(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args["input"]
    metadata = given.get("metadata")
    payment = await pay_balance(
        (await context.visitor()).buyer(CHANNEL),
        await _which(context, given),
        given["method"],
        amount_minor=given.get("amount"),
        keep=given.get("keepMethod"),
        **read_metadata({} if metadata is None else metadata),
        idempotency_key=context.idempotency_key,
    )
    left = await owed_after(payment.id) if "outstanding" in context.selected(info) else 0
    return {"__typename": "BalancePayment", "payment": payment_shape(payment), "outstanding": left}


async def _which(context: ShopContext, given: Args) -> Which:
    """The order that is meant: only its customer names it by id, and whoever names a code is counted."""
    order_id, code = given.get("orderId"), given.get("orderCode")
    if (order_id is None) == (code is None):
        raise InvalidInput("Give either orderId or orderCode.", field="orderId")
    if order_id is not None:
        await context.customer_id()
        return Which(order_id=parse_id(order_id))
    await count_guess(context.scope, *await context.known_as())
    return Which(code=code)


RESOLVERS = {
    "Query.balances": balances,
    "Query.balanceByCode": balance_of_code,
    "Query.orderMovements": order_movements,
    "Query.cancellation": cancellation,
    "Mutation.payBalance": refusing(pay),
    "Mutation.cancelOrder": refusing(cancel),
}
