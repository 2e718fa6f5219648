"""What is owed after a deposit: seeing it, paying it, and calling its order off; an addition to the contract."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.rest.calls import CHANNEL, Call
from api.rest.deposit_shapes import ScheduledCharge, charges
from api.rest.endpoints import Section, Who
from api.rest.fields import AnyPin, Guid, Money, Query, Shape, SomeAmount, Text, When, money
from core.errors import InvalidInput
from core.money import from_decimal
from services.buyers import Buyer
from services.checkout.methods import method_of_kind
from services.deposits.cancelling import Settlement, cancel_order, what_cancelling_does
from services.deposits.guessing import count_guess
from services.deposits.paying import Which, pay_balance
from services.deposits.statements import balance_by_code, balances_of, movements_of, owed_after
from services.transactions import own_reference

section = Section("Balances", "/api")
# The kind of method that a name means; the other one is the platform's own gateway.
KINDS = {"ShoppingCard": "card", "MobileMoney": "mobile_money"}
STATUSES = {"Created": "Pending", "Pending": "Pending", "Settled": "Completed"}
SENTENCES = {
    "Completed": "The payment was received",
    "Pending": "The payment is being waited for",
    "Failed": "The payment was not made",
}
OWN: dict[str, Any] = {"fields": {"id": "orderId"}}
PAID: dict[str, Any] = {"money": True, "fields": {"id": "orderId", "phone": "phone", "pin": "pin"}}


class OwnOrder(Query):
    order_id: Guid


class NamedOrder(Query):
    """`code` is what the order's customer was told; each address and account may look a limited number of times."""

    code: Annotated[Text, Field(min_length=1, max_length=20)]


class Balance(Shape):
    """`collectedWith` is what the rest is collected with when it falls due, null where nothing is stored for that.

    `about` is the order's first item.
    """

    order_id: Guid
    order_code: str
    currency: str
    total_amount: Money
    paid: Money
    outstanding: Money
    next_due_at: When
    scheduled_charges: list[ScheduledCharge]
    collected_with: str | None
    about: str


class DueAmount(Shape):
    due_at: When
    outstanding: Money


class OwedBalance(Shape):
    """What whoever pays for somebody else may see."""

    order_code: str
    currency: str
    total_amount: Money
    paid: Money
    outstanding: Money
    due_dates: list[DueAmount]


class PayBalance(Shape):
    """Without `amount` all that is owed is paid. ShoppingCard wants the `pin`, MobileMoney `phone` and `network`;
    from a gateway's page the payer comes back to `callbackUrl`.

    `keepMethod` says whether the rest is collected with it too, where the payer is the order's customer; left out it is
    where nothing else is stored for that.
    """

    payment_method: Literal["ShoppingCard", "PaymentGateway", "MobileMoney"]
    amount: SomeAmount | None = None
    pin: AnyPin | None = None
    phone: Annotated[Text, Field(min_length=1, max_length=20)] | None = None
    network: Literal["mtn", "telecel", "at"] | None = None
    callback_url: Annotated[Text, Field(min_length=1, max_length=500)] | None = None
    keep_method: bool | None = None


class PaidBalance(Shape):
    """`paymentStatus` is Completed, Pending (see `paymentUrl`, or the payer's phone) or Failed.

    `outstanding` is what is still owed now.
    """

    payment_id: Guid
    transaction_reference: str
    payment_status: str
    payment_url: str | None
    amount: Money
    outstanding: Money
    currency: str
    created_at: When
    message: str


class Movement(Shape):
    """`amount` is above zero where the customer paid, below where money came back, zero where none moved."""

    at: When
    description: str
    amount: Money


class Cancellation(Shape):
    """Of what was paid `returned` goes back and `kept` is the shop's; `forgiven` was still owed, and is no more."""

    returned: Money
    kept: Money
    forgiven: Money
    currency: str


class Cancel(Shape):
    reason: Annotated[Text, Field(max_length=200)] = ""


@section.get("/balances", "Balances retrieved successfully")
async def balances(call: Call) -> list[Balance]:
    """The orders of which something is still owed, the soonest due first."""
    return [
        Balance(
            order_id=found.order_uid,
            order_code=found.order_code,
            currency=found.currency,
            total_amount=money(found.total_minor, found.currency),
            paid=money(found.paid_minor, found.currency),
            outstanding=money(found.outstanding_minor, found.currency),
            next_due_at=found.next_due_at,
            scheduled_charges=charges(found.due, found.currency),
            collected_with=found.method,
            about=found.about,
        )
        for found in await balances_of(call.scope, call.signed_in.id)
    ]


@section.get("/balances/by-code/{code}", "Balance retrieved successfully", who=Who.EITHER)
async def balance_of_code(call: Call, path: NamedOrder) -> OwedBalance:
    """What is owed of the order with that code, for whoever was given it and pays for somebody else."""
    await _count(call)
    found = await balance_by_code(call.scope, path.code)
    return OwedBalance(
        order_code=found.order_code,
        currency=found.currency,
        total_amount=money(found.total_minor, found.currency),
        paid=money(found.paid_minor, found.currency),
        outstanding=money(found.outstanding_minor, found.currency),
        due_dates=[
            DueAmount(due_at=due.at, outstanding=money(due.outstanding_minor, found.currency))
            for due in found.due
            if due.outstanding_minor
        ],
    )


@section.post("/balances/{orderId}/pay", "Payment processed successfully", **PAID)
async def pay(call: Call, path: OwnOrder, body: PayBalance) -> PaidBalance:
    """Pay what is owed of one's own order, or a part of it. The same call again gives the same page while it waits."""
    return await _pay(call, Which(uid=path.order_id), body)


@section.post("/balances/by-code/{code}/pay", "Payment processed successfully", who=Who.EITHER, **PAID)
async def pay_by_code(call: Call, path: NamedOrder, body: PayBalance) -> PaidBalance:
    """Pay what is owed of somebody's order, or a part of it, with what is one's own."""
    await _count(call)
    return await _pay(call, Which(code=path.code), body)


@section.get("/orders/{orderId}/movements", "Movements retrieved successfully", **OWN)
async def movements(call: Call, path: OwnOrder) -> list[Movement]:
    """All that happened to the money of one's own placed order, the oldest first."""
    return [
        Movement(at=each.at, description=each.words, amount=money(each.amount_minor, call.scope.currency))
        for each in await movements_of(call.scope, call.signed_in.id, path.order_id)
    ]


@section.get("/orders/{orderId}/cancellation", "Cancellation worked out successfully", refusals=(409,), **OWN)
async def cancellation(call: Call, path: OwnOrder) -> Cancellation:
    """What calling off one's own order, which was bought with a deposit, would come to now."""
    return _cancellation(call, await what_cancelling_does(call.scope, call.signed_in.id, path.order_id))


@section.post("/orders/{orderId}/cancel", "Order cancelled successfully", **OWN)
async def cancel(call: Call, path: OwnOrder, body: Cancel) -> Cancellation:
    """Call off one's own order that was bought with a deposit; what goes back goes the way it came."""
    mine = call.signed_in.id
    return _cancellation(
        call, await cancel_order(call.scope, path.order_id, customer_id=mine, reason=body.reason)
    )


async def _pay(call: Call, which: Which, body: PayBalance) -> PaidBalance:
    if body.payment_method == "ShoppingCard" and body.pin is None:
        raise InvalidInput("pin is required", field="pin")
    amount, currency, who = body.amount, call.scope.currency, call.customer
    payment = await pay_balance(
        Buyer(call.scope, CHANNEL, who.id if who else None, customer=who),
        which,
        await _method(call, body.payment_method),
        amount_minor=None if amount is None else from_decimal(amount, currency),
        pin=body.pin,
        phone=body.phone,
        network=body.network,
        callback_url=body.callback_url,
        keep=body.keep_method,
        idempotency_key=call.idempotency_key,
    )
    status = STATUSES.get(payment.state, "Failed")
    return PaidBalance(
        payment_id=payment.uid,
        transaction_reference=payment.reference or own_reference(payment.uid),
        payment_status=status,
        payment_url=payment.payment_url,
        amount=money(payment.amount_minor, currency),
        outstanding=money(await owed_after(payment.id), currency),
        currency=currency,
        created_at=payment.created_at,
        message=payment.reason or SENTENCES[status],
    )


async def _method(call: Call, name: str) -> str:
    kind = KINDS.get(name)
    return await method_of_kind(call.scope, kind) if kind else call.scope.default_gateway


async def _count(call: Call) -> None:
    """Count a look by code, under the account and the address that it comes from."""
    customer = f"customer:{call.customer.id}" if call.customer else None
    await count_guess(call.scope, customer, f"address:{call.peer}" if call.peer else None)


def _cancellation(call: Call, done: Settlement) -> Cancellation:
    currency = call.scope.currency
    return Cancellation(
        returned=money(done.returned_minor, currency),
        kept=money(done.kept_minor, currency),
        forgiven=money(done.forgiven_minor, currency),
        currency=currency,
    )
