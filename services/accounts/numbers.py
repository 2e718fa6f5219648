"""Numbers that were only stated at registration, and become their customer's once a channel proves them."""

from core.clock import now
from core.errors import AlreadyRegistered
from models import Customer
from services.accounts.customers import customer_by_phone
from services.accounts.pins import check_pin
from services.tenants import Scope


async def claimant_of(scope: Scope, phone: str) -> int | None:
    """The customer who states this number (E.164) and could prove to be the one who holds it: by their PIN.

    Anybody may state a number. Only one whose e-mail address is proven, and of several the one who proved it first:
    a PIN that is tried on all of them would be guessed sooner.
    """
    claimant = (
        await Customer.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            stated_phone=phone,
            phone__isnull=True,
            email_verified_at__isnull=False,
            pin_hash__isnull=False,
        )
        .order_by("email_verified_at", "id")
        .first()
    )
    return int(claimant.id) if claimant else None


async def prove_number(scope: Scope, customer_id: int, phone: str, pin: str) -> None:
    """Make a number, which the channel has proven, the customer's who states it. Raises as `check_pin`, `AlreadyRegistered`."""
    await check_pin(scope, customer_id, pin)
    if await customer_by_phone(scope, phone) is not None:
        raise AlreadyRegistered(field="phone")
    touched = await Customer.filter(id=customer_id, phone__isnull=True, stated_phone=phone).update(
        phone=phone, stated_phone=None, updated_at=now()
    )
    if not touched:
        raise AlreadyRegistered(field="phone")
