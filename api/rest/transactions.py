"""Transactions and orders of a customer (arkifi-rest-api.txt, "Customer Transactions")."""

from functools import partial
from typing import Annotated

from pydantic import BeforeValidator

from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import Guid, Money, Shape, Text, When, money
from api.rest.periods import Period, one_of
from api.rest.places import one_line
from core.money import precision, to_decimal
from models import Customer
from services.accounts.names import split_name
from services.cards import card_of
from services.orders.history import STANDINGS, OrderFilter, PastOrder, Standing, list_past_orders
from services.orders.views import LineView
from services.transactions import (
    Status,
    TransactionFilter,
    TransactionView,
    list_transactions,
    own_reference,
)

section = Section("Customer transactions", "/api/customer/transaction")
ENVIRONMENTS = {"test": 1, "live": 2}
# In the order of their numbers, from 0.
STATUSES: tuple[Status, ...] = ("Pending", "Successful", "Failed")
ORDER_STATUSES: tuple[Standing, ...] = tuple(STANDINGS)


class TransactionsWanted(Period):
    """`status` by name or number; `transactionType` may be a part of the type's name."""

    status: Annotated[Status, BeforeValidator(partial(one_of, STATUSES))] | None = None
    transaction_type: Text | None = None


class OrdersWanted(Period):
    """`orderStatus` by name or number."""

    order_status: Annotated[Standing, BeforeValidator(partial(one_of, ORDER_STATUSES))] | None = None


class Transaction(Shape):
    """`amount` is above zero; `amountDisplay` has the sign: minus where the customer pays."""

    id: Guid
    customer_id: Guid
    platform_id: Guid
    business_id: Guid
    transaction_reference: str
    amount: Money
    transaction_type: str
    status: int
    description: str
    gateway: str
    gateway_transaction_id: str | None
    environment: int
    created_at: When
    updated_at: When
    customer_first_name: str
    customer_last_name: str
    customer_email: str | None
    status_display: str
    transaction_type_display: str
    amount_display: str
    customer_display_name: str


class Transactions(Shape):
    """`currentBalance` is what is on the shopping card now."""

    transactions: list[Transaction]
    total_count: int
    page_number: int
    page_size: int
    total_pages: int
    current_balance: Money


class OrderedProduct(Shape):
    """`price` of one piece."""

    product_id: Guid
    variant_id: Guid
    quantity: int
    product_name: str
    price: Money
    product_image: str | None


class PlacedOrder(Shape):
    """The pickup location is the shop that the order comes from: fetched there unless `isAvailableForDelivery`.

    `totalProducts` counts pieces, `uniqueProducts` the products they are of. `dateCreated` is when it was placed.
    """

    id: Guid
    order_code: str
    platform_id: Guid
    business_id: Guid
    customer_id: Guid
    products: list[OrderedProduct]
    address: str | None
    pick_up_location: Guid | None
    pickup_location_id: Guid | None
    pickup_location_name: str | None
    is_available_for_delivery: bool
    order_status: int
    environment_type: int
    transaction_reference: str | None
    total_amount: Money
    date_created: When
    date_updated: When
    order_status_display: str
    environment_type_display: str
    total_products: int
    unique_products: int


class Orders(Shape):
    orders: list[PlacedOrder]
    total_count: int
    page_number: int
    page_size: int
    total_pages: int


@section.get("/list", "Successfully retrieved customer transactions")
async def transactions(call: Call, query: TransactionsWanted) -> Transactions:
    """A page of what was paid, received and sent back, the latest first."""
    customer = call.signed_in
    wanted = TransactionFilter(query.status, query.transaction_type, query.start_date, query.end_date)
    found, total = await list_transactions(
        call.scope, customer.id, wanted, skip=query.skip, take=query.page_size
    )
    card = await card_of(call.scope, customer.id)
    return Transactions(
        transactions=[_transaction(call, customer, each) for each in found],
        total_count=total,
        page_number=query.page_number,
        page_size=query.page_size,
        total_pages=query.pages(total),
        current_balance=money(card.balance_minor, card.currency),
    )


@section.get("/orders", "Retrieved orders successfully")
async def orders(call: Call, query: OrdersWanted) -> Orders:
    """A page of the orders, the latest first, with those that wait for their payment."""
    wanted = OrderFilter(query.order_status, query.start_date, query.end_date)
    found, total = await list_past_orders(
        call.scope, call.signed_in.id, wanted, skip=query.skip, take=query.page_size
    )
    call.message = f"Retrieved {len(found)} orders successfully"
    return Orders(
        orders=[_order(call, each) for each in found],
        total_count=total,
        page_number=query.page_number,
        page_size=query.page_size,
        total_pages=query.pages(total),
    )


def _transaction(call: Call, customer: Customer, each: TransactionView) -> Transaction:
    first, last = split_name(customer.full_name, customer.last_name)
    signed = to_decimal(each.signed_minor, each.currency)
    return Transaction(
        id=each.uid,
        customer_id=customer.uid,
        platform_id=call.scope.uid,
        business_id=call.scope.uid,
        transaction_reference=each.reference,
        amount=money(each.amount_minor, each.currency),
        transaction_type=each.kind,
        status=STATUSES.index(each.status),
        description=each.description,
        gateway=each.gateway,
        gateway_transaction_id=each.gateway_id,
        environment=ENVIRONMENTS[call.scope.environment],
        created_at=each.created_at,
        updated_at=each.updated_at,
        customer_first_name=first,
        customer_last_name=last,
        customer_email=customer.email,
        status_display=each.status,
        transaction_type_display=each.kind,
        amount_display=f"{signed:.{precision(each.currency)}f}",
        customer_display_name=customer.full_name,
    )


def _order(call: Call, past: PastOrder) -> PlacedOrder:
    order, place = past.order, past.handover
    payment = order.checkout_payment
    return PlacedOrder(
        id=order.uid,
        order_code=order.code,
        platform_id=call.scope.uid,
        business_id=call.scope.uid,
        customer_id=call.signed_in.uid,
        products=[_product(call, line, order.currency) for line in order.lines],
        address=one_line(order.shipping_address),
        pick_up_location=place.location_uid,
        pickup_location_id=place.location_uid,
        pickup_location_name=place.location_name,
        is_available_for_delivery=place.delivered,
        order_status=ORDER_STATUSES.index(past.standing),
        environment_type=ENVIRONMENTS[call.scope.environment],
        transaction_reference=(payment.reference or own_reference(payment.uid)) if payment else None,
        total_amount=money(order.total_minor, order.currency),
        date_created=past.at,
        date_updated=order.updated_at,
        order_status_display=past.standing,
        environment_type_display=call.scope.environment.capitalize(),
        total_products=order.quantity,
        unique_products=len({line.product_id for line in order.lines}),
    )


def _product(call: Call, line: LineView, currency: str) -> OrderedProduct:
    return OrderedProduct(
        product_id=line.product_uid,
        variant_id=line.variant_uid,
        quantity=line.quantity,
        product_name=line.name,
        price=money(line.unit_price_minor, currency),
        product_image=call.asset_url(line.asset.preview) if line.asset else None,
    )
