"""What doors show of a purchase at a biller."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.errors import NotFound
from models import BillPurchase
from providers.bills import BillKind
from services.bills.states import GIVEN_BACK, OPEN
from services.tenants import Scope

Outcome = Literal["success", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """A purchase; `amount_minor` in minor units of `currency`. `number` is the line, meter or smart card.

    `confirmation` is the biller's own id of it; `token` what a prepaid meter takes.
    """

    id: int
    uid: UUID
    reference: str
    kind: BillKind
    biller: str
    biller_slug: str
    plan: str | None
    state: str
    amount_minor: int
    currency: str
    number: str
    confirmation: str
    token: str
    units: str
    reason: str
    created_at: datetime
    done_at: datetime | None

    @property
    def outcome(self) -> Outcome:
        """Delivered, not known yet, or not delivered and paid back."""
        if self.state in OPEN:
            return "pending"
        return "failed" if self.state in GIVEN_BACK else "success"


async def find_purchase(scope: Scope, customer_id: int, reference: str) -> BillPurchase:
    """A customer's purchase with its biller and plan. Raises `NotFound` also for somebody else's."""
    found = await BillPurchase.get_or_none(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        reference=reference[:64],
    ).select_related("biller", "plan")
    if found is None:
        raise NotFound("There is no such purchase.", field="reference")
    return found


def purchase_view(purchase: BillPurchase) -> PurchaseView:
    """`purchase` with its biller and plan loaded, as doors show it."""
    return PurchaseView(
        id=purchase.id,
        uid=purchase.uid,
        reference=purchase.reference,
        kind=purchase.biller.kind,
        biller=purchase.biller.name,
        biller_slug=purchase.biller.slug,
        plan=purchase.plan.name if purchase.plan else None,
        state=purchase.state,
        amount_minor=purchase.amount_minor,
        currency=purchase.currency,
        number=number_of_purchase(purchase),
        confirmation=purchase.provider_id,
        token=purchase.token,
        units=purchase.units,
        reason=purchase.reason,
        created_at=purchase.created_at,
        done_at=purchase.done_at,
    )


def number_of_purchase(purchase: BillPurchase) -> str:
    """The line, meter or smart card that it was for."""
    return str(purchase.account or purchase.phone)
