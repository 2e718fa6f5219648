"""Paystack's settlements, read into the words of `providers.settlements`.

Source: https://paystack.com/docs/api/settlement. `total_processed` is what was taken, `total_amount` that less the fees.
[U] How refunds and disputes are told: `effective_amount` is what was paid out, whatever was deducted.
"""

from datetime import UTC

from pydantic import AwareDatetime, BaseModel

from providers.errors import ProviderUnknown
from providers.http import Json
from providers.paystack_wire import parsed
from providers.settlements import SettledCharge, SettledPage, Settlement, SettlementState

STATES: dict[str, SettlementState] = {
    "success": "paid",
    "processing": "pending",
    "pending": "pending",
    "failed": "failed",
}
SETTLEMENTS_A_PAGE, CHARGES_A_PAGE = 50, 100


class _Settlement(BaseModel):
    id: int
    status: str
    currency: str
    total_processed: int
    total_fees: int
    effective_amount: int
    settlement_date: AwareDatetime | None = None


class _Transaction(BaseModel):
    id: int
    reference: str
    amount: int
    currency: str
    fees: int | None = None
    paid_at: AwareDatetime | None = None


class _Meta(BaseModel):
    page: int
    pageCount: int


def read_settlements(answer: Json) -> tuple[list[Settlement], bool]:
    """A page of the account's settlements, and whether there are more."""
    return [_settlement(each) for each in _listed(answer)], _more(answer)


def settled_page(answer: Json) -> SettledPage:
    found = [parsed(_Transaction, each) for each in _listed(answer)]
    return SettledPage(
        [
            SettledCharge(
                each.reference,
                str(each.id),
                each.amount,
                each.fees or 0,
                each.currency,
                each.paid_at.astimezone(UTC) if each.paid_at else None,
            )
            for each in found
        ],
        _more(answer),
    )


def _settlement(data: object) -> Settlement:
    found = parsed(_Settlement, data)
    if found.status not in STATES:
        raise ProviderUnknown(f"settlement status {found.status!r} is not documented")
    return Settlement(
        str(found.id),
        STATES[found.status],
        found.currency,
        found.total_processed,
        found.total_fees,
        found.effective_amount,
        found.settlement_date.astimezone(UTC) if found.settlement_date else None,
    )


def _listed(answer: Json) -> list[object]:
    data = answer.get("data")
    if answer.get("status") is not True or not isinstance(data, list):
        raise ProviderUnknown("a list of settlements can't be read")
    return data


def _more(answer: Json) -> bool:
    meta = parsed(_Meta, answer.get("meta"))
    return meta.page < meta.pageCount
