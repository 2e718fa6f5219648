"""A session as the contract's types show it: amounts as "0.00", times as UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.money import precision, to_decimal
from services.financing.cart_rules import why_unfit
from services.financing.details import Applicant, Cart, Item, Place
from services.financing.links import apply_link
from services.financing.schedule import instalments
from services.financing.views import OfferView, RequestView, SessionView

Shape = dict[str, Any]


def order_shape(session: SessionView) -> Shape:
    """An Order."""
    return {
        "id": str(session.uid),
        "status": session.state,
        "details": _details(session),
        "application": _application(session),
        "applyUrl": apply_link(session.uid),
        "expiresAt": at(session.expires_at),
        "orderCode": session.order_code,
    }


def customer_shape(applicant: Applicant) -> Shape:
    """A Customer; what isn't known is null."""
    return {
        "firstName": applicant.first_name or None,
        "lastName": applicant.last_name or None,
        "emailAddress": applicant.email or None,
        "cellPhone": applicant.phone or None,
        "billingAddress": _place(applicant.billing),
        "shippingAddress": _place(applicant.shipping),
    }


def amount(minor: int | None, currency: str) -> str | None:
    """Like "0.00"."""
    return None if minor is None else f"{to_decimal(minor, currency):f}"


def at(time: datetime | None) -> str | None:
    """Like 2026-12-15T00:00:00Z."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _details(session: SessionView) -> Shape | None:
    cart, currency = session.cart, session.currency
    known = session.applicant != Applicant()
    if cart is None and not known:
        return None
    return {
        "customer": customer_shape(session.applicant) if known else None,
        "items": [_item(item, currency) for item in cart.items] if cart else None,
        "shippingAmnt": amount(cart.shipping_minor, currency) if cart else None,
        "taxAmnt": amount(cart.tax_minor, currency) if cart else None,
    }


def _place(place: Place | None) -> Shape | None:
    if place is None:
        return None
    return {name: getattr(place, name) or None for name in ("line1", "line2", "city", "state", "zip")}


def _item(item: Item, currency: str) -> Shape:
    return {
        "displayName": item.display_name or None,
        "quantity": item.quantity,
        "sku": item.sku or None,
        "price": amount(item.price_minor, currency),
        "itemUrl": item.item_url or None,
        "itemImageUrl": item.image_url or None,
        "isLeaseable": item.leaseable,
        "category": item.category or None,
    }


def _application(session: SessionView) -> Shape | None:
    if not session.requests:
        return None
    loan, lease = session.request("loan"), session.request("lease")
    return {
        "loan": _request(session, loan, loan_option) | _loan(session, loan) if loan else None,
        "lease": _request(session, lease, lease_option) | _lease(session, lease) if lease else None,
    }


def _request(session: SessionView, request: RequestView, option: Any) -> Shape:
    cart = session.cart or Cart()
    unfit = why_unfit(request, cart, session.currency)
    return {
        "id": str(request.uid),
        "displayId": request.display_id or None,
        "status": request.state,
        "approvedUntil": at(request.approved_until),
        "reasonCode": request.reason_code or None,
        "reason": request.reason or None,
        "options": [option(offer, cart, session.currency) for offer in request.offers],
        "cartValidationDetails": unfit.message if unfit else None,
    }


def _loan(session: SessionView, request: RequestView) -> Shape:
    return {
        "requestedAmount": amount(request.amount_minor, session.currency),
        "approvedAmount": amount(request.approved_minor, session.currency),
    }


def _lease(session: SessionView, request: RequestView) -> Shape:
    return {"amount": amount(request.approved_minor or request.amount_minor, session.currency)}


def loan_option(offer: OfferView, cart: Cart, currency: str) -> Shape:
    """A LoanOption."""
    unit = 10 ** precision(currency)
    return {
        "id": str(offer.uid),
        "productID": offer.product,
        "lineAmount": offer.approved_minor // unit,
        "approvedAmount": amount(offer.approved_minor, currency),
        "deferredInterestPeriod": 0,
        "minimumSpend": -(-offer.minimum_minor // unit),
        "rate": "0.00",
        "termLength": offer.months,
        "instalments": _instalments(offer, cart, currency),
        "accepted": offer.accepted,
    }


def lease_option(offer: OfferView, cart: Cart, currency: str) -> Shape:
    """A LeaseOption."""
    return {
        "id": str(offer.uid),
        "approvedAmount": amount(offer.approved_minor, currency),
        "leaseTerm": offer.months,
        "applicationFee": amount(0, currency),
        "instalments": _instalments(offer, cart, currency),
        "accepted": offer.accepted,
    }


def _instalments(offer: OfferView, cart: Cart, currency: str) -> Sequence[Shape]:
    return [
        {"amount": amount(part.amount_minor, currency), "dueAt": at(part.due_at)}
        for part in instalments(cart.total_minor, offer.months)
    ]
