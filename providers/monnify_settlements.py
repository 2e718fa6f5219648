"""What a settlement of Monnify's is made of, read into the words of `providers.settlements`.

Source: https://developers.monnify.com, Settlements: the transactions of one by its reference, which the notice SETTLEMENT
tells; there is no list of settlements. [U] Whether an unknown reference is a 404 or an empty page: both are none.
"""

from decimal import Decimal
from typing import Any

from providers.errors import ProviderUnknown
from providers.monnify_wire import Wire, minor, parsed, time_of
from providers.settlements import SettledCharge, SettledPage

A_PAGE = 100


class _Transaction(Wire):
    transaction_reference: str
    payment_reference: str
    amount_paid: Decimal
    settlement_amount: Decimal | None = None
    currency: str = "NGN"
    paid_on: str | None = None


class _Page(Wire):
    content: list[_Transaction]
    total_pages: int


def settled_page(body: Any, page: int) -> SettledPage:
    """A page, counted from 1, of the transactions that make up a settlement."""
    if not isinstance(body, dict):
        raise ProviderUnknown("a settlement of monnify's can't be read")
    found = parsed(_Page, body)
    return SettledPage([_charge(each) for each in found.content], page < found.total_pages)


def _charge(each: _Transaction) -> SettledCharge:
    paid = minor(each.amount_paid, each.currency)
    kept = paid if each.settlement_amount is None else minor(each.settlement_amount, each.currency)
    return SettledCharge(
        each.payment_reference,
        each.transaction_reference,
        paid,
        max(0, paid - kept),
        each.currency,
        time_of(each.paid_on),
    )
