"""Cart management (arkifi-rest-api.txt, "Cart Management"): the same cart as in the shop API and in chat."""

from uuid import UUID

from api.rest.calls import Call, checked_session
from api.rest.deposit_shapes import DueDate, PurchaseOption, due_dates, option_shape
from api.rest.endpoints import Section, Who
from api.rest.fields import Guid, Money, Quantity, Query, Shape, Text, When, money
from api.rest.reopened import with_open_cart
from core.clock import now
from core.errors import NotFound
from services.buyers import Buyer
from services.carts import add_to_cart, adopt_guest_cart, clear_cart, find_cart, set_line_quantity
from services.catalogue.naming import variant_named
from services.deposits.choosing import KEEP
from services.orders.views import LineView, OrderPart, OrderView
from services.purchase_options.naming import option_named
from services.sessions import open_guest
from services.tenants import Scope

section = Section("Cart management", "/api/customer/cart")
WITH_LINES: frozenset[OrderPart] = frozenset({"lines"})
SUMMED: frozenset[OrderPart] = frozenset({"lines", "shipping", "totals"})


class Guest(Query):
    """Whose cart, where nobody is signed in."""

    session_id: Text | None = None


class WithOption(Shape):
    """`purchaseOptionId` is one of the product's `purchaseOptions`, for all pieces of the item.

    Left out it stays as it is; null takes it away.
    """

    purchase_option_id: Guid | None = None

    async def option_id(self, scope: Scope) -> int | None:
        """The option as the services take it. Raises `NotFound`."""
        if "purchase_option_id" not in self.model_fields_set:
            return KEEP
        return await option_named(scope, self.purchase_option_id) if self.purchase_option_id else None


class AddItem(WithOption):
    product_id: Guid
    quantity: Quantity
    session_id: Text | None = None


class UpdateItem(WithOption):
    cart_item_id: Guid
    quantity: Quantity
    session_id: Text | None = None


class RemoveItem(Shape):
    cart_item_id: Guid
    session_id: Text | None = None


class CartItem(Shape):
    """`totalPrice` is what is charged: `unitPrice` for each piece, less what promotions take off.

    `dueNow` is paid of it at checkout and `dueLater` at `dueAt`, each with its share of the `shippingAmount`."""

    id: Guid
    product_id: Guid
    variant_id: Guid
    product_name: str
    product_image: str | None
    unit_price: Money
    quantity: int
    total_price: Money
    is_in_stock: bool
    stock_quantity: int
    date_added: When
    purchase_option: PurchaseOption | None
    due_now: Money
    due_later: Money
    due_at: When | None


class CartSummary(Shape):
    """`subTotal` and `shippingAmount` make `totalAmount`; `taxAmount` is contained in it.

    What promotions take off is taken off all of them already: `discountAmount` together, `couponCodes` also by codes
    that were given to this cart in the shop's app or in chat.

    So do `dueNow`, which is paid at checkout, and `dueLater`, which falls due at `dueDates`, at `dueAt` first.
    """

    items: list[CartItem]
    total_items: int
    sub_total: Money
    discount_amount: Money
    coupon_codes: list[str]
    tax_amount: Money
    shipping_amount: Money
    total_amount: Money
    currency: str
    has_out_of_stock_items: bool
    last_updated: When
    due_now: Money
    due_later: Money
    due_at: When | None
    due_dates: list[DueDate]


@section.post("/add", "Item added to cart successfully", who=Who.BUYER)
async def add(call: Call, body: AddItem) -> CartItem:
    """Put a product, or one of its variants, into the cart; pieces of it that are there already stay."""
    variant_id = await variant_named(call.scope, body.product_id)
    buyer, option_id = call.buyer(SUMMED), await body.option_id(call.scope)
    order = await with_open_cart(
        buyer, lambda: add_to_cart(buyer, variant_id, body.quantity, option_id=option_id)
    )
    await call.keep_cart()
    if buyer.order_id not in (None, order.id):
        # Another first item of this guest was faster, and this one has joined it.
        order = await find_cart(buyer) or order
    return _item(call, order, next(line for line in order.lines if line.variant_id == variant_id))


@section.put("/update", "Cart item updated successfully", who=Who.BUYER)
async def update(call: Call, body: UpdateItem) -> CartItem:
    """Change how many pieces of an item there are, and how it is bought."""
    line_id = await _line_id(call.buyer(WITH_LINES), body.cart_item_id)
    buyer, option_id = call.buyer(SUMMED), await body.option_id(call.scope)
    order = await with_open_cart(
        buyer, lambda: set_line_quantity(buyer, line_id, body.quantity, option_id=option_id)
    )
    return _item(call, order, next(line for line in order.lines if line.id == line_id))


@section.delete("/remove", "Item removed from cart successfully", who=Who.BUYER)
async def remove(call: Call, body: RemoveItem) -> bool:
    """Take an item out."""
    buyer = call.buyer(WITH_LINES)
    line_id = await _line_id(buyer, body.cart_item_id)
    await with_open_cart(buyer, lambda: set_line_quantity(buyer, line_id, 0))
    return True


@section.delete("/clear", "Cart cleared successfully", who=Who.BUYER)
async def clear(call: Call, query: Guest) -> bool:
    """Take everything out; an empty cart stays empty."""
    buyer = call.buyer(frozenset())
    if await find_cart(buyer) is not None:
        await with_open_cart(buyer, lambda: clear_cart(buyer))
    return True


@section.get("/summary", "Cart summary retrieved successfully", who=Who.BUYER)
async def summary(call: Call, query: Guest) -> CartSummary:
    """Every item and what they cost together."""
    order = await find_cart(call.buyer(SUMMED))
    currency = call.scope.currency
    if order is None:
        nothing = money(0, currency)
        return CartSummary(
            items=[],
            total_items=0,
            sub_total=nothing,
            discount_amount=nothing,
            coupon_codes=[],
            tax_amount=nothing,
            shipping_amount=nothing,
            total_amount=nothing,
            currency=currency,
            has_out_of_stock_items=False,
            last_updated=now(),
            due_now=nothing,
            due_later=nothing,
            due_at=None,
            due_dates=[],
        )
    return CartSummary(
        items=[_item(call, order, line) for line in order.lines],
        total_items=order.quantity,
        sub_total=money(order.subtotal_minor, currency),
        discount_amount=money(order.discount_minor, currency),
        coupon_codes=order.coupon_codes,
        tax_amount=money(order.tax_minor, currency),
        shipping_amount=money(order.shipping_minor, currency),
        total_amount=money(order.total_minor, currency),
        currency=currency,
        has_out_of_stock_items=not all(_in_stock(order, line) for line in order.lines),
        last_updated=order.updated_at,
        due_now=money(order.due_now_minor, currency),
        due_later=money(order.deferred_minor, currency),
        due_at=order.due[0].at if order.due else None,
        due_dates=due_dates(order.due, currency),
    )


@section.get("/items", "Cart items retrieved successfully", who=Who.BUYER)
async def items(call: Call, query: Guest) -> list[CartItem]:
    """What is in the cart."""
    order = await find_cart(call.buyer(SUMMED))
    return [_item(call, order, line) for line in order.lines] if order else []


@section.post("/sync", "Cart synced successfully")
async def sync(call: Call, query: Guest) -> bool:
    """Bring what was put in as a guest, if anything, into the customer's cart."""
    if query.session_id:
        await _adopt(call, query.session_id)
    return True


class NamedGuest(Query):
    session_id: Text


@section.post("/transfer-session", "Session cart transferred successfully")
async def transfer_session(call: Call, query: NamedGuest) -> bool:
    """Bring a guest's cart into the customer's."""
    await _adopt(call, query.session_id)
    return True


@section.get("/count", "Cart count retrieved successfully", who=Who.BUYER)
async def count(call: Call, query: Guest) -> int:
    """How many pieces there are."""
    order = await find_cart(call.buyer(WITH_LINES))
    return order.pieces if order else 0


@section.get("/total", "Cart total retrieved successfully", who=Who.BUYER)
async def total(call: Call, query: Guest) -> Money:
    """What is charged for the items, without delivery."""
    order = await find_cart(call.buyer(SUMMED))
    return money(order.goods_minor if order else 0, call.scope.currency)


async def _adopt(call: Call, session_id: str) -> None:
    guest = await open_guest(call.scope, checked_session(session_id))
    order_id, buyer = guest.order_id, call.buyer(frozenset())
    if order_id is not None:
        await with_open_cart(buyer, lambda: adopt_guest_cart(buyer, order_id, must_join=True))


async def _line_id(buyer: Buyer, uid: UUID) -> int:
    order = await find_cart(buyer)
    line = next((line for line in order.lines if line.uid == uid), None) if order else None
    if line is None:
        raise NotFound("There is no such item in your cart.", field="cartItemId")
    return line.id


def _in_stock(order: OrderView, line: LineView) -> bool:
    # What is being paid for was set aside, so it isn't among what can still be had.
    return order.state != "AddingItems" or line.available >= line.quantity


def _item(call: Call, order: OrderView, line: LineView) -> CartItem:
    currency = order.currency
    return CartItem(
        id=line.uid,
        product_id=line.product_uid,
        variant_id=line.variant_uid,
        product_name=line.name,
        product_image=call.asset_url(line.asset.preview) if line.asset else None,
        unit_price=money(line.unit_price_minor, currency),
        quantity=line.quantity,
        total_price=money(line.total_minor, currency),
        is_in_stock=_in_stock(order, line),
        stock_quantity=max(line.available, 0),
        date_added=line.added_at,
        purchase_option=option_shape(line.option, currency),
        due_now=money(order.due_now_by_line()[line.id], currency),
        due_later=money(line.deferred_minor, currency),
        due_at=line.due_at,
    )
