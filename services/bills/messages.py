"""What customers are told about their bills, by text message where they have a number."""

from core.money import format_money
from models import BillPurchase
from services.accounts.customers import get_customer, number_of
from services.bills.views import number_of_purchase
from services.notifications import queue_message
from services.notifications.phrases import phrase, sentence
from services.tenants import Scope


async def tell(
    scope: Scope, purchase: BillPurchase, template: str, *, reason: str = "", again: bool = False
) -> None:
    """Queue a message about a purchase, once unless it is wanted `again`, in the caller's transaction."""
    customer = await get_customer(scope, purchase.customer_id)
    phone = number_of(customer)
    if phone is None:
        return
    await queue_message(
        scope,
        channel="sms",
        to=phone,
        template=template,
        params={
            "biller": purchase.biller.name,
            "amount": format_money(purchase.amount_minor, purchase.currency),
            "number": number_of_purchase(purchase),
            "token": purchase.token,
            "units": phrase("units", units=purchase.units) if purchase.units else ".",
            "reference": purchase.reference,
            "reason": sentence(reason),
        },
        language=customer.language,
        dedupe_key=None if again else f"{template}:{purchase.id}",
    )
