"""Who asks, and what was read of orders so far in this request: parts are asked one by one and read together."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from api.graphql.batches import Batch
from api.graphql.documents import Document
from api.peers import peer_of
from core.db import Row
from core.errors import Forbidden, NotSignedIn
from core.settings import Settings
from services.accounts.customers import get_customer
from services.checkout.methods import by_hand_method
from services.fulfillment.reading import fulfillments_of
from services.orders import beside
from services.orders.access import Caller
from services.orders.reading import fill_parts
from services.orders.views import OrderPart, OrderView
from services.organizations.reading import OrganizationView, organizations_by_id
from services.planned_payments.reading import payments_of
from services.planned_payments.views import PlannedView
from services.sessions import visitor_anywhere
from services.staff import Desk
from services.staff.sessions import whose_session
from services.tenants import scope_by_key

Read = Callable[[list[int]], Awaitable[Mapping[int, Any]]]


@dataclass(slots=True)
class XOrderContext:
    """One request. `caller` is None for whoever isn't known; `why` says of a token what is wrong with it."""

    settings: Settings
    caller: Caller | None = None
    why: NotSignedIn | None = None
    idempotency_key: str | None = None
    document: Document = field(init=False)
    orders: dict[int, OrderView] = field(default_factory=dict)  # of which parts may be asked for
    customers: set[int] = field(default_factory=set)
    sellers: set[int] = field(default_factory=set)
    products: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)
    rates: set[int] = field(default_factory=set)
    # Lines, shipments and planned payments, by the name of their type.
    shown: dict[str, set[int]] = field(default_factory=dict)
    _parts: dict[str, Batch[Any]] = field(default_factory=dict)
    _by_hand: Row | None = None

    def known(self) -> Caller:
        """Who asks. Raises `NotSignedIn`."""
        if self.caller is None:
            raise self.why or NotSignedIn(
                "Send a customer's or a desk's token: Authorization: Bearer <token>."
            )
        return self.caller

    def at_desk(self) -> Desk:
        """Who of staff asks. Raises `NotSignedIn`, `Forbidden` for a customer."""
        desk = self.known().desk
        if desk is None:
            raise Forbidden("That is for the order desk.")
        return desk

    def asset_url(self, path: str) -> str:
        """The public address of a picture."""
        return f"{self.settings.base_url}/assets/{path}"

    def show(self, order: OrderView) -> OrderView:
        """The order from now on is one of those whose parts are read together; the one that is known already, where it is."""
        if order.customer_id is not None:
            self.customers.add(order.customer_id)
        # A seller's have their parts already.
        self._expect(order)
        return self.orders.setdefault(order.id, order)

    def forget(self) -> None:
        """What was read so far may be no longer so."""
        self.orders.clear()
        self._parts.clear()

    def owners(self, object_type: str) -> Iterable[int]:
        """What was shown so far of the things that properties are kept with."""
        if object_type == "CustomerOrder":
            return self.orders
        return self.shown.setdefault(object_type, set())

    async def part(self, name: str, expected: Iterable[int], read: Read, key: int) -> Any:
        """What `read` gives for `key`, or None; one statement for all that are expected."""
        if name not in self._parts:
            self._parts[name] = Batch(expected, read)
        return await self._parts[name].get(key)

    async def whole(self, order: OrderView, *parts: OrderPart) -> OrderView:
        """The order with these parts."""
        # A seller's orders are read whole, since their sums are those of the seller's lines.
        if self.known().seller_id is None:
            for part in parts:
                await self.part(part, self.orders, self._reader(part), order.id)
        return order

    def _reader(self, part: OrderPart) -> Read:
        async def read(order_ids: list[int]) -> Mapping[int, Any]:
            asked = {order_id: self.orders[order_id] for order_id in order_ids}
            await fill_parts(self.known().scope, asked, frozenset({part}))
            for order in asked.values():
                self._expect(order)
            return dict.fromkeys(order_ids, True)

        return read

    def _expect(self, order: OrderView) -> None:
        """What hangs on the parts of an order will be asked for next, one after the other: it is to be read together."""
        self.shown.setdefault("LineItem", set()).update(line.id for line in order.lines)
        self.shown.setdefault("Shipment", set()).update(way.id for way in order.shipping)
        self.products.update(line.product_id for line in order.lines)
        self.sellers.update(each.seller_id for each in order.charged_lines if each.seller_id is not None)
        self.rates.update(way.rate_id for way in order.shipping if way.rate_id)
        self.places.update(way.pickup_location_id for way in order.shipping if way.pickup_location_id)

    async def payments(self, order: OrderView) -> list[PlannedView]:
        """The payments of an order; to a seller none."""
        if self.known().seller_id is not None:
            return []

        async def read(order_ids: list[int]) -> Mapping[int, list[PlannedView]]:
            found = await payments_of(order_ids)
            plans = {each.id for payments in found.values() for each in payments if each.id is not None}
            self.shown.setdefault("PaymentIn", set()).update(plans)
            return found

        payments: list[PlannedView] = await self.part("payments_in", self.orders, read, order.id) or []
        return payments

    async def by_hand(self) -> Row:
        """The shop's way of what is paid by hand."""
        if self._by_hand is None:
            self._by_hand = await by_hand_method(self.known().scope)
        return self._by_hand

    async def parcels(self, order: OrderView) -> list[Any]:
        """The fulfilments of an order."""
        return await self.part("parcels", self.orders, fulfillments_of, order.id) or []

    async def ending(self, order: OrderView) -> beside.Ending | None:
        """When and why an order was called off, where it was."""
        if order.state != "Cancelled":
            return None
        ended = [each.id for each in self.orders.values() if each.state == "Cancelled"]
        return await self.part("endings", ended, beside.endings, order.id)  # type: ignore[no-any-return]

    async def buyer(self, customer_id: int | None) -> beside.BuyerCard | None:
        """A customer; none for a guest's order."""
        if customer_id is None:
            return None
        return await self.part("buyers", self.customers, beside.buyers, customer_id)  # type: ignore[no-any-return]

    async def seller(self, seller_id: int | None) -> beside.SellerCard | None:
        """A seller; none for what is the market's."""
        if seller_id is None:
            return None
        return await self.part("sellers", self.sellers, beside.sellers, seller_id)  # type: ignore[no-any-return]

    async def organization(self, organization_id: int | None) -> OrganizationView | None:
        """An organization that an order was bought for; none for what a customer buys for themselves."""
        if organization_id is None:
            return None
        bought_for = {each.organization_id for each in self.orders.values() if each.organization_id}

        async def read(ids: list[int]) -> Mapping[int, OrganizationView]:
            return await organizations_by_id(self.known().scope, ids)

        return await self.part("organizations", bought_for, read, organization_id)  # type: ignore[no-any-return]


async def open_context(request: web.Request, settings: Settings) -> XOrderContext:
    """The context of a request. An API key, where one is sent, must be of the token's own shop.

    Raises `NotSignedIn` for a wrong API key.
    """
    headers = request.headers
    context = XOrderContext(settings, idempotency_key=headers.get("Idempotency-Key") or None)
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        try:
            context.caller = await _caller(token.strip(), peer_of(request))
        except NotSignedIn as why:
            context.why = why
    if key := headers.get("x-api-key"):
        scope = await scope_by_key(key)
        if context.caller and (scope.platform_id, scope.environment) != (
            context.caller.scope.platform_id,
            context.caller.scope.environment,
        ):
            context.caller, context.why = None, NotSignedIn("That token is not valid here.")
    return context


async def _caller(token: str, address: str | None) -> Caller:
    """Raises `NotSignedIn`."""
    session = await whose_session(token, address)
    if session is not None:
        return Caller(session.desk.scope, desk=session.desk)
    visitor = await visitor_anywhere(token)
    if visitor is None or visitor.customer_id is None:
        raise NotSignedIn("That token is not valid.")
    return Caller(visitor.scope, customer=await get_customer(visitor.scope, visitor.customer_id))
