"""What people do in the drill: they buy, fill their cards, buy airtime, and have something given back."""

import asyncio
import random
from dataclasses import dataclass, field

from core.db import Row, fetch, fetch_one, transaction
from core.errors import DomainError
from core.ids import digits
from services.accounts.pins import set_first_pin
from services.accounts.signup import create_customer
from services.bills.purchasing import Wanted, buy_bill
from services.buyers import Buyer
from services.cards import card_of
from services.carts import add_to_cart
from services.checkout import choose_shipping, pay
from services.ledger import post, shared_account
from services.payments.funding import fund_card
from services.payments.refunding import open_refund
from services.shipping import methods_of
from services.tenants import Scope, scope_by_code

PIN = "1234"
CARD_MINOR, NAIRA_MINOR, AIRTIME_MINOR, NAIRA_BILL_MINOR, BACK_MINOR = 5_000, 1_000_000, 500, 150_00, 300
PREFIXES = {"GH": "+23324", "NG": "+234803"}


@dataclass(slots=True)
class Traffic:
    """People of both demo platforms, drawn by a seed."""

    ghana: Scope
    nigeria: Scope
    variants: list[int]
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    number: int = 0

    @classmethod
    async def open(cls) -> "Traffic":
        """For the open market."""
        ghana, nigeria = await scope_by_code("demo", "test"), await scope_by_code("kasuwa", "test")
        rows = await fetch(
            "SELECT v.id FROM variant v JOIN stock_level s ON s.variant_id = v.id WHERE v.platform_id = $1 "
            "AND v.environment = $2 AND s.on_hand - s.allocated > 3 ORDER BY v.id LIMIT 200",
            ghana.platform_id,
            ghana.environment,
        )
        return cls(ghana, nigeria, [row["id"] for row in rows])

    async def orders(self, count: int) -> None:
        """So many orders that are paid by mobile money; the worker asks for the money."""
        await asyncio.gather(*(self._order() for _ in range(count)))

    async def cards(self, count: int) -> list[int]:
        """So many cards that are filled by mobile money; their customers."""
        buyers = [await self._buyer(self.ghana) for _ in range(count)]
        for buyer in buyers:
            await fund_card(buyer, CARD_MINOR, method_code="mobile-money", phone="0244000001", network="mtn")
        return [buyer.customer_id or 0 for buyer in buyers]

    async def airtime(self, customers: list[int]) -> int:
        """Airtime from those cards that have their money by now; how many."""
        return sum([await self._airtime(self.ghana, each, AIRTIME_MINOR) for each in customers])

    async def naira_bills(self, count: int) -> int:
        """Airtime at VTpass, by so many whose card holds money; how many could buy."""
        bought = 0
        for _ in range(count):
            buyer = await self._buyer(self.nigeria)
            await self._give(buyer)
            bought += await self._airtime(self.nigeria, buyer.customer_id or 0, NAIRA_BILL_MINOR)
        return bought

    async def give_backs(self, count: int) -> None:
        """Part of so many paid orders goes back, of which nothing went back before."""
        rows = await fetch(
            "SELECT p.id, p.amount_minor, p.customer_id FROM payment p JOIN payment_attempt a ON a.payment_id = p.id "
            "WHERE p.state = 'Settled' AND p.purpose = 'order' AND a.provider = 'paystack' "
            "AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.payment_id = p.id) ORDER BY p.id LIMIT $1",
            count,
        )
        for payment in rows:
            await self._give_back(payment)

    async def _order(self) -> None:
        buyer = await self._buyer(self.ghana)
        await add_to_cart(buyer, self.dice.choice(self.variants), 1)
        await choose_shipping(buyer, [(await methods_of(buyer.scope))[0].id])
        await pay(buyer, "mobile-money", phone="0244000001", network="mtn")

    async def _buyer(self, scope: Scope) -> Buyer:
        self.number += 1
        customer = await create_customer(
            scope, phone=f"{PREFIXES[scope.country]}{digits(7)}", full_name=f"Person {self.number}"
        )
        await set_first_pin(scope, customer.id, PIN)
        return Buyer(scope, "app", customer_id=customer.id)

    async def _give(self, buyer: Buyer) -> None:
        card = await card_of(buyer.scope, buyer.customer_id or 0)
        opening = await shared_account(buyer.scope, "opening", "shared")
        await post(
            buyer.scope,
            key=f"opening:{buyer.customer_id}",
            kind="card_funding",
            narrative="Opening balance",
            sides=[(opening, -NAIRA_MINOR), (card.account, NAIRA_MINOR)],
        )

    async def _airtime(self, scope: Scope, customer_id: int, amount_minor: int) -> int:
        biller = await fetch_one(
            "SELECT uid FROM biller WHERE platform_id = $1 AND environment = $2 AND kind = 'airtime' "
            "ORDER BY id LIMIT 1",
            scope.platform_id,
            scope.environment,
        )
        assert biller is not None
        wanted = Wanted(
            kind="airtime",
            service=biller["uid"],
            amount_minor=amount_minor,
            number=f"{PREFIXES[scope.country]}{digits(7)}",
        )
        try:
            await buy_bill(scope, customer_id, wanted, pin=PIN)
        except DomainError:
            return 0
        return 1

    async def _give_back(self, payment: Row) -> None:
        sales = await shared_account(self.ghana, "sales", "sales")
        suspense = await shared_account(self.ghana, "suspense", "suspense")
        async with transaction():
            await post(
                self.ghana,
                key=f"drill:{payment['id']}",
                kind="order_refund",
                narrative="Something goes back",
                sides=[(sales, -BACK_MINOR), (suspense, BACK_MINOR)],
            )
            await open_refund(self.ghana, payment, reason="drill", amount_minor=BACK_MINOR)
