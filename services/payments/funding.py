"""Adding money to a shopping card, on a gateway's page or by mobile money."""

from core.db import Row, transaction
from core.errors import IneligiblePaymentMethod, InvalidInput, PaymentFailed
from core.jobs import enqueue
from core.money import format_money
from models import IdempotencyRecord
from services.accounts.standing import check_standing
from services.accounts.trust import check_proven
from services.buyers import Buyer
from services.checkout.methods import checked_url, checked_wallet, eligible_method, payer_email
from services.orders.payments import get_payment
from services.orders.views import PaymentView
from services.payments.attempts import start_redirect
from services.payments.opening import Opened, open_attempt, open_payment

LEAST_MINOR = 100
MOST_MINOR = 100_000_000


async def fund_card(
    buyer: Buyer,
    amount_minor: int,
    *,
    method_code: str,
    phone: str | None = None,
    network: str | None = None,
    callback_url: str | None = None,
    idempotency_key: str | None = None,
) -> PaymentView:
    """Begin adding money (minor units) to a customer's card; it is there once the provider says so.

    Raises `InvalidInput`, `IneligiblePaymentMethod`, `PaymentFailed` (the page could not be opened), `NumberUnproven`,
    `AccountLocked`.
    """
    check_proven()
    if not LEAST_MINOR <= amount_minor <= MOST_MINOR:
        least, most = (format_money(limit, buyer.scope.currency) for limit in (LEAST_MINOR, MOST_MINOR))
        raise InvalidInput(f"Between {least} and {most} can be added.", field="amount")
    method = await eligible_method(buyer, method_code)
    if buyer.customer_id is None or method["kind"] not in ("gateway", "mobile_money"):
        raise IneligiblePaymentMethod(field="method")
    wallet, network = checked_wallet(buyer, method, phone, network)
    request = {"phone": wallet, "network": network, "callback_url": checked_url(callback_url)}

    opened: list[Opened] = []

    async def begin() -> list[int]:
        payment_id, attempt = await _open(buyer, method, amount_minor, request)
        opened.append(attempt)
        return [payment_id, attempt.attempt_id]

    who = f"fund:{buyer.scope.platform_id}:{buyer.scope.environment}:{buyer.customer_id}"
    if idempotency_key:
        payment_id, attempt_id = await IdempotencyRecord.once(
            who, idempotency_key, [method_code, amount_minor, request], begin
        )
    else:
        async with transaction():
            payment_id, attempt_id = await begin()
    if method["kind"] == "gateway":
        try:
            await start_redirect(opened[0] if opened else Opened(attempt_id))
        except PaymentFailed:
            # Nobody was given a page, so the key has begun nothing and may be used again.
            await IdempotencyRecord.free(who, idempotency_key or "", [payment_id, attempt_id])
            raise
    return await get_payment(payment_id)


async def _open(
    buyer: Buyer, method: Row, amount_minor: int, request: dict[str, str | None]
) -> tuple[int, Opened]:
    await check_standing(buyer.customer_id)
    payment_id = await open_payment(buyer, purpose="card", method_id=method["id"], amount_minor=amount_minor)
    by_phone = method["kind"] == "mobile_money"
    opened = await open_attempt(
        payment_id,
        provider=method["provider"],
        kind="mobile_money" if by_phone else "redirect",
        request={"email": await payer_email(buyer, "card"), **request},
    )
    if by_phone:
        await enqueue("work_attempt", opened.attempt_id)
    return payment_id, opened
