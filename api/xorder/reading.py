"""The queries: an order, lists of orders and of payments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.xorder.context import XOrderContext
from api.xorder.errors import told
from api.xorder.facets import read_facets
from api.xorder.filters import PAYMENT_FIELDS, read_filter, read_sort
from api.xorder.lists import connection, read_page
from api.xorder.money import checked_culture
from api.xorder.orders import order_shape
from api.xorder.payments import payment_shape
from api.xorder.shown import OrderOf, PaymentOf
from core.db import Row
from core.errors import InvalidInput
from services.listing import Listing
from services.orders.access import (
    Caller,
    find_placed,
    rows_of,
    views_for,
    whose_orders,
    whose_organization_orders,
)
from services.orders.placed import Whose, list_placed
from services.planned_payments.listing import list_payments

Args = dict[str, Any]


def read_uid(text: str | None, field: str) -> UUID | None:
    """An id of this dialect. Raises `InvalidInput` for what is none."""
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("That is not an id.", field=field) from None


def required_uid(text: str | None, field: str) -> UUID:
    """As `read_uid`, of an id that must be there."""
    uid = read_uid(text, field)
    if uid is None:
        raise InvalidInput("Say which.", field=field)
    return uid


async def changed_order(context: XOrderContext, row: Row) -> Any:
    """An order that was just changed, read anew."""
    context.forget()
    rows = await rows_of(context.known().scope, [row["id"]])
    return (await shapes(context, context.known(), rows, culture_of(context, {})))[0]


def culture_of(context: XOrderContext, args: Args) -> str:
    """The culture that a field's money is written in."""
    return checked_culture(args.get("cultureName") or args.get("language"), context.known().scope.country)


async def order(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
    culture, caller = culture_of(context, args), context.known()
    if not args.get("id") and not args.get("number"):
        raise InvalidInput("Say which order: its id or its number.", field="id")
    row = await find_placed(
        caller,
        uid=read_uid(args.get("id") or None, "id"),
        number=args.get("number"),
        customer_uid=read_uid(args.get("userId"), "userId"),
    )
    if row is None or (args.get("number") and row["code"] != args["number"]):
        return None
    return (await shapes(context, caller, [row], culture))[0]


async def shapes(context: XOrderContext, caller: Caller, rows: Sequence[Row], culture: str) -> list[Any]:
    """Orders from rows of `ORDER_COLUMNS`."""
    return [order_shape(context, view, culture) for view in await views_for(caller, rows)]


async def orders(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
    whose = await whose_orders(context.known(), read_uid(args.get("userId"), "userId"))
    return await _page(context, whose, args)


async def organization_orders(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
    named = read_uid(args.get("organizationId"), "organizationId")
    return await _page(context, await whose_organization_orders(context.known(), named), args)


async def _page(context: XOrderContext, whose: Whose, args: Args) -> Any:
    caller, culture = context.known(), culture_of(context, args)
    skip, take = read_page(args)
    where = read_filter(args.get("filter"), caller.scope.currency)
    rows, total = await list_placed(whose, Listing(where, read_sort(args.get("sort")), skip, take))
    page = connection(await shapes(context, caller, rows, culture), total, skip)
    return page | await read_facets(whose, where, args.get("facet"), args.get("filter"))


async def payments(_: Any, args: Args, context: XOrderContext, __: Any) -> Any:
    caller, culture = context.known(), culture_of(context, args)
    whose = await whose_orders(caller, read_uid(args.get("userId"), "userId"))
    skip, take = read_page(args)
    if args.get("facet"):
        raise InvalidInput("Payments have no facets.", field="facet")
    where = read_filter(args.get("filter"), caller.scope.currency, PAYMENT_FIELDS)
    sort = read_sort(args.get("sort"), PAYMENT_FIELDS)
    if caller.seller_id is not None:
        return connection([], 0, skip)
    found, total = await list_payments(whose, Listing(where, sort, skip, take))
    views = {
        view.id: context.show(view)
        for view in await views_for(caller, await rows_of(caller.scope, {each[0] for each in found}))
    }
    items = []
    for order_id, number in found:
        known = await context.payments(views[order_id])
        payment = next(each for each in known if each.number == number)
        items.append(payment_shape(PaymentOf(OrderOf(context, views[order_id], culture), payment)))
    return connection(items, total, skip)


RESOLVERS = told(
    {
        "Query.order": order,
        "Query.orders": orders,
        "Query.organizationOrders": organization_orders,
        "Query.payments": payments,
    }
)
