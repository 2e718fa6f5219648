"""What the tests of stored charges share: a card that was paid with once, and charges of it at either gateway."""

from dataclasses import dataclass
from typing import Any

from monnify_helpers import NAIRA
from twin_helpers import PAYMENT, Twins, settled

from providers.monnify import Monnify
from providers.payments import Charge, PaymentGateway, StoredAuthorization

PAYSTACK_CARD, MONNIFY_CARD = "4084084084084081", "4111111111111111"


@dataclass
class StoredCard:
    """A card that one gateway's twin has stored, with what differs between the gateways."""

    gateway: PaymentGateway
    twins: Twins
    provider: str
    call: str
    currency: str
    authorization: StoredAuthorization

    async def charge(self, reference: str, **changes: Any) -> Charge:
        asked = {
            "reference": reference,
            "amount_minor": 25_050,
            "currency": self.currency,
            "code": self.authorization.code,
            "email": self.authorization.email,
            "unattended": False,
            "metadata": {"order": "7"},
        }
        return await self.gateway.charge_stored(**asked | changes)

    async def behave(self, behaviour: str, status: int = 200) -> None:
        await behave(self.twins, self.authorization.code, behaviour, status)

    async def fail(self, mode: str, **rule: Any) -> None:
        await self.twins.fail(provider=self.provider, call=self.call, mode=mode, **rule)

    async def settled(self, reference: str) -> Charge:
        return await settled(self.gateway, reference)


async def behave(twins: Twins, code: str, behaviour: str, status: int = 200) -> None:
    body = {"authorization_code": code, "behaviour": behaviour}
    async with twins.session.post(f"{twins.url}/control/card", json=body) as answer:
        assert answer.status == status, await answer.text()


async def pay_by_card(
    gateway: PaymentGateway, twins: Twins, reference: str, card: str, **changes: Any
) -> Charge:
    """What the gateway says of a payment that was made on its page with that card."""
    details = NAIRA if isinstance(gateway, Monnify) else PAYMENT
    redirect = await gateway.initialize(reference=reference, **details | changes)
    form = {"outcome": "pay", "card": card}
    async with twins.session.post(redirect.payment_url, data=form, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
    return await gateway.verify(reference)


async def stored_at_paystack(paystack: PaymentGateway, twins: Twins) -> StoredCard:
    paid = await pay_by_card(paystack, twins, "first", PAYSTACK_CARD)
    return StoredCard(paystack, twins, "paystack", "charge_authorization", "GHS", paid.authorization)


async def stored_at_monnify(monnify: PaymentGateway, twins: Twins) -> StoredCard:
    paid = await pay_by_card(monnify, twins, "first", MONNIFY_CARD)
    return StoredCard(monnify, twins, "monnify", "charge_card_token", "NGN", paid.authorization)
