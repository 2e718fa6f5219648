"""What may be financed: whether what is to be bought fits a loan or a lease, and the terms that are offered. Pure functions."""

from core.errors import OrderRefusal
from core.money import format_money, precision, to_decimal
from services.financing.details import Cart
from services.financing.views import OfferView, RequestView

# In whole units of the currency: less isn't worth a lender's look, and more isn't financed here.
LEAST, MOST = 10, 5_000_000
# Delivery and tax come to so much of the goods at most.
FEES_TO_GOODS = 0.5


def check_amount(kind: str, amount_minor: int, currency: str) -> None:
    """Whether anybody lends so much. Raises `OrderRefusal` (CartMinNotMet, CartTotalExceedsMaximum)."""
    unit = 10 ** precision(currency)
    if amount_minor < LEAST * unit:
        least = format_money(LEAST * unit, currency)
        raise _refusal("CartMinNotMet", f"At least {least} can be financed.", kind)
    if amount_minor > MOST * unit:
        most = format_money(MOST * unit, currency)
        raise _refusal("CartTotalExceedsMaximum", f"At most {most} can be financed.", kind)


def why_unfinanceable(kind: str, cart: Cart) -> OrderRefusal | None:
    """What is wrong with a cart by itself: something that can't be leased, or fees beyond measure."""
    if kind == "lease" and (kept := [item for item in cart.items if item.leaseable is False]):
        name = kept[0].display_name or kept[0].sku or "Something"
        return _refusal("NonLeaseableItemsTotal", f"{name} can't be leased.", kind)
    if cart.fees_minor > cart.goods_minor * FEES_TO_GOODS:
        return _refusal("ServiceFeesTooHigh", "Delivery and tax come to more than half of the items.", kind)
    return None


def why_unfit(
    request: RequestView, cart: Cart, currency: str, offer: OfferView | None = None
) -> OrderRefusal | None:
    """How a cart doesn't fit an approval, or one of its offers; None where it fits or nothing is approved yet.

    A cart of which nothing is known yet fits any approval, and no offer.
    """
    if request.approved_minor is None or (not cart.items and offer is None):
        return None
    if incomplete := _incomplete(cart):
        return _refusal("BadCartRequest", incomplete, request.kind)
    most = offer.approved_minor if offer else request.approved_minor
    least = offer.minimum_minor if offer else min((each.minimum_minor for each in request.offers), default=0)
    total, shown = cart.total_minor, str(to_decimal(most, currency))
    if total > most:
        why = f"{format_money(total, currency)} is more than the {format_money(most, currency)} that were approved."
        return _refusal("CartTotalExceedsApproval", why, request.kind, shown)
    if total < least:
        why = f"{format_money(total, currency)} is less than the {format_money(least, currency)} that it is for."
        return _refusal("CartTotalDoesNotMeetMinimum", why, request.kind, shown)
    return why_unfinanceable(request.kind, cart)


def _incomplete(cart: Cart) -> str:
    if not cart.items:
        return "Nothing is to be bought yet: say which items."
    if any(item.quantity is None or item.price_minor is None for item in cart.items):
        return "Every item needs a quantity and a price."
    return ""


def _refusal(kind: str, message: str, approval: str, approved: str | None = None) -> OrderRefusal:
    return OrderRefusal(kind, message, field="items", approval_type=approval, approved_amount=approved)
