"""Hands for the REST stories: a client with a key and, once signed in, a token."""

from typing import Any

from aiohttp import ClientSession

from core.money import from_decimal
from models import Product, StockLevel, Variant
from services.accounts.pins import set_first_pin
from services.accounts.signup import create_customer
from services.accounts.tokens import issue_token
from services.cards import card_of
from services.ledger import post, shared_account
from services.tenants import scope_by_key
from tests.conftest import World
from tests.services.helpers import a_variant

DEMO_KEY = "mk_test_demo"
KASUWA_KEY = "ks_test_demo"
PIN = "1234"


class Rest:
    """A client of the REST API. Calls give (status, envelope)."""

    def __init__(self, world: World, key: str = DEMO_KEY, token: str | None = None) -> None:
        self.world = world
        self.key, self.token = key, token
        self.client = ClientSession()
        self.customer_id = self.variant_id = 0

    async def __aenter__(self) -> "Rest":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any
    ) -> tuple[int, dict[str, Any]]:
        """Call `path`; `key` is an Idempotency-Key."""
        headers = {"x-api-key": self.key} if self.key else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        url = f"{self.world.settings.base_url}{path}"
        async with self.client.request(method, url, json=body, headers=headers, params=query) as answer:
            told = await answer.json()
            assert set(told) == {"success", "message", "data"}, told
            assert told["success"] is (200 <= answer.status < 300)
            return answer.status, told

    async def data(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The data of a call that must succeed."""
        status, told = await self.ask(method, path, body, **more)
        assert told["success"], (status, told)
        return told["data"]

    async def refused(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> str:
        """The message of a call that must be refused with that status."""
        got, told = await self.ask(method, path, body, **more)
        assert got == status, (got, told)
        return str(told["message"])

    async def become(self, phone: str, *, balance: str = "0", pin: str = PIN) -> None:
        """Be a customer with that number (E.164), a PIN and so much on the card (major units)."""
        scope = await scope_by_key(self.key)
        customer = await create_customer(scope, phone=phone, full_name="Ama Mensah")
        await set_first_pin(scope, customer.id, pin)
        self.customer_id = customer.id
        self.token = issue_token(customer, "session")
        await self.gift(balance)

    async def gift(self, amount: str) -> None:
        """Put so much (major units) on the customer's card, once."""
        scope, who = await scope_by_key(self.key), self.customer_id
        if minor := from_decimal(amount, scope.currency):
            card = await card_of(scope, who)
            source = await shared_account(scope, "gateway:paystack", "gateway")
            sides = [(source, -minor), (card.account, minor)]
            await post(scope, key=f"gift:{who}", kind="card_funding", narrative="Gift", sides=sides)

    async def a_product(self, *, pieces: int = 50) -> str:
        """The uid of some product of the platform, with that many pieces of its first variant on the shelf."""
        scope = await scope_by_key(self.key)
        self.variant_id = await a_variant(scope, pieces=pieces)
        variant = await Variant.get(id=self.variant_id).select_related("product")
        return str(variant.product.uid)

    async def products(self, number: int) -> list[str]:
        """The uids of so many products of the platform, plenty of each on the shelf."""
        scope = await scope_by_key(self.key)
        mine = {"platform_id": scope.platform_id, "environment": scope.environment}
        found = await Product.filter(**mine).order_by("id").limit(number)
        await StockLevel.filter(variant__product_id__in=[each.id for each in found]).update(on_hand=100)
        return [str(each.uid) for each in found]
