"""Conversations that want a person: the list, one with all that was said, answering and closing."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from services.customers.channels import flag_channel
from services.orders import OrderView
from services.support.desk import (
    ThreadView,
    cart_behind,
    channels_behind,
    close,
    get_thread,
    hand_back,
    list_threads,
    reply,
    said_in,
    take,
    trouble_in,
)

Args = dict[str, Any]
Shape = dict[str, Any]


async def conversations(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    options = args.get("options") or {}
    most = options.get("take")
    found, total = await list_threads(
        await context.desk(),
        skip=options.get("skip") or 0,
        take=20 if most is None else most,
        state=options.get("state"),
    )
    return {"items": [_shape(thread) for thread in found], "totalItems": total}


async def conversation(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    thread = await get_thread(await context.desk(), parse_id(args["id"]))
    return _shape(thread) if thread else None


async def messages(parent: Shape, _: Args, __: AdminContext, ___: Any) -> list[Shape]:
    return [
        {
            "id": str(said.id),
            "fromStaff": bool(said.staff),
            "author": said.staff or None,
            "channel": said.channel,
            "text": said.text,
            "createdAt": said.at,
        }
        for said in await said_in(parent["thread"])
    ]


async def channels(parent: Shape, _: Args, __: AdminContext, ___: Any) -> list[Shape]:
    return [
        {
            "id": str(known.id),
            "channel": known.channel,
            "address": known.address,
            "doubt": known.doubt or None,
        }
        for known in await channels_behind(parent["thread"])
    ]


async def cart(parent: Shape, _: Args, context: AdminContext, __: Any) -> Shape | None:
    order = await cart_behind(await context.desk(), parent["thread"])
    return _cart_shape(order) if order else None


async def last_error(parent: Shape, _: Args, __: AdminContext, ___: Any) -> Shape | None:
    trouble = await trouble_in(parent["thread"])
    return {"at": trouble.at, "screen": trouble.screen, "message": trouble.words} if trouble else None


async def reply_to(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _shape(await reply(await context.desk(), parse_id(args["id"]), args["text"]))


async def take_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _shape(await take(await context.desk(), parse_id(args["id"]), over=bool(args.get("over"))))


async def hand_one_back(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _shape(await hand_back(await context.desk(), parse_id(args["id"])))


async def close_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return _shape(await close(await context.desk(), parse_id(args["id"])))


async def flag(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    await flag_channel(await context.desk(), parse_id(args["id"]), flagged=args["flagged"])
    return {"success": True}


def _shape(thread: ThreadView) -> Shape:
    customer = {
        "id": str(thread.customer_id),
        "fullName": thread.customer_name,
        "phoneNumber": thread.customer_phone or None,
    }
    return {
        "thread": thread,
        "id": str(thread.id),
        "about": thread.about,
        "state": thread.state,
        "createdAt": thread.created_at,
        "updatedAt": thread.updated_at,
        "customer": customer if thread.customer_id else None,
        "channel": thread.channel,
        "address": thread.address,
        "takenBy": thread.staff or None,
        "takenAt": thread.taken_at,
    }


def _cart_shape(order: OrderView) -> Shape:
    return {
        "code": order.code,
        "state": order.state,
        "totalQuantity": order.quantity,
        "totalWithTax": order.total_minor,
        "currencyCode": order.currency,
        "lines": [
            {"name": line.name, "quantity": line.quantity, "linePriceWithTax": line.total_minor}
            for line in order.lines
        ],
    }


RESOLVERS = {
    "Query.conversations": conversations,
    "Query.conversation": conversation,
    "Conversation.messages": messages,
    "Conversation.channels": channels,
    "Conversation.cart": cart,
    "Conversation.lastError": last_error,
    "Mutation.replyToConversation": reply_to,
    "Mutation.takeConversation": take_one,
    "Mutation.handBackConversation": hand_one_back,
    "Mutation.closeConversation": close_one,
    "Mutation.flagChannel": flag,
}
