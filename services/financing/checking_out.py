"""Checking out: a session becomes an order of the shop's, paid by the instalments that were accepted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch, placeholders, transaction
from core.errors import IllegalTransition, IneligibleShippingMethod, InvalidInput, OrderRefusal
from core.ids import digits
from core.jobs import enqueue
from core.money import format_money, to_decimal
from models import Customer, Order
from services.accounts.customers import customer_by_phone
from services.accounts.signup import insert_customer
from services.buyers import Buyer
from services.carts import put_line
from services.checkout.delivery import checked_address
from services.checkout.on_account import Instalment, place_on_account
from services.financing.details import Applicant, Cart, Item
from services.financing.events import record
from services.financing.reading import lock_session, session_by_id
from services.financing.schedule import instalments
from services.financing.states import REQUEST_STATES, SESSION_STATES
from services.financing.views import OfferView, RequestView, SessionView
from services.shipping import methods_of
from services.tenants import Scope
from services.values import as_time

CHANNEL = "financing"
NOT_SOLD = "There is no such item for sale here."


async def check_out(scope: Scope, uid: UUID, shipping_method: str = "") -> SessionView:
    """Make the order, with a scheduled charge for each instalment; `shipping_method` is a code, the cheapest where none is said.

    The shop's own prices count, and may not come to more than what was agreed on. Checked out once more, nothing happens.
    Raises `NotFound`, `IllegalTransition` before an offer stands or when the session is over, `InvalidInput` for items that
    aren't sold here, `OrderRefusal`, `InsufficientStock`, `IneligibleShippingMethod`, and what else placing an order raises.
    """
    async with transaction():
        row = await lock_session(scope, uid)
        session = await session_by_id(scope, row["id"])
        if session.state in ("CheckedOut", "Delivered"):
            return session
        request, offer = _accepted(row, session)
        order = await _cart(scope, session, shipping_method)
        await place_on_account(scope, order.uid, lambda total: _terms(session, request, offer, total))
        await SESSION_STATES.move(row["id"], row["state"], "CheckedOut", order_id=order.id)
        await REQUEST_STATES.move(request.id, request.state, "Fulfilled", next_attempt_at=now(), attempts=0)
        await record(scope, row, "checked_out", order=order.code, instalments=offer.months)
    await enqueue("work_financing", request.id)
    return await session_by_id(scope, row["id"])


def _accepted(row: Row, session: SessionView) -> tuple[RequestView, OfferView]:
    SESSION_STATES.check(session.state, "CheckedOut")
    taken = session.accepted_offer
    if taken is None or as_time(row["expires_at"]) <= now():
        raise IllegalTransition(session.state, "CheckedOut", (), "The time of what was accepted is over.")
    return taken


def _terms(session: SessionView, request: RequestView, offer: OfferView, total: int) -> Sequence[Instalment]:
    agreed = (session.cart or Cart()).total_minor
    if total > agreed:
        shop, said = format_money(total, session.currency), format_money(agreed, session.currency)
        raise OrderRefusal(
            "BadCartRequest",
            f"In this shop it comes to {shop}, and {said} was agreed on.",
            field="items",
            approval_type=request.kind,
            approved_amount=str(to_decimal(offer.approved_minor, session.currency)),
        )
    return [Instalment(part.due_at, part.amount_minor) for part in instalments(total, offer.months)]


async def _cart(scope: Scope, session: SessionView, shipping_method: str) -> Order:
    """An order of its own beside the customer's cart, which stays as it is."""
    items = (session.cart or Cart()).items
    variants = await _variants(scope, items)
    customer_id = await _customer(scope, session)
    order = await Order.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        code=f"{scope.order_prefix}{digits(9)}",
        active=False,
        customer_id=customer_id,
        currency=scope.currency,
        channel=CHANNEL,
        shipping_address=_address(scope, session.applicant, session.phone),
    )
    buyer = Buyer(scope, CHANNEL, customer_id)
    for item in items:
        await put_line(buyer, order.id, variants[item.sku], item.quantity or 1)
    await _choose_delivery(scope, order.id, shipping_method)
    return order


async def _variants(scope: Scope, items: Sequence[Item]) -> dict[str, int]:
    """What of the catalogue is meant, by sku. Raises `InvalidInput` naming every item that isn't sold here."""
    skus = sorted({item.sku for item in items})
    rows = await fetch(
        "SELECT v.id, v.sku FROM variant v JOIN product p ON p.id = v.product_id WHERE v.platform_id = $1 "
        f"AND v.environment = $2 AND v.enabled AND p.enabled AND v.sku IN ({placeholders(skus, 3)})",
        scope.platform_id,
        scope.environment,
        *skus,
    )
    known = {row["sku"]: row["id"] for row in rows}
    problems = [(f"items.{place}.sku", NOT_SOLD) for place, item in enumerate(items) if item.sku not in known]
    if problems:
        raise InvalidInput(problems=problems)
    return known


async def _customer(scope: Scope, session: SessionView) -> int:
    """The customer with that number. Where nobody has it, one who was only said to: their links come by message."""
    known = await customer_by_phone(scope, session.phone)
    if known is None:
        known = await Customer.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            stated_phone=session.phone,
            phone__isnull=True,
            email__isnull=True,
        ).first()
    if known is None:
        who = session.applicant
        known = await insert_customer(
            scope,
            stated_phone=session.phone,
            full_name=f"{who.first_name} {who.last_name}".strip(),
            last_name=who.last_name,
        )
    assert known is not None
    return int(known.id)


def _address(scope: Scope, who: Applicant, phone: str) -> dict[str, Any] | None:
    place = who.shipping or who.billing
    if place is None or not place.line1:
        return None
    return checked_address(
        {
            "full_name": f"{who.first_name} {who.last_name}".strip(),
            "street": place.line1,
            "street2": place.line2,
            "city": place.city,
            "region": place.state,
            "postal_code": place.zip,
            "country": scope.country,
            "phone": phone,
        }
    )


async def _choose_delivery(scope: Scope, order_id: int, code: str) -> None:
    offered = [method for method in await methods_of(scope) if method.seller_id is None]
    chosen = [method for method in offered if method.code == code] if code else offered
    if code and not chosen:
        raise IneligibleShippingMethod(field="shippingMethod")
    if chosen:
        cheapest = min(chosen, key=lambda method: method.price_minor)
        await execute(
            "INSERT INTO shipping_line (order_id, method_id, price_minor) VALUES ($1, $2, $3)",
            order_id,
            cheapest.id,
            cheapest.price_minor,
        )
