"""Whose meter or smart card a number is, as its biller says."""

from core.errors import Unavailable
from core.limits import count_try
from models import Beneficiary, Biller
from providers.bills import BillAccount, BillKind
from providers.errors import ProviderRefused, ProviderUnknown
from services.bills.catalogue import biller_numbered, gateway_of, plans_of
from services.bills.kinds import KINDS
from services.bills.purchasing import checked_account
from services.tenants import Scope

# Answers tell whose a number is: enough for who mistypes theirs, too few for who tries them all.
MOST, WITHIN_S = 20, 600


async def validate_account(
    scope: Scope, customer_id: int, kind: BillKind, *, number: str, biller_number: int, biller_slug: str
) -> BillAccount:
    """Whose the number is, with the least that can be paid (minor units); `valid` False where nobody's.

    Raises `InvalidInput` naming the field, `Unavailable` where the biller can't be asked, `TooManyTries`.
    """
    biller = await biller_numbered(scope, kind, biller_number, biller_slug)
    account = checked_account(number, KINDS[kind].number_field)
    await count_validation(customer_id)
    try:
        found = await ask_account(customer_id, biller, account)
    except (ProviderUnknown, ProviderRefused, LookupError):
        raise Unavailable(f"{biller.name} can't be reached just now. Please try again in a moment.") from None
    least = max(found.least_minor or 0, biller.least_minor)
    return BillAccount(found.valid, account, found.customer_name, found.address, least, found.message)


async def count_validation(customer_id: int) -> None:
    """Raises `TooManyTries` for who asks about too many numbers."""
    await count_try(f"bill-account:{customer_id}", most=MOST, within_s=WITHIN_S)


async def ask_account(customer_id: int, biller: Biller, account: str) -> BillAccount:
    """Ask the biller whose the number is, and note the name with who was paid for before. Not in a transaction.

    Raises `ProviderUnknown`, `ProviderRefused`, `LookupError`.
    """
    found = await _ask(biller, account)
    if found.valid and found.customer_name:
        mine = Beneficiary.filter(customer_id=customer_id, biller_id=biller.id, number=account)
        await mine.update(name=found.customer_name[:120])
    return found


async def _ask(biller: Biller, account: str) -> BillAccount:
    """A disco knows its prepaid and its postpaid meters apart, so each type is asked for."""
    gateway = gateway_of(biller)
    kind: BillKind = biller.kind  # type: ignore[assignment]
    offers = [plan.code for plan in await plans_of(biller)] if kind == "electricity" else []
    found = BillAccount(False, account)
    for offer in offers or [""]:
        found = await gateway.validate(kind=kind, service=biller.service, number=account, offer=offer)
        if found.valid:
            break
    return found
