"""Checkout (arkifi-rest-api.txt, "Checkout & Payment"): by shopping card, or on a gateway's page."""

from typing import Annotated, Literal

from pydantic import Field

from api.rest.calls import Call
from api.rest.deposit_shapes import ScheduledCharge, charges
from api.rest.endpoints import Section
from api.rest.fields import AmountOrNone, AnyPin, Guid, Money, Quantity, Shape, SomeAmount, Text, When, money
from core.errors import InvalidInput
from core.money import from_decimal
from services.cards import card_payment_of
from services.catalogue.naming import variants_named
from services.checkout import pay
from services.checkout.listing import ByCarrier, Listing
from services.checkout.methods import checked_url, method_of_kind
from services.checkout.paying import begin_paying
from services.deposits.statements import dues_of

section = Section("Checkout", "/api/checkout")
DONE = "Checkout processed successfully"
Url = Annotated[Text, Field(min_length=1, max_length=500)]
Line = Annotated[Text, Field(max_length=160)]


class Piece(Shape):
    product_id: Guid
    quantity: Quantity


class Checkout(Shape):
    """`totalAmount` is the cart's total, and with delivery the chosen rate's fee added. It is the whole price also where a
    part of it falls due later: what is charged is `dueNow`.

    The cart becomes what `products` says; what else was in it is the cart again afterwards.
    """

    total_amount: SomeAmount
    payment_method: Literal["ShoppingCard", "PaymentGateway"]
    products: Annotated[list[Piece], Field(min_length=1, max_length=200)]
    store_location_id: Guid
    delivery_option: Literal["Delivery", "Pickup"] | None = None
    address: Annotated[Text, Field(max_length=500)] | None = None
    delivery_fee: AmountOrNone | None = None
    delivery_company_name: Line | None = None
    selected_rate_id: Annotated[Text, Field(max_length=191)] | None = None
    carrier_logo: Annotated[Text, Field(max_length=500)] | None = None
    redirect_url: Url | None = None
    transaction_pin: AnyPin | None = None


class CardCheckout(Checkout):
    payment_method: Literal["ShoppingCard"]


class GatewayCheckout(Checkout):
    payment_method: Literal["PaymentGateway"]


class Terms(Shape):
    """`dueNow` is what is paid at checkout; `dueLater` falls due as `scheduledCharges` say."""

    due_now: Money
    due_later: Money
    scheduled_charges: list[ScheduledCharge]


class PaidByCard(Terms):
    """`transactionId` is null where nothing is due now. With something due later the card is what it is collected from."""

    order_id: Guid
    order_code: str
    transaction_id: Guid | None
    remaining_balance: Money
    amount_deducted: Money
    order_status: str
    message: str


class SentToGateway(Terms):
    """`totalAmount` is the whole price; what is paid at `paymentUrl` is `dueNow`."""

    order_id: Guid
    order_code: str
    transaction_reference: str
    payment_url: str
    order_status: str
    payment_method: str
    total_amount: Money
    currency: str
    created_at: When
    message: str


@section.post("", DONE, money=True)
async def check_out(call: Call, body: Checkout) -> PaidByCard | SentToGateway:
    """Pay as `paymentMethod` says."""
    by_card = body.payment_method == "ShoppingCard"
    return await (_by_card(call, body) if by_card else _on_page(call, body))


@section.post("/shopping-card", DONE, money=True)
async def check_out_by_card(call: Call, body: CardCheckout) -> PaidByCard:
    """Pay from the shopping card, with the PIN; the order is paid then."""
    return await _by_card(call, body)


@section.post("/payment-gateway", DONE, money=True)
async def check_out_on_page(call: Call, body: GatewayCheckout) -> SentToGateway:
    """Pay at `paymentUrl`, from where the customer comes back to `redirectUrl`. It settles by itself."""
    return await _on_page(call, body)


async def _by_card(call: Call, body: Checkout) -> PaidByCard:
    if body.transaction_pin is None:
        raise InvalidInput("transactionPin is required", field="transactionPin")
    method = await method_of_kind(call.scope, "card")
    order_id = await begin_paying(
        call.buyer(),
        method,
        pin=body.transaction_pin,
        listing=await _listing(call, body),
        idempotency_key=call.idempotency_key,
    )
    paid, currency = await card_payment_of(order_id), call.scope.currency
    dues = await dues_of([order_id]) if paid.deferred_minor else {}
    return PaidByCard(
        order_id=paid.order_uid,
        order_code=paid.order_code,
        transaction_id=paid.payment_uid,
        remaining_balance=money(paid.balance_minor, currency),
        amount_deducted=money(paid.amount_minor, currency),
        order_status="Completed",
        message="Order placed successfully",
        due_now=money(paid.amount_minor, currency),
        due_later=money(paid.deferred_minor, currency),
        scheduled_charges=charges(dues.get(order_id, ()), currency),
    )


async def _on_page(call: Call, body: Checkout) -> SentToGateway:
    if body.redirect_url is None:
        raise InvalidInput("redirectUrl is required", field="redirectUrl")
    order = await pay(
        call.buyer(frozenset({"payments", "totals"})),
        call.scope.default_gateway,
        callback_url=checked_url(body.redirect_url, "redirectUrl"),
        listing=await _listing(call, body),
        idempotency_key=call.idempotency_key,
    )
    payment = order.checkout_payment
    # Without a payment promotions have left nothing to pay.
    settled = payment is None or payment.state == "Settled"
    return SentToGateway(
        order_id=order.uid,
        order_code=order.code,
        transaction_reference=(payment and payment.reference) or "",
        payment_url=(payment and payment.payment_url) or "",
        order_status="Completed" if settled else "Pending",
        payment_method="PaymentGateway",
        total_amount=money(order.total_minor, order.currency),
        currency=order.currency,
        created_at=payment.created_at if payment else order.updated_at,
        message="Payment URL generated successfully",
        due_now=money(payment.amount_minor if payment else 0, order.currency),
        due_later=money(order.deferred_minor, order.currency),
        scheduled_charges=charges(order.due, order.currency),
    )


async def _listing(call: Call, body: Checkout) -> Listing:
    variants = await variants_named(call.scope, [piece.product_id for piece in body.products])
    pieces: dict[int, int] = {}
    for piece in body.products:
        variant_id = variants[piece.product_id]
        pieces[variant_id] = pieces.get(variant_id, 0) + piece.quantity
    return Listing(
        pieces=tuple(sorted(pieces.items())),
        total_minor=from_decimal(body.total_amount, call.scope.currency, "totalAmount"),
        location=body.store_location_id,
        carrier=_carrier(call, body),
        keep_delivery=body.delivery_option is None,
    )


def _carrier(call: Call, body: Checkout) -> ByCarrier | None:
    if body.delivery_option != "Delivery":
        return None
    if not body.address:
        raise InvalidInput("address is required for delivery", field="address")
    if body.delivery_fee is None:
        raise InvalidInput("deliveryFee is required for delivery", field="deliveryFee")
    return ByCarrier(
        address=body.address,
        rate_id=body.selected_rate_id,
        company=body.delivery_company_name or "",
        fee_minor=from_decimal(body.delivery_fee, call.scope.currency, "deliveryFee"),
    )
