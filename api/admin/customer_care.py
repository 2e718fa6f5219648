"""Customers, as staff look after them: found by what a caller says, read, locked, and let go with what is held of them."""

from typing import Any

from api.admin.context import AdminContext
from api.graphql.ids import parse_id
from api.vendure.mapping import customer_shape
from services.accounts.directory import customers_by_id, show_customer
from services.customers.closing import (
    ClosingView,
    close_customer,
    closing_of,
    export_link,
    obstacles_at_desk,
)
from services.customers.finding import find_customers
from services.customers.locking import lock_customer, unlock_customer
from services.customers.transcript import transcript_of
from services.sellers.files import type_of_key

Args = dict[str, Any]
Shape = dict[str, Any]


async def find(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk = await context.desk()
    take = args.get("take")
    found, more = await find_customers(
        desk, args["words"], skip=args.get("skip") or 0, take=20 if take is None else take
    )
    known = await customers_by_id(desk.scope, [each.id for each in found]) if found else {}
    return {"items": [customer_shape(known[each.id]) for each in found if each.id in known], "hasMore": more}


async def standing(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return await _standing(context, parse_id(args["id"]))


async def transcript(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape]:
    take = args.get("take")
    lines = await transcript_of(
        await context.desk(),
        parse_id(args["id"]),
        before=args.get("before"),
        take=50 if take is None else take,
    )
    return [
        {
            "at": line.at,
            "by": line.by.upper(),
            "author": line.who or None,
            "channel": line.channel,
            "text": line.text,
        }
        for line in lines
    ]


async def lock(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    customer_id = parse_id(args["id"])
    await lock_customer(await context.desk(), customer_id, args["reason"])
    return await _standing(context, customer_id)


async def unlock(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    customer_id = parse_id(args["id"])
    await unlock_customer(await context.desk(), customer_id)
    return await _standing(context, customer_id)


async def close(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    customer_id = parse_id(args["id"])
    await close_customer(await context.desk(), customer_id, args["reason"])
    return await _standing(context, customer_id)


async def open_export(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    link = await export_link(await context.desk(), parse_id(args["id"]))
    return {"url": f"{context.settings.base_url}/files/{link}", "mimeType": type_of_key(".zip")}


async def _standing(context: AdminContext, customer_id: int) -> Shape:
    desk = await context.desk()
    customer = await show_customer(desk, customer_id)
    closing = await closing_of(desk, customer_id)
    return {
        "customer": customer_shape(customer),
        "lockedAt": customer.locked_at,
        "lockReason": customer.lock_reason or None,
        "closedAt": customer.closed_at,
        "closing": _closing_shape(closing) if closing else None,
        "obstaclesToClosing": await obstacles_at_desk(desk, customer_id),
    }


def _closing_shape(closing: ClosingView) -> Shape:
    return {
        "id": str(closing.id),
        "state": closing.state,
        "reason": closing.reason,
        "requestedAt": closing.requested_at,
        "exportedAt": closing.exported_at,
        "erasedAt": closing.erased_at,
        "keptUntil": closing.kept_until,
        "fileSize": closing.file_bytes,
    }


RESOLVERS = {
    "Query.findCustomers": find,
    "Query.customerStanding": standing,
    "Query.customerTranscript": transcript,
    "Mutation.lockCustomer": lock,
    "Mutation.unlockCustomer": unlock,
    "Mutation.closeCustomer": close,
    "Mutation.openCustomerExport": open_export,
}
