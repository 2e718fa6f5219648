"""Instalments come to the price exactly, month by month; and what may be financed is judged the same at every edge."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_uid
from services.financing.cart_rules import why_unfinanceable, why_unfit
from services.financing.details import Cart, Item
from services.financing.schedule import instalments
from services.financing.views import OfferView, RequestView

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))


@given(total=st.integers(0, 10**15), months=st.integers(1, 60), checkout=MOMENTS)
def test_no_unit_is_lost_and_no_part_differs_by_more_than_one(
    total: int, months: int, checkout: datetime
) -> None:
    parts = instalments(total, months, checkout)
    amounts = [part.amount_minor for part in parts]
    assert sum(amounts) == total and len(parts) == min(total, months)
    assert all(amount > 0 for amount in amounts) and amounts == sorted(amounts, reverse=True)
    assert not amounts or amounts[0] - amounts[-1] <= 1
    dates = [part.due_at for part in parts]
    assert dates == sorted(set(dates)) and all(date > checkout for date in dates)
    for number, date in enumerate(dates, 1):
        month = checkout.month - 1 + number
        assert (date.year, date.month) == (checkout.year + month // 12, month % 12 + 1)
        assert date.day == checkout.day or (date.day < checkout.day and (date.month == 2 or date.day == 30))


def test_after_the_last_of_january_come_the_last_of_february_and_of_march() -> None:
    parts = instalments(100, 3, datetime(2027, 1, 31, tzinfo=UTC))
    assert [(part.due_at.month, part.due_at.day, part.amount_minor) for part in parts] == [
        (2, 28, 34), (3, 31, 33), (4, 30, 33),
    ]  # fmt: skip


def approval(approved: int, minimum: int) -> tuple[RequestView, OfferView]:
    offer = OfferView(1, new_uid(), 103, approved, minimum, 3, False)
    request = RequestView(1, new_uid(), "loan", "Approved", "", approved, approved, None, "", "", (offer,))
    return request, offer


@given(
    price=st.integers(0, 10**9), quantity=st.integers(1, 1000), shipping=st.integers(0, 10**9),
    approved=st.integers(1, 10**12), minimum=st.integers(0, 10**9),
)  # fmt: skip
def test_a_cart_fits_exactly_within_what_was_approved(
    price: int, quantity: int, shipping: int, approved: int, minimum: int
) -> None:
    cart = Cart((Item(display_name="Seat", quantity=quantity, price_minor=price),), shipping)
    request, offer = approval(approved, minimum)
    found = why_unfit(request, cart, "GHS", offer)
    total = price * quantity + shipping
    if total > approved:
        expected: str | None = "CartTotalExceedsApproval"
    elif total < minimum:
        expected = "CartTotalDoesNotMeetMinimum"
    elif shipping * 2 > price * quantity:
        expected = "ServiceFeesTooHigh"
    else:
        expected = None
    assert (found.kind if found else None) == expected


def test_what_is_not_said_to_be_kept_can_be_leased() -> None:
    def lease(leaseable: bool | None) -> str | None:
        found = why_unfinanceable("lease", Cart((Item(quantity=1, price_minor=100, leaseable=leaseable),)))
        return found.kind if found else None

    assert [lease(True), lease(None), lease(False)] == [None, None, "NonLeaseableItemsTotal"]
