"""Money that came and isn't what was asked: too much, too little, or after all was over. It is booked and handed on.

A customer has it on their shopping card at once; a guest gets it back the way it came.
"""

from core.db import Row
from core.money import format_money
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.cards import card_of
from services.ledger import post, shared_account
from services.payments.refunding import open_refund
from services.tenants import Scope


async def hand_on(
    scope: Scope, payment: Row, attempt_id: int, amount_minor: int, received_minor: int
) -> None:
    """Give the payer what was taken beyond what their payment used, in the caller's transaction.

    `received_minor` is all that was taken so far: what came with it is handed on once.
    """
    source = await shared_account(scope, f"gateway:{payment['provider'] or payment['kind']}", "gateway")
    mine = payment["customer_id"] is not None
    target = (
        (await card_of(scope, payment["customer_id"])).account
        if mine
        else await shared_account(scope, "suspense", "suspense")
    )
    entry = await post(
        scope,
        key=f"differing:{attempt_id}:{received_minor}",
        kind="payment_difference",
        narrative="Paid beyond what was asked, or in part",
        sides=[(source, -amount_minor), (target, amount_minor)],
        payment_id=payment["id"],
    )
    if entry is None:
        return
    if not mine:
        await open_refund(scope, payment, reason=f"difference {received_minor}", amount_minor=amount_minor)
        return
    await tell(
        scope,
        await get_customer(scope, payment["customer_id"]),
        "payment_difference",
        {"amount": format_money(amount_minor, payment["currency"])},
        dedupe_key=f"difference:{attempt_id}:{received_minor}",
    )
