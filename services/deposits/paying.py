"""Paying what is owed of an order before it is collected, all of it or a part: by its customer, or by somebody for them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from core.db import Row, transaction
from core.errors import IneligiblePaymentMethod, NotFound, PaymentFailed, PaymentPending
from core.jobs import enqueue
from models import IdempotencyRecord
from services.accounts.pins import check_pin
from services.accounts.standing import check_standing
from services.accounts.trust import check_proven
from services.buyers import Buyer
from services.cards import card_of
from services.checkout.methods import checked_url, checked_wallet, eligible_method, payer_email
from services.checkout.waiting import PageWaits, abandon_page, leads_back, open_page_of
from services.deposits.charges import allocate
from services.deposits.collecting import lock_order, owed
from services.deposits.methods import is_kept, keep_card
from services.deposits.settling import book_balance, count_collected
from services.ledger import shared_account
from services.orders.payments import get_payment
from services.orders.views import PaymentView
from services.payments.attempts import start_redirect
from services.payments.opening import AttemptKind, Opened, open_attempt, open_payment
from services.payments.settling import lock_payment
from services.planned_payments.checking import check_unpaid

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Which:
    """The order whose balance is paid: by its id or uid for its own customer, by its code for anybody; and the planned payment
    that this is a try of, where it was planned.
    """

    order_id: int | None = None
    uid: UUID | None = None
    code: str | None = None
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class PayBalance:
    """What a payer gave to pay with, checked. `keep` collects the rest with it too (None: where nothing else is stored),
    where they are the customer.
    """

    amount_minor: int | None
    phone: str | None
    network: str | None
    callback_url: str | None
    keep: bool | None
    asked: bool = False  # the provider, whether the page that waits was paid

    def payload(self) -> list[Any]:
        """What a replay must repeat."""
        return [self.amount_minor, self.phone, self.network, self.callback_url, self.keep]


@dataclass(frozen=True, slots=True)
class _Begun:
    payment_id: int
    opened: Opened | None = None


async def pay_balance(
    payer: Buyer,
    which: Which,
    method_code: str,
    *,
    amount_minor: int | None = None,
    pin: str | None = None,
    phone: str | None = None,
    network: str | None = None,
    callback_url: str | None = None,
    keep: bool | None = None,
    idempotency_key: str | None = None,
) -> PaymentView:
    """Pay what is owed of a placed order, or `amount_minor` of it, by any method that the payer can use; the payment.

    From the payer's shopping card, with their PIN, it is paid at once. On a gateway's page it waits for them at
    `payment_url`; by mobile money for the owner of the phone. Asking again while a page waits gives the same page.

    Raises `NotFound`, `InvalidInput` (nothing, or less, is owed), `PaymentPending` (another payment under way),
    `IneligiblePaymentMethod`, `PinWrong`, `PinLocked`, `PinMissing`, `InsufficientFunds`, `PaymentFailed`,
    `NumberUnproven`.
    """
    method = await eligible_method(payer, method_code)
    way = _WAYS.get(method["kind"])
    if way is None:
        raise IneligiblePaymentMethod(field="method")
    given = PayBalance(
        amount_minor, *checked_wallet(payer, method, phone, network), checked_url(callback_url), keep
    )
    if method["kind"] == "card":
        # Outside the transaction: a wrong try stays counted whatever follows.
        await check_pin(payer.scope, payer.customer_id or 0, pin or "")
    check_proven()
    begun = await _begin(partial(way, payer, which, method), payer, which, idempotency_key, method, given)
    if method["kind"] == "gateway" and begun.opened is not None:
        await _open_page(_owner(payer, which), idempotency_key, begun)
    return await get_payment(begun.payment_id)


async def _begin(
    way: Callable[[PayBalance], Awaitable[_Begun]],
    payer: Buyer,
    which: Which,
    key: str | None,
    method: Row,
    given: PayBalance,
) -> _Begun:
    """Begin the payment, once it is known what became of a page that waits."""
    for _ in range(MOST_TRIES):
        try:
            return await _once(way, payer, which, key, method, given)
        except PageWaits as page:
            await page.look()
            given = replace(given, asked=True)
    raise PaymentPending


async def _once(
    way: Callable[[PayBalance], Awaitable[_Begun]],
    payer: Buyer,
    which: Which,
    key: str | None,
    method: Row,
    given: PayBalance,
) -> _Begun:
    """Begin the payment in one transaction; under a key that is known already, what was begun then."""
    if not key:
        async with transaction():
            return await way(given)
    begun: list[_Begun] = []

    async def begin() -> list[int | None]:
        begun.append(await way(given))
        return _answer(begun[0])

    order = [which.order_id, str(which.uid), which.code, *([which.plan_id] if which.plan_id else [])]
    answer = await IdempotencyRecord.once(
        _owner(payer, which), key, [order, method["code"], *given.payload()], begin
    )
    if begun:
        return begun[0]
    payment_id, attempt_id = answer
    return _Begun(payment_id, Opened(attempt_id) if attempt_id else None)


async def _open_page(owner: str, key: str | None, begun: _Begun) -> None:
    assert begun.opened is not None
    try:
        await start_redirect(begun.opened)
    except PaymentFailed:
        # Nobody was given a page, so the key has begun nothing and may be used again.
        await IdempotencyRecord.free(owner, key or "", _answer(begun))
        raise


async def _by_card(payer: Buyer, which: Which, method: Row, given: PayBalance) -> _Begun:
    order = await _order_of(payer, which, given.amount_minor)
    amount = await owed(order, given.amount_minor)
    await abandon_page(order["id"], asked=given.asked)
    payment_id = await open_payment(
        payer,
        purpose="balance",
        method_id=method["id"],
        amount_minor=amount,
        order_id=order["id"],
        settled=True,
        plan_id=which.plan_id,
    )
    card = await card_of(payer.scope, payer.customer_id or 0)
    receivable = await shared_account(payer.scope, "receivable", "receivable")
    await allocate(order["id"], amount)
    await book_balance(payer.scope, payment_id, order, [(card.account, -amount), (receivable, amount)])
    if payer.customer_id == order["customer_id"] and is_kept(order, given.keep):
        await keep_card(payer.scope, order["id"], order["customer_id"], method["id"])
    await count_collected(payer.scope, order, await lock_payment(payment_id), amount)
    return _Begun(payment_id)


async def _on_page(payer: Buyer, which: Which, method: Row, given: PayBalance) -> _Begun:
    order = await _order_of(payer, which, given.amount_minor)
    amount = await owed(order, given.amount_minor)
    open_one = await open_page_of(order["id"], asked=given.asked)
    if (
        open_one
        and open_one["method_id"] == method["id"]
        and open_one["amount_minor"] == amount
        and open_one["customer_id"] == payer.customer_id
        and open_one["plan_id"] == which.plan_id
        and leads_back(open_one, given.callback_url)
    ):
        return _Begun(open_one["id"], Opened(open_one["attempt_id"]))
    return await _open(
        payer, order, method, given, amount, "redirect", which.plan_id, callback_url=given.callback_url
    )


async def _by_phone(payer: Buyer, which: Which, method: Row, given: PayBalance) -> _Begun:
    order = await _order_of(payer, which, given.amount_minor)
    amount = await owed(order, given.amount_minor)
    wallet = {"phone": given.phone, "network": given.network}
    begun = await _open(payer, order, method, given, amount, "mobile_money", which.plan_id, **wallet)
    assert begun.opened is not None
    await enqueue("work_attempt", begun.opened.attempt_id)
    return begun


_WAYS: dict[str, Callable[[Buyer, Which, Row, PayBalance], Awaitable[_Begun]]] = {
    "card": _by_card,
    "gateway": _on_page,
    "mobile_money": _by_phone,
}


async def _open(
    payer: Buyer,
    order: Row,
    method: Row,
    given: PayBalance,
    amount_minor: int,
    kind: AttemptKind,
    plan_id: int | None,
    **request: str | None,
) -> _Begun:
    await abandon_page(order["id"], asked=given.asked)
    payment_id = await open_payment(
        payer,
        purpose="balance",
        method_id=method["id"],
        amount_minor=amount_minor,
        order_id=order["id"],
        plan_id=plan_id,
    )
    email = await payer_email(payer, order["code"])
    opened = await open_attempt(
        payment_id,
        provider=method["provider"],
        kind=kind,
        request={"email": email, "keep": given.keep, **request},
    )
    return _Begun(payment_id, opened)


async def _order_of(payer: Buyer, which: Which, amount_minor: int | None) -> Row:
    """The order, locked; by another name than its code only the payer's own. Raises `NotFound`, `AccountLocked`."""
    await check_standing(payer.customer_id)
    order = await lock_order(payer.scope, order_id=which.order_id, uid=which.uid, code=which.code)
    if which.code is None and order["customer_id"] != payer.customer_id:
        raise NotFound("There is no such order.", field="id")
    if which.plan_id is not None:
        await check_unpaid(which.plan_id, amount_minor)
    return order


def _owner(payer: Buyer, which: Which) -> str:
    """Whose keys they are. Guests know nothing of one another's, so theirs belong to the order that they pay."""
    who = payer.customer_id or f"code:{which.code}"
    return f"balance:{payer.scope.platform_id}:{payer.scope.environment}:{who}"


def _answer(begun: _Begun) -> list[int | None]:
    return [begun.payment_id, begun.opened.attempt_id if begun.opened else None]
