"""What purchase options and what falls due are over REST."""

from collections.abc import Sequence
from decimal import Decimal

from api.rest.fields import Guid, Money, Percent, Shape, When, money, money_or_none
from services.orders.views import DueView
from services.purchase_options.terms import MILLION
from services.purchase_options.views import OptionView


class PurchaseOption(Shape):
    """A deposit at checkout, and the rest later. Either `percentage` of the price is paid at checkout, or `amount` a piece.

    The rest falls due at `dueAt` (ExactTime), `dueAfter` checkout, an ISO 8601 duration (TimeAfterCheckout), or there is none
    (NoRemainingBalance). With `required` the product can't be bought without an option.
    """

    id: Guid
    description: str
    line_item_descriptor: str
    required: bool
    percentage: Percent | None
    amount: Money | None
    trigger: str
    due_at: When | None
    due_after: str | None


class OfferedOption(PurchaseOption):
    """`variantIds` are the product's variants that may be bought so."""

    variant_ids: list[Guid]


class DueDate(Shape):
    """What falls due at one time; `taxAmount` is contained in `amount`."""

    due_at: When
    amount: Money
    tax_amount: Money


class ScheduledCharge(DueDate):
    """`state` is Waiting, Paid, Overdue or Cancelled, and with `id` null before the order is placed.

    `reason` says why it could not be collected when that was last tried.
    """

    id: Guid | None
    collected: Money
    outstanding: Money
    state: str | None
    reason: str | None


def option_fields(option: OptionView, currency: str) -> dict[str, object]:
    """The fields of a `PurchaseOption`."""
    share = option.charge_ppm
    return {
        "id": option.uid,
        "description": option.description,
        "line_item_descriptor": option.descriptor,
        "required": option.required,
        "percentage": None if share is None else Decimal(share * 100) / MILLION,
        "amount": money_or_none(option.charge_minor, currency),
        "trigger": option.trigger,
        "due_at": option.due_at,
        "due_after": option.due_after or None,
    }


def option_shape(option: OptionView | None, currency: str) -> PurchaseOption | None:
    """An option, where there is one."""
    return PurchaseOption.model_validate(option_fields(option, currency)) if option else None


def due_dates(dues: Sequence[DueView], currency: str) -> list[DueDate]:
    """What falls due when, as long as nothing is agreed."""
    return [
        DueDate(
            due_at=due.at, amount=money(due.amount_minor, currency), tax_amount=money(due.tax_minor, currency)
        )
        for due in dues
    ]


def charges(dues: Sequence[DueView], currency: str) -> list[ScheduledCharge]:
    """What falls due when, and what became of it."""
    return [
        ScheduledCharge(
            id=due.uid,
            due_at=due.at,
            amount=money(due.amount_minor, currency),
            tax_amount=money(due.tax_minor, currency),
            collected=money(due.collected_minor, currency),
            outstanding=money(due.outstanding_minor, currency),
            state=due.state or None,
            reason=due.reason or None,
        )
        for due in dues
    ]
