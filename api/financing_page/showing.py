"""What the page shows of a session: what is bought, how each application stands, and what can be done next."""

from typing import Any

from core.languages import SOURCE, Day
from core.money import format_money
from services.financing.cart_rules import why_unfinanceable, why_unfit
from services.financing.details import Applicant, Cart, Place
from services.financing.schedule import instalments
from services.financing.states import CLOSED
from services.financing.views import OfferView, RequestView, SessionView

Shape = dict[str, Any]

LOOK_AGAIN_S = 4
KINDS = {"loan": "Loan", "lease": "Lease"}
KIND_WORDS = {
    "loan": "It is yours at once, and you pay it back month by month.",
    "lease": "You pay for it month by month, and it is yours after the last.",
}
# What is said of a session that is no longer filled.
SAID = {
    "Accepting": "We are telling the lender that you take the offer.",
    "Accepted": "It is agreed. The shop makes the order now.",
    "CheckedOut": "The order is made. You are told before each part falls due.",
    "Delivered": "The order is made and delivered. You are told before each part falls due.",
    "Cancelled": "This was called off. Nothing is owed.",
    "Expired": "The time for this is over. Please ask the shop to begin anew.",
}
GOOD = ("Accepted", "CheckedOut", "Delivered")
# What is said of what was applied for.
OF_REQUEST = {
    "Submitted": "The lender is looking at it.",
    "MoreInformation": "The lender wants to know more.",
    "Approved": "Approved.",
    "Declined": "The lender said no.",
    "Withdrawn": "Given up.",
    "Expired": "The time of the approval is over.",
}


def session_values(session: SessionView, typed: Shape | None = None) -> Shape:
    """What the template is filled with."""
    waiting = session.state == "Accepting" or any(each.state == "Submitted" for each in session.requests)
    is_open = session.state == "Open"
    # A page that looks again by itself would take away what is being typed.
    kinds = _kinds(session) if is_open and not waiting else []
    return {
        "session": session,
        "said": SAID.get(session.state, ""),
        "good": session.state in GOOD,
        "items": _items(session),
        "total": _money(session.cart.total_minor, session) if session.cart and session.cart.items else "",
        "requests": [_request(session, each) for each in session.requests] if is_open else [],
        "agreed": _agreed(session),
        "kinds": kinds,
        "has_offers": any(each.state == "Approved" for each in session.requests),
        "look_again_s": LOOK_AGAIN_S if waiting else 0,
        "typed": typed if typed is not None else _known(session.applicant),
        "currency": session.currency,
        "can_cancel": is_open and bool(session.requests),
    }


def _known(applicant: Applicant) -> Shape:
    place = applicant.billing or applicant.shipping or Place()
    return {
        "first_name": applicant.first_name,
        "last_name": applicant.last_name,
        "phone": applicant.phone,
        "email": applicant.email,
        "line1": place.line1,
        "city": place.city,
    }


def _kinds(session: SessionView) -> list[Shape]:
    """What can be applied for now: not what is under way or approved already, nor what can't be leased."""
    cart = session.cart or Cart()
    found = []
    for kind, name in KINDS.items():
        request = session.request(kind)
        if request is not None and request.state not in CLOSED:
            continue
        if cart.items and why_unfinanceable(kind, cart):
            continue
        found.append({"kind": kind, "name": name, "words": KIND_WORDS[kind]})
    return found


def _items(session: SessionView) -> list[Shape]:
    items = session.cart.items if session.cart else ()
    return [
        {
            "name": item.display_name or item.sku or "Item",
            "quantity": item.quantity or 1,
            "amount": _money(item.amount_minor, session) if item.price_minor is not None else "",
        }
        for item in items
    ]


def _request(session: SessionView, request: RequestView) -> Shape:
    cart = session.cart or Cart()
    unfit = why_unfit(request, cart, session.currency)
    approved = request.state == "Approved"
    return {
        "kind": request.kind,
        "name": KINDS[request.kind],
        "state": request.state,
        "said": OF_REQUEST.get(request.state, request.state),
        "reason": request.reason if request.state in ("Declined", "MoreInformation") else "",
        "display_id": request.display_id,
        "approved": _money(request.approved_minor, session) if request.approved_minor and approved else "",
        "until": Day(request.approved_until).written(SOURCE) if request.approved_until and approved else "",
        "unfit": unfit.message if unfit and approved else "",
        "empty": approved and not cart.items,
        "offers": [_offer(session, cart, request, each) for each in request.offers] if approved else [],
    }


def _offer(session: SessionView, cart: Cart, request: RequestView, offer: OfferView) -> Shape:
    parts = instalments(cart.total_minor, offer.months) if cart.items else []
    return {
        "uid": str(offer.uid),
        "months": offer.months,
        "unfit": bool(why_unfit(request, cart, session.currency, offer)),
        "part": _money(parts[0].amount_minor, session) if parts else "",
        "first": Day(parts[0].due_at).written(SOURCE) if parts else "",
        "last": Day(parts[-1].due_at).written(SOURCE) if parts else "",
        "up_to": _money(offer.approved_minor, session),
    }


def _agreed(session: SessionView) -> Shape | None:
    """The terms that were taken."""
    if session.accepted_offer is None or session.cart is None:
        return None
    request, offer = session.accepted_offer
    parts = instalments(session.cart.total_minor, offer.months)
    return {
        "name": KINDS[request.kind],
        "months": offer.months,
        "parts": [(_money(part.amount_minor, session), Day(part.due_at).written(SOURCE)) for part in parts]
        if session.state in ("Accepting", "Accepted")
        else [],
    }


def _money(minor: int | None, session: SessionView) -> str:
    return format_money(minor or 0, session.currency)
