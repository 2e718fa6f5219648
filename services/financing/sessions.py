"""Sessions begun and filled: by the merchant, with what is known of the customer and of what they want to buy."""

from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, transaction
from core.errors import OrderNotModifiable
from models import FinancingApplication, FinancingRequest
from services.financing.cart_rules import why_unfit
from services.financing.details import (
    Applicant,
    Cart,
    check_applicant,
    check_cart,
    comparable_phone,
    stored_applicant,
    stored_items,
)
from services.financing.events import record
from services.financing.reading import applicant_of, lock_session, session_by_id, show
from services.financing.states import CLOSED
from services.financing.views import SessionView
from services.tenants import Scope
from services.values import as_time

# From when it is begun until it is over, unless it was checked out.
LIFETIME = timedelta(days=30)
NOT_OPEN = "An offer was accepted for this order, or it is over: what it is about can't be changed any more."


async def begin_session(
    scope: Scope, *, applicant: Applicant | None = None, cart: Cart | None = None
) -> SessionView:
    """A new session; nothing need be known yet. Raises `InvalidInput` with all that is wrong."""
    written = _written(scope, applicant, cart)
    async with transaction():
        row = await FinancingApplication.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            currency=scope.currency,
            expires_at=now() + LIFETIME,
            **written,
        )
        session = {"id": row.id, "uid": row.uid}
        await record(scope, session, "created", total_minor=cart.total_minor if cart else 0)
    return await session_by_id(scope, row.id)


async def change_session(
    scope: Scope, uid: UUID, *, applicant: Applicant | None = None, cart: Cart | None = None
) -> SessionView:
    """Say who applies, or what is to be bought; what isn't given stays, also of the applicant.

    Raises `NotFound`, `InvalidInput`, `OrderNotModifiable` once an offer was accepted or the session is over.
    """
    async with transaction():
        row = await lock_session(scope, uid)
        check_open(row)
        await _check_approvals(row, cart)
        who = together(row, applicant) if applicant else None
        if who is not None:
            await check_same_person(scope, row, who)
        written = _written(scope, who, cart)
        await FinancingApplication.filter(id=row["id"]).update(updated_at=now(), **written)
        await record(scope, row, "changed", **({"total_minor": cart.total_minor} if cart else {}))
        return await session_by_id(scope, row["id"])


def check_open(row: Row) -> None:
    """Raises `OrderNotModifiable` once an offer was accepted for a session (its row), or its time is over."""
    if row["state"] != "Open" or as_time(row["expires_at"]) <= now():
        raise OrderNotModifiable(NOT_OPEN)


async def check_same_person(scope: Scope, row: Row, who: Applicant) -> None:
    """Of whom the lender is asked, stays the same: nobody is approved as one person and billed as another.

    Raises `OrderNotModifiable` for another name or number while something is applied for or approved.
    """
    before = applicant_of(row)
    same = (who.first_name, who.last_name) == (before.first_name, before.last_name)
    if same and comparable_phone(who.phone, scope.country) == row["phone"]:
        return
    asked = await FinancingRequest.filter(application_id=row["id"]).exclude(state__in=CLOSED).exists()
    if asked:
        raise OrderNotModifiable("Who applies can't be changed while the lender is asked about them.")


async def _check_approvals(row: Row, cart: Cart | None) -> None:
    """What is approved already must be of use for the cart as it will be: for a loan, or for a lease. Raises `OrderRefusal`."""
    if cart is None:
        return
    session = (await show([row]))[0]
    approvals = [each for each in session.requests if each.state == "Approved"]
    unfit = [why_unfit(each, cart, session.currency) for each in approvals]
    if unfit and all(unfit):
        raise unfit[0] or OrderNotModifiable(NOT_OPEN)


def together(row: Row, applicant: Applicant) -> Applicant:
    """Who applies, with what is said of them now over what was said before."""
    before = applicant_of(row)
    said = {each.name: getattr(applicant, each.name) for each in fields(Applicant)}
    return Applicant(**{name: value or getattr(before, name) for name, value in said.items()})


def _written(scope: Scope, applicant: Applicant | None, cart: Cart | None) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if applicant is not None:
        check_applicant(applicant)
        written |= {
            "applicant": stored_applicant(applicant),
            "phone": comparable_phone(applicant.phone, scope.country),
        }
    if cart is not None:
        check_cart(cart)
        written |= {
            "items": stored_items(cart),
            "goods_minor": cart.goods_minor,
            "shipping_minor": cart.shipping_minor,
            "tax_minor": cart.tax_minor,
        }
    return written
