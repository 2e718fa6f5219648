"""Paying for the cart: by shopping card, on a gateway's page, by mobile money, or at once without a provider."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from core.db import Row, transaction
from core.errors import (
    IdempotencyConflict,
    IllegalTransition,
    IneligiblePaymentMethod,
    InvalidInput,
    NoActiveOrder,
    NotSignedIn,
    PaymentFailed,
    PaymentPending,
)
from core.jobs import enqueue
from core.money import format_money
from models import IdempotencyRecord
from services import stock
from services.accounts.pins import check_pin
from services.accounts.standing import check_standing
from services.accounts.trust import check_proven
from services.buyers import Buyer
from services.cards import card_of
from services.carts import active_order_id, lock_cart
from services.checkout.guests import check_guest
from services.checkout.listing import AnotherIsBeingPaid, Listing, arrange, check_total
from services.checkout.methods import checked_url, checked_wallet, eligible_method, payer_email
from services.checkout.reopening import reopen_cart
from services.checkout.waiting import PageWaits, abandon_page, leads_back, open_page_of
from services.deposits.methods import keep_card
from services.ledger import shared_account
from services.orders.freezing import Frozen, agree, freeze
from services.orders.placing import place_order
from services.orders.reading import due_at_checkout, get_order, order_of
from services.orders.views import OrderView
from services.payments.attempts import start_redirect
from services.payments.opening import (
    AttemptKind,
    Opened,
    open_attempt,
    open_payment,
)
from services.payments.settling import book_order_payment
from services.seller_orders.booking import share_sale
from services.tenants import Scope

# Two devices that check out different things at once take turns; after that one is told to wait.
MOST_TRIES = 4


@dataclass(frozen=True, slots=True)
class PayWith:
    """What a buyer gave to pay with, checked."""

    phone: str | None
    network: str | None
    callback_url: str | None
    listing: Listing | None = None
    asked: bool = False  # the provider, whether the page that waits was paid
    shown: tuple[int, int] | None = (
        None  # the total and what is paid of it now, minor units, as the buyer saw them
    )

    def payload(self) -> dict[str, Any]:
        """What a replay must repeat."""
        return {name: value for name, value in asdict(self).items() if name not in ("asked", "shown")}


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that was begun, or made; `opened` where a provider has yet to be asked."""

    order_id: int
    opened: Opened | None = None


async def pay(
    buyer: Buyer,
    method_code: str,
    *,
    pin: str | None = None,
    phone: str | None = None,
    network: str | None = None,
    callback_url: str | None = None,
    listing: Listing | None = None,
    shown: tuple[int, int] | None = None,
    idempotency_key: str | None = None,
) -> OrderView:
    """Pay for the buyer's cart, or for what is listed, arranging payment first where it isn't yet; the order as it is then.

    The card and immediate methods are settled at once. A gateway's payment waits for the customer at
    `payment_url`; mobile money waits for the worker and the customer's phone. Asking again while a page waits
    gives the same page. Where the buyer was `shown` a total and what is paid of it now (minor units), nothing else is
    charged: `InvalidInput` on `total`. With an `idempotency_key` a replay gives the order that the first call paid for.

    Raises `NoActiveOrder`, `IllegalTransition` (empty cart), `InsufficientStock`, `IneligiblePaymentMethod`,
    `PinWrong`, `PinLocked`, `PinMissing`, `InsufficientFunds`, `PaymentPending`, `PaymentFailed`, `InvalidInput`,
    `NumberUnproven`, `AccountLocked`.
    """
    order_id = await begin_paying(
        buyer,
        method_code,
        pin=pin,
        phone=phone,
        network=network,
        callback_url=callback_url,
        listing=listing,
        shown=shown,
        idempotency_key=idempotency_key,
    )
    order = await get_order(buyer.scope, order_id=order_id, wants=buyer.wants)
    if order is None:
        raise NoActiveOrder
    return order


async def begin_paying(
    buyer: Buyer,
    method_code: str,
    *,
    pin: str | None = None,
    phone: str | None = None,
    network: str | None = None,
    callback_url: str | None = None,
    listing: Listing | None = None,
    shown: tuple[int, int] | None = None,
    idempotency_key: str | None = None,
) -> int:
    """As `pay`, for callers who read by themselves what they show: the order's id."""
    method = await eligible_method(buyer, method_code)
    given = PayWith(
        *checked_wallet(buyer, method, phone, network), checked_url(callback_url), listing, shown=shown
    )
    if method["kind"] == "card":
        # Outside the transaction: a wrong try stays counted whatever follows.
        await check_pin(buyer.scope, buyer.customer_id or 0, pin or "")
    check_proven()
    check_guest(buyer)
    begun = await _begin(buyer, idempotency_key, method, given)
    if method["kind"] == "gateway" and begun.opened is not None:
        await _open_page(buyer, idempotency_key, begun.order_id, begun.opened)
    return begun.order_id


async def _begin(buyer: Buyer, key: str | None, method: Row, given: PayWith) -> Begun:
    """Begin the payment, once it is known what became of a page that waits. Raises `PaymentPending` besides."""
    for _ in range(MOST_TRIES):
        try:
            return await _once(buyer, key, method, given)
        except AnotherIsBeingPaid:
            await reopen_cart(buyer)
        except PageWaits as page:
            await page.look()
            given = replace(given, asked=True)
    raise PaymentPending


async def _open_page(buyer: Buyer, key: str | None, order_id: int, opened: Opened) -> None:
    try:
        await start_redirect(opened)
    except PaymentFailed:
        if key:
            # Nobody was given a page, so the key has bought nothing and may be used again.
            await IdempotencyRecord.free(_owner(buyer), key, [order_id, opened.attempt_id])
        raise


def _owner(buyer: Buyer) -> str:
    """Whose keys they are."""
    owner = f"customer:{buyer.customer_id}" if buyer.customer_id else f"order:{buyer.order_id}"
    return f"pay:{buyer.scope.platform_id}:{buyer.scope.environment}:{owner}"


async def _once(buyer: Buyer, key: str | None, method: Row, given: PayWith) -> Begun:
    """Begin the payment in one transaction; under a key that is known already, what was begun then."""
    begin = partial(_WAYS[method["kind"]], buyer, method, given)
    if not key:
        async with transaction():
            return await begin()
    begun: list[Begun] = []

    async def begin_once() -> list[int | None]:
        begun.append(await begin())
        opened = begun[0].opened
        return [begun[0].order_id, opened.attempt_id if opened else None]

    order_id, attempt_id = await IdempotencyRecord.once(
        _owner(buyer), key, [method["code"], given.payload()], begin_once
    )
    if begun:
        return begun[0]
    if given.listing is None and await active_order_id(buyer) not in (None, order_id):
        # The key paid for an earlier cart; whoever sends it with this one would think this one paid.
        raise IdempotencyConflict(field="Idempotency-Key")
    return Begun(order_id, Opened(attempt_id) if attempt_id else None)


async def _pay_at_once(buyer: Buyer, method: Row, given: PayWith) -> Begun:
    scope = buyer.scope
    arranged = await _arranged(buyer, given, agree)
    row = arranged.row
    if not arranged.fresh:
        await abandon_page(row["id"], asked=given.asked)
    await stock.take(row["id"], lines=arranged.lines)
    payment_id = None
    if due_at_checkout(row):
        payment_id = await open_payment(
            buyer,
            purpose="order",
            method_id=method["id"],
            amount_minor=due_at_checkout(row),
            order_id=row["id"],
            settled=True,
        )
    if method["kind"] == "card":
        source = (await card_of(scope, buyer.customer_id or 0)).account
        if row["deferred_minor"]:
            await keep_card(scope, row["id"], buyer.customer_id or 0, method["id"])
    else:
        source = await shared_account(scope, f"gateway:{method['code']}", "gateway")
    await book_order_payment(scope, payment_id, row, source, view=arranged.view)
    await place_order(
        scope, row, totals=arranged.totals, by_carrier=arranged.by_carrier, customer=buyer.customer
    )
    return Begun(row["id"])


async def _pay_on_page(buyer: Buyer, method: Row, given: PayWith) -> Begun:
    arranged = await _arranged(buyer, given, freeze)
    row = arranged.row
    open_one = None if arranged.fresh else await open_page_of(row["id"], asked=given.asked)
    if open_one and open_one["method_id"] == method["id"] and leads_back(open_one, given.callback_url):
        return Begun(row["id"], Opened(open_one["attempt_id"]))
    opened = await _open(buyer, method, arranged, given, "redirect", {"callback_url": given.callback_url})
    return Begun(row["id"], opened)


async def _pay_by_phone(buyer: Buyer, method: Row, given: PayWith) -> Begun:
    arranged = await _arranged(buyer, given, freeze)
    wallet = {"phone": given.phone, "network": given.network}
    opened = await _open(buyer, method, arranged, given, "mobile_money", wallet)
    if opened is not None:
        await enqueue("work_attempt", opened.attempt_id)
    return Begun(arranged.row["id"], opened)


_WAYS: dict[str, Callable[[Buyer, Row, PayWith], Awaitable[Begun]]] = {
    "card": _pay_at_once,
    "immediate": _pay_at_once,
    "gateway": _pay_on_page,
    "mobile_money": _pay_by_phone,
}


async def _give(buyer: Buyer, arranged: Frozen, given: PayWith) -> None:
    """Place an order of which promotions have left nothing to pay: no provider takes nothing."""
    if not arranged.fresh:
        await abandon_page(arranged.row["id"], asked=given.asked)
    await stock.take(arranged.row["id"], lines=arranged.lines)
    # No money moves; its sellers have their parts of it all the same.
    await share_sale(buyer.scope, arranged.row, arranged.view)
    await place_order(buyer.scope, arranged.row, by_carrier=arranged.by_carrier, customer=buyer.customer)


async def _open(
    buyer: Buyer,
    method: Row,
    arranged: Frozen,
    given: PayWith,
    kind: AttemptKind,
    request: dict[str, Any],
) -> Opened | None:
    row = arranged.row
    if not row["total_minor"]:
        await _give(buyer, arranged, given)
        return None
    if not due_at_checkout(row):
        raise IneligiblePaymentMethod(
            "Nothing is due now: choose what the rest is collected with.", field="method"
        )
    if not arranged.fresh:
        await abandon_page(row["id"], asked=given.asked)
    await stock.promise(row["id"], lines=arranged.lines)
    payment_id = await open_payment(
        buyer,
        purpose="order",
        method_id=method["id"],
        amount_minor=due_at_checkout(row),
        order_id=row["id"],
    )
    return await open_attempt(
        payment_id,
        provider=method["provider"],
        kind=kind,
        request={"email": await payer_email(buyer, row["code"], order_of(row).guest), **request},
    )


async def _arranged(buyer: Buyer, given: PayWith, how: Callable[[Scope, Row], Awaitable[Frozen]]) -> Frozen:
    """The cart, locked, with its prices agreed. An order that costs nothing can't be paid for."""
    await check_standing(buyer.customer_id)
    row = await (arrange(buyer, given.listing) if given.listing else lock_cart(buyer))
    if row is None:
        raise NoActiveOrder
    if row["state"] not in ("AddingItems", "ArrangingPayment"):
        raise PaymentPending
    frozen = await how(buyer.scope, row)
    if given.listing is not None:
        check_total(frozen.row, given.listing, buyer.scope.currency)
    if given.shown not in (None, (frozen.row["total_minor"], due_at_checkout(frozen.row))):
        total = format_money(frozen.row["total_minor"], buyer.scope.currency)
        raise InvalidInput(f"The total is {total} now. Please look again.", field="total")
    if frozen.unusable_codes and given.listing is None and given.shown is None:
        # Nobody says which total they have seen: it may have been the smaller one.
        why = (
            f"{frozen.unusable_codes[0]} takes nothing off any more, or not yet. Take the code back to go on."
        )
        raise IllegalTransition(row["state"], "ArrangingPayment", (), why)
    if frozen.row["total_minor"] <= 0 and not frozen.row["discount_minor"]:
        raise IllegalTransition(row["state"], "PaymentSettled", (), "There is nothing to pay.")
    if frozen.row["deferred_minor"] and buyer.customer_id is None:
        raise NotSignedIn("Sign in to pay a part of it later.")
    return frozen
